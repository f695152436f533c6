"""The petition as people sign it: in both languages, with JavaScript and without, on both databases."""

import csv
import io
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect
from sqlalchemy import create_engine, text

from tests.browser.conftest import AGENT, Newcomer
from tests.browser.traces import disguises, hidden_in
from tests.html import assert_none
from tests.petition.signing import code
from tests.running_site import RunningSite

PETITION = "petition/mothers"


@dataclass(frozen=True)
class Words:
    """What the pages say, as far as it tells one state from another."""

    name: str
    error: str
    answer: str
    thanks: str
    erased: str


WORDS = {
    "ru": Words("Анна Ахматова", "Ошибка:", "Проверьте почту", "Спасибо. Ваша подпись засчитана.", "Всё стёрто"),
    "en": Words(
        "Emmeline Pankhurst", "Error:", "Check your e-mail", "Thank you. Your signature counts.", "It is erased"
    ),
}

only_with_scripts = pytest.mark.parametrize("scripts", [True], indirect=True, ids=["js"])
only_in_english = pytest.mark.parametrize("language", ["en"], indirect=True)


def test_it_counts_those_who_confirm_and_forgets_those_who_withdraw(
    changing_site: RunningSite, newcomer: Newcomer, language: str, scripts: bool
) -> None:
    site, words = changing_site, WORDS[language]
    first, second = (f"{name}-{language}-{scripts}@example.org".lower() for name in ("first", "second"))
    reader = newcomer()
    before = count_at_home(reader, site, language)

    sign(reader, site, language, words.name, first, scripts=scripts)
    letter = site.letter_to(first)
    signer = newcomer()
    signer.goto(site.url + site.link(letter, "c"))
    assert count_at_home(reader, site, language) == before
    signer.locator("main form button").click()
    expect(signer.locator("h1")).to_have_text(words.thanks)

    sign(reader, site, language, words.name, second, scripts=scripts)
    typist = newcomer()
    typist.goto(f"{site.url}/{language}/{PETITION}/")
    typist.locator(".code-link a").click()
    typist.locator("[name=code]").fill(code(site.letter_to(second)).lower())
    typist.locator("main form button").click()
    expect(typist.locator("h1")).to_have_text(words.thanks)
    assert count_at_home(reader, site, language) == before + 2

    signer.goto(site.url + site.link(letter, "w"))
    assert count_at_home(reader, site, language) == before + 2
    signer.locator("main form button").click()
    expect(signer.locator("h1")).to_have_text(words.erased)
    assert count_at_home(reader, site, language) == before + 1


def test_it_says_what_is_wrong_and_keeps_what_was_typed(
    shared_site: RunningSite, newcomer: Newcomer, language: str, scripts: bool
) -> None:
    reader = newcomer()
    address = f"{shared_site.url}/{language}/{PETITION}/"
    reader.goto(address)
    mark_document(reader)
    reader.locator("[name=email]").fill("anna")
    reader.locator("[name=country]").select_option("DE")
    reader.locator("[name=updates]").check()
    reader.locator("#sign button").click()
    expect(reader.locator(".errors li")).to_have_count(2)
    expect(reader.locator("[name=email]")).to_have_value("anna")
    expect(reader.locator("[name=country]")).to_have_value("DE")
    expect(reader.locator("[name=updates]")).to_be_checked()
    expect(reader.locator("[name=show_name]")).not_to_be_checked()
    if scripts:
        expect(reader.locator(".errors")).to_be_focused()
        assert is_marked(reader)
        assert reader.url == address
    else:
        assert reader.title().startswith(WORDS[language].error)
        assert reader.url == f"{address}sign"

    reader.locator(".errors a").first.click()
    expect(reader.locator("[name=name]")).to_be_focused()
    # What was swapped in is as much of a form as what it replaced.
    reader.keyboard.type(WORDS[language].name)
    reader.keyboard.press("Enter")
    expect(reader.locator(".errors li")).to_have_count(1)
    expect(reader.locator("[name=name]")).to_have_value(WORDS[language].name)
    assert is_marked(reader) is scripts


@only_with_scripts
def test_it_loses_nothing_when_the_connection_fails(
    shared_site: RunningSite, newcomer: Newcomer, language: str
) -> None:
    reader = newcomer()
    reader.goto(f"{shared_site.url}/{language}/{PETITION}/")
    mark_document(reader)
    reader.route("**/sign", lambda route: route.abort())
    reader.locator("[name=name]").fill(WORDS[language].name)
    reader.locator("[name=email]").fill("anna")
    reader.locator("#sign button").click()
    failure = reader.locator("[data-network-failure]")
    expect(failure).to_be_visible()
    expect(reader.locator("[name=name]")).to_have_value(WORDS[language].name)
    expect(reader.locator("[name=email]")).to_have_value("anna")
    assert is_marked(reader)

    reader.unroute("**/sign")
    reader.locator("#sign button").click()
    expect(reader.locator(".errors li")).to_have_count(1)
    expect(failure).to_be_hidden()
    expect(reader.locator("[name=name]")).to_have_value(WORDS[language].name)


