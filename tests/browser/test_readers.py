"""A browser that one reader after another uses shows nothing of the reader before."""

from playwright.sync_api import Page as Tab

from tests.browser.conftest import OpenReader, clear, in_each_language_and_mode
from tests.running_site import RunningSite

STORE = """async () => {
  document.cookie = "left=1";
  localStorage.left = sessionStorage.left = "1";
  await caches.open("left");
  await navigator.serviceWorker.register("/sw.js");
  indexedDB.open("left");
}"""
STORED = """async () => ({
  cookies: document.cookie,
  local: localStorage.length,
  session: sessionStorage.length,
  caches: await caches.keys(),
  workers: (await navigator.serviceWorker.getRegistrations()).length,
  databases: (await indexedDB.databases()).length,
  history: history.length,
  size: [innerWidth, innerHeight],
  online: navigator.onLine,
  clipboard: (await navigator.permissions.query({ name: "clipboard-read" })).state,
})"""


@in_each_language_and_mode
def test_it_leaves_nothing_to_the_next_reader(shared_site: RunningSite, open_fresh_reader: OpenReader) -> None:
    def look(tab: Tab) -> object:
        response = tab.goto(f"{shared_site.url}/en/kept/")
        assert response
        return response.status, tab.evaluate(STORED)

    tab = open_fresh_reader()
    before = look(tab)
    tab.goto(f"{shared_site.url}/en/")
    tab.context.grant_permissions(["clipboard-read"])
    tab.evaluate(STORE)
    tab.set_viewport_size({"width": 320, "height": 500})
    tab.route("**/kept/", lambda route: route.fulfill(status=503))
    assert look(tab) != before
    tab.context.set_offline(True)
    clear(tab)
    assert look(tab) == before
