"""Giving in a browser: from the first question to the end of each way that is no card, and codes as they are seen."""

import io
import re
from collections.abc import Iterator

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Newcomer
from tests.donate.epc import CASES
from tests.donate.methods import ADDRESSES, BANK, LINK, make_every_way
from tests.factories import DonationWayFactory
from tests.running_site import RunningSite

WORDS = {
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
    """A site that offers every way, and the accounts of all cases of the standard."""
    with RunningSite() as site:
        with site.inside():
            make_every_way()
            for number, case in enumerate(CASES):
                DonationWayFactory(
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
    """What an independent reader finds in a picture, as it is seen on the page."""
    picture.scroll_into_view_if_needed()
    picture.evaluate("it => it.decode()")
    seen = Image.open(io.BytesIO(picture.screenshot()))
    (found,) = zxingcpp.read_barcodes(seen.resize((seen.width * 3, seen.height * 3)))
    return bytes(found.bytes)


def unfold(way: Locator) -> None:
    way.locator("summary").click()
    expect(way).to_have_attribute("open", "")


@pytest.mark.parametrize("answer", ["russia", "elsewhere", "none"])
def test_each_way_leads_from_the_question_to_its_end(
    site: RunningSite, newcomer: Newcomer, language: str, scripts: bool, answer: str
) -> None:
    giver, words = newcomer(), WORDS[language]
    if scripts:
        giver.context.grant_permissions(["clipboard-read", "clipboard-write"])
    giver.goto(f"{site.url}/{language}/")
    giver.locator(".header .button").click()
    giver.locator(".question a").filter(has_text=words[answer]).click()
    if answer == "russia":
        expect(giver.locator(".donation-method")).to_have_count(0)
        expect(giver.locator("main a[rel=noreferrer]")).to_have_count(0)
        giver.locator(".choice a").filter(has_text=words["go on"]).click()

    expect(giver.locator("details.donation-method[open]")).to_have_count(0)
    bank = giver.locator("#way-bank")
    unfold(bank)
    expect(bank.locator(".copyable").nth(1)).to_have_text("DE89 3704 0044 0532 0130 00")
    expected = f"BCD\n002\n1\nSCT\n{BANK['bic']}\n{BANK['holder']}\n{SAME}\nEUR25.00\n\n\n{BANK['purpose']}"
    assert decode(bank.locator("img")).decode() == expected
    buttons = bank.locator("[data-copy]")
    if scripts:
        buttons.nth(1).click()
        expect(bank.locator("[role=status]").nth(1)).to_have_text(COPIED[language])
        assert giver.evaluate("navigator.clipboard.readText()") == SAME
    else:
        assert not any(button.is_visible() for button in buttons.all())

    for network, address in ADDRESSES.items() if answer == "none" else ():
        way = giver.locator(f"#way-{network}")
        unfold(way)
        expect(way.locator(".copyable").first).to_have_text(address)
        assert decode(way.locator("img")).decode() == address

    platform = giver.locator("#way-platform")
    unfold(platform)
    link = platform.locator("a.button")
    expect(link).to_have_attribute("href", LINK)
    expect(link).to_have_attribute("rel", "noreferrer")
    expect(link).to_contain_text("platform.example.org")


@pytest.mark.parametrize("scripts", [False], indirect=True, ids=["no-js"])
def test_whoever_will_not_risk_it_can_help_otherwise(site: RunningSite, newcomer: Newcomer, language: str) -> None:
    for number, path in enumerate(("petition/", "stories/", "stories/")):
        giver = newcomer()
        giver.goto(f"{site.url}/{language}/donate/?from=russia")
        giver.locator(".choice a").first.click()
        giver.locator(".without a").nth(number).click()
        expect(giver).to_have_url(re.compile(re.escape(f"{site.url}/{language}/{path}")))


@pytest.mark.parametrize("scripts", [False], indirect=True, ids=["no-js"])
@pytest.mark.parametrize("language", ["ru"], indirect=True)
def test_the_codes_on_the_page_say_what_the_standard_wants(site: RunningSite, newcomer: Newcomer) -> None:
    giver = newcomer()
    giver.goto(f"{site.url}/ru/donate/?from=elsewhere")
    for number, case in enumerate(CASES):
        way = giver.locator(f"#way-case-{number}")
        unfold(way)
        assert decode(way.locator("img")) == case.payload.replace("|", "\n").encode(), case
