"""The pages of card donations as a visitor sees them."""

import dataclasses
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from stripe import RequestOptions
from stripe.params.checkout import SessionCreateParams
from werkzeug.test import TestResponse

from tests.conftest import make_client
from tests.stripe_server import StripeServer
from wzo import create_app
from wzo.config import Settings
from wzo.donate import stripe_client

pytestmark = pytest.mark.one_database

CARD = "/en/donate/card/?from=elsewhere"
FORM = {"frequency": "once", "suggested": "10", "amount": "", "currency": "EUR"}
FORM_ID = "n" * 22


def donate(client: FlaskClient, path: str = CARD, **fields: str) -> TestResponse:
    return client.post(path, data={**FORM, "form_id": FORM_ID, **fields})


def plain_text(response: TestResponse) -> str:
    """A page's text with plain spaces."""
    return re.sub(r"\s+", " ", response.text.replace("\u00a0", " "))


def links_to_stripe(response: TestResponse, stripe: StripeServer) -> list[str]:
    return re.findall(rf'href="({re.escape(stripe.url)}[^"]*)"', response.text)


def test_it_responds_with_its_own_page_that_links_to_stripe(donor: FlaskClient, stripe: StripeServer) -> None:
    response = donate(donor)
    assert response.status_code == 200
    (donation,) = stripe.donations.values()
    assert links_to_stripe(response, stripe) == [f"{stripe.url}/pay/{donation.session}"]
    assert "The link leads to 127.0.0.1" in plain_text(response)
    assert "€10 once" in plain_text(response)
    assert response.headers["Cache-Control"] == "no-store"
    assert "<title>Confirmation</title>" in response.text


def test_it_sends_stripe_no_more_than_it_must(donor: FlaskClient, stripe: StripeServer) -> None:
    donate(donor, "/ru/donate/card/?from=elsewhere", suggested="other", amount="1 000,50", currency="PLN")
    donate(donor, frequency="monthly", suggested="5000", currency="JPY")
    (_, once), (_, monthly) = stripe.requests
    price = "line_items[0][price_data]"
    both = {
        "line_items[0][quantity]": "1",
        "metadata[donation]": "1",
        # What the dashboard would decide otherwise.
        "adaptive_pricing[enabled]": "false",
        "allow_promotion_codes": "false",
        "allowed_payment_method_types[0]": "card",
        "automatic_tax[enabled]": "false",
        "billing_address_collection": "auto",
        "consent_collection[terms_of_service]": "none",
        "phone_number_collection[enabled]": "false",
        "tax_id_collection[enabled]": "false",
        "wallet_options[link][display]": "never",
    }
    assert once == {
        **both,
        f"{price}[currency]": "pln",
        f"{price}[unit_amount]": "100050",
        f"{price}[product_data][name]": once[f"{price}[product_data][name]"],
        "mode": "payment",
        "submit_type": "donate",
        "customer_creation": "if_required",
        "invoice_creation[enabled]": "false",
        "locale": "ru",
        "success_url": "http://127.0.0.1:8000/ru/donate/card/thanks/",
        "cancel_url": "http://127.0.0.1:8000/ru/donate/card/cancelled/",
    }
    assert monthly == {
        **both,
        f"{price}[currency]": "jpy",
        f"{price}[unit_amount]": "5000",
        f"{price}[product_data][name]": "Donation",
        f"{price}[recurring][interval]": "month",
        "subscription_data[metadata][donation]": "1",
        "mode": "subscription",
        "submit_type": "subscribe",
        "payment_method_collection": "always",
        "locale": "en",
        "success_url": "http://127.0.0.1:8000/en/donate/card/thanks/",
        "cancel_url": "http://127.0.0.1:8000/en/donate/card/cancelled/",
    }


# Choices that a session may leave open, each with the reason why it is not sent.
LEFT_OPEN = {
    **dict.fromkeys(
        """
            after_expiration client_reference_id custom_fields custom_text discounts expand expires_at
            integration_identifier optional_items origin_context permissions redirect_on_completion return_url
            setup_intent_data shipping_address_collection shipping_options customer customer_account
            customer_email customer_update name_collection payment_intent_data payment_method_options
            payment_method_data saved_payment_method_options managed_payments
        """.split(),
        "is nothing unless a session asks for it",
    ),
    "currency": "is that of the price",
    "ui_mode": "is Stripe's own page",
    "branding_settings": "is how the group looks everywhere at Stripe",
    **dict.fromkeys(
        ("excluded_payment_method_types", "payment_method_configuration"),
        "is settled by the only type that is allowed",
    ),
}


def test_it_leaves_no_choice_to_the_dashboard(donor: FlaskClient, stripe: StripeServer) -> None:
    """A new version of the library may offer new choices: decide about each, and add it here or to the request."""
    donate(donor)
    donate(donor, frequency="monthly")
    sent = {name.partition("[")[0] for _, request in stripe.requests for name in request}
    known = set(SessionCreateParams.__annotations__) - set(RequestOptions.__annotations__)
    assert known - sent == set(LEFT_OPEN)
    assert sent <= known


