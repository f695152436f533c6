"""What is taken from a request: a coarse name of the device, and the network. Neither is stored as it came."""

import re
from ipaddress import ip_address, ip_network

from flask import request

from wzo.config import settings

# The first that is found counts: what others claim to be comes after them.
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
    """A coarse name such as “Firefox, Android”; empty where the browser does not tell."""
    agent = request.headers.get("User-Agent", "")
    browser = _first(agent, BROWSERS)
    return ", ".join(name for name in (browser, _first(agent, SYSTEMS)) if name)


def network() -> str:
    """The network of the client: its address, or of IPv6 the /64 that belongs to one household.

    Behind the host's router the client is the last one that X-Forwarded-For names; what stands before it was written
    by the client itself.
    """
    address = request.remote_addr or ""
    if settings().production:
        address = request.headers.get("X-Forwarded-For", address).rpartition(",")[2].strip()
    try:
        ip = ip_address(address)
    except ValueError:
        return address[:64]
    return str(ip if ip.version == 4 else ip_network((ip, 64), strict=False))


def _first(agent: str, signs: tuple[tuple[str, str], ...]) -> str:
    return next((name for sign, name in signs if re.search(rf"\b{sign}", agent)), "")
