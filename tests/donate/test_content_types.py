"""Donation methods, goals and annual accounts in the panel: what is checked, published and previewed."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.admin.editing.edit_page import EditPage, create
from tests.conftest import SignIn
from tests.donate.methods import BANK, WALLETS
from wzo.donate.models import DonationMethod
from wzo.donate.queries import IMPACT, WARNING
from wzo.extensions import db
from wzo.pages.models import Page

pytestmark = pytest.mark.one_database

TITLES = {"ru.title": "Перевод", "en.title": "Transfer"}
ACCOUNT = {f"shared.{name}": value for name, value in BANK.items()}
CRYPTO = {
    "shared.kind": "crypto",
    "shared.network": "bitcoin",
    "shared.wallet": WALLETS["bitcoin"],
    "shared.currency": "BTC",
}
ANNUAL = {
    "ru.title": "2025",
    "ru.income": "Дары: 1 200,50",
    "ru.spending": "Суды: 900",
    "en.title": "2025",
    "en.income": "Gifts: 1200.50",
    "en.spending": "Courts: 900",
}
GOAL = {
    "ru.title": "На суды",
    "en.title": "For courts",
    "shared.amount": "20000",
    "shared.rates": "USD 0.92 2026-11-20",
}
NO_IBAN = "This IBAN is not valid: a character is wrong, missing or extra."
NO_ADDRESS = "address: a character is wrong, missing or extra. Copy it from the wallet again."


@pytest.fixture
def publisher(client: FlaskClient, sign_in: SignIn) -> FlaskClient:
    sign_in(client, "publisher")
    return client


def failure(page: EditPage, values: dict[str, str]) -> str:
    """The text of the response that refuses to publish these values; empty if they are published."""
    response = page.fill(values).press("publish:ru en")
    if response.status_code == 303:
        return ""
    assert response.status_code in (200, 422)
    return str(response.text.replace("\u00a0", " ").replace("&#39;", "’"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"shared.iban": "DE89 3704 0044 0532 0130 01"}, "iban", NO_IBAN),
        ({"shared.iban": "DE89 3704 0044 0532 0130 0"}, "iban", NO_IBAN),
        ({"shared.iban": "XX89 3704 0044 0532 0130 00"}, "iban", NO_IBAN),
        ({"shared.iban": "40817810099910004312"}, "iban", NO_IBAN),
        ({"shared.iban": ""}, "iban", "Enter the IBAN or, if the account has none, its number below."),
        ({"shared.bic": "COBADEF"}, "bic", "This BIC is not valid: a BIC has eight or eleven letters and digits"),
        ({"shared.holder": "Женщина"}, "holder", "Enter the account holder in Latin letters"),
        ({"shared.holder": "A" * 71}, "holder", "Banks accept no more than 70 characters here."),
        ({"shared.holder": ""}, "holder", "Enter the account holder."),
        ({"shared.amount": "12,50"}, "amount", "enter an amount such as 25 or 12.50."),
        ({"shared.amount": "0"}, "amount", "enter an amount such as 25 or 12.50."),
        ({"shared.purpose": "A" * 141}, "purpose", "Banks accept no more than 140 characters here."),
        ({"shared.purpose": "Ж" * 140}, "purpose", "This is too long for a payment QR code."),
        ({"shared.currency": "euro"}, "currency", "enter the code in capital letters"),
        ({"shared.answers": ""}, "answers", "Choose something under “Who sees it"),
        ({"shared.answers": "russia mars"}, "answers", "Choose something under “Who sees it"),
        (
            {**CRYPTO, "shared.wallet": WALLETS["bitcoin"][:-1] + "5"},
            "wallet",
            f"This is not a valid Bitcoin {NO_ADDRESS}",
        ),
        ({**CRYPTO, "shared.network": "monero"}, "wallet", f"This is not a valid Monero {NO_ADDRESS}"),
        (
            {**CRYPTO, "shared.network": "tron", "shared.wallet": "T" * 34},
            "wallet",
            f"This is not a valid Tron {NO_ADDRESS}",
        ),
        (
            {**CRYPTO, "shared.network": "ton", "shared.wallet": "E" * 48},
            "wallet",
            f"This is not a valid TON {NO_ADDRESS}",
        ),
        (
            {**CRYPTO, "shared.network": "ethereum", "shared.wallet": WALLETS["ethereum"].lower()},
            "wallet",
            "Copy the address exactly, with its capital and small letters",
        ),
        ({**CRYPTO, "shared.network": ""}, "network", "Choose the network of the wallet."),
        ({**CRYPTO, "shared.wallet": ""}, "wallet", "Enter the wallet address for donations."),
        ({"shared.kind": "link"}, "url", "Enter the address of the link."),
    ],
)
def test_it_explains_why_a_method_that_would_lose_donations_is_refused(
    publisher: FlaskClient, values: dict[str, str], field: str, sentence: str
) -> None:
    page = create(publisher, "donation-methods")
    text = failure(page, {**TITLES, **ACCOUNT, **values})
    assert sentence in text
    assert f'id="shared.{field}-error"' in text
    assert db.session.scalars(select(DonationMethod.iban)).one() == ""


@pytest.mark.parametrize("values", [ACCOUNT, CRYPTO])
def test_it_publishes_a_valid_method(publisher: FlaskClient, values: dict[str, str]) -> None:
    page = create(publisher, "donation-methods")
    assert failure(page, {**TITLES, **values, "shared.slug": "way", "shared.answers": "elsewhere none"}) == ""
    for answer, status in (("elsewhere", 200), ("none", 200), ("russia&warned=1", 404)):
        assert publisher.get(f"/en/donate/way/code.png?from={answer}").status_code == status


def test_it_advises_against_a_purpose_in_cyrillic_but_accepts_it(publisher: FlaskClient) -> None:
    page = create(publisher, "donation-methods").fill({**TITLES, **ACCOUNT})
    page.press()
    assert "Some banks refuse a purpose that is not in Latin letters." in page.open().text.replace("\u00a0", " ")
    assert page.press("publish:ru en").status_code == 303


@pytest.mark.parametrize(("bic", "status"), [("", 404), ("POFICHBEXXX", 200)])
def test_it_asks_for_the_bic_of_an_account_outside_the_eea(publisher: FlaskClient, bic: str, status: int) -> None:
    swiss = {**TITLES, **ACCOUNT, "shared.iban": "CH9300762011623852957", "shared.bic": bic, "shared.answers": "none",
             "shared.slug": "way"}  # fmt: skip
    page = create(publisher, "donation-methods").fill(swiss)
    page.press()
    assert ("Switzerland, is outside the European Economic Area" in page.open().text) is (not bic)
    assert page.press("publish:ru en").status_code == 303
    assert publisher.get("/en/donate/way/code.png?from=none").status_code == status
    assert ("code.png" in publisher.get("/en/donate/?from=none").text) is (status == 200)


def test_it_previews_a_draft_method_on_the_donation_page(publisher: FlaskClient) -> None:
    page = create(publisher, "donation-methods").fill({**TITLES, **ACCOUNT, "shared.answers": "russia"})
    page.press()
    assert "DE89 3704" in publisher.get(f"{page.path}preview/en/").text
    page.open().fill({"shared.iban": "DE00"}).press()
    assert publisher.get(f"{page.path}preview/en/").status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"en.income": "Gifts"}, "en.income", "end each line with a colon and an amount"),
        ({"ru.spending": "Суды: много"}, "ru.spending", "This line does not: Суды: много"),
        ({"en.spending": "Courts: 901"}, "ru.spending", "The amounts differ between languages."),
        ({"shared.year": "25"}, "shared.year", "Enter the year in four digits."),
        ({"shared.year": ""}, "shared.year", "Fill in “Year”."),
        ({"shared.currency": "EURO"}, "shared.currency", "enter the three-letter code, for example EUR."),
    ],
)
def test_it_refuses_an_inconsistent_annual_account(
    publisher: FlaskClient, values: dict[str, str], field: str, sentence: str
) -> None:
    text = failure(create(publisher, "annual-accounts"), {**ANNUAL, **values})
    assert sentence in text
    assert f'id="{field}-error"' in text


def test_it_previews_and_publishes_an_annual_account(publisher: FlaskClient) -> None:
    page = create(publisher, "annual-accounts").fill({**ANNUAL, "en.income": "Gifts: 1200.50\nbroken"})
    page.press()
    assert "€1,200.50" in publisher.get(f"{page.path}preview/en/").text
    assert failure(page.open(), ANNUAL) == ""
    assert "€1,200.50" in publisher.get("/en/donate/").text


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"shared.amount": "0"}, "enter a whole number greater than 0."),
        ({"shared.amount": ""}, "Fill in “Amount”."),
        ({"shared.rates": "USD 0,92 2026-11-20"}, "This line is not a rate: USD 0,92 2026-11-20"),
        ({"shared.since": ""}, "Fill in “From"),
        ({"shared.currency": "BTC"}, "enter the three-letter code, for example EUR."),
    ],
)
def test_it_refuses_an_invalid_goal(publisher: FlaskClient, values: dict[str, str], sentence: str) -> None:
    assert sentence in failure(create(publisher, "donation-goals"), {**GOAL, **values})


def test_it_publishes_a_goal(publisher: FlaskClient) -> None:
    assert failure(create(publisher, "donation-goals"), GOAL) == ""
    assert "of €20,000" in publisher.get("/en/donate/").text.replace("\u00a0", " ")


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize("slug", [WARNING, IMPACT])
def test_it_previews_donation_texts_on_the_donation_page(publisher: FlaskClient, slug: str) -> None:
    object_id = db.session.scalars(select(Page.id).where(Page.slug == slug)).one()
    page = EditPage(publisher, f"/admin/pages/{object_id}/").open()
    page.fill({"en.title": "Quite another title"}).press()
    assert "Quite another title" in publisher.get(f"{page.path}preview/en/").text.replace("\u00a0", " ")
    assert "/en/donate/" in page.open().text
