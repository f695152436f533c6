"""A card donation, from the form to Stripe's page and back, in both languages, with and without JavaScript."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from tests.browser.conftest import OpenReader, in_each_language_and_mode
from tests.browser.test_petition import data_folder
from tests.browser.traces import encodings, find_traces
from tests.html import assert_none
from tests.running_site import RunningSite
from wzo.donate.card.queries import sum_card_donations

THANKS = {"ru": "Спасибо!", "en": "Thank you"}
NOTHING_PAID = {"ru": "Оплаты не было", "en": "Nothing was paid"}
ERROR = {"ru": "Введите сумму больше нуля.", "en": "Enter an amount greater than zero."}
NEUTRAL = {"ru": "Подтверждение", "en": "Confirmation"}

only_with_scripts = pytest.mark.parametrize("scripts", [True], indirect=True, ids=["js"])


@pytest.fixture
def site(shared_site: RunningSite) -> Iterator[RunningSite]:
    yield shared_site
    shared_site.stripe.delays_events = False


def total(site: RunningSite) -> dict[str, int]:
    with site.inside():
        return sum_card_donations(date(2020, 1, 1), date(2099, 1, 1))


@contextmanager
def counts(site: RunningSite, currency: str, amount: int) -> Iterator[None]:
    """Assert that the block adds this amount in this currency, and nothing else."""
    before = total(site)
    yield
    assert total(site) == before | ({currency: before.get(currency, 0) + amount} if amount else {})


def to_stripe(tab: Tab, site: RunningSite) -> None:
    """Follow the link on our page to Stripe."""
    link = tab.locator("main a.button")
    assert (link.get_attribute("href") or "").startswith(site.stripe.url)
    expect(link).to_contain_text("127.0.0.1")
    assert tab.url.startswith(site.url)
    link.click()
    tab.wait_for_url(f"{site.stripe.url}/**")


@in_each_language_and_mode
@pytest.mark.parametrize("frequency", ["once", "monthly"])
def test_it_counts_a_donation_once_however_stripe_reports_it(
    site: RunningSite, open_reader: OpenReader, language: str, frequency: str
) -> None:
    stripe, donor = site.stripe, open_reader()
    donor.goto(f"{site.url}/{language}/donate/card/?from=elsewhere")
    assert donor.locator("main input:checked").count() == 0
    donor.locator(f"label[for=frequency-{frequency}]").click()
    donor.locator("label[for=suggested-30]").click()
    donor.locator(".donation-form > .button").click()
    expect(donor.locator("h1")).to_contain_text("30")
    to_stripe(donor, site)
    expect(donor.locator("h1")).to_have_text(f"3000 eur {frequency}")
    stripe.delays_events = True
    before = len(stripe.events)
    donor.locator("button").click()
    donor.wait_for_url(f"{site.url}/{language}/donate/card/thanks/")
    expect(donor.locator("h1")).to_have_text(THANKS[language])
    assert donor.title() == NEUTRAL[language]
    # The events come late: after the thank-you page, in the wrong order, ten times each.
    events = stripe.events[before:][::-1]
    with counts(site, "EUR", 3000):
        assert set(stripe.send(events, times=10)) == {200}
    with counts(site, "EUR", 0):
        assert stripe.post(*stripe.sign(events[0], age=301)) == 400
        assert stripe.post(*stripe.sign({**events[0], "id": "evt_forged"}, secret="whsec_another")) == 400


@in_each_language_and_mode
def test_it_records_nothing_if_the_donor_cancels(site: RunningSite, open_reader: OpenReader, language: str) -> None:
    donor = open_reader()
    with counts(site, "EUR", 0):
        donor.goto(f"{site.url}/{language}/donate/card/?from=russia&warned=1")
        donor.locator("label[for=frequency-once]").click()
        donor.locator("[name=amount]").fill("12,50")
        donor.keyboard.press("Enter")
        to_stripe(donor, site)
        donor.get_by_text("Back").click()
        expect(donor.locator("h1")).to_have_text(NOTHING_PAID[language])
        assert not donor.locator(f"main a[href^='{site.stripe.url}'], main a[href*='/card/']").count()


@in_each_language_and_mode
def test_it_accepts_another_currency_and_a_custom_amount(
    site: RunningSite, open_reader: OpenReader, language: str, scripts: bool
) -> None:
    donor = open_reader()
    donor.goto(f"{site.url}/{language}/donate/card/?from=elsewhere")
    if scripts:
        # With JavaScript only the amounts are swapped, and the rest stays.
        donor.locator("label[for=frequency-monthly]").click()
        donor.locator("[name=amount]").fill("0")
        donor.locator("select").select_option("JPY")
    else:
        donor.locator("select").select_option("JPY")
        donor.locator(".currency button").click()
        donor.locator("label[for=frequency-monthly]").click()
        donor.locator("[name=amount]").fill("0")
    expect(donor.locator("label[for=suggested-1500]")).to_be_visible()
    expect(donor.locator("[name=amount]")).to_have_value("0")
    donor.locator(".donation-form > .button").click()
    expect(donor.locator("#amount-error")).to_contain_text(ERROR[language])
    expect(donor.locator("#frequency-monthly")).to_be_checked()
    expect(donor.locator("select")).to_have_value("JPY")
    donor.locator("[name=amount]").fill("2 500")
    with counts(site, "JPY", 2500):
        donor.locator(".donation-form > .button").click()
        to_stripe(donor, site)
        donor.locator("button").click()
        expect(donor.locator("h1")).to_have_text(THANKS[language])


@only_with_scripts
def test_it_shows_no_payment_before_the_warning_by_a_direct_link(
    site: RunningSite, open_reader: OpenReader, language: str
) -> None:
    donor = open_reader()
    for words in ("", "?from=russia", "?from=russia&warned=0", "?from=russia&currency=USD"):
        donor.goto(f"{site.url}/{language}/donate/card/{words}")
        assert donor.url.startswith(
            f"{site.url}/{language}/donate/?from=russia" if words else f"{site.url}/{language}/"
        )
        assert "/card/" not in donor.url
        assert not donor.locator(f"a[href^='{site.stripe.url}'], form[action*='/card/']").count()


def test_it_stores_nothing_of_forty_donors(
    new_site: RunningSite, request: pytest.FixtureRequest, database: str
) -> None:
    site, stripe = new_site, new_site.stripe
    if database == "postgresql":
        # Files that were written before the start are not searched.
        data_folder(request.getfixturevalue("empty_database_url"))
    start = time.time()

    def donate(number: int) -> None:
        donation = stripe.begin(amount=3000, monthly=number % 4 == 0)
        if number < 10:
            # These use the form, so that requests to our own pages leave their traces too.
            form = {"frequency": ("once", "monthly")[donation.monthly], "suggested": "30", "currency": "EUR"}
            assert site.ask("/en/donate/card/?from=elsewhere", form).status == 200
        events = [*stripe.pay(donation), stripe.refund(donation, 1000)]
        if donation.monthly:
            events += [stripe.renew(donation)[0], stripe.fail(donation), stripe.end(donation)]
        assert set(stripe.send(events)) == {200}
        assert stripe.post(*stripe.sign(events[-1], age=1000)) == 400

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(donate, range(40)))
    assert total(site) == {"EUR": 40 * 2000 + 10 * 3000}

    # What they all have in common, and what would be the hash of one.
    donations = [donation for donation in stripe.donations.values() if donation.paid]
    assert len(donations) == 40
    donation = next(donation for donation in donations if donation.monthly)
    common = ("Kvitoslava", "Xylograph", "zyxomma.", "marked-donor", "203.0.113.", "42424242", "cus_qwfpgjluy")
    of_one = (donation.donor.email, donation.donor.card, str(donation.invoice))
    wanted = {f"{word} as {how}": trace for word in (*common, *of_one) for how, trace in encodings(word).items()}
    handled = next(it["id"] for it in stripe.events if it["type"] == "checkout.session.completed")
    places: list[Path] = [*site.instance.iterdir(), site.logs]
    if database == "postgresql":
        places.append(data_folder(request.getfixturevalue("empty_database_url")))
    # The search must find what is stored, or it would prove nothing.
    assert find_traces(places, {"message": handled.encode()}, since=start)
    assert_none(find_traces(places, wanted, since=start))
