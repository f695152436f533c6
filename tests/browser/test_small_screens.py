"""The panel on phones, with the keyboard open too, and what wider screens show at once."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, ViewportSize, expect
from playwright.sync_api import Page as Tab
from sqlalchemy import update

from tests.browser.conftest import TIMEOUT
from tests.browser.editors import create_editor, session_cookie
from tests.browser.story import EditedStory, field
from tests.running_site import RunningSite
from wzo.cms.models import DraftState
from wzo.extensions import db

PHONE: ViewportSize = {"width": 360, "height": 640}
KEYBOARD: ViewportSize = {"width": 360, "height": 340}
TABLET: ViewportSize = {"width": 768, "height": 1024}
DESKTOP: ViewportSize = {"width": 1440, "height": 900}
MOST_OF_THE_SCREEN = 100  # pixels of the bar with the buttons
# Whether the middle of the line with the caret, or of a control, can be seen and touched.
IS_SEEN = """(it) => {
  const box = it.getBoundingClientRect();
  const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
  const inside = Math.min(12, (bottom - top) / 2);
  const points = [top + inside, bottom - inside].map((y) => document.elementFromPoint(box.left + box.width / 2, y));
  return bottom - top >= Math.min(24, box.height - 1) && points.every((found) => found === it || it.contains(found));
}"""
# Elements that are cut off, by their text.
CUT_OFF = """(selector) => [...document.querySelectorAll(selector)].filter((it) => {
  const box = it.getBoundingClientRect();
  const row = it.closest("td, li, button, .actions").getBoundingClientRect();
  return it.scrollWidth > it.clientWidth + 1 || box.right > innerWidth || box.right > row.right + 1 || box.width === 0;
}).map((it) => it.textContent.trim())"""


@pytest.fixture(scope="module")
def publishers(browser: Browser, shared_site: RunningSite) -> Iterator[dict[tuple[str, bool], BrowserContext]]:
    """A publisher's browsers, by language and whether they run JavaScript."""
    contexts = {}
    for language in ("ru", "en"):
        account = create_editor(shared_site, "publisher", language)
        for scripts in (True, False):
            context = browser.new_context(locale=language, java_script_enabled=scripts)
            context.set_default_timeout(TIMEOUT)
            context.add_cookies([session_cookie(shared_site, account)])
            contexts[language, scripts] = context
    yield contexts
    for context in contexts.values():
        context.close()


@pytest.fixture
def tab(publishers: dict[tuple[str, bool], BrowserContext], language: str, scripts: bool) -> Iterator[Tab]:
    page = publishers[language, scripts].new_page()
    page.set_viewport_size(PHONE)
    yield page
    page.close()


def test_its_buttons_leave_room_for_the_text(tab: Tab, story: EditedStory, language: str) -> None:
    tab.goto(story.url)
    bar, sheet = tab.locator(".save-bar"), tab.locator("#save-menu")
    box = bar.bounding_box()
    assert box
    assert box["height"] <= MOST_OF_THE_SCREEN
    assert box["y"] + box["height"] == PHONE["height"]
    publish = sheet.locator("[value='publish:ru en']")
    expect(publish).to_be_hidden()
    bar.locator("[popovertarget=save-menu]").first.click()
    for button in sheet.locator("button").all():
        expect(button).to_be_in_viewport(ratio=1)
    tab.keyboard.press("Escape")
    expect(publish).to_be_hidden()
    bar.locator("[popovertarget=save-menu]").first.click()
    with tab.expect_navigation():
        publish.click()
    # The missing fields are listed, so the button has sent the form.
    expect(tab.locator("#blocking-title")).to_be_visible()
    tab.set_viewport_size(DESKTOP)
    expect(publish).to_be_visible()
    expect(bar.locator(".menu-opener").first).to_be_hidden()


