"""The donation page: the question, the warning, the methods, goals and annual accounts."""

import io
from datetime import date, timedelta
from itertools import product
from urllib.parse import urlencode

import pytest
import zxingcpp
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import update

from tests.donate.methods import BANK, LINK, WALLETS, create_every_method
from tests.factories import AnnualAccountFactory, DonationGoalFactory, DonationMethodFactory
from tests.html import parse
from wzo.donate import queries
from wzo.donate.card.models import CardDonationDay
from wzo.donate.models import ANSWERS
from wzo.donate.wallets import NETWORKS
from wzo.extensions import db
from wzo.i18n import LANGUAGES
from wzo.pages.models import PageText
from wzo.pages.queries import find_text
from wzo.publication import State

# Links to payments: no donor may see any of them before the warning.
SECRETS = (
    LINK,
    "women-in-prison.ru",
    "donate/card",
    "code.png",
    *WALLETS.values(),
    *("DE89", "COBADEFF", "Friends of the Women", "platform.example.org"),
)
FROM = [*((answer,) for answer in ANSWERS), (), ("",), ("Russia",), ("russia ",), ("x",), ("russia", "elsewhere"),
        ("elsewhere", "russia"), ("russia", "russia")]  # fmt: skip
WARNED = [(), ("1",), ("",), ("0",), ("true",), ("1", "0"), ("0", "1"), ("1", "1")]
OTHERS = [{}, {"warned[]": "1", "lang": "ru"}]


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.fixture
def methods(content: None) -> None:
    create_every_method()


@pytest.mark.one_database
@pytest.mark.one_database
@pytest.mark.slow
@pytest.mark.usefixtures("methods")
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_shows_no_link_to_a_payment_before_the_warning(client: FlaskClient, language: str) -> None:
    paths = [f"/{language}/donate/", *(f"/{language}/donate/{slug}/code.png" for slug in ("bank", "bitcoin", "nope"))]
    seen = 0
    for path, answers, warned, other in product(paths, FROM, WARNED, OTHERS):
        query = urlencode([*(("from", it) for it in answers), *(("warned", it) for it in warned), *other.items()])
        response = client.get(f"{path}?{query}")
        shown = answers in (("elsewhere",), ("none",)) or (answers == ("russia",) and warned == ("1",))
        if shown:
            seen += response.status_code == 200
            continue
        assert response.status_code == (200 if path.endswith("/donate/") else 302), query
        for secret in SECRETS:
            assert secret not in response.text, (path, query, secret)
        location = response.headers.get("Location", "")
        assert location in ("", f"/{language}/donate/", f"/{language}/donate/?from=russia"), (path, query)
    assert seen


@pytest.mark.usefixtures("methods")
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_it_lets_no_other_http_method_bypass_the_warning(client: FlaskClient, method: str) -> None:
    response = client.open("/en/donate/?from=russia", method=method, data={"warned": "1", "from": "elsewhere"})
    assert response.status_code == 405
    assert not [secret for secret in SECRETS[3:] if secret in response.text]


@pytest.mark.usefixtures("methods")
def test_it_warns_even_if_no_warning_text_is_live(client: FlaskClient) -> None:
    assert "prosecuted" in client.get("/en/donate/?from=russia").text
    db.session.execute(update(PageText).values(state=State.UNPUBLISHED))
    db.session.commit()
    page = client.get("/en/donate/?from=russia").text
    assert "prosecuted" in page
    assert not [secret for secret in SECRETS if secret in page]


def test_it_shows_a_method_only_for_its_answers(client: FlaskClient) -> None:
    DonationMethodFactory(slug="bank", answers="elsewhere none", **BANK)
    DonationMethodFactory(slug="hidden", answers="russia", texts__title="Nobody else")
    DonationMethodFactory(slug="draft", texts__state=State.DRAFT, texts__title="A draft")
    for answer, there in (("elsewhere", True), ("none", True), ("russia", False)):
        page = client.get(f"/en/donate/?from={answer}&warned=1").text
        assert ("DE89 3704 0044 0532 0130 00" in page) is there
        assert ("Nobody else" in page) is not there
        assert "A draft" not in page
        code = client.get(f"/en/donate/bank/code.png?from={answer}&warned=1")
        assert code.status_code == (200 if there else 404)


