"""A story saved as a single file and opened from disk."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Request

from tests.html import parse
from tests.running_site import RunningSite

BACKGROUND = "getComputedStyle(document.body).backgroundColor"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_complete_and_requests_nothing(
    browser: Browser, shared_site: RunningSite, language: str, scheme: str, tmp_path: Path
) -> None:
    context = browser.new_context(locale=language, color_scheme=scheme, accept_downloads=True)
    tab = context.new_page()
    tab.goto(f"{shared_site.url}/{language}/stories/umarali-nazarov/")
    title = tab.locator("h1").inner_text()
    tab.locator(".take-along summary").click()
    with tab.expect_download() as download:
        tab.locator("a[download]").click()
    assert download.value.suggested_filename == "text.html"
    file = tmp_path / "text.html"
    download.value.save_as(file)

    requests: list[Request] = []
    said: list[str] = []
    reader = context.new_page()
    reader.on("request", lambda request: requests.append(request))
    reader.on("console", lambda message: said.append(message.text))
    reader.goto(file.as_uri())
    reader.wait_for_load_state("networkidle")
    assert [it.url for it in requests if not it.url.startswith("data:")] == [file.as_uri()]
    assert said == []
    assert reader.locator("h1").inner_text() == title
    assert reader.evaluate("[...document.images].map((it) => it.naturalWidth)") == [480]
    assert reader.evaluate(BACKGROUND) == tab.evaluate(BACKGROUND)
    assert parse(file.read_bytes()).root.find(".//script") is None
    # Whatever an editor may have slipped in, the file's own CSP blocks all requests.
    reader.evaluate(
        "url => { const picture = new Image(); picture.src = url; document.body.append(picture) }", shared_site.url
    )
    reader.wait_for_timeout(200)
    assert [it.url for it in requests if it.url.startswith("http") and it.failure != "csp"] == []
    context.close()
