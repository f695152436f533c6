"""Signing the petition in both languages, with and without JavaScript, on both databases."""

import csv
import io
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect
from sqlalchemy import create_engine, select, text

from tests.browser.conftest import AGENT, OpenReader, in_each_language_and_mode
from tests.browser.traces import encodings, find_traces
from tests.html import assert_none
from tests.petition.signing import code
from tests.running_site import RunningSite, wait_for
from wzo.extensions import db
from wzo.petition.models import Signature
from wzo.petition.queries import get_count, get_current_petition

PETITION = "petition/mothers"


@dataclass(frozen=True)
class Texts:
    """The texts that distinguish one state of a page from another."""

    name: str
    error: str
    mailbox: str
    thanks: str
    erased: str


TEXTS = {
    "ru": Texts("Анна Ахматова", "Ошибка:", "Проверьте почту", "Спасибо. Ваша подпись засчитана.", "Всё стёрто"),
    "en": Texts(
        "Emmeline Pankhurst",
        "Error:",
        "Check your e\u2011mail",
        "Thank you. Your signature counts.",
        "Everything has been erased",
    ),
}

# As if filling in the form had taken as long as it takes people: who is too quick gets a puzzle.
LONG_AGO = "field => field.value = 0"

only_with_scripts = pytest.mark.parametrize("scripts", [True], indirect=True, ids=["js"])
only_in_english = pytest.mark.parametrize("language", ["en"], indirect=True)


@in_each_language_and_mode
def test_it_counts_confirmations_and_erases_withdrawals(
    changing_site: RunningSite, open_reader: OpenReader, language: str, scripts: bool
) -> None:
    site, texts = changing_site, TEXTS[language]
    first, second = (f"{name}-{language}-{scripts}@example.org".lower() for name in ("first", "second"))
    reader = open_reader()
    before = counted(site)

    sign(reader, site, language, texts.name, first, scripts=scripts)
    email = site.email_to(first)
    signer = open_reader()
    signer.goto(site.url + site.link(email, "c"))
    assert counted(site) == before
    signer.locator("main form button").first.click()
    expect(signer.locator("h1")).to_have_text(texts.thanks)

    sign(reader, site, language, texts.name, second, scripts=scripts)
    typist = open_reader()
    typist.goto(f"{site.url}/{language}/{PETITION}/")
    typist.locator(".code-link a").click()
    typist.locator("[name=code]").fill(code(site.email_to(second)).lower())
    typist.locator("main form button").click()
    expect(typist.locator("h1")).to_have_text(texts.thanks)
    assert counted(site) == before + 2

    signer.goto(site.url + site.link(email, "w"))
    assert counted(site) == before + 2
    signer.locator("main form button").click()
    expect(signer.locator("h1")).to_have_text(texts.erased)
    assert counted(site) == before + 1


@in_each_language_and_mode
def test_it_lets_the_owner_of_the_mailbox_correct_what_a_stranger_entered(
    changing_site: RunningSite, open_reader: OpenReader, language: str, scripts: bool
) -> None:
    site, texts = changing_site, TEXTS[language]
    address = f"owner-{language}-{scripts}@example.org".lower()
    site.ask(f"/{language}/{PETITION}/sign", {"name": "Lies And Slander", "email": address, "show_name": "y"})
    email = site.email_to(address)
    # On another device, without cookies: from the code to the page of the link.
    owner = open_reader()
    owner.goto(f"{site.url}/{language}/{PETITION}/code")
    owner.locator("[name=code]").fill(code(email))
    owner.locator("main form button").click()
    owner.wait_for_url(f"**{site.link(email, 'c')}*")
    assert "Slander" not in owner.content()
    owner.locator("main form button").click()
    expect(owner.locator("[name=name]")).to_have_value("Lies And Slander")
    expect(owner.locator("[name=show_name]")).to_be_checked()
    owner.locator("[name=name]").fill("")
    owner.locator("main form button").click()
    expect(owner.locator("#name-error")).to_be_visible()
    expect(owner.locator("[name=show_name]")).to_be_checked()
    owner.locator("[name=name]").fill(texts.name)
    owner.locator("main form button").click()
    expect(owner.locator("h1")).to_have_text(texts.thanks)
    assert owner.context.cookies() == []
    with site.inside():
        names = db.session.scalars(select(Signature.public_name)).all()
    assert texts.name in names
    assert "Lies And Slander" not in names


