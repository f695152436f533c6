"""Every kind of page for everyone: axe, narrow screens, the keyboard."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Tab

from tests.browser.conftest import TIMEOUT
from tests.pages import Page, all_pages, open_page
from tests.running_site import RunningSite

# The rules that axe leaves out by default, for what DESIGN asks for: a contrast of 7:1, and room for a finger.
AXE = {
    "resultTypes": ["violations"],
    "rules": {"color-contrast-enhanced": {"enabled": True}, "target-size": {"enabled": True}},
}
SCHEMES = ("light", "dark")
WIDTHS = (320, 1440)
HEIGHT = 900
# A page of every kind; the names are those of tests/pages.py.
KINDS = (
    "home",
    "petition-mothers",
    "sign",
    "sign-errors",
    "mailbox",
    "petition-mothers-code",
    "code-errors",
    "code-unknown",
    "confirm",
    "thanks",
    "expired",
    "withdraw",
    "not-me",
    "erased",
    "unknown-link",
    "closed",
    "closed-sign",
    "not-found",
    "projects",
    "projects-transformation",
    "stories",
    "stories-outcasts-1",
    "series-outcasts",
    "themes-1",
    "team",
    "donate",
    "privacy",
)
