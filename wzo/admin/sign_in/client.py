"""What the site derives from a client's request: a coarse device name and the network."""

import re
from ipaddress import ip_address, ip_network

from flask import request

from wzo.config import settings

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


def network() -> str:
    """The client's network: its IPv4 address, or the /64 network of its IPv6 address.

    Behind the hosting provider's router, the client is the last address in X-Forwarded-For; the client itself may have
    sent the ones before.
    """
    address = request.remote_addr or ""
    if settings().production:
        address = request.headers.get("X-Forwarded-For", address).rpartition(",")[2].strip()
    try:
        ip = ip_address(address)
    except ValueError:
        return address[:64]
    return str(ip if ip.version == 4 else ip_network((ip, 64), strict=False))


def _first(agent: str, names: tuple[tuple[str, str], ...]) -> str:
    return next((name for token, name in names if re.search(rf"\b{token}", agent)), "")