@pytest.mark.parametrize("scripts", [True], indirect=True, ids=["js"])
@pytest.mark.parametrize("language", ["ru"], indirect=True)
def test_one_sees_what_one_types_with_the_keyboard_open(tab: Tab, story: EditedStory) -> None:
    tab.set_viewport_size(KEYBOARD)
    tab.goto(story.url)
    hidden = []
    for it in tab.locator("#edit :is(input, textarea, select):not([type=hidden], [type=file])").all():
        if not it.is_visible():
            continue
        it.focus()
        if it.evaluate("(it) => it.matches('textarea, [type=text]')"):
            tab.keyboard.press("End")
            tab.keyboard.type("я")
        if not it.evaluate(IS_SEEN):
            hidden.append(it.get_attribute("id"))
    assert hidden == []
    # In a long text too.
    body = field(tab, "ru.body")
    body.fill("\n\n".join(f"Абзац {number}." for number in range(40)))
    tab.keyboard.press("Control+End")
    tab.keyboard.type("!")
    assert body.evaluate(IS_SEEN)


def test_its_menu_is_folded_on_phones_and_open_on_wide_screens(
    tab: Tab, shared_site: RunningSite, scripts: bool
) -> None:
    tab.goto(f"{shared_site.url}/admin/")
    link = tab.locator("#menu a[href='/admin/stories/']")
    for size in (PHONE, TABLET):
        tab.set_viewport_size(size)
        expect(link).to_be_hidden()
        tab.locator(".menu-button").click()
        expect(link).to_be_in_viewport()
        tab.keyboard.press("Escape")
        expect(link).to_be_hidden()
    tab.set_viewport_size(DESKTOP)
    expect(link).to_be_in_viewport()
    expect(tab.locator(".menu-button")).to_be_hidden()
    assert tab.locator("#menu a").count() >= 20
    assert all(it.is_visible() for it in tab.locator("#menu a").all())
    # Its links come after the content, and one link jumps there.
    tab.reload()
    tab.keyboard.press("Tab")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Tab")
    expect(tab.locator(".to-menu")).to_be_focused()


@pytest.mark.parametrize("scripts", [True], indirect=True, ids=["js"])
def test_its_tools_have_names(tab: Tab, story: EditedStory, language: str) -> None:
    tab.set_viewport_size(DESKTOP)
    tab.goto(story.url)
    names = tab.locator("[aria-controls='ru.body'] .tool-name")
    words = [name.strip() for name in names.all_inner_texts()]
    assert len(set(words)) == len(words) >= 12
    assert all(bool(re.search("[а-яё]", word, re.IGNORECASE)) == (language == "ru") for word in words)
    assert tab.evaluate(CUT_OFF, "[aria-controls='ru.body'] .tool-name") == []
    tab.set_viewport_size(PHONE)
    for button in tab.locator("[aria-controls='ru.body'] button").all():
        box = button.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44
        [node] = [button.evaluate("(it) => [it.computedName ?? it.querySelector('.tool-name').textContent, it.title]")]
        assert node[0] in words
        assert node[1].startswith(node[0])


def test_its_matrix_cuts_nothing_off(tab: Tab, story: EditedStory, language: str) -> None:
    """The longest badges, on a phone."""
    with story.site.writing():
        longest = {
            "go_live_at": datetime.now(UTC) + timedelta(days=3),
            "review_requested_at": datetime.now(UTC),
            "publish_error": "No picture",
        }
        db.session.execute(update(DraftState).where(DraftState.object_id == story.id).values(**longest))
        db.session.commit()
    tab.goto(f"{story.site.url}/admin/translations/")
    row = tab.locator(".matrix tr", has=tab.locator(f"a[href^='/admin/stories/{story.id}/']"))
    assert row.locator(".badge").count() >= 6
    assert tab.evaluate(CUT_OFF, ".matrix .badge") == []
    assert tab.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    # No word of a title is broken.
    heading = row.locator("th")
    assert heading.evaluate("(it) => it.getBoundingClientRect().width") > 300
    expect(row.get_by_role("cell")).to_have_count(2)
    for cell in row.get_by_role("cell").all():
        expect(cell.locator(".matrix-language")).to_be_visible()