def test_it_explains_errors_and_keeps_what_was_typed(
    shared_site: RunningSite, open_reader: OpenReader, language: str, scripts: bool
) -> None:
    reader = open_reader()
    url = f"{shared_site.url}/{language}/{PETITION}/"
    reader.goto(url)
    mark_document(reader)
    reader.locator("[name=email]").fill("anna")
    reader.locator("[name=country]").select_option("DE")
    reader.locator("[name=wants_news]").check()
    reader.locator("#sign button").click()
    expect(reader.locator(".errors li")).to_have_count(2)
    expect(reader.locator("[name=email]")).to_have_value("anna")
    expect(reader.locator("[name=country]")).to_have_value("DE")
    expect(reader.locator("[name=wants_news]")).to_be_checked()
    expect(reader.locator("[name=show_name]")).not_to_be_checked()
    if scripts:
        expect(reader.locator(".errors")).to_be_focused()
        assert is_marked(reader)
        assert reader.url == url
    else:
        assert reader.title().startswith(TEXTS[language].error)
        assert reader.url == f"{url}sign"

    reader.locator(".errors a").first.click()
    expect(reader.locator("[name=name]")).to_be_focused()
    # The swapped form works like the one it replaced.
    reader.keyboard.type(TEXTS[language].name)
    reader.keyboard.press("Enter")
    expect(reader.locator(".errors li")).to_have_count(1)
    expect(reader.locator("[name=name]")).to_have_value(TEXTS[language].name)
    assert is_marked(reader) is scripts


@only_with_scripts
def test_it_loses_nothing_when_the_connection_fails(
    shared_site: RunningSite, open_reader: OpenReader, language: str
) -> None:
    reader = open_reader()
    reader.goto(f"{shared_site.url}/{language}/{PETITION}/")
    mark_document(reader)
    reader.route("**/sign", lambda route: route.abort())
    reader.locator("[name=name]").fill(TEXTS[language].name)
    reader.locator("[name=email]").fill("anna")
    reader.locator("#sign button").click()
    failure = reader.locator("[data-network-failure]")
    expect(failure).to_be_visible()
    expect(reader.locator("[name=name]")).to_have_value(TEXTS[language].name)
    expect(reader.locator("[name=email]")).to_have_value("anna")
    assert is_marked(reader)

    reader.unroute("**/sign")
    reader.locator("#sign button").click()
    expect(reader.locator(".errors li")).to_have_count(1)
    expect(failure).to_be_hidden()
    expect(reader.locator("[name=name]")).to_have_value(TEXTS[language].name)


@only_with_scripts
@only_in_english
def test_it_updates_the_count_of_an_open_page(shared_site: RunningSite, open_fresh_reader: OpenReader) -> None:
    site = shared_site
    reader = open_fresh_reader()
    reader.clock.install()
    reader.goto(f"{site.url}/en/")
    mark_document(reader)
    before = shown_count(reader)
    site.ask(f"/en/{PETITION}/sign", {"name": "Emmeline Pankhurst", "email": "meanwhile@example.org"})
    site.ask(site.link(site.email_to("meanwhile@example.org"), "c"), {})

    def has_moved() -> bool:
        reader.clock.fast_forward("00:30")
        return shown_count(reader) == before + 1

    wait_for("the next round of the count", has_moved)
    assert is_marked(reader)