def test_it_always_returns_to_the_configured_host(app: Flask, settings: Settings, stripe: StripeServer) -> None:
    keys = {name.lower(): value for name, value in stripe.settings.items()}
    changed = dataclasses.replace(settings, **keys, onion_url="http://abcdef.onion")
    response = make_client(create_app(changed), "http://abcdef.onion").post(CARD, data=FORM)
    assert response.status_code == 200
    assert stripe.requests[0][1]["success_url"].startswith(settings.site_url)


def test_it_creates_one_payment_for_a_double_click(donor: FlaskClient, stripe: StripeServer) -> None:
    first, second = donate(donor), donate(donor)
    assert links_to_stripe(first, stripe) == links_to_stripe(second, stripe)
    assert len(stripe.donations) == 1
    # Another amount or another form is another payment.
    assert donate(donor, suggested="30").status_code == 200
    assert donate(donor, form_id="m" * 22).status_code == 200
    assert len(stripe.donations) == 3


def test_it_gives_each_form_its_own_id(donor: FlaskClient) -> None:
    ids = {re.findall(r'name="form_id" value="([^"]+)"', donor.get(CARD).text)[0] for _ in range(3)}
    assert len(ids) == 3
    assert all(len(form_id) == len(FORM_ID) for form_id in ids)


def test_it_preselects_nothing(donor: FlaskClient) -> None:
    page = donor.get(f"{CARD}&frequency=monthly&suggested=10&amount=5")
    assert " checked" not in page.text
    assert 'name="amount" type="text" value=""' in page.text


@pytest.mark.parametrize(
    "path",
    [
        "",
        "?from=",
        "?from=nowhere",
        "?from=RUSSIA",
        "?from=none",
        "?warned=1",
        "?from=russia",
        "?from=russia&warned=",
        "?from=russia&warned=0",
        "?from=russia&warned=01",
        "?from=russia&warned=1&warned=0",
        "?from=elsewhere&from=russia",
        "?from=russia&from=elsewhere&warned=1",
    ],
)
def test_it_redirects_to_the_question_and_the_warning(donor: FlaskClient, stripe: StripeServer, path: str) -> None:
    for response in (donor.get(f"/ru/donate/card/{path}"), donate(donor, f"/ru/donate/card/{path}", warned="1")):
        assert response.status_code == 303
        russia = "?from=russia" if "russia" in path else ""
        assert response.headers["Location"] == f"/ru/donate/{russia}"
    assert stripe.requests == []


def test_it_lets_a_donor_continue_after_the_warning(donor: FlaskClient, stripe: StripeServer) -> None:
    path = "/ru/donate/card/?from=russia&warned=1"
    page = donor.get(path)
    assert page.status_code == 200
    # The form and its other currencies keep the answers.
    assert f'action="{path.replace("&", "&amp;")}"' in page.text
    assert '<input type="hidden" name="warned" value="1">' in page.text
    response = donate(donor, path)
    assert links_to_stripe(response, stripe)
    assert "from=russia&amp;warned=1" in response.text


def test_it_keeps_the_answers_when_the_language_changes(donor: FlaskClient) -> None:
    assert 'href="/ru/donate/card/?from=elsewhere"' in donor.get(CARD).text
    response = donate(donor, "/en/donate/card/?from=russia&warned=1")
    assert 'href="/ru/donate/card/?from=russia&amp;warned=1"' in response.text


def test_it_does_not_offer_cards_without_keys(client: FlaskClient) -> None:
    for response in (client.get(CARD), donate(client)):
        assert response.status_code == 303
        assert response.headers["Location"] == "/en/donate/"


def test_it_shows_the_amounts_of_the_currency(donor: FlaskClient) -> None:
    page = plain_text(donor.get(f"{CARD}&currency=jpy"))
    assert [it in page for it in ("¥1,500", "¥5,000", "¥15,000")] == [True] * 3
    assert '<option value="JPY" selected>JPY – Japanese Yen' in page
    assert "€10" in plain_text(donor.get(f"{CARD}&currency=XXX"))
    assert "1 500 ¥" in plain_text(donor.get("/ru/donate/card/?from=elsewhere&currency=JPY"))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"frequency": ""}, "Choose whether to give once or every month."),
        ({"frequency": "yearly"}, "Choose whether to give once or every month."),
        ({"suggested": ""}, "Choose an amount, or enter another one."),
        ({"suggested": "11"}, "Choose an amount, or enter another one."),
        ({"suggested": "other"}, "Choose an amount, or enter another one."),
        ({"suggested": "other", "amount": "0"}, "greater than zero"),
        ({"suggested": "other", "amount": "-5"}, "greater than zero"),
        ({"suggested": "other", "amount": "0.001"}, "at most two digits"),
        ({"suggested": "other", "amount": "1e9"}, "digits alone"),
        ({"suggested": "other", "amount": "ten"}, "digits alone"),
        ({"suggested": "other", "amount": "1000000000"}, "€999,999.99"),
        ({"suggested": "other", "amount": "9" * 60}, "Enter an amount"),
        ({"suggested": "10", "amount": "25"}, "You chose one amount and entered another."),
        ({"suggested": "other", "amount": "0.5", "currency": "JPY"}, "JPY has no fractions"),
    ],
)
def test_it_says_what_is_wrong_and_keeps_what_was_typed(
    donor: FlaskClient, stripe: StripeServer, fields: dict[str, str], message: str
) -> None:
    response = donate(donor, **{"frequency": "monthly", **fields})
    assert response.status_code == 422
    assert message in plain_text(response)
    assert stripe.requests == []
    sent = {**FORM, "frequency": "monthly", **fields}
    assert f'name="amount" type="text" value="{sent["amount"]}"' in response.text
    assert f'name="currency" value="{sent["currency"]}"' in response.text
    assert f'value="{FORM_ID}"' in response.text
    checked = set(re.findall(r'value="([^"]*)" checked', response.text))
    assert checked == {sent["frequency"], sent["suggested"]} & {"once", "monthly", "10", "other"}


