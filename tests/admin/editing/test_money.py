"""What the panel says of accounts of banks and crypto currencies, amounts, rates and annual accounts."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.admin.editing.panel import EditPage, begin
from tests.conftest import SignIn
from tests.donate.ways import ADDRESSES, BANK
from wzo.donate.models import DonationWay
from wzo.donate.queries import GIFT, WARNING
from wzo.extensions import db
from wzo.home.models import Page

WORDS = {"ru.title": "Перевод", "en.title": "Transfer"}
ACCOUNT = {f"all.{name}": value for name, value in BANK.items()}
CRYPTO = {"all.kind": "crypto", "all.network": "bitcoin", "all.wallet": ADDRESSES["bitcoin"], "all.currency": "BTC"}
ANNUAL = {
    "ru.title": "2025",
    "ru.income": "Дары: 1 200,50",
    "ru.spending": "Суды: 900",
    "en.title": "2025",
    "en.income": "Gifts: 1200.50",
    "en.spending": "Courts: 900",
}
GOAL = {"ru.title": "На суды", "en.title": "For courts", "all.amount": "20000", "all.rates": "USD 0.92 2026-11-20"}
NO_IBAN = "This is no IBAN: a sign is wrong, missing or too many."
NO_ADDRESS = "a sign is wrong, missing or too many. Copy it from the wallet once more."


@pytest.fixture
def publisher(client: FlaskClient, sign_in: SignIn) -> FlaskClient:
    sign_in(client, "publisher")
    return client


def refusal(page: EditPage, values: dict[str, str]) -> str:
    """What the panel answers to somebody who wants to publish this."""
    answer = page.fill(values).press("publish:ru en")
    if answer.status_code == 303:
        return ""
    assert answer.status_code in (200, 422)
    return str(answer.text.replace("\u00a0", " ").replace("&#39;", "’"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"all.iban": "DE89 3704 0044 0532 0130 01"}, "iban", NO_IBAN),
        ({"all.iban": "DE89 3704 0044 0532 0130 0"}, "iban", NO_IBAN),
        ({"all.iban": "XX89 3704 0044 0532 0130 00"}, "iban", NO_IBAN),
        ({"all.iban": "40817810099910004312"}, "iban", NO_IBAN),
        ({"all.iban": ""}, "iban", "Write the IBAN; of an account that has none, its number below."),
        ({"all.bic": "COBADEF"}, "bic", "This is no BIC: it has eight or eleven letters and digits"),
        ({"all.holder": "Женщина"}, "holder", "Write whose account it is in Latin letters"),
        ({"all.holder": "A" * 71}, "holder", "Banks take at most 70 letters here."),
        ({"all.holder": ""}, "holder", "Write whose account it is."),
        ({"all.amount": "12,50"}, "amount", "write it like 25 or 12.50."),
        ({"all.amount": "0"}, "amount", "write it like 25 or 12.50."),
        ({"all.purpose": "A" * 141}, "purpose", "Banks take at most 140 letters here."),
        ({"all.purpose": "Ж" * 140}, "purpose", "This is more than a QR code of a transfer can hold."),
        ({"all.currency": "euro"}, "currency", "write its letters in capitals"),
        ({"all.answers": ""}, "answers", "Choose: Who sees it"),
        ({"all.answers": "russia mars"}, "answers", "Choose: Who sees it"),
        ({**CRYPTO, "all.wallet": ADDRESSES["bitcoin"][:-1] + "5"}, "wallet", f"no address of Bitcoin: {NO_ADDRESS}"),
        ({**CRYPTO, "all.network": "monero"}, "wallet", f"no address of Monero: {NO_ADDRESS}"),
        ({**CRYPTO, "all.network": "tron", "all.wallet": "T" * 34}, "wallet", f"no address of Tron: {NO_ADDRESS}"),
        ({**CRYPTO, "all.network": "ton", "all.wallet": "E" * 48}, "wallet", f"no address of TON: {NO_ADDRESS}"),
        (
            {**CRYPTO, "all.network": "ethereum", "all.wallet": ADDRESSES["ethereum"].lower()},
            "wallet",
            "Copy the address with its capital and small letters",
        ),
        ({**CRYPTO, "all.network": ""}, "network", "Choose the network of the address."),
        ({**CRYPTO, "all.wallet": ""}, "wallet", "Write the address to which the gifts go."),
        ({"all.kind": "link"}, "url", "Write where the link leads."),
    ],
)
def test_a_way_that_would_lose_gifts_is_refused_with_a_sentence(
    publisher: FlaskClient, values: dict[str, str], field: str, sentence: str
) -> None:
    page = begin(publisher, "donation-ways")
    text = refusal(page, {**WORDS, **ACCOUNT, **values})
    assert sentence in text
    assert f'id="all.{field}-error"' in text
    assert db.session.scalars(select(DonationWay.iban)).one() == ""


@pytest.mark.parametrize("values", [ACCOUNT, CRYPTO])
def test_a_way_that_works_is_published(publisher: FlaskClient, values: dict[str, str]) -> None:
    page = begin(publisher, "donation-ways")
    assert refusal(page, {**WORDS, **values, "all.slug": "way", "all.answers": "elsewhere none"}) == ""
    for answer, status in (("elsewhere", 200), ("none", 200), ("russia&warned=1", 404)):
        assert publisher.get(f"/en/donate/way/code.svg?from={answer}").status_code == status


def test_a_purpose_in_cyrillic_is_advised_against_and_taken(publisher: FlaskClient) -> None:
    page = begin(publisher, "donation-ways").fill({**WORDS, **ACCOUNT})
    page.press()
    assert "Some banks refuse a purpose that is not in Latin letters." in page.open().text.replace("\u00a0", " ")
    assert page.press("publish:ru en").status_code == 303


def test_a_draft_of_a_way_is_previewed_where_it_will_stand(publisher: FlaskClient) -> None:
    page = begin(publisher, "donation-ways").fill({**WORDS, **ACCOUNT, "all.answers": "russia"})
    page.press()
    assert "DE89 3704" in publisher.get(f"{page.path}preview/en/").text
    page.open().fill({"all.iban": "DE00"}).press()
    assert publisher.get(f"{page.path}preview/en/").status_code == 200


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"en.income": "Gifts"}, "en.income", "end each line with a colon and an amount"),
        ({"ru.spending": "Суды: много"}, "ru.spending", "This one does not: Суды: много"),
        ({"en.spending": "Courts: 901"}, "ru.spending", "The amounts are not the same in both languages."),
        ({"all.year": "25"}, "all.year", "Write the year in four digits."),
        ({"all.year": ""}, "all.year", "Fill in: Year."),
        ({"all.currency": "EURO"}, "all.currency", "write its three letters, like EUR."),
    ],
)
def test_an_account_that_does_not_add_up_is_refused(
    publisher: FlaskClient, values: dict[str, str], field: str, sentence: str
) -> None:
    text = refusal(begin(publisher, "accounts"), {**ANNUAL, **values})
    assert sentence in text
    assert f'id="{field}-error"' in text


def test_an_account_is_published_and_previewed(publisher: FlaskClient) -> None:
    page = begin(publisher, "accounts").fill({**ANNUAL, "en.income": "Gifts: 1200.50\nbroken"})
    page.press()
    assert "€1,200.50" in publisher.get(f"{page.path}preview/en/").text
    assert refusal(page.open(), ANNUAL) == ""
    assert "€1,200.50" in publisher.get("/en/donate/").text


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"all.amount": "0"}, "write a whole number greater than 0."),
        ({"all.amount": ""}, "Fill in: Amount."),
        ({"all.rates": "USD 0,92 2026-11-20"}, "This is none: USD 0,92 2026-11-20"),
        ({"all.since": ""}, "Fill in: From"),
        ({"all.currency": "BTC"}, "write its three letters, like EUR."),
    ],
)
def test_a_goal_that_cannot_be_told_is_refused(publisher: FlaskClient, values: dict[str, str], sentence: str) -> None:
    assert sentence in refusal(begin(publisher, "goals"), {**GOAL, **values})


def test_a_goal_is_published(publisher: FlaskClient) -> None:
    assert refusal(begin(publisher, "goals"), GOAL) == ""
    assert "of €20,000" in publisher.get("/en/donate/").text.replace("\u00a0", " ")


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize("slug", [WARNING, GIFT])
def test_texts_of_giving_are_previewed_where_they_stand(publisher: FlaskClient, slug: str) -> None:
    thing_id = db.session.scalars(select(Page.id).where(Page.slug == slug)).one()
    page = EditPage(publisher, f"/admin/pages/{thing_id}/").open()
    page.fill({"en.title": "Quite another title"}).press()
    assert "Quite another title" in publisher.get(f"{page.path}preview/en/").text.replace("\u00a0", " ")
    assert "/en/donate/" in page.open().text
