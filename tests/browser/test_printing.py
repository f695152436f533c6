"""Printed pages: PDFs as Chromium creates them, read again."""

import re
from collections.abc import Iterator

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

from tests.browser.conftest import TIMEOUT, OpenReader
from tests.donate.methods import BANK, LINK, WALLETS
from tests.running_site import RunningSite

POINTS_PER_MM = 72 / 25.4
A4, A5 = (210, 297), (148, 210)
HOST = re.compile(r"https?:|127\.0\.0\.1|[a-z0-9-]+\.(?:ru|org|com|net)\b")
LOCALES = {
    "ru": ["репрессии за гомосексуальность", "Сломанные", "гей-порно", "Справедливость", "Как живут лесбиянки"],
    "en": ["repression of homosexuality", "sexual abuse", "gay porn", "Justice", "lesbians live"],
}


@pytest.fixture
def tab(browser: Browser, language: str) -> Iterator[Tab]:
    """A browser in dark mode, as paper is white whatever the screen."""
    context = browser.new_context(locale=language, color_scheme="dark")
    context.set_default_timeout(TIMEOUT)
    yield context.new_page()
    context.close()


DECODE_WHAT_IS_ON_SCREEN = """() => Promise.all([...document.images]
  .filter((it) => it.checkVisibility() && it.getBoundingClientRect().top < innerHeight)
  .map((it) => it.decode()))"""


def printed(tab: Tab, url: str, **options: object) -> pypdfium2.PdfDocument:
    tab.goto(url)
    # A lazy picture on the screen is on its way now; those further down are loaded for printing.
    tab.evaluate(DECODE_WHAT_IS_ON_SCREEN)
    return pypdfium2.PdfDocument(tab.pdf(print_background=False, **options))


def texts(document: pypdfium2.PdfDocument) -> list[str]:
    """The text of each page, as it would be copied."""
    pages = [document[number].get_textpage().get_text_bounded() for number in range(len(document))]
    # pdfium replaces a hyphen at the end of a line with its own character.
    return [" ".join(page.replace("\x02", "-").split()) for page in pages]


def assert_size(document: pypdfium2.PdfDocument, millimetres: tuple[int, int]) -> None:
    for number in range(len(document)):
        for points, wanted in zip(document[number].get_size(), millimetres, strict=True):
            assert points / POINTS_PER_MM == pytest.approx(wanted, abs=0.6)


def ink(document: pypdfium2.PdfDocument, number: int) -> set[tuple[int, ...]]:
    """The colours of a page, except shades of grey."""
    picture = document[number].render(scale=1).to_pil().convert("RGB")
    return {colour for _, colour in picture.getcolors(2**24) if max(colour) - min(colour) > 8}


def test_it_fits_a_story_for_a_letter(tab: Tab, shared_site: RunningSite, language: str) -> None:
    document = printed(tab, f"{shared_site.url}/{language}/stories/outcasts-4/print/", prefer_css_page_size=True)
    assert_size(document, A5)
    front, story, *_, urls = texts(document)
    assert LOCALES[language][3] in front
    assert not HOST.search(front)
    notice = {"ru": "В этом тексте говорится о насилии и самоповреждении", "en": "This text speaks of violence"}
    assert notice[language] in story
    assert "https://women-in-prison.ru/outcasts4" in urls
    assert story.startswith("2 ")
    assert urls.startswith(f"{len(document)} ")
    assert not front.startswith("1 ")
    # Anything too wide would shrink the whole edition, and its text with it.
    assert biggest_margin_of(document) == pytest.approx(15, abs=1)
    assert smallest_letters_of(document, 1) >= 14
    assert not any(ink(document, number) for number in range(len(document)))


def test_it_keeps_the_front_on_one_page_under_a_long_title(tab: Tab, shared_site: RunningSite, language: str) -> None:
    url = f"{shared_site.url}/{language}/stories/outcasts-4/print/"
    before = len(printed(tab, url, prefer_css_page_size=True))
    tab.locator(".front h1").evaluate(
        "it => { it.textContent = `${it.textContent} `.repeat(6); it.className = 'long' }"
    )
    document = pypdfium2.PdfDocument(tab.pdf(prefer_css_page_size=True))
    assert len(document) == before
    assert biggest_margin_of(document) == pytest.approx(15, abs=1)


