"""The pages of giving: the question, the warning, the ways, goals and accounts."""

import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product
from urllib.parse import urlencode

import pytest
import resvg_py
import zxingcpp
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import update

from tests.donate.methods import ADDRESSES, BANK, LINK, make_every_way
from tests.factories import AnnualAccountFactory, DonationGoalFactory, DonationWayFactory
from tests.html import parse
from wzo.donate import queries
from wzo.donate.models import ANSWERS
from wzo.extensions import db
from wzo.i18n import LANGUAGES
from wzo.pages.models import PageText
from wzo.publication import State

# What leads to a payment: none of it may be seen by somebody who was not warned.
SECRETS = (
    LINK,
    "women-in-prison.ru",
    "donate/card",
    "code.svg",
    *ADDRESSES.values(),
    *("DE89", "COBADEFF", "Friends of the Women", "platform.example.org"),
)
FROM = [*((answer,) for answer in ANSWERS), (), ("",), ("Russia",), ("russia ",), ("x",), ("russia", "elsewhere"),
        ("elsewhere", "russia"), ("russia", "russia")]  # fmt: skip
WARNED = [(), ("1",), ("",), ("0",), ("true",), ("1", "0"), ("0", "1"), ("1", "1")]
OTHERS = [{}, {"warned[]": "1", "lang": "ru"}]


def words(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.fixture
def ways(content: None) -> None:
    make_every_way()


@pytest.mark.slow
@pytest.mark.usefixtures("ways")
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_leads_to_a_payment_before_the_warning(client: FlaskClient, language: str) -> None:
    paths = [f"/{language}/donate/", *(f"/{language}/donate/{slug}/code.svg" for slug in ("bank", "bitcoin", "nope"))]
    seen = 0
    for path, answers, warned, other in product(paths, FROM, WARNED, OTHERS):
        query = urlencode([*(("from", it) for it in answers), *(("warned", it) for it in warned), *other.items()])
        answer = client.get(f"{path}?{query}")
        shown = answers in (("elsewhere",), ("none",)) or (answers == ("russia",) and warned == ("1",))
        if shown:
            seen += answer.status_code == 200
            continue
        assert answer.status_code == (200 if path.endswith("/donate/") else 302), query
        for secret in SECRETS:
            assert secret not in answer.text, (path, query, secret)
        location = answer.headers.get("Location", "")
        assert location in ("", f"/{language}/donate/", f"/{language}/donate/?from=russia"), (path, query)
    assert seen


@pytest.mark.usefixtures("ways")
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_no_other_method_goes_round_the_warning(client: FlaskClient, method: str) -> None:
    answer = client.open("/en/donate/?from=russia", method=method, data={"warned": "1", "from": "elsewhere"})
    assert answer.status_code == 405
    assert not [secret for secret in SECRETS[3:] if secret in answer.text]


@pytest.mark.usefixtures("ways")
def test_it_warns_even_where_no_text_of_it_is_live(client: FlaskClient) -> None:
    assert "prosecuted" in client.get("/en/donate/?from=russia").text
    db.session.execute(update(PageText).values(state=State.UNPUBLISHED))
    db.session.commit()
    page = client.get("/en/donate/?from=russia").text
    assert "prosecuted" in page
    assert not [secret for secret in SECRETS if secret in page]


def test_a_way_is_shown_to_those_for_whom_it_is(client: FlaskClient) -> None:
    DonationWayFactory(slug="bank", answers="elsewhere none", **BANK)
    DonationWayFactory(slug="hidden", answers="russia", texts__title="Nobody else")
    DonationWayFactory(slug="draft", texts__state=State.DRAFT, texts__title="A draft")
    for answer, there in (("elsewhere", True), ("none", True), ("russia", False)):
        page = client.get(f"/en/donate/?from={answer}&warned=1").text
        assert ("DE89 3704 0044 0532 0130 00" in page) is there
        assert ("Nobody else" in page) is not there
        assert "A draft" not in page
        code = client.get(f"/en/donate/bank/code.svg?from={answer}&warned=1")
        assert code.status_code == (200 if there else 404)


def test_it_says_so_where_there_is_no_way(client: FlaskClient) -> None:
    page = words(client.get("/en/donate/?from=none").text)
    assert "At the moment we cannot offer" in page
    assert "Sign the petition" in page


@pytest.mark.usefixtures("ways")
def test_one_way_is_recommended_and_the_others_are_folded(client: FlaskClient) -> None:
    page = parse(client.get("/en/donate/?from=none").data)
    assert len([it for it in page.root.iter("section") if it.get("class") == "way"]) == 1
    folded = [it.get("id") for it in page.root.iter("details")]
    assert folded == ["way-bank", *(f"way-{network}" for network in ADDRESSES), "way-platform"]
    assert not [it for it in page.root.iter("details") if "open" in it.attrib]


@pytest.mark.usefixtures("ways")
def test_everything_can_be_read_and_copied(client: FlaskClient) -> None:
    page = parse(client.get("/en/donate/?from=none").data)
    copied = {it.get("data-copy") for it in page.root.iter("button")} - {None}
    assert copied >= {"DE89370400440532013000", "COBADEFFXXX", BANK["holder"], BANK["purpose"], *ADDRESSES.values()}
    read = {it.text for it in page.root.iter("span") if it.get("class") == "copyable"}
    assert read >= {"DE89 3704 0044 0532 0130 00", BANK["purpose"], *ADDRESSES.values()}
    # Without JavaScript no button stands there that does nothing.
    assert all("hidden" in it.attrib for it in page.root.iter("button") if it.get("data-copy"))


@pytest.mark.usefixtures("ways")
def test_links_name_their_host_and_tell_it_nothing(client: FlaskClient) -> None:
    page = parse(client.get("/en/donate/?from=none").data)
    (link,) = (it for it in page.root.iter("a") if it.get("href") == LINK)
    assert link.get("rel") == "noreferrer"
    assert "platform.example.org" in (link.text or "")


@pytest.mark.usefixtures("ways")
@pytest.mark.parametrize("network", ADDRESSES)
def test_the_code_of_a_crypto_address_is_the_address(client: FlaskClient, network: str) -> None:
    answer = client.get(f"/ru/donate/{network}/code.svg?from=none")
    assert answer.mimetype == "image/svg+xml"
    picture = resvg_py.svg_to_bytes(svg_string=answer.text, width=400)
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))
    assert found.text == ADDRESSES[network]


