"""The style sheets of pages, combined: `python -m wzo.stylesheets` makes one file of the two that each page needs.

The first view waits for the style sheets; on HTTP/1.1, a second one waits for a connection of its own too.
"""

import rcssmin

from wzo.static_files import COMBINED, FOLDER, SHEETS, SITE_SHEET

SOURCES = FOLDER / "css"


def combine() -> None:
    """Write the combined style sheets, minified, to `static/css/pages/`."""
    folder = FOLDER / COMBINED
    folder.mkdir(exist_ok=True)
    site = rcssmin.cssmin((SOURCES / f"{SITE_SHEET}.css").read_text(encoding="utf-8"))
    for name in SHEETS:
        own = "" if name == SITE_SHEET else rcssmin.cssmin((SOURCES / f"{name}.css").read_text(encoding="utf-8"))
        (folder / f"{name}.css").write_text(f"{site}{own}", encoding="utf-8")


if __name__ == "__main__":
    combine()
