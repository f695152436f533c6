"""Pictures in the panel: uploaded with progress, dropped, and cropped around a focal point."""

import base64
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Route, expect
from playwright.sync_api import Page as Tab

from tests.browser.accessibility import find_faults_in_both_schemes
from tests.browser.conftest import TIMEOUT
from tests.browser.editors import Account, create_editor, session_cookie
from tests.browser.story import create_story, field
from tests.media.samples import encoded, small, upright
from tests.running_site import RunningSite, wait_for
from wzo.admin.pictures.chooser import PAGE_SIZE
from wzo.media.actions import add_picture, describe
from wzo.media.uploads import MAX_FILE_SIZE

PAGE = "/admin/pictures/"
DROP = """([name, data]) => {
  const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, { type: "image/jpeg" }));
  for (const type of ["dragover", "drop"]) {
    const event = new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true });
    document.querySelector("h1").dispatchEvent(event);
  }
}"""


@pytest.fixture(scope="module")
def publisher(shared_site: RunningSite) -> Account:
    return create_editor(shared_site, "publisher")


@pytest.fixture
def context(browser: Browser, shared_site: RunningSite, publisher: Account, scripts: bool) -> Iterator[BrowserContext]:
    context = browser.new_context(
        base_url=shared_site.url, java_script_enabled=scripts, viewport={"width": 320, "height": 800}
    )
    context.set_default_timeout(TIMEOUT)
    context.add_cookies([session_cookie(shared_site, publisher)])
    yield context
    context.close()


@pytest.fixture
def tab(context: BrowserContext) -> Tab:
    tab = context.new_page()
    tab.on("pageerror", lambda error: pytest.fail(str(error)))
    return tab


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "window.jpg"
    path.write_bytes(encoded(upright((500, 300))))
    return path


