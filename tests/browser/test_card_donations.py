"""A gift by card, from the form to Stripe's page and back: both languages, with JavaScript and without."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from tests.browser.conftest import Newcomer
from tests.browser.test_petition import data_folder
from tests.browser.traces import disguises, hidden_in
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
    shared_site.stripe.holds_back = False


def total(site: RunningSite) -> dict[str, int]:
    with site.inside():
        return sum_card_donations(date(2020, 1, 1), date(2099, 1, 1))


@contextmanager
def counts(site: RunningSite, currency: str, amount: int) -> Iterator[None]:
    """What is done meanwhile brings in so much of a currency, and nothing of another."""
    before = total(site)
    yield
    assert total(site) == before | ({currency: before.get(currency, 0) + amount} if amount else {})


def to_stripe(tab: Tab, site: RunningSite) -> None:
    """From the page of ours that holds the link, by the link."""
    link = tab.locator("main a.button")
    assert (link.get_attribute("href") or "").startswith(site.stripe.url)
    expect(link).to_contain_text("127.0.0.1")
    assert tab.url.startswith(site.url)
    link.click()
    tab.wait_for_url(f"{site.stripe.url}/**")


@pytest.mark.parametrize("frequency", ["once", "monthly"])
def test_a_gift_counts_once_however_stripe_tells_of_it(
    site: RunningSite, newcomer: Newcomer, language: str, frequency: str
) -> None:
    stripe, donor = site.stripe, newcomer()
    donor.goto(f"{site.url}/{language}/donate/card/?from=elsewhere")
    assert donor.locator("main input:checked").count() == 0
    donor.locator(f"label[for=frequency-{frequency}]").click()
    donor.locator("label[for=suggested-30]").click()
    donor.locator(".donation-form > .button").click()
    expect(donor.locator("h1")).to_contain_text("30")
    to_stripe(donor, site)
    expect(donor.locator("h1")).to_have_text(f"3000 eur {frequency}")
    stripe.holds_back = True
    told = len(stripe.told)
    donor.locator("button").click()
    donor.wait_for_url(f"{site.url}/{language}/donate/card/thanks/")
    expect(donor.locator("h1")).to_have_text(THANKS[language])
    assert donor.title() == NEUTRAL[language]
    # The messages come late: after the thanks, in the wrong order, ten times each.
    messages = stripe.told[told:][::-1]
    with counts(site, "EUR", 3000):
        assert set(stripe.send(messages, times=10)) == {200}
    with counts(site, "EUR", 0):
        assert stripe.post(*stripe.sign(messages[0], age=301)) == 400
        assert stripe.post(*stripe.sign({**messages[0], "id": "evt_forged"}, secret="whsec_another")) == 400


def test_whoever_turns_back_has_paid_nothing(site: RunningSite, newcomer: Newcomer, language: str) -> None:
    donor = newcomer()
    with counts(site, "EUR", 0):
        donor.goto(f"{site.url}/{language}/donate/card/?from=russia&warned=1")
        donor.locator("label[for=frequency-once]").click()
        donor.locator("[name=amount]").fill("12,50")
        donor.keyboard.press("Enter")
        to_stripe(donor, site)
        donor.get_by_text("Back").click()
        expect(donor.locator("h1")).to_have_text(NOTHING_PAID[language])
        assert not donor.locator(f"main a[href^='{site.stripe.url}'], main a[href*='/card/']").count()


def test_it_gives_in_another_currency_with_an_amount_of_ones_own(
    site: RunningSite, newcomer: Newcomer, language: str, scripts: bool
) -> None:
    donor = newcomer()
    donor.goto(f"{site.url}/{language}/donate/card/?from=elsewhere")
    if scripts:
        # With JavaScript the amounts alone are exchanged, and the rest stays.
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
def test_a_direct_link_shows_no_payment_before_the_warning(
    site: RunningSite, newcomer: Newcomer, language: str
) -> None:
    donor = newcomer()
    for words in ("", "?from=russia", "?from=russia&warned=0", "?from=russia&currency=USD"):
        donor.goto(f"{site.url}/{language}/donate/card/{words}")
        assert donor.url.startswith(
            f"{site.url}/{language}/donate/?from=russia" if words else f"{site.url}/{language}/"
        )
        assert "/card/" not in donor.url
        assert not donor.locator(f"a[href^='{site.stripe.url}'], form[action*='/card/']").count()


def test_the_server_holds_nothing_of_a_hundred_givers(
    new_site: RunningSite, request: pytest.FixtureRequest, database: str
) -> None:
    site, stripe = new_site, new_site.stripe

    def give(number: int) -> None:
        gift = stripe.begin(amount=3000, monthly=number % 4 == 0)
        if number < 10:
            # These come by the form, so that what our own pages ask and answer leaves its traces too.
            form = {"frequency": ("once", "monthly")[gift.monthly], "suggested": "30", "currency": "EUR"}
            assert site.ask("/en/donate/card/?from=elsewhere", form).status == 200
        messages = [*stripe.pay(gift), stripe.refund(gift, 1000)]
        if gift.monthly:
            messages += [stripe.renew(gift)[0], stripe.fail(gift), stripe.end(gift)]
        assert set(stripe.send(messages)) == {200}
        assert stripe.post(*stripe.sign(messages[-1], age=1000)) == 400

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(give, range(100)))
    assert total(site) == {"EUR": 100 * 2000 + 25 * 3000}

    # What all of them have in common, and what would be a hash of one's.
    gifts = [gift for gift in stripe.gifts.values() if gift.paid]
    assert len(gifts) == 100
    gift = next(gift for gift in gifts if gift.monthly)
    common = ("Kvitoslava", "Xylograph", "zyxomma.", "marked-donor", "203.0.113.", "42424242", "cus_qwfpgjluy")
    of_one = (gift.donor.email, gift.donor.card, str(gift.invoice))
    wanted = {f"{word} as {how}": trace for word in (*common, *of_one) for how, trace in disguises(word).items()}
    heeded = next(it["id"] for it in stripe.told if it["type"] == "checkout.session.completed")
    places: list[Path] = [*site.instance.iterdir(), site.logs]
    if database == "postgresql":
        places.append(data_folder(request.getfixturevalue("empty_database_url")))
    # That the search finds what is kept shows that it sees.
    assert hidden_in(places, {"message": heeded.encode()})
    assert_none(hidden_in(places, wanted))
