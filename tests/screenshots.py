"""Takes screenshots of every page: `python -m tests.screenshots FOLDER`, or `make screenshots OUT=folder`."""

import argparse
from pathlib import Path

from playwright.sync_api import Page as Tab

from tests.browser.chromium import chromium
from tests.running_site import RunningSite
from tests.site_pages import add_missing_content, all_pages, open_page
from wzo.i18n import LANGUAGES

WIDTHS = (360, 768, 1440)
HEIGHT = 900
SCHEMES = ("light", "dark")
# Lazy pictures further down would load only on scrolling.
LOAD_PICTURES = """() => Promise.all([...document.images].map((picture) => {
  picture.loading = "eager";
  return picture.decode();
}))"""


def main() -> None:
    """Write the screenshots and print how many."""
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description="Writes every page as PNG.")
    parser.add_argument("folder", type=Path, help="where to write the pictures; it is made if it is missing")
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    with RunningSite() as site, chromium() as browser:
        add_missing_content(site)
        pages = all_pages(site)
        tabs = {language: browser.new_context(locale=language).new_page() for language in LANGUAGES}
        for page in pages:
            open_page(tabs[page.language], site, page)
            photograph(tabs[page.language], folder, f"{page.name}--{page.language}")
    count = len(pages) * len(WIDTHS) * len(SCHEMES)
    print(f"{count} pictures of {len(pages)} pages written to {folder}.")  # noqa: T201


def photograph(tab: Tab, folder: Path, name: str) -> None:
    """Write the open page, from top to bottom, in every width and colour scheme."""
    tab.evaluate(LOAD_PICTURES)
    for width in WIDTHS:
        tab.set_viewport_size({"width": width, "height": HEIGHT})
        for scheme in SCHEMES:
            tab.emulate_media(color_scheme=scheme)
            tab.evaluate("scrollTo(0, 0)")
            tab.screenshot(path=folder / f"{name}--{width}--{scheme}.png", full_page=True)


if __name__ == "__main__":
    main()
