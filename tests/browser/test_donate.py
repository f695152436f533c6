"""Donating in a browser: from the question to the end of each method but the card, and QR codes as displayed."""

import io
import re
from collections.abc import Iterator

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenReader, in_each_language_and_mode
from tests.donate.epc import CASES
from tests.donate.methods import BANK, LINK, WALLETS, create_every_method
from tests.factories import DonationMethodFactory
from tests.running_site import RunningSite

TEXTS = {
    "ru": {"russia": "В России", "elsewhere": "В другой стране", "none": "Карты нет", "go on": "Я понимаю риск"},
    "en": {
        "russia": "In Russia",
        "elsewhere": "In another country",
        "none": "I have no card",
        "go on": "I know the risk",
    },
}
COPIED = {"ru": "Скопировано", "en": "Copied"}
SAME = "DE89370400440532013000"


@pytest.fixture(scope="module")
def site() -> Iterator[RunningSite]:
    """A site that offers every method, and the accounts of all cases of the standard."""
    with RunningSite(warms_cache=False) as site:
        with site.writing():
            # The recommended one, so that all others are folded.
            DonationMethodFactory(slug="first", kind="link", url="https://first.example.org/")
            create_every_method()
            for number, case in enumerate(CASES):
                DonationMethodFactory(
                    slug=f"case-{number}",
                    kind="bank",
                    answers="elsewhere",
                    currency="EUR",
                    holder=case.holder,
                    iban=case.iban,
                    bic=case.bic,
                    amount=case.amount,
                    purpose=case.purpose,
                )
        yield site


def decode(picture: Locator) -> bytes:
    """The text that an independent decoder reads in a picture as displayed on the page."""
    picture.scroll_into_view_if_needed()
    picture.evaluate("it => it.decode()")
    seen = Image.open(io.BytesIO(picture.screenshot()))
    (found,) = zxingcpp.read_barcodes(seen.resize((seen.width * 3, seen.height * 3)))
    return bytes(found.bytes)


def unfold(method: Locator) -> None:
    method.locator("summary").click()
    expect(method).to_have_attribute("open", "")


@in_each_language_and_mode
@pytest.mark.parametrize("answer", ["russia", "elsewhere", "none"])
def test_it_leads_from_the_question_to_the_end_of_each_method(
    site: RunningSite, open_reader: OpenReader, language: str, scripts: bool, answer: str
) -> None:
    donor, texts = open_reader(), TEXTS[language]
    if scripts:
        donor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    donor.goto(f"{site.url}/{language}/")
    donor.locator(".header .button").click()
    with donor.expect_navigation():
        donor.locator(".question a").filter(has_text=texts[answer]).click()
    if answer == "russia":
        expect(donor.locator(".donation-method")).to_have_count(0)
        expect(donor.locator("main a[rel=noreferrer]")).to_have_count(0)
        with donor.expect_navigation():
            donor.locator(".choice a").filter(has_text=texts["go on"]).click()

    expect(donor.locator("details.donation-method[open]")).to_have_count(0)
    bank = donor.locator("#way-bank")
    unfold(bank)
    expect(bank.locator(".copyable").nth(1)).to_have_text("DE89 3704 0044 0532 0130 00")
    expected = f"BCD\n002\n1\nSCT\n{BANK['bic']}\n{BANK['holder']}\n{SAME}\nEUR25.00\n\n\n{BANK['purpose']}"
    assert decode(bank.locator("img")).decode() == expected
    buttons = bank.locator("[data-copy] button")
    if scripts:
        buttons.nth(1).click()
        expect(bank.locator("[role=status]").nth(1)).to_have_text(COPIED[language])
        assert donor.evaluate("navigator.clipboard.readText()") == SAME
    else:
        expect(buttons).to_have_count(0)

    for network, wallet in WALLETS.items() if answer == "none" else ():
        method = donor.locator(f"#way-{network}")
        unfold(method)
        expect(method.locator(".copyable").first).to_have_text(wallet)
        assert decode(method.locator("img")).decode() == wallet

    platform = donor.locator("#way-platform")
    unfold(platform)
    link = platform.locator("a.button")
    expect(link).to_have_attribute("href", LINK)
    expect(link).to_have_attribute("rel", "noreferrer")
    expect(link).to_contain_text("platform.example.org")


@pytest.mark.parametrize("scripts", [False], indirect=True, ids=["no-js"])
def test_it_offers_other_ways_to_help_after_the_warning(
    site: RunningSite, open_reader: OpenReader, language: str
) -> None:
    donor = open_reader()
    for number, path in enumerate(("petition/", "stories/", "stories/")):
        donor.goto(f"{site.url}/{language}/donate/?from=russia")
        donor.locator(".choice a").first.click()
        donor.locator(".without a").nth(number).click()
        expect(donor).to_have_url(re.compile(re.escape(f"{site.url}/{language}/{path}")))


@pytest.mark.parametrize("scripts", [False], indirect=True, ids=["no-js"])
@pytest.mark.parametrize("language", ["ru"], indirect=True)
def test_it_shows_codes_that_follow_the_standard(site: RunningSite, open_reader: OpenReader) -> None:
    donor = open_reader()
    donor.goto(f"{site.url}/ru/donate/?from=elsewhere")
    for number, case in enumerate(CASES):
        method = donor.locator(f"#way-case-{number}")
        unfold(method)
        assert decode(method.locator("img")) == case.payload.replace("|", "\n").encode(), case
