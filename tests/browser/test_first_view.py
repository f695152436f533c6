"""The first view: painted with its style sheet alone, and still when the rest arrives."""

import pytest
from playwright.sync_api import Browser, Route

from tests.running_site import RunningSite

PAGES = ("", "stories/", "stories/outcasts-1/", "petition/mothers/", "donate/", "projects/", "team/")
PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1440, "height": 900}
SHIFTS = """
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const shift of list.getEntries())
      shifts.push(...shift.sources.map(({node}) => node?.outerHTML?.slice(0, 200) ?? "text"));
  }).observe({type: "layout-shift", buffered: true});
"""
# The page is painted and complete; deferred scripts are not awaited.
IS_READ = """() => document.readyState !== "loading"
  && performance.getEntriesByName("first-contentful-paint").length > 0"""
TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


class HeldFiles:
    """Requests that get their responses when `release` is called, and those after it at once."""

    def __init__(self) -> None:
        self.routes: list[Route] = []
        self.released = False

    def hold(self, route: Route) -> None:
        # The page is not painted before its styles.
        if self.released or route.request.resource_type == "stylesheet":
            route.continue_()
        else:
            self.routes.append(route)

    def release(self) -> None:
        self.released = True
        for route in self.routes:
            route.continue_()


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_it_stays_in_place_while_the_rest_loads(
    browser: Browser, shared_site: RunningSite, language: str, viewport: dict[str, int]
) -> None:
    context = browser.new_context(viewport=viewport)  # type: ignore[arg-type]
    context.add_init_script(SHIFTS)
    tab = context.new_page()
    # Each page is the first that a reader opens.
    tab.context.new_cdp_session(tab).send("Network.setCacheDisabled", {"cacheDisabled": True})
    for path in PAGES:
        files = HeldFiles()
        tab.route("**/static/**", files.hold)
        tab.goto(f"{shared_site.url}/{language}/{path}", wait_until="commit")
        # Painted although no other file has arrived.
        tab.wait_for_function(IS_READ)
        tab.evaluate(TWO_FRAMES)
        tab.evaluate("shifts.length = 0")
        assert files.routes, "every page has pictures and scripts"
        files.release()
        tab.wait_for_load_state("networkidle")
        tab.evaluate(TWO_FRAMES)
        assert tab.evaluate("shifts") == [], path
        tab.unroute_all()
    context.close()
