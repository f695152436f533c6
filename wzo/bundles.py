"""The style sheets and scripts of pages, combined: `python -m wzo.bundles` makes one file of what a page needs.

The first view waits for the style sheets; on HTTP/1.1, a second one waits for a connection of its own too. So do the
scripts of the edit page, one for each subject.
"""

import rcssmin

from wzo.static_files import COMBINED, COMBINED_SCRIPTS, FOLDER, SCRIPTS, SHEETS, sources_of


def combine() -> None:
    """Write the combined style sheets, minified, to `static/css/pages/`."""
    folder = FOLDER / COMBINED
    folder.mkdir(exist_ok=True)
    for name in SHEETS:
        sources = [(FOLDER / source).read_text(encoding="utf-8") for source in sources_of(name)]
        (folder / f"{name}.css").write_text("".join(map(rcssmin.cssmin, sources)), encoding="utf-8")


def combine_scripts() -> None:
    """Write the combined scripts to `static/js/pages/`: classic scripts, one after the other."""
    folder = FOLDER / COMBINED_SCRIPTS
    folder.mkdir(exist_ok=True)
    for page, sources in SCRIPTS.items():
        text = "".join((FOLDER / source).read_text(encoding="utf-8") for source in sources)
        (folder / f"{page}.js").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    combine()
    combine_scripts()