@pytest.mark.parametrize("scripts", [True], indirect=True)
def test_it_shows_progress_and_accepts_dropped_pictures(tab: Tab, file: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(file.read_bytes()[:2000])
    tab.goto(PAGE)
    # The message during the upload, before the response replaces it.
    tab.evaluate(
        """() => {
          window.said = [];
          const status = document.querySelector("[data-upload-status]");
          new MutationObserver(() => window.said.push(status.textContent)).observe(status, { childList: true });
        }"""
    )
    tab.set_input_files("#pictures", [file, broken])
    rows = tab.locator("[data-uploads] li")
    expect(rows.nth(0)).to_contain_text("window.jpg uploaded")
    expect(rows.nth(1)).to_contain_text("damaged")
    expect(tab.locator("progress")).to_have_count(0)
    said = " ".join(tab.evaluate("window.said")).replace("\u00a0", " ")
    assert "window.jpg: processing" in said
    assert "window.jpg uploaded" in said
    tab.evaluate(DROP, ["dropped.jpg", base64.b64encode(file.read_bytes()).decode()])
    expect(rows.nth(2)).to_contain_text("dropped.jpg uploaded")
    rows.nth(2).get_by_role("link").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("dropped.jpg")


def test_it_sets_the_focal_point_with_and_without_scripts(tab: Tab, file: Path, scripts: bool) -> None:
    tab.goto(PAGE)
    tab.set_input_files("#pictures", file)
    # The click alone does not wait until the scripts of the next page listen to keys.
    with tab.expect_navigation():
        if scripts:
            tab.locator("[data-uploads] a").click()
        else:
            tab.get_by_role("button", name="Upload").click()
    picture = tab.locator(".focus input")
    left, top = tab.get_by_label("From the left"), tab.get_by_label("From the top")
    if scripts:
        picture.focus()
        for key in ("ArrowLeft", "ArrowLeft", "Shift+ArrowDown"):
            tab.keyboard.press(key)
        expect(left).to_have_value("48")
        expect(top).to_have_value("60")
        crop = tab.locator(".crops .square")
        expect(crop).to_have_css("object-position", "48% 60%")
        # Enter on the picture does not submit the form.
        tab.keyboard.press("Enter")
        box = picture.bounding_box()
        assert box
        picture.click(position={"x": box["width"] / 4, "y": box["height"] / 2})
        expect(left).to_have_value("25")
        left.fill("30")
        expect(crop).to_have_css("object-position", "30% 50%")
        left.press("Enter")
        expect(tab.get_by_role("status").first).to_contain_text("Saved.")
        expect(left).to_have_value("30")
    else:
        # A click submits the form with everything that was typed.
        tab.locator("#alt_en").fill("A red window")
        picture.click(position={"x": 64, "y": 77})
        expect(left).to_have_value("25")
        expect(top).to_have_value("50")
        expect(tab.locator("#alt_en")).to_have_value("A red window")


def test_it_passes_axe(browser: Browser, shared_site: RunningSite, publisher: Account, file: Path) -> None:
    context = browser.new_context(base_url=shared_site.url, bypass_csp=True, viewport={"width": 320, "height": 800})
    context.add_cookies([session_cookie(shared_site, publisher)])
    tab = context.new_page()
    tab.goto(PAGE)
    tab.set_input_files("#pictures", file)
    link = tab.locator("[data-uploads] a")
    path = link.get_attribute("href") or ""
    story = create_story(shared_site)
    for page in (PAGE, path, f"{PAGE}choose/?field=1", f"{PAGE}choose/", f"{story.url}picture/picture/"):
        tab.goto(page)
        assert find_faults_in_both_schemes(tab) == []
    context.close()


@pytest.fixture
def boat(shared_site: RunningSite) -> str:
    """A picture with descriptions, and so many newer ones that it is on the second page; returns its key."""
    with shared_site.writing():
        key = add_described("boat.jpg", "Лодка.", "A boat.")
        for number in range(PAGE_SIZE):
            add_picture(data=small(), name=f"newer-{number}.jpg", editor_id=None)
    return key


def add_described(name: str, ru: str, en: str) -> str:
    picture = add_picture(data=small(), name=name, editor_id=None)
    describe(
        picture_id=picture.id, alts={"ru": ru, "en": en}, captions={"ru": "", "en": ""}, credit="", decorative=False
    )
    return str(picture.key)


@pytest.mark.parametrize("scripts", [True], indirect=True)
def test_it_chooses_a_picture_among_older_ones_and_those_that_were_searched_for(
    tab: Tab, shared_site: RunningSite, boat: str
) -> None:
    """With the keyboard alone. The library's descriptions fill what is empty and are offered beside what is not."""
    story = create_story(shared_site)
    tab.goto(story.url)
    field(tab, "en.picture_alt").fill("My own words.")
    choose = tab.get_by_role("button", name="Choose a picture (Picture)")
    choose.focus()
    tab.keyboard.press("Enter")
    dialog = tab.get_by_role("dialog", name="Choose a picture")
    pictures = dialog.locator(".pictures button")
    expect(pictures).to_have_count(PAGE_SIZE)
    dialog.get_by_role("link", name="Show older pictures").press("Enter")
    expect(pictures.nth(PAGE_SIZE)).to_be_focused()
    expect(dialog.locator("[data-key='" + boat + "']")).to_have_count(1)
    dialog.get_by_role("searchbox").fill("лодка")
    expect(dialog.get_by_role("button", name="newer-")).to_have_count(0)
    dialog.get_by_role("button", name="A boat.").first.press("Enter")
    expect(choose).to_be_focused()
    key = tab.locator("[name='shared.picture']").input_value()
    expect(tab.locator("[id='shared.picture'] img")).to_have_attribute("src", f"/media/{key}/480.jpg")
    expect(tab.locator("[id='shared.picture'] p[data-chosen]")).to_have_text("A boat.")
    expect(field(tab, "ru.picture_alt")).to_have_value("Лодка.")
    expect(field(tab, "en.picture_alt")).to_have_value("My own words.")
    wait_for("the save", lambda: tab.evaluate("1") and story.value("ru.picture_alt") == "Лодка.")
    assert story.value("shared.picture") == key
    offered = tab.locator("[data-alt-of='en.picture_alt']")
    expect(tab.locator("[data-alt-of='ru.picture_alt']")).to_be_hidden()
    expect(offered).to_contain_text("A boat.")
    offered.get_by_role("button", name="Use this description").click()
    expect(field(tab, "en.picture_alt")).to_have_value("A boat.")
    expect(offered).to_be_hidden()
    tab.get_by_role("button", name="No picture (Picture)").click()
    expect(tab.locator("[id='shared.picture'] img")).to_have_count(0)
    wait_for("the save", lambda: tab.evaluate("1") and story.value("shared.picture") == "")


@pytest.mark.parametrize("scripts", [True], indirect=True)
def test_it_shows_the_picture_that_a_colleague_chooses(tab: Tab, shared_site: RunningSite, boat: str) -> None:
    story = create_story(shared_site)
    tab.goto(story.url)
    story.change("shared.picture", boat)
    field(tab, "en.title").fill("Another title")
    expect(tab.locator("[id='shared.picture'] img")).to_have_attribute("src", f"/media/{boat}/480.jpg")


@pytest.mark.parametrize("scripts", [False], indirect=True)
def test_it_chooses_a_picture_without_scripts(tab: Tab, shared_site: RunningSite, boat: str) -> None:
    story = create_story(shared_site)
    tab.goto(story.url)
    field(tab, "en.title").fill("Typed before")
    tab.get_by_role("button", name="Choose a picture (Picture)").click()
    tab.get_by_label("Search by name").fill("boat.jpg")
    tab.get_by_role("button", name="Search", exact=True).click()
    tab.get_by_role("radio", name="A boat.").first.check()
    tab.get_by_role("button", name="Use the chosen picture").click()
    expect(field(tab, "en.title")).to_have_value("Typed before")
    expect(field(tab, "ru.picture_alt")).to_have_value("Лодка.")
    assert story.value("shared.picture")


@pytest.mark.parametrize("scripts", [False], indirect=True)
def test_it_saves_when_enter_is_pressed_in_a_field(tab: Tab, shared_site: RunningSite) -> None:
    story = create_story(shared_site)
    tab.goto(story.url)
    field(tab, "en.title").fill("Typed")
    field(tab, "en.title").press("Enter")
    expect(tab.get_by_role("status").first).to_contain_text("Saved.")
    assert story.value("en.title") == "Typed"


UPLOAD = "**/admin/pictures/upload/"
only_with_scripts = pytest.mark.parametrize("scripts", [True], indirect=True, ids=["js"])


@only_with_scripts
@pytest.mark.parametrize("answer", ["no connection", "failing server"])
def test_it_reports_a_lost_connection_and_continues_with_the_next_picture(
    tab: Tab, file: Path, tmp_path: Path, answer: str
) -> None:
    other = tmp_path / "door.jpg"
    other.write_bytes(file.read_bytes())
    tab.goto(PAGE)
    lost: list[str] = []

    def lose_the_first(route: Route) -> None:
        lost.append(route.request.url)
        if len(lost) > 1:
            route.continue_()
        elif answer == "no connection":
            route.abort("internetdisconnected")
        else:
            route.fulfill(status=503)

    tab.route(UPLOAD, lose_the_first)
    tab.set_input_files("#pictures", [file, other])
    rows = tab.locator("[data-uploads] li")
    expect(rows.nth(1)).to_contain_text("door.jpg uploaded")
    expect(rows.nth(0)).to_have_class("refused")
    expect(rows.nth(0)).to_contain_text("window.jpg")
    expect(tab.locator("progress")).to_have_count(0)
    assert len(lost) == 2


@only_with_scripts
def test_it_refuses_a_picture_that_is_too_large_before_uploading(tab: Tab, file: Path, tmp_path: Path) -> None:
    tab.goto(PAGE)
    sent: list[str] = []
    tab.route(UPLOAD, lambda route: (sent.append(route.request.url), route.continue_()))
    large = tmp_path / "large.jpg"
    large.write_bytes(file.read_bytes().ljust(MAX_FILE_SIZE + 1, b"\0"))
    tab.set_input_files("#pictures", [large, file])
    rows = tab.locator("[data-uploads] li")
    expect(rows.nth(1)).to_contain_text("window.jpg uploaded")
    expect(rows.nth(0)).to_have_class("refused")
    expect(rows.nth(0)).to_contain_text("20")
    expect(tab.locator("progress")).to_have_count(0)
    assert len(sent) == 1


@only_with_scripts
def test_it_uploads_a_chosen_picture_at_once_and_says_saved_only_then(
    tab: Tab, shared_site: RunningSite, file: Path
) -> None:
    story = create_story(shared_site)
    tab.goto(story.url)
    said = tab.locator("#save-state > [aria-hidden]")
    texts = tab.locator("#save-state")
    key = tab.locator("[name='shared.picture']")
    asked: list[str] = []
    tab.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    tab.route(UPLOAD, lambda route: route.abort())
    tab.set_input_files("[name='upload.picture']", file)
    expect(said).to_have_text(texts.get_attribute("data-not-uploaded") or "")
    tab.evaluate("location.href = '/admin/'")
    wait_for("the question", lambda: tab.evaluate("1") and asked == ["beforeunload"])
    tab.unroute(UPLOAD)
    held: list[Route] = []
    tab.route(UPLOAD, lambda route: held.append(route))
    tab.set_input_files("[name='upload.picture']", [])
    tab.set_input_files("[name='upload.picture']", file)
    expect(said).to_have_text(texts.get_attribute("data-uploading") or "")
    wait_for("the upload", lambda: tab.evaluate("1") and held)
    held.pop().continue_()
    expect(key).not_to_have_value("")
    expect(said).to_have_text(re.compile(r"\d\d:\d\d"))
    assert story.value("shared.picture") == key.input_value()
    expect(tab.locator("[id='shared.picture'] img")).to_have_attribute("src", f"/media/{key.input_value()}/480.jpg")
