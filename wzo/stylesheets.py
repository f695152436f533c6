"""The style sheets of pages, combined: `python -m wzo.stylesheets` makes one file of those that each page needs.

The first view waits for the style sheets; on HTTP/1.1, a second one waits for a connection of its own too.
"""

import rcssmin

from wzo.static_files import COMBINED, FOLDER, SHEETS, sources_of


def combine() -> None:
    """Write the combined style sheets, minified, to `static/css/pages/`."""
    folder = FOLDER / COMBINED
    folder.mkdir(exist_ok=True)
    for name in SHEETS:
        sources = [(FOLDER / source).read_text(encoding="utf-8") for source in sources_of(name)]
        (folder / f"{name}.css").write_text("".join(map(rcssmin.cssmin, sources)), encoding="utf-8")


if __name__ == "__main__":
    combine()
