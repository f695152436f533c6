"""The tour for newcomers on the real pages: with and without scripts, by keyboard, on a narrow screen."""

from playwright.sync_api import Browser, Locator, expect
from playwright.sync_api import Page as Tab

from tests.browser.accessibility import SCHEMES, find_faults_as_shown
from tests.browser.editors import create_editor, sign_in
from tests.browser.test_accessibility import TO_THE_TOP
from tests.html import assert_none
from tests.running_site import RunningSite

NARROW = 320


def test_it_guides_a_newcomer_through_the_panel_on_a_phone(browser: Browser, shared_site: RunningSite) -> None:
    context = browser.new_context(locale="ru", viewport={"width": NARROW, "height": 900}, bypass_csp=True)
    tab = context.new_page()
    sign_in(tab, shared_site, create_editor(shared_site, "publisher", "ru"))
    go_on(tab, tab.get_by_role("link", name="Начать", exact=True))
    faults = []
    for step in range(1, 6):
        expect(tab.locator(".tour .badge")).to_have_text(f"Шаг {step} из 5")
        faults += find_step_faults(tab, step)
        if step == 3:
            assert stops_to(tab, "ru.title") <= 6
            tab.keyboard.type("Руки")
            # Enter in a field saves and stays.
            tab.keyboard.press("Enter")
            expect(tab.locator("[data-state=saved]")).to_be_visible()
            tab.locator("[id='ru.summary']").fill("О руках.")
        if step == 4:
            expect(tab.locator("[id='ru.summary']")).to_have_value("О руках.")
        if step < 5:
            go_on(tab, tab.locator(".tour").get_by_role("link" if step == 1 else "button", name="Дальше"))
    expect(tab.locator(".object-list li")).not_to_have_count(0)
    tab.get_by_role("button", name="Завершить знакомство").click()
    tab.wait_for_url(f"{shared_site.url}/admin/")
    expect(tab.locator(".first-run")).to_have_count(0)
    expect(tab.get_by_role("link", name="Руки")).to_be_visible()
    context.close()
    assert_none(faults)


def test_it_works_without_scripts_or_a_mouse(browser: Browser, shared_site: RunningSite) -> None:
    context = browser.new_context(locale="en", java_script_enabled=False)
    tab = context.new_page()
    sign_in(tab, shared_site, create_editor(shared_site, "writer", "en"))
    press(tab, "link", "Start")
    press(tab, "link", "Next")
    press(tab, "button", "Next")
    expect(tab.locator(".tour .badge")).to_have_text("Step 3 of 5")
    tab.locator("[id='en.title']").fill("Hands")
    press(tab, "button", "Next")
    expect(tab.locator(".tour")).to_contain_text("Save and send for review")
    tab.locator("[id='en.summary']").fill("About hands.")
    press(tab, "button", "Save and send for review")
    expect(tab.locator(".tour .badge")).to_have_text("Step 4 of 5")
    expect(tab.locator("[id='en.summary']")).to_have_value("About hands.")
    tab.locator("[id='en.body']").fill("Two hands.")
    press(tab, "button", "End the tour")
    expect(tab.locator(".tour")).to_have_count(0)
    expect(tab.locator("[id='en.body']")).to_have_value("Two hands.")
    expect(tab.locator("h1")).to_have_text("Hands")
    tab.goto(f"{shared_site.url}/admin/")
    expect(tab.locator(".first-run")).to_have_count(0)
    context.close()


def go_on(tab: Tab, it: Locator) -> None:
    """Click, and wait until the scripts of the next page listen."""
    with tab.expect_navigation():
        it.click()


def press(tab: Tab, role: str, name: str) -> None:
    """Press the Enter key on a link or a button."""
    tab.get_by_role(role, name=name, exact=True).first.press("Enter")  # type: ignore[arg-type]


def find_step_faults(tab: Tab, step: int) -> list[str]:
    """The accessibility faults of the page with its help unfolded; the steps alternate between light and dark."""
    tab.locator(".page-help summary").click()
    tab.emulate_media(color_scheme=SCHEMES[step % 2])  # type: ignore[arg-type]
    return [f"{step}: {it}" for it in find_faults_as_shown(tab)]


def stops_to(tab: Tab, field: str) -> int:
    """The number of presses of Tab until a field has the focus."""
    tab.evaluate(TO_THE_TOP)
    for stops in range(1, 20):
        tab.keyboard.press("Tab")
        if tab.evaluate("document.activeElement.id") == field:
            return stops
    raise AssertionError(f"{field} was not reached")
