"""A page as it may appear: collapsed and printed, without its pictures, and when a reader comes back to it."""

from pathlib import Path

from playwright.sync_api import Page as Tab

CHECKS = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
# A4 without its margins.
PAPER = {"width": 670, "height": 1000}


def find_disguise_faults(tab: Tab) -> list[str]:
    """The faults of the page in these disguises."""

    def ask(check: str) -> list[str]:
        return [f"{check}: {fault}" for fault in tab.evaluate(f"({CHECKS}).{check}()")]

    found = ask("again")
    for scheme in ("light", "dark"):
        tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found += ask("withoutPictures")
    tab.set_viewport_size(PAPER)  # type: ignore[arg-type]
    tab.emulate_media(media="print")
    found += ask("printed")
    tab.emulate_media(media="screen")
    return found