@only_with_scripts
@only_in_english
def test_the_count_of_an_open_page_keeps_up(shared_site: RunningSite, newcomer: Newcomer) -> None:
    site = shared_site
    reader = newcomer()
    reader.clock.install()
    reader.goto(f"{site.url}/en/")
    mark_document(reader)
    before = shown_count(reader)
    site.ask(f"/en/{PETITION}/sign", {"name": "Emmeline Pankhurst", "email": "meanwhile@example.org"})
    site.ask(site.link(site.letter_to("meanwhile@example.org"), "c"), {})
    reader.clock.fast_forward("00:30")
    expect(reader.locator(".live-count strong")).to_have_text(str(before + 1))
    assert is_marked(reader)


@only_with_scripts
@only_in_english
def test_the_server_holds_nothing_readable_of_a_signer(
    new_site: RunningSite, newcomer: Newcomer, tmp_path: Path, request: pytest.FixtureRequest, database: str
) -> None:
    site = new_site
    people = {
        "kvitoslava.zyxomma@marked-qwfpgj.example": "Квитослава Ёлкина-Щукарь",
        "waits-xylograph@marked-zzyzx.example": "Waldeburga Xylograph-Quux",
    }
    signer = newcomer()
    # Each signs twice, so that the way of an address that is known leaves its traces too.
    for address, name in [*people.items(), *people.items()]:
        sign(signer, site, "en", name, address, scripts=True)
    (address, name), (waiting, _) = people.items()
    letter = site.letter_to(address)
    site.letter_to(waiting)
    signer.goto(site.url + site.link(letter, "c"))
    signer.locator("main form button").click()
    expect(signer.locator("h1")).to_have_text(WORDS["en"].thanks)

    export = tmp_path / "export.jsonl"
    site.flask("petition", "export", "mothers", str(export))
    unseal = [Path(sys.executable).parent / "wzo-unseal", site.instance / "signature-private-key.txt", export]
    opened = subprocess.run(unseal, capture_output=True, text=True, check=True).stdout
    assert [(row["name"], row["email"]) for row in csv.DictReader(io.StringIO(opened))] == [(name, address)]

    wanted = {
        f"{word} as {how}": trace
        for word in [*people, *people.values(), *" ".join(people.values()).split(), AGENT]
        for how, trace in disguises(word).items()
    }
    # The captured mail and the private key would not be on a server; that the search finds the mail shows that it sees.
    mail, key = site.instance / "mail", site.instance / "signature-private-key.txt"
    assert {found.split(" in ")[0] for found in hidden_in([mail], wanted)} >= {f"{each} as utf-8" for each in people}
    places = [path for path in site.instance.iterdir() if path not in (mail, key)] + [site.logs, export]
    if database == "postgresql":
        places.append(data_folder(request.getfixturevalue("empty_database_url")))
    assert_none(hidden_in(places, wanted))


def sign(tab: Tab, site: RunningSite, language: str, name: str, address: str, *, scripts: bool) -> None:
    """Sign from the home page on, and see the answer: in the page with JavaScript, else on one of its own."""
    tab.goto(f"{site.url}/{language}/")
    tab.locator(".petition-card a.button").click()
    tab.wait_for_url(f"**/{language}/{PETITION}/")
    mark_document(tab)
    tab.locator("[name=name]").fill(name)
    tab.locator("[name=email]").fill(address)
    tab.locator("#sign button").click()
    expect(tab.locator("#mailbox-title")).to_have_text(WORDS[language].answer)
    if scripts:
        expect(tab.locator("#mailbox-title")).to_be_focused()
        assert is_marked(tab)
        assert tab.url == f"{site.url}/{language}/{PETITION}/"
    else:
        assert tab.url == f"{site.url}/{language}/{PETITION}/mailbox"


def count_at_home(tab: Tab, site: RunningSite, language: str) -> int:
    """The count that a reader sees who opens the home page now."""
    tab.goto(f"{site.url}/{language}/")
    return shown_count(tab)


def shown_count(tab: Tab) -> int:
    digits = "".join(sign for sign in tab.locator(".live-count strong").inner_text() if sign.isdigit())
    return int(digits or 0)


def data_folder(database_url: str) -> Path:
    """Where PostgreSQL keeps its files, after it has written down what it still had in memory."""
    engine = create_engine(database_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CHECKPOINT"))
        folder = Path(str(connection.scalar(text("SHOW data_directory"))))
    engine.dispose()
    return folder


def mark_document(tab: Tab) -> None:
    """Leave a mark that does not outlive a page load."""
    tab.evaluate("document.marked = true")


def is_marked(tab: Tab) -> bool:
    return bool(tab.evaluate("document.marked === true"))
