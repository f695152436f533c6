"""A coarse name of the device that a request comes from."""

import re

from flask import request

# The first match counts: browsers also name those that they claim to be compatible with.
BROWSERS = (
    ("Firefox", "Firefox"),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("YaBrowser", "Yandex Browser"),
    ("SamsungBrowser", "Samsung Internet"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def device_name() -> str:
    """A coarse name such as “Firefox, Android”; empty if the browser sends none."""
    agent = request.headers.get("User-Agent", "")
    browser = _first(agent, BROWSERS)
    return ", ".join(name for name in (browser, _first(agent, SYSTEMS)) if name)


def _first(agent: str, names: tuple[tuple[str, str], ...]) -> str:
    return next((name for token, name in names if re.search(rf"\b{token}", agent)), "")