@pytest.mark.parametrize("amount", ["1 000,50", "1,000.50", "1\u00a0000,50", "1\u202f000,50", "١٠٠٠٫٥٠"])
def test_it_takes_amounts_with_any_separators(donor: FlaskClient, stripe: StripeServer, amount: str) -> None:
    assert "€1,000.50 once" in plain_text(donate(donor, suggested="", amount=amount))
    assert stripe.requests[0][1]["line_items[0][price_data][unit_amount]"] == "100050"


def test_it_accepts_an_amount_both_typed_and_chosen_if_they_agree(donor: FlaskClient) -> None:
    assert "€10 once" in plain_text(donate(donor, amount="10,00"))


@pytest.mark.slow
@pytest.mark.parametrize("outage", [500, 503, 401, 429, 402, 409])
def test_it_explains_a_stripe_outage_and_keeps_the_form(donor: FlaskClient, stripe: StripeServer, outage: int) -> None:
    stripe.outage = outage
    response = donate(donor, suggested="other", amount="12,34")
    assert response.status_code == 503
    assert "Nothing was paid." in plain_text(response)
    assert 'href="/en/donate/"' in response.text
    assert 'value="12,34"' in response.text
    assert response.headers["Retry-After"] == "60"
    stripe.outage = None
    assert donate(donor, suggested="other", amount="12,34").status_code == 200


@pytest.mark.slow
def test_it_explains_that_stripe_is_unreachable_or_silent(
    stripe_app: Flask, donor: FlaskClient, stripe: StripeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stripe_client, "TIMEOUT", (0.2, 0.2))
    stripe.outage = "silence"
    assert donate(donor).status_code == 503
    gone = dataclasses.replace(stripe_app.extensions["settings"], stripe_api_url="http://127.0.0.1:9")
    assert donate(make_client(create_app(gone))).status_code == 503


def test_it_shows_an_amount_refused_by_stripe_beside_the_field(donor: FlaskClient, stripe: StripeServer) -> None:
    stripe.outage, stripe.code = 400, "amount_too_small"
    response = donate(donor)
    assert response.status_code == 422
    assert "Stripe does not take this amount" in plain_text(response)
    assert 'id="amount-error"' in response.text


def test_it_logs_no_text_from_stripe(
    donor: FlaskClient, stripe: StripeServer, caplog: pytest.LogCaptureFixture
) -> None:
    stripe.outage, stripe.code = 400, "amount_too_small"
    donate(donor)
    stripe.outage = 500
    donate(donor)
    written = " ".join(record.getMessage() for record in caplog.records if record.levelname in ("WARNING", "ERROR"))
    assert "InvalidRequestError amount_too_small" in written
    assert stripe.secret_key not in written
    assert "Refused" not in written


@pytest.mark.parametrize("page", ["thanks", "cancelled"])
@pytest.mark.parametrize("language", ["ru", "en"])
def test_it_leaves_nothing_revealing_in_the_history_afterwards(donor: FlaskClient, page: str, language: str) -> None:
    response = donor.get(f"/{language}/donate/card/{page}/")
    assert response.status_code == 200
    assert {"ru": "<title>Подтверждение</title>", "en": "<title>Confirmation</title>"}[language] in response.text
    assert response.headers["Cache-Control"] == "no-store"
    assert f'href="/{language}/petition/"' in response.text
    assert "/donate/card/?" not in response.text


def test_it_shows_how_to_cancel_a_monthly_donation(app: Flask, settings: Settings, donor: FlaskClient) -> None:
    assert "Write to it and ask us to end the gift" in plain_text(donor.get("/en/donate/card/monthly/"))
    portal = "https://billing.stripe.com/p/login/abc"
    with_portal = make_client(create_app(dataclasses.replace(settings, stripe_portal_url=portal)))
    for page in ("monthly", "thanks"):
        response = with_portal.get(f"/en/donate/card/{page}/")
        assert f'href="{portal}" rel="noreferrer"' in response.text
        assert "To your gift on billing.stripe.com" in plain_text(response)