@pytest.mark.usefixtures("content")
def test_texts_of_giving_are_no_pages_of_their_own(client: FlaskClient) -> None:
    for slug in (queries.WARNING, queries.IMPACT, queries.THANKS):
        assert client.get(f"/en/{slug}/").status_code == 404
        assert client.get(f"/en/pages/{slug}/").status_code == 404
        assert slug not in client.get("/sitemaps/pages.xml").text
        for language in LANGUAGES:
            assert queries.find_text(slug, language)
    assert "What your gift does" in words(client.get("/en/donate/").text)


def test_a_goal_tells_confirmed_gifts_in_one_currency(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    today = datetime.now(UTC).date()
    since = today - timedelta(10)
    asked: list[tuple[date, date]] = []

    def gifts(since: date, until: date) -> dict[str, Decimal]:
        asked.append((since, until))
        return {"EUR": Decimal(1000), "USD": Decimal("250.50"), "GEL": Decimal(5)}

    monkeypatch.setattr(queries, "get_card_donations", gifts)
    DonationGoalFactory(since=since, rates="USD 0.92 2026-11-20")
    page = words(client.get("/en/donate/").text)
    assert asked == [(since, today)]
    assert "<strong>€1,230.46</strong>" in page
    assert "of €20,000" in page
    assert "One USD is counted as 0.92 EUR, the rate of 20 November 2026." in page
    assert "Not counted, for want of a rate: gifts in GEL." in page


@pytest.mark.parametrize(
    ("since", "until", "shown"), [(0, 0, True), (-5, None, True), (1, None, False), (-5, -1, False)]
)
def test_a_goal_is_shown_in_its_time(client: FlaskClient, since: int, until: int | None, shown: bool) -> None:
    today = datetime.now(UTC).date()
    end = None if until is None else today + timedelta(until)
    DonationGoalFactory(since=today + timedelta(since), until=end)
    assert ("<progress" in client.get("/en/donate/").text) is shown


def test_an_account_is_a_table_and_a_picture(client: FlaskClient) -> None:
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