# What the donation pages say where there is no way to give, in both languages.
NO_WAY = {
    "en": {
        "anywhere": "You cannot give us money through this site yet.",
        "russia": "At present we take no gifts by a card issued in Russia.",
        "elsewhere": "We have not yet set up a way to give by a card issued outside Russia.",
        "none": "We have not yet set up a way to give without a card.",
        "petition": "Sign the petition",
    },
    "ru": {
        "anywhere": "Перечислить нам деньги через этот сайт пока нельзя.",
        "russia": "Пожертвования с карт российских банков мы сейчас не принимаем.",
        "elsewhere": "Принимать пожертвования с карт зарубежных банков мы пока не можем.",
        "none": "Принимать пожертвования без карты мы пока не можем.",
        "petition": "Подписать петицию",
    },
}


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_what_else_helps_while_there_is_no_way_to_give(client: FlaskClient, language: str) -> None:
    said = NO_WAY[language]
    page = plain(client.get(f"/{language}/donate/").text)
    assert said["anywhere"] in page
    assert page.count(said["petition"]) == 1
    assert "?from=" not in page
    for answer in ANSWERS:
        for warned in ("", "&warned=1"):
            page = plain(client.get(f"/{language}/donate/?from={answer}{warned}").text)
            assert said[answer] in page, answer
            assert said["petition"] in page
            assert "warned=1" not in page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("only", ANSWERS)
def test_it_shows_the_way_to_the_only_method(client: FlaskClient, language: str, only: str) -> None:
    DonationMethodFactory(slug="bank", answers=only, **BANK)
    said = NO_WAY[language]
    question = plain(client.get(f"/{language}/donate/").text)
    assert all(f"?from={answer}" in question for answer in ANSWERS)
    # Nobody is led past the warning, or to the ways that need it.
    ways = {("elsewhere", "none"): "none", ("none", "elsewhere"): "elsewhere"}
    for answer in ANSWERS:
        page = plain(client.get(f"/{language}/donate/?from={answer}&warned=1").text)
        assert (said[answer] in page) is (answer != only)
        assert ("DE89" in page) is (answer == only)
        linked = {to for to in ANSWERS if f'href="/{language}/donate/?from={to}"' in page}
        assert linked == ({ways[answer, only]} if (answer, only) in ways else set())
    warning = plain(client.get(f"/{language}/donate/?from=russia").text)
    assert (said["russia"] in warning) is (only != "russia")
    assert ("warned=1" in warning) is (only == "russia")


@pytest.mark.usefixtures("methods")
def test_it_recommends_one_method_and_collapses_the_others(client: FlaskClient) -> None:
    page = parse(client.get("/en/donate/?from=none").data)
    assert len([it for it in page.root.iter("section") if it.get("class") == "donation-method"]) == 1
    folded = [it.get("id") for it in next(page.root.iter("main")).iter("details")]
    assert folded == [*(f"way-{network}" for network in WALLETS), "way-platform"]
    assert not [it for it in page.root.iter("details") if "open" in it.attrib]


@pytest.mark.usefixtures("methods")
def test_it_lets_everything_be_read_and_copied(client: FlaskClient) -> None:
    page = parse(client.get("/en/donate/?from=none").data)
    copied = {it.get("data-copy") for it in page.root.iter("span")} - {None}
    assert copied >= {"DE89370400440532013000", "COBADEFFXXX", BANK["holder"], BANK["purpose"], *WALLETS.values()}
    read = {it.text for it in page.root.iter("span") if it.get("class") == "copyable"}
    assert read >= {"DE89 3704 0044 0532 0130 00", BANK["purpose"], *WALLETS.values()}
    # Without JavaScript there is no button that does nothing.
    assert not [it for it in page.root.iter("button") if it.get("type") == "button"]


@pytest.mark.usefixtures("methods")
def test_it_names_the_host_of_a_link_and_sends_it_no_referrer(client: FlaskClient) -> None:
    page = parse(client.get("/en/donate/?from=none").data)
    (link,) = (it for it in page.root.iter("a") if it.get("href") == LINK)
    assert link.get("rel") == "noreferrer"
    assert "platform.example.org" in "".join(link.itertext())