def test_it_prints_a_series_as_one_booklet(tab: Tab, shared_site: RunningSite, language: str) -> None:
    document = printed(tab, f"{shared_site.url}/{language}/series/outcasts/print/", prefer_css_page_size=True)
    assert_size(document, A5)
    pages = texts(document)
    assert not HOST.search(pages[0])
    words = {"ru": "Часть {}", "en": "Part {}"}[language]
    begins = [next(n for n, page in enumerate(pages) if words.format(part) in page[:20]) for part in range(1, 6)]
    assert begins == sorted(set(begins))
    for number, title in zip(begins, LOCALES[language], strict=True):
        assert title in pages[number]
    contents = " ".join(pages[1 : begins[0]])
    places = [contents.rindex(title) for title in LOCALES[language]]
    assert places == sorted(places)
    assert "https://women-in-prison.ru/page" in pages[-1]
    assert [int(page.split()[0]) for page in pages[1:]] == list(range(2, len(pages) + 1))


@pytest.mark.parametrize(("paper", "size"), [("A4", A4), ("A5", A5)])
def test_it_prints_any_page(
    tab: Tab, shared_site: RunningSite, language: str, paper: str, size: tuple[int, int]
) -> None:
    url = f"{shared_site.url}/{language}/projects/prison-court-death/"
    document = printed(tab, url, format=paper)
    assert_size(document, size)
    page = " ".join(texts(document))
    for said in {
        "ru": ["Прежде чем читать", "3500", "Источник:", "Умерли до заседания суда"],
        "en": ["Before you read", "3,500", "Source:", "Died before the hearing"],
    }[language]:
        assert said in page
    assert "https://women-in-prison.ru/page1562574.html" in page.replace(" ", "")
    assert page.endswith(url)
    furniture = {"ru": ["Уйти с сайта", "Поддержать", "Команда"], "en": ["Leave this site", "Donate", "Team"]}
    assert not [word for word in furniture[language] if word in page]
    # The cover is printed, in its colours.
    assert ink(document, 0)


def test_it_prints_external_urls_once_and_no_anchors(tab: Tab, shared_site: RunningSite, language: str) -> None:
    page = "".join(texts(printed(tab, f"{shared_site.url}/{language}/stories/outcasts-4/", format="A4"))).replace(
        " ", ""
    )
    assert page.count("(https://kommersant.ru/doc/5977826)") == 1
    assert page.count("(https://women-in-prison.ru/outcasts4)") == 1
    assert "(#" not in page
    assert "(/" not in page


def biggest_margin_of(document: pypdfium2.PdfDocument) -> float:
    """The left margin of the front's text, in millimetres."""
    return float(document[0].get_textpage().get_charbox(0)[0]) / POINTS_PER_MM


def smallest_letters_of(document: pypdfium2.PdfDocument, number: int) -> float:
    """The smallest font size on a page, in points, without the page number, which comes first."""
    page = document[number].get_textpage()
    sizes = [pypdfium2.raw.FPDFText_GetFontSize(page, place) for place in range(5, page.count_chars())]
    return round(min(size for size in sizes if size > 1), 1)


def test_it_prints_folded_ways_to_give_with_their_codes(tab: Tab, shared_site: RunningSite, language: str) -> None:
    document = printed(tab, f"{shared_site.url}/{language}/donate/?from=none", format="A4")
    pages = [document[number].render(scale=3).to_pil().convert("RGB") for number in range(len(document))]
    codes = {code.text for page in pages for code in zxingcpp.read_barcodes(page)}
    assert codes > set(WALLETS.values())
    assert any(code.startswith("BCD\n") and BANK["holder"] in code for code in codes)
    text = " ".join(texts(document)).replace(" ", "")
    assert not [value for value in (*WALLETS.values(), LINK) if value not in text]


NOTICES = {"ru": "насилии и самоповреждении", "en": "violence"}


def test_it_prints_a_content_notice_that_was_closed(
    open_fresh_reader: OpenReader, shared_site: RunningSite, language: str
) -> None:
    tab = open_fresh_reader()
    tab.goto(f"{shared_site.url}/{language}/stories/outcasts-4/")
    notice = tab.locator("details.notice").first
    notice.locator("summary").click()
    assert notice.get_attribute("open") is None
    page = " ".join(texts(pypdfium2.PdfDocument(tab.pdf(print_background=False))))
    words = " ".join(notice.locator("p").first.text_content().split()).replace("\xa0", " ")
    assert NOTICES[language] in words
    assert words.replace(" ", "") in page.replace(" ", "")
