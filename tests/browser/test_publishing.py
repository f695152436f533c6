"""From the sign-in to a published story in both languages with a picture, counting an editor's clicks."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, BrowserContext, Locator, expect
from playwright.sync_api import Page as Tab
from sqlalchemy import update

from tests.browser.conftest import TIMEOUT
from tests.browser.editors import create_editor, next_code, sign_in
from tests.running_site import RunningSite, wait_for
from tests.times import at
from wzo.cms.models import DraftState
from wzo.extensions import db

MOST_CLICKS = 8
MOST_REQUESTS = 8
MOST_BYTES = 90 * 1024
MOST_STOPS = 6

FIELDS = {
    "ru.title": "Письма из колонии",
    "ru.summary": "Что пишут домой.",
    "ru.body": "Первое письмо пришло весной.\n\n## Второе\n\nИ ещё одно.",
    "ru.picture_alt": "Конверт на подоконнике, на него падает свет.",
    "en.title": "Letters from the colony",
    "en.summary": "What is written home.",
    "en.body": "The first letter came in spring.\n\n## The second\n\nAnd one more.",
    "en.picture_alt": "An envelope on a window sill, light falls on it.",
}


def picture() -> Any:
    drawn = Image.new("RGB", (1200, 800), "#f6f1e7")
    ImageDraw.Draw(drawn).rectangle((300, 250, 900, 600), fill="#f3c64b")
    file = io.BytesIO()
    drawn.save(file, "JPEG")
    return {"name": "IMG_2034.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


@dataclass
class ClickCounter:
    """Counts an editor's clicks, and records the requests and bytes of each page."""

    tab: Tab
    clicks: int = 0
    pages: list[tuple[str, list[int]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        session = self.tab.context.new_cdp_session(self.tab)
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", self._sent)
        session.on("Network.loadingFinished", self._received)

    def _sent(self, event: dict[str, Any]) -> None:
        if event["type"] == "Document":
            self.pages.append((urlsplit(str(event["documentURL"])).path, []))

    def _received(self, event: dict[str, Any]) -> None:
        # Cached and inline resources cost nothing.
        if self.pages and event["encodedDataLength"]:
            self.pages[-1][1].append(int(event["encodedDataLength"]))

    def click(self, it: Locator) -> None:
        self.clicks += 1
        it.click()

    def summary(self) -> str:
        rows = [f"{path}: {len(sizes)} requests, {sum(sizes) / 1024:.1f} KB" for path, sizes in self.pages]
        return "\n".join([f"{self.clicks} clicks", *rows])


@pytest.fixture
def context(browser: Browser, scripts: bool) -> Iterator[BrowserContext]:
    context = browser.new_context(java_script_enabled=scripts, locale="en")
    context.set_default_timeout(TIMEOUT)
    yield context
    context.close()


def write(tab: Tab, words: dict[str, str]) -> None:
    for name, text in words.items():
        tab.locator(f'[name="{name}"]').fill(text)


def press(tab: Tab, name: str) -> None:
    """Press a button that opens another page, and wait until its scripts listen."""
    with tab.expect_navigation():
        tab.get_by_role("button", name=name, exact=True).click()


def test_it_publishes_a_story_in_eight_clicks(shared_site: RunningSite, context: BrowserContext, scripts: bool) -> None:
    account = create_editor(shared_site, role="publisher")
    tab = context.new_page()
    counter = ClickCounter(tab)
    tab.goto(f"{shared_site.url}/admin/")
    tab.locator("[name=email]").fill(account.email)
    tab.locator("[name=password]").fill(account.password)
    counter.click(tab.locator("main button[type=submit]").first)
    tab.locator("[name=code]").fill(next_code(shared_site, account))
    counter.click(tab.locator("main button[type=submit]").first)
    with tab.expect_navigation():
        counter.click(tab.get_by_role("button", name="New story"))
    write(tab, FIELDS)
    counter.clicks += 1  # The file field opens the device's own dialog.
    tab.locator('[name="upload.picture"]').set_input_files([picture()])
    counter.click(tab.get_by_label("No, it contains nothing distressing"))
    counter.click(tab.get_by_label("Not needed: nobody can be recognised"))
    counter.click(tab.get_by_role("button", name="Publish both", exact=True))
    expect(tab.locator(".admin-messages")).to_contain_text("Published")
    print(f"\nJavaScript {'on' if scripts else 'off'}: {counter.summary()}")  # noqa: T201 - what the run costs is to be seen
    assert counter.clicks <= MOST_CLICKS
    slug = tab.locator('[name="shared.slug"]').input_value()
    for language, title in (("ru", FIELDS["ru.title"]), ("en", FIELDS["en.title"])):
        page = shared_site.ask(f"/{language}/stories/{slug}/").body.decode()
        assert title.split()[0] in page
        assert FIELDS[f"{language}.picture_alt"].split(",")[0].split()[-1] in page
        key = page.split("/media/")[1][:32]
        assert shared_site.ask(f"/media/{key}/480.jpg").status == 200


def test_it_works_with_and_without_scripts(shared_site: RunningSite, context: BrowserContext, scripts: bool) -> None:
    """Translating, scheduling, restoring and ordering, on the same pages."""
    tab = context.new_page()
    sign_in(tab, shared_site, create_editor(shared_site, role="publisher"))
    press(tab, "New story")
    slug = f"letters-{'on' if scripts else 'off'}"
    write(tab, {**FIELDS, "shared.slug": slug})
    tab.get_by_label("No, it contains nothing distressing").check()
    tab.get_by_label("Not needed: nobody can be recognised").check()
    press(tab, "Publish Russian")
    expect(tab.locator(".admin-messages")).to_contain_text("Published: Russian")
    assert shared_site.ask(f"/ru/stories/{slug}/").status == 200
    assert FIELDS["en.title"].encode() not in shared_site.ask(f"/en/stories/{slug}/").body
    path = urlsplit(tab.url).path

    # Translating: the Russian changes, the English page shows the difference and is updated.
    press(tab, "Publish English")
    write(tab, {"ru.body": "Первое письмо пришло осенью."})
    press(tab, "Publish Russian")
    expect(tab.locator(".admin-messages")).to_contain_text("Published: Russian")
    tab.goto(f"{shared_site.url}/admin/translations/?only=stale")
    with tab.expect_navigation():
        tab.locator(f'a[href^="{path}#en."]').first.click()
    tab.locator(".stale-note summary").click()
    expect(tab.locator(".stale-note ins").first).to_contain_text("осенью")
    write(tab, {"en.body": "The first letter came in autumn."})
    tab.get_by_label("I have updated this translation").check()
    press(tab, "Publish English")
    expect(tab.locator(".stale-note")).to_have_count(0)

    # Restoring, in two clicks.
    write(tab, {"ru.body": "Всё пропало."})
    tab.get_by_role("button", name="Save", exact=True).click()
    expect(tab.locator("#save-state" if scripts else ".admin-messages")).to_contain_text("aved")
    tab.goto(shared_site.url + path)
    expect(tab.locator('[name="ru.body"]')).to_have_value("Всё пропало.")
    tab.get_by_role("link", name="History", exact=True).last.click()
    row = tab.locator(".object-list li", has_text="Russian").filter(has=tab.get_by_role("button", name="Restore"))
    with tab.expect_navigation():
        row.first.get_by_role("button", name="Restore").click()
    expect(tab.locator('[name="ru.body"]')).to_have_value("Первое письмо пришло осенью.")

    # Scheduling: the worker publishes.
    press(tab, "Take down everywhere")
    assert shared_site.ask(f"/ru/stories/{slug}/").status == 410
    tab.locator("#later summary").click()
    tab.locator("[name=day]").fill("2030-01-01")
    tab.get_by_role("button", name="Schedule all languages").click()
    expect(tab.locator(".language-column .badge.due").first).to_contain_text("scheduled for")
    with shared_site.inside():
        make_due(path)
    wait_for("the story", lambda: shared_site.ask(f"/ru/stories/{slug}/").status == 200)

    # Ordering.
    tab.goto(f"{shared_site.url}/admin/countries/")
    names = tab.locator(".object-title").all_inner_texts()
    tab.get_by_role("button", name=f"Move down: {names[0]}").click()
    expect(tab.locator(".object-title").first).to_have_text(names[1])
    tab.get_by_role("button", name=f"Move up: {names[0]}").click()
    expect(tab.locator(".object-title").first).to_have_text(names[0])


def make_due(path: str) -> None:
    number = int(path.rstrip("/").rsplit("/", 1)[1])
    db.session.execute(
        update(DraftState)
        .where(DraftState.object_id == number, DraftState.go_live_at.is_not(None))
        .values(go_live_at=at(1))
    )
    db.session.commit()


def test_it_keeps_the_edit_page_light(shared_site: RunningSite, browser: Browser) -> None:
    context = browser.new_context(locale="en")
    tab = context.new_page()
    tab.set_default_timeout(TIMEOUT)
    sign_in(tab, shared_site, create_editor(shared_site, role="publisher"))
    cookies = context.cookies()
    context.close()
    cold = browser.new_context(locale="en")
    cold.add_cookies(cookies)
    tab = cold.new_page()
    counter = ClickCounter(tab)
    tab.goto(f"{shared_site.url}/admin/stories/1/", wait_until="networkidle")
    print(f"\n{counter.summary()}")  # noqa: T201 - what the page costs is to be seen
    (_, sizes), *_ = counter.pages
    stops = 0
    while tab.evaluate("document.activeElement.name") != "ru.title":
        tab.keyboard.press("Tab")
        stops += 1
        assert stops <= MOST_STOPS
    print(f"{stops} tab stops to the title")  # noqa: T201
    cold.close()
    assert len(sizes) <= MOST_REQUESTS
    assert sum(sizes) <= MOST_BYTES


def test_it_publishes_a_figure_with_its_drawing(
    shared_site: RunningSite, context: BrowserContext, scripts: bool
) -> None:
    tab = context.new_page()
    sign_in(tab, shared_site, create_editor(shared_site, role="publisher"), "/admin/facts/")
    press(tab, "New figure")
    for code in ("ru", "en"):
        words = {"title": "Zyxomma applications", "figure": "3500", "summary": "were filed.", "numbers": "Applications"}
        write(tab, {f"{code}.{name}": text for name, text in words.items()})
        write(tab, {f"{code}.source": "The penal service", f"{code}.source_url": "counts.example.org"})
    tab.get_by_label("Drawing", exact=True).select_option("Strokes: one for each")
    press(tab, "Publish both")
    # The site's own words, at the field, rather than the browser's.
    expect(tab.locator("#en\\.source_url-error")).to_contain_text("https://counts.example.org")
    expect(tab.locator("#en\\.numbers-error")).to_contain_text("Write, for example: Applications: 3500")
    for code in ("ru", "en"):
        write(tab, {f"{code}.numbers": "Applications: 3500\nDied: 749"})
    if scripts:
        # A fixed item is ticked off as soon as it is saved; the others stay.
        expect(tab.locator(".errors .solved")).to_have_count(2)
        expect(tab.locator("#en\\.numbers-error")).to_have_count(0)
        expect(tab.locator(".errors li:not(.solved)")).to_have_count(2)
    for code in ("ru", "en"):
        write(tab, {f"{code}.source_url": "https://counts.example.org/"})
    press(tab, "Publish both")
    slug = tab.locator('[name="shared.slug"]').input_value()
    tab.goto(f"{shared_site.url}/en/figures/#{slug}")
    figure = tab.locator(f"#{slug}").get_by_role("figure")
    expect(figure.get_by_role("img", name="3500 were filed")).to_be_visible()
    expect(figure.get_by_role("row", name="Died 749")).to_be_visible()
    # Nobody else who uses this site meets it.
    tab.goto(f"{shared_site.url}/admin/facts/")
    tab.get_by_role("link", name="Zyxomma applications").first.click()
    press(tab, "Move to bin")


def choose(label: str, option: str) -> Callable[[Tab], object]:
    return lambda tab: tab.get_by_label(label).select_option(option)


def tick(label: str) -> Callable[[Tab], object]:
    return lambda tab: tab.get_by_label(label).check()


class Addition(NamedTuple):
    """An addition of an editor: the words in each language, further entries, and where and how readers find it."""

    path: str
    button: str
    words: dict[str, str]
    more: tuple[Callable[[Tab], object], ...]
    shown_at: str
    shown: str


ADDITIONS = {
    "an original": Addition(
        "mentions",
        "New original, publication or mention",
        {"title": "Zyxomma in full", "publisher": "The Zyxomma Press"},
        (choose("What is it?", "Original"), tick("It is about the group itself")),
        "mentions/",
        "Zyxomma in full",
    ),
    "a timeline": Addition(
        "timelines",
        "New timeline",
        {"title": "Zyxomma, year by year", "summary": "In short.", "body": "2019-07: it began.\n2016: it was not yet."},
        (tick("No, it contains nothing distressing"), tick("Not needed: nobody can be recognised")),
        "timelines/",
        "Zyxomma, year by year",
    ),
    "an entry of the directory": Addition(
        "directory",
        "New entry",
        {"title": "Zyxomma Aid", "summary": "Lawyers who visit colonies."},
        (tick("Lawyers and legal advice"),),
        "help/",
        "Zyxomma Aid",
    ),
    "a page in the menu": Addition(
        "pages",
        "New page",
        {"title": "Zyxomma of our work", "summary": "All day.", "body": "What we do."},
        (tick("In the menu, under “More”"),),
        "",
        "Zyxomma of our work",
    ),
}


@pytest.mark.parametrize("name", ADDITIONS)
def test_it_publishes_what_editors_add(shared_site: RunningSite, context: BrowserContext, name: str) -> None:
    addition = ADDITIONS[name]
    tab = context.new_page()
    sign_in(tab, shared_site, create_editor(shared_site, role="publisher"), f"/admin/{addition.path}/")
    press(tab, addition.button)
    for code in ("ru", "en"):
        write(tab, {f"{code}.{field}": text for field, text in addition.words.items()})
    for enter in addition.more:
        enter(tab)
    press(tab, "Publish both")
    expect(tab.locator(".admin-messages")).to_contain_text("Published")
    expect(tab.locator(".admin-messages").get_by_role("link", name="View on the site: English")).to_be_visible()
    for code in ("ru", "en"):
        tab.goto(f"{shared_site.url}/{code}/{addition.shown_at}")
        expect(tab.get_by_text(addition.shown).first).to_be_attached()
    # Nobody else who uses this site meets it.
    tab.goto(f"{shared_site.url}/admin/{addition.path}/")
    tab.get_by_role("link", name=addition.shown).first.click()
    press(tab, "Move to bin")
