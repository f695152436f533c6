"""The pages of a gift by card as a visitor gets them."""

import dataclasses
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import make_client
from tests.stripe_server import StripeServer
from wzo import create_app
from wzo.config import Settings
from wzo.donate import stripe_client

CARD = "/en/donate/card/?from=elsewhere"
FORM = {"frequency": "once", "suggested": "10", "amount": "", "currency": "EUR"}
NUMBER = "n" * 22


def give(client: FlaskClient, path: str = CARD, **fields: str) -> TestResponse:
    return client.post(path, data={**FORM, "form_id": NUMBER, **fields})


def words(answer: TestResponse) -> str:
    """A page's text with plain spaces."""
    return re.sub(r"\s+", " ", answer.text.replace("\u00a0", " "))


def links_to_stripe(answer: TestResponse, stripe: StripeServer) -> list[str]:
    return re.findall(rf'href="({re.escape(stripe.url)}[^"]*)"', answer.text)


def test_it_answers_with_a_page_of_ours_that_holds_the_link(giver: FlaskClient, stripe: StripeServer) -> None:
    answer = give(giver)
    assert answer.status_code == 200
    (gift,) = stripe.gifts.values()
    assert links_to_stripe(answer, stripe) == [f"{stripe.url}/pay/{gift.session}"]
    assert "The link leads to 127.0.0.1" in words(answer)
    assert "€10 once" in words(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "<title>Confirmation</title>" in answer.text


def test_it_tells_stripe_no_more_than_it_must(giver: FlaskClient, stripe: StripeServer) -> None:
    give(giver, "/ru/donate/card/?from=elsewhere", suggested="other", amount="1 000,50", currency="PLN")
    give(giver, frequency="monthly", suggested="5000", currency="JPY")
    (_, once), (_, monthly) = stripe.asked
    price = "line_items[0][price_data]"
    both = {
        "line_items[0][quantity]": "1",
        "payment_method_types[0]": "card",
        "metadata[donation]": "1",
    }
    assert once == {
        **both,
        f"{price}[currency]": "pln",
        f"{price}[unit_amount]": "100050",
        f"{price}[product_data][name]": once[f"{price}[product_data][name]"],
        "mode": "payment",
        "submit_type": "donate",
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
        "locale": "en",
        "success_url": "http://127.0.0.1:8000/en/donate/card/thanks/",
        "cancel_url": "http://127.0.0.1:8000/en/donate/card/cancelled/",
    }


def test_the_way_back_is_always_on_the_configured_host(app: Flask, settings: Settings, stripe: StripeServer) -> None:
    keys = {name.lower(): value for name, value in stripe.settings.items()}
    changed = dataclasses.replace(settings, **keys, onion_url="http://abcdef.onion")
    answer = make_client(create_app(changed), "http://abcdef.onion").post(CARD, data=FORM)
    assert answer.status_code == 200
    assert stripe.asked[0][1]["success_url"].startswith(settings.site_url)


def test_a_double_click_makes_one_payment(giver: FlaskClient, stripe: StripeServer) -> None:
    first, second = give(giver), give(giver)
    assert links_to_stripe(first, stripe) == links_to_stripe(second, stripe)
    assert len(stripe.gifts) == 1
    # Another amount, or another form, is another payment.
    assert give(giver, suggested="30").status_code == 200
    assert give(giver, form_id="m" * 22).status_code == 200
    assert len(stripe.gifts) == 3


def test_each_form_has_a_number_of_its_own(giver: FlaskClient) -> None:
    numbers = {re.findall(r'name="form_id" value="([^"]+)"', giver.get(CARD).text)[0] for _ in range(3)}
    assert len(numbers) == 3
    assert all(len(number) == len(NUMBER) for number in numbers)


def test_nothing_is_chosen_beforehand(giver: FlaskClient) -> None:
    page = giver.get(f"{CARD}&frequency=monthly&suggested=10&amount=5")
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
def test_it_leads_back_to_the_question_and_the_warning(giver: FlaskClient, stripe: StripeServer, path: str) -> None:
    for answer in (giver.get(f"/ru/donate/card/{path}"), give(giver, f"/ru/donate/card/{path}", warned="1")):
        assert answer.status_code == 303
        russia = "?from=russia" if "russia" in path else ""
        assert answer.headers["Location"] == f"/ru/donate/{russia}"
    assert stripe.asked == []


def test_whoever_has_read_the_warning_goes_on(giver: FlaskClient, stripe: StripeServer) -> None:
    path = "/ru/donate/card/?from=russia&warned=1"
    page = giver.get(path)
    assert page.status_code == 200
    # The way through the form, and its other currencies, keeps what was answered.
    assert f'action="{path.replace("&", "&amp;")}"' in page.text
    assert '<input type="hidden" name="warned" value="1">' in page.text
    answer = give(giver, path)
    assert links_to_stripe(answer, stripe)
    assert "from=russia&amp;warned=1" in answer.text


def test_the_other_language_keeps_the_answers(giver: FlaskClient) -> None:
    assert 'href="/ru/donate/card/?from=elsewhere"' in giver.get(CARD).text
    answer = give(giver, "/en/donate/card/?from=russia&warned=1")
    assert 'href="/ru/donate/card/?from=russia&amp;warned=1"' in answer.text


def test_without_keys_the_way_is_not_offered(client: FlaskClient) -> None:
    for answer in (client.get(CARD), give(client)):
        assert answer.status_code == 303
        assert answer.headers["Location"] == "/en/donate/"


def test_it_shows_the_amounts_of_the_currency(giver: FlaskClient) -> None:
    page = words(giver.get(f"{CARD}&currency=jpy"))
    assert [it in page for it in ("¥1,500", "¥5,000", "¥15,000")] == [True] * 3
    assert '<option value="JPY" selected>JPY – Japanese Yen' in page
    assert "€10" in words(giver.get(f"{CARD}&currency=XXX"))
    assert "1 500 ¥" in words(giver.get("/ru/donate/card/?from=elsewhere&currency=JPY"))


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
    giver: FlaskClient, stripe: StripeServer, fields: dict[str, str], message: str
) -> None:
    answer = give(giver, **{"frequency": "monthly", **fields})
    assert answer.status_code == 422
    assert message in words(answer)
    assert stripe.asked == []
    sent = {**FORM, "frequency": "monthly", **fields}
    assert f'name="amount" type="text" value="{sent["amount"]}"' in answer.text
    assert f'name="currency" value="{sent["currency"]}"' in answer.text
    assert f'value="{NUMBER}"' in answer.text
    checked = set(re.findall(r'value="([^"]*)" checked', answer.text))
    assert checked == {sent["frequency"], sent["suggested"]} & {"once", "monthly", "10", "other"}


