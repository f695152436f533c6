"""Documents and recordings: uploaded with progress, chosen for a text, and played."""

import base64
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Route, expect
from playwright.sync_api import Page as Tab

from tests.browser.accessibility import find_faults_in_both_schemes
from tests.browser.conftest import TIMEOUT
from tests.browser.editors import create_editor, session_cookie
from tests.browser.story import AUTOSAVE, create_story, field
from tests.files.samples import pdf, with_script
from tests.running_site import RunningSite

PAGE = "/admin/files/"
# A second of a colour that changes, as a browser records it.
RECORD = """async () => {
  const canvas = document.createElement("canvas");
  const drawing = canvas.getContext("2d");
  const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: "video/webm;codecs=vp9" });
  const parts = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const stopped = new Promise((resolve) => (recorder.onstop = resolve));
  recorder.start();
  for (let frame = 0; frame < 20; frame += 1) {
    drawing.fillStyle = `hsl(${frame * 18} 80% 50%)`;
    drawing.fillRect(0, 0, 300, 150);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  recorder.stop();
  await stopped;
  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}"""
PLAY = """async (video) => {
  video.muted = true;
  await video.play();
  await new Promise((resolve) => video.addEventListener("timeupdate", resolve, { once: true }));
  return video.error === null && video.currentSrc.startsWith(location.origin);
}"""


@pytest.fixture
def tab(browser: Browser, shared_site: RunningSite) -> Iterator[Tab]:
    context: BrowserContext = browser.new_context(base_url=shared_site.url, viewport={"width": 360, "height": 800})
    context.set_default_timeout(TIMEOUT)
    context.add_cookies([session_cookie(shared_site, create_editor(shared_site, "publisher"))])
    tab = context.new_page()
    tab.on("pageerror", lambda error: pytest.fail(str(error)))
    yield tab
    context.close()


def upload(tab: Tab, *paths: Path) -> None:
    tab.goto(PAGE)
    tab.set_input_files("#files", [*paths])
    expect(tab.locator(".uploads li")).to_have_count(len(paths))
    expect(tab.locator(".uploads progress")).to_have_count(0)


def test_it_uploads_documents_and_puts_them_into_a_text(tab: Tab, shared_site: RunningSite, tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes(pdf())
    (tmp_path / "acting.pdf").write_bytes(pdf(with_script))
    upload(tab, tmp_path / "report.pdf", tmp_path / "acting.pdf")
    expect(tab.locator(".uploads .refused")).to_contain_text("print it to a new PDF")
    assert find_faults_in_both_schemes(tab) == []
    tab.locator(".uploads a").click()
    tab.fill("#title_en", "Our report")
    tab.locator("#title_en").press("Enter")
    expect(tab.locator("h1")).to_have_text("Our report")
    assert find_faults_in_both_schemes(tab) == []
    tab.goto(create_story(shared_site).url)
    field(tab, "en.body").click()
    tab.locator("[role=toolbar][aria-controls='en.body'] [data-tool=file]").click()
    tab.locator("#file-dialog [name=q]").fill("our")
    tab.locator("#file-dialog button", has_text="Our report").click()
    expect(field(tab, "en.body")).to_have_value(re.compile(r"\[Our report\]\(/files/\w{32}\.pdf\)"))


def test_it_lists_a_new_file_on_return_to_the_chooser(tab: Tab, shared_site: RunningSite, tmp_path: Path) -> None:
    tab.goto(create_story(shared_site).url)
    tab.locator("[role=toolbar][aria-controls='en.body'] [data-tool=file]").click()
    search = tab.locator("#file-dialog [name=q]")
    search.fill("brand new")
    expect(tab.locator("#file-dialog [role=status]")).to_have_text("No files match.")
    other = tab.context.new_page()
    (tmp_path / "brand new.pdf").write_bytes(pdf())
    upload(other, tmp_path / "brand new.pdf")
    expect(other.get_by_role("button", name="Upload")).to_be_hidden()
    expect(other.locator("#library .files a").first).to_have_text("brand new.pdf")
    other.close()
    # Headless browsers hide no tab.
    tab.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(tab.locator("#file-dialog [role=status]")).to_have_text("1 file")
    expect(tab.locator("#file-dialog .files button")).to_contain_text("brand new.pdf")


def test_it_searches_for_what_was_typed_while_htmx_was_loading(tab: Tab, shared_site: RunningSite) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    tab.route("**/htmx.min.*.js", hold)
    tab.goto(create_story(shared_site).url)
    with tab.expect_request("**/htmx.min.*.js"):
        tab.locator("[role=toolbar][aria-controls='en.body'] [data-tool=file]").click()
    tab.locator("#file-dialog [name=q]").fill("no such file")
    held[0].continue_()
    expect(tab.locator("#file-dialog [role=status]")).to_have_text("No files match.")


def test_it_plays_a_recording_only_when_asked(tab: Tab, shared_site: RunningSite, tmp_path: Path) -> None:
    tab.goto("/en/")
    (tmp_path / "film.webm").write_bytes(base64.b64decode(tab.evaluate(RECORD)))
    upload(tab, tmp_path / "film.webm")
    tab.locator(".uploads a").click()
    tab.fill("#captions_en", "WEBVTT\n\n00:00.000 --> 00:01.000\nA colour")
    line = tab.locator(".copyable").last.inner_text()
    with tab.expect_navigation():
        tab.locator("#title_en").press("Enter")
    story = create_story(shared_site)
    tab.goto(story.url)
    field(tab, "en.body").fill(line)
    with tab.expect_response(AUTOSAVE):
        field(tab, "en.title").press("Enter")
    requested: list[str] = []
    tab.on("request", lambda request: requested.append(request.url))
    tab.goto(f"{story.url}preview/en/")
    player = tab.locator(".player video")
    expect(player).to_be_visible()
    assert [url for url in requested if url.endswith(".webm")] == []
    assert player.evaluate(PLAY)
    assert player.evaluate("(video) => video.textTracks[0].cues[0].text") == "A colour"