@only_with_scripts
@only_in_english
def test_it_stores_nothing_readable_of_a_signer(
    changing_site: RunningSite, open_fresh_reader: OpenReader, tmp_path: Path, database: str
) -> None:
    site = changing_site
    if database == "postgresql":
        # Files that were written before the start are not searched.
        data_folder(site.environ["DATABASE_URL"])
    start = time.time()
    people = {
        "kvitoslava.zyxomma@marked-qwfpgj.example": "Квитослава Ёлкина-Щукарь",
        "waits-xylograph@marked-zzyzx.example": "Waldeburga Xylograph-Quux",
    }
    signer = open_fresh_reader()
    # Each signs twice, so that the path of a known address leaves its traces too.
    for address, name in [*people.items(), *people.items()]:
        sign(signer, site, "en", name, address, scripts=True)
    (address, name), (waiting, _) = people.items()
    email = site.email_to(address)
    site.email_to(waiting)
    signer.goto(site.url + site.link(email, "c"))
    signer.locator("main form button").first.click()
    expect(signer.locator("h1")).to_have_text(TEXTS["en"].thanks)

    export = tmp_path / "export.jsonl"
    site.flask("petition", "export", "mothers", str(export))
    unseal = [Path(sys.executable).parent / "wzo-unseal", site.instance / "signature-private-key.txt", export]
    opened = subprocess.run(unseal, capture_output=True, text=True, check=True).stdout
    rows = [(row["name"], row["email"]) for row in csv.DictReader(io.StringIO(opened))]
    # The other signers of this site are those of the tests before.
    assert [row for row in rows if set(row) & {*people, *people.values()}] == [(name, address)]

    wanted = {
        f"{word} as {how}": trace
        for word in [*people, *people.values(), *" ".join(people.values()).split(), AGENT]
        for how, trace in encodings(word).items()
    }
    # The captured e-mail and the private key would not be on a server; finding the e-mail shows that the search works.
    mail, key = site.instance / "mail", site.instance / "signature-private-key.txt"
    assert {found.split(" in ")[0] for found in find_traces([mail], wanted)} >= {f"{each} as utf-8" for each in people}
    places = [path for path in site.instance.iterdir() if path not in (mail, key)] + [site.logs, export]
    if database == "postgresql":
        places.append(data_folder(site.environ["DATABASE_URL"]))
    assert_none(find_traces(places, wanted, since=start))


def sign(tab: Tab, site: RunningSite, language: str, name: str, address: str, *, scripts: bool) -> None:
    """Sign, starting from the home page, and see the response: on the same page with JavaScript, else on a new one."""
    tab.goto(f"{site.url}/{language}/")
    tab.locator(".petition-card a.button").click()
    tab.wait_for_url(f"**/{language}/{PETITION}/")
    mark_document(tab)
    tab.locator("[name=name]").fill(name)
    tab.locator("[name=email]").fill(address)
    tab.locator("[name=opened]").evaluate(LONG_AGO)
    tab.locator("#sign button").click()
    expect(tab.locator("#check-email-title")).to_have_text(TEXTS[language].mailbox)
    if scripts:
        expect(tab.locator("#check-email-title")).to_be_focused()
        expect(tab).to_have_title(TEXTS[language].mailbox)
        assert is_marked(tab)
        assert tab.url == f"{site.url}/{language}/{PETITION}/"
    else:
        assert tab.url == f"{site.url}/{language}/{PETITION}/check-email"


def counted(site: RunningSite) -> int:
    """The count at this moment; pages show it up to two intervals later."""
    with site.inside():
        petition = get_current_petition("en")
        assert petition
        return get_count(petition.id, None).confirmed


def shown_count(tab: Tab) -> int:
    digits = "".join(sign for sign in tab.locator(".live-count strong").inner_text() if sign.isdigit())
    return int(digits or 0)


def data_folder(database_url: str) -> Path:
    """Where PostgreSQL keeps its files, after it has written everything to disk."""
    engine = create_engine(database_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CHECKPOINT"))
        folder = Path(str(connection.scalar(text("SHOW data_directory"))))
    engine.dispose()
    return folder


def mark_document(tab: Tab) -> None:
    """Mark the document; a page load removes the mark."""
    tab.evaluate("document.marked = true")


def is_marked(tab: Tab) -> bool:
    return bool(tab.evaluate("document.marked === true"))
