"""Moving in a list without loading the page."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Request, expect
from playwright.sync_api import Page as Tab

from tests.browser.conftest import TIMEOUT
from tests.browser.editors import Account, create_editor, session_cookie
from tests.running_site import RunningSite, wait_for
from wzo.cms import drafts, trash
from wzo.cms.lists import get_items
from wzo.cms.queries import get_draft
from wzo.themes.content_types import THEMES

NAMES = "abcde"
SHOWN = (
    "() => [...document.querySelectorAll('ol[data-order] .object-title')].map((it) => it.textContent.trim()).join(' ')"
)
UP, DOWN = -1, 1


@dataclass(frozen=True)
class List:
    """The themes of a running site; those called a to e, which come last, are new ones that nobody reads yet."""

    site: RunningSite
    ids: dict[str, int]
    before: int

    @property
    def url(self) -> str:
        return f"{self.site.url}/admin/themes/"

    def order(self) -> str:
        """The order of the new ones as it is saved."""
        with self.site.inside():
            return "".join(item.title for item in get_items(THEMES, limit=None) if item.id in self.ids.values())

    def item(self, tab: Tab, name: str) -> Locator:
        return tab.locator(f"#item-{self.ids[name]}")

    def button(self, tab: Tab, name: str, step: int) -> Locator:
        return self.item(tab, name).locator(f"form:has([name=step][value='{step}']) button")


@pytest.fixture
def themes(shared_site: RunningSite) -> Iterator[List]:
    ids = {}
    with shared_site.inside():
        before = len(get_items(THEMES, limit=None))
        for name in NAMES:
            ids[name] = drafts.create(content_type=THEMES, author_id=1)
            drafts.save(
                content_type=THEMES,
                object_id=ids[name],
                values={"en": {"title": name}},
                base_revision_ids=get_draft(THEMES, ids[name]).revision_ids,
                edit_session="",
                author_id=1,
            )
    yield List(shared_site, ids, before)
    with shared_site.inside():
        for number in ids.values():
            trash.move_to_trash(content_type=THEMES, object_id=number, author_id=1, may_publish=True)


@pytest.fixture(scope="module")
def publisher(shared_site: RunningSite) -> Account:
    return create_editor(shared_site, "publisher")


@pytest.fixture
def publishers_browser(browser: Browser, publisher: Account, themes: List, scripts: bool) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="en", java_script_enabled=scripts)
    context.set_default_timeout(TIMEOUT)
    context.add_cookies([session_cookie(themes.site, publisher)])
    yield context
    context.close()


@pytest.fixture
def tab(publishers_browser: BrowserContext, themes: List) -> Tab:
    page = publishers_browser.new_page()
    page.goto(themes.url)
    return page


with_scripts = pytest.mark.parametrize("scripts", [True], indirect=True, ids=["js"])
without_scripts = pytest.mark.parametrize("scripts", [False], indirect=True, ids=["no-js"])


def shown(tab: Tab) -> str:
    """The order of the new themes as the page shows it."""
    return "".join(name for name in tab.evaluate(SHOWN).split() if name in NAMES)


def announced_position(tab: Tab) -> Locator:
    """The line that announces the new position of a theme."""
    return tab.locator("ol[data-order] + .visually-hidden[role=status]")


def position_words(tab: Tab, name: str, number: int, themes: List) -> str:
    words = tab.locator("ol[data-order]").get_attribute("data-moved") or ""
    count = themes.before + len(NAMES)
    return words.format(name=name, position=themes.before + number, count=count)


@with_scripts
def test_it_keeps_the_focus_on_a_moved_item_and_announces_its_position(tab: Tab, themes: List) -> None:
    tab.evaluate("document.body.dataset.same = 'page'")
    up = themes.button(tab, "c", UP)
    up.focus()
    for number in (2, 1):
        with tab.expect_response("**/admin/themes/"):
            tab.keyboard.press("Enter")
        expect(announced_position(tab)).to_have_text(position_words(tab, "c", number, themes))
        expect(up).to_be_focused()
    assert shown(tab) == "cabde" == themes.order()
    assert tab.evaluate("document.body.dataset.same") == "page"


@with_scripts
def test_it_moves_nothing_past_the_ends(tab: Tab, themes: List) -> None:
    moves: list[Request] = []
    tab.on("request", lambda request: moves.append(request) if request.method == "POST" else None)
    first = tab.locator("ol[data-order] > li").first
    button = first.locator("button").first
    button.focus()
    tab.keyboard.press("Enter")
    expect(button).to_be_focused()
    last = themes.button(tab, "e", DOWN)
    last.focus()
    tab.keyboard.press("Enter")
    expect(last).to_be_focused()
    assert shown(tab) == NAMES == themes.order()
    assert moves == []


@with_scripts
def test_it_counts_quick_presses(tab: Tab, themes: List) -> None:
    themes.button(tab, "e", UP).focus()
    for _ in range(3):
        tab.keyboard.press("Enter")
    expect(announced_position(tab)).to_have_text(position_words(tab, "e", 2, themes))
    wait_for("the last of the moves", lambda: themes.order() == "aebcd")
    assert shown(tab) == "aebcd"


@with_scripts
def test_it_moves_an_item_dragged_by_its_handle(tab: Tab, themes: List) -> None:
    moves: list[Request] = []
    tab.on("request", lambda request: moves.append(request) if request.method == "POST" else None)
    tab.set_viewport_size({"width": 1280, "height": 1600})
    goal = themes.item(tab, "d").locator(".drag-handle").bounding_box()
    assert goal
    themes.item(tab, "a").locator(".drag-handle").hover()
    tab.mouse.down()
    tab.mouse.move(goal["x"] + 5, goal["y"] + 10, steps=5)
    tab.mouse.move(goal["x"] + 5, goal["y"] + goal["height"], steps=3)
    with tab.expect_response("**/admin/themes/"):
        tab.mouse.up()
    expect(themes.item(tab, "a")).not_to_have_class("dragged")
    assert themes.order() == shown(tab) == "bcdae"
    (move,) = moves
    assert move.url == f"{themes.url}{themes.ids['a']}/move"
    assert "step=3" in (move.post_data or "")


@with_scripts
def test_it_moves_an_item_back_if_the_server_fails(tab: Tab, themes: List) -> None:
    tab.route("**/move", lambda route: route.fulfill(status=503, body="down"))
    with tab.expect_navigation():
        themes.button(tab, "b", UP).click()
    assert shown(tab) == NAMES


@without_scripts
def test_it_reloads_the_page_without_scripts(tab: Tab, themes: List) -> None:
    with tab.expect_navigation():
        themes.button(tab, "a", DOWN).click()
    assert themes.order() == "bacde"
    assert not tab.locator(".drag-handle").count()