@pytest.mark.usefixtures("methods")
@pytest.mark.parametrize("network", WALLETS)
def test_it_encodes_a_wallet_address_in_its_code(client: FlaskClient, network: str) -> None:
    response = client.get(f"/ru/donate/{network}/code.png?from=none")
    assert response.mimetype == "image/png"
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(response.data)))
    assert found.text == WALLETS[network]


@pytest.mark.usefixtures("content")
def test_it_serves_donation_texts_on_no_page_of_their_own(client: FlaskClient) -> None:
    for slug in (queries.WARNING, queries.IMPACT, queries.THANKS):
        assert client.get(f"/en/{slug}/").status_code == 404
        assert client.get(f"/en/pages/{slug}/").status_code == 404
        assert slug not in client.get("/sitemaps/pages.xml").text
        for language in LANGUAGES:
            assert find_text(slug, language)
    assert "What your gift does" in plain(client.get("/en/donate/").text)


def test_it_shows_the_progress_of_a_goal_in_one_currency(client: FlaskClient, today: date) -> None:
    since = today - timedelta(10)
    for day, code, amount in (
        (since - timedelta(1), "EUR", 700),
        (since, "EUR", 60_000),
        (today, "EUR", 40_000),
        (today, "USD", 25_050),
        (today, "GEL", 500),
        (today + timedelta(1), "EUR", 700),
    ):
        db.session.add(CardDonationDay(day=day, currency=code, amount=amount))
    db.session.commit()
    DonationGoalFactory(since=since, rates="USD 0.92 2026-11-20")
    page = plain(client.get("/en/donate/").text)
    assert "<strong>€1,230.46</strong>" in page
    assert "of €20,000" in page
    assert "One USD is counted as 0.92 EUR, the rate of 20 November 2026." in page
    assert "Not counted, for want of a rate: gifts in GEL." in page


@pytest.mark.parametrize(
    ("since", "until", "shown"), [(0, 0, True), (-5, None, True), (1, None, False), (-5, -1, False)]
)
def test_it_shows_a_goal_only_between_its_dates(
    client: FlaskClient, today: date, since: int, until: int | None, shown: bool
) -> None:
    end = None if until is None else today + timedelta(until)
    DonationGoalFactory(since=today + timedelta(since), until=end)
    assert ("<progress" in client.get("/en/donate/").text) is shown


def test_it_shows_an_annual_account_as_a_table_and_a_chart(client: FlaskClient) -> None:
    assert "<table" not in client.get("/en/donate/").text
    AnnualAccountFactory(year=2024, texts__state=State.DRAFT, texts__income="Gifts: 5")
    AnnualAccountFactory(texts__income="Gifts: 1200.50\nGrants: 900", texts__spending="Lawyers: 1 800")
    page = parse(client.get("/ru/donate/").data)
    rows = [["".join(cell.itertext()).replace("\u00a0", " ") for cell in row] for row in page.root.iter("tr")]
    assert rows == [
        ["Доходы", "EUR"], ["Gifts", "1 200,50 €"], ["Grants", "900 €"], ["Всего", "2 100,50 €"],
        ["Расходы", "EUR"], ["Lawyers", "1 800 €"], ["Всего", "1 800 €"],
    ]  # fmt: skip
    bars = page.all(lambda it: it.tag.endswith("rect"))
    assert [it.get("class") for it in bars] == ["slot", "income"] * 2 + ["slot", "spending"]


EVERYONE_SEES = {"en": "every transfer on this network", "ru": "перевод в этой сети"}


@pytest.mark.usefixtures("methods")
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_of_every_network_but_monero_that_transfers_are_public(client: FlaskClient, language: str) -> None:
    page = parse(client.get(f"/{language}/donate/?from=none").data)
    said = {}
    for part in page.root.iter():
        slug = (part.get("id") or "").removeprefix("way-")
        if slug in WALLETS:
            said[slug] = EVERYONE_SEES[language] in plain("".join(part.itertext()))
    assert set(said) == set(NETWORKS)
    assert said == {network: network != "monero" for network in NETWORKS}