@pytest.mark.parametrize("amount", ["1 000,50", "1,000.50", "1\u00a0000,50", "1\u202f000,50", "١٠٠٠٫٥٠"])
def test_it_takes_amounts_with_any_separators(giver: FlaskClient, stripe: StripeServer, amount: str) -> None:
    assert "€1,000.50 once" in words(give(giver, suggested="", amount=amount))
    assert stripe.asked[0][1]["line_items[0][price_data][unit_amount]"] == "100050"


def test_an_amount_may_be_typed_and_chosen_where_both_are_the_same(giver: FlaskClient) -> None:
    assert "€10 once" in words(give(giver, amount="10,00"))


@pytest.mark.slow
@pytest.mark.parametrize("trouble", [500, 503, 401, 429, 402, 409])
def test_a_stripe_that_is_down_is_told_and_nothing_is_lost(
    giver: FlaskClient, stripe: StripeServer, trouble: int
) -> None:
    stripe.trouble = trouble
    answer = give(giver, suggested="other", amount="12,34")
    assert answer.status_code == 503
    assert "Nothing was paid." in words(answer)
    assert 'href="/en/donate/"' in answer.text
    assert 'value="12,34"' in answer.text
    assert answer.headers["Retry-After"] == "60"
    stripe.trouble = None
    assert give(giver, suggested="other", amount="12,34").status_code == 200


@pytest.mark.slow
def test_a_stripe_that_cannot_be_reached_or_is_silent_is_told(
    giving_app: Flask, giver: FlaskClient, stripe: StripeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stripe_client, "PATIENCE", (0.2, 0.2))
    stripe.trouble = "silence"
    assert give(giver).status_code == 503
    gone = dataclasses.replace(giving_app.extensions["settings"], stripe_api_url="http://127.0.0.1:9")
    assert give(make_client(create_app(gone))).status_code == 503


def test_an_amount_that_stripe_refuses_is_told_beside_it(giver: FlaskClient, stripe: StripeServer) -> None:
    stripe.trouble, stripe.code = 400, "amount_too_small"
    answer = give(giver)
    assert answer.status_code == 422
    assert "Stripe does not take this amount" in words(answer)
    assert 'id="amount-error"' in answer.text


def test_it_writes_no_words_of_stripe_into_the_log(
    giver: FlaskClient, stripe: StripeServer, caplog: pytest.LogCaptureFixture
) -> None:
    stripe.trouble, stripe.code = 400, "amount_too_small"
    give(giver)
    stripe.trouble = 500
    give(giver)
    written = " ".join(record.getMessage() for record in caplog.records if record.levelname in ("WARNING", "ERROR"))
    assert "InvalidRequestError amount_too_small" in written
    assert stripe.secret_key not in written
    assert "Refused" not in written


@pytest.mark.parametrize("page", ["thanks", "cancelled"])
@pytest.mark.parametrize("language", ["ru", "en"])
def test_what_comes_after_says_nothing_in_the_history(giver: FlaskClient, page: str, language: str) -> None:
    answer = giver.get(f"/{language}/donate/card/{page}/")
    assert answer.status_code == 200
    assert {"ru": "<title>Подтверждение</title>", "en": "<title>Confirmation</title>"}[language] in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert f'href="/{language}/petition/"' in answer.text
    assert "/donate/card/?" not in answer.text


def test_a_monthly_gift_can_be_ended(app: Flask, settings: Settings, giver: FlaskClient) -> None:
    assert "Write to it and ask us to end the gift" in words(giver.get("/en/donate/card/monthly/"))
    portal = "https://billing.stripe.com/p/login/abc"
    with_portal = make_client(create_app(dataclasses.replace(settings, stripe_portal_url=portal)))
    for page in ("monthly", "thanks"):
        answer = with_portal.get(f"/en/donate/card/{page}/")
        assert f'href="{portal}" rel="noreferrer"' in answer.text
        assert "To your gift on billing.stripe.com" in words(answer)
