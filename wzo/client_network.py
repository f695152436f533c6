"""The network that a request comes from: the one thing that is derived from a client's IP address."""

import re
from ipaddress import IPv6Address, ip_address, ip_network

from flask import request

from wzo.config import settings

# A port, which some proxies add.
_PORT = re.compile(r":\d+$")


def network() -> str:
    """The client's network: its IPv4 address, or the /64 network of its IPv6 address.

    Each of our proxies appends the address that a request comes from to X-Forwarded-For. So the client's is the last
    but TRUSTED_PROXIES - 1; the client itself may have sent those before. If there are fewer, the request has not come
    through all of the proxies, and the nearest one's word counts.
    """
    address = request.remote_addr or ""
    if proxies := settings().trusted_proxies:
        forwarded = [it.strip() for it in ",".join(request.headers.getlist("X-Forwarded-For")).split(",") if it.strip()]
        if forwarded:
            address = forwarded[-proxies] if len(forwarded) >= proxies else forwarded[-1]
    return _network_of(address)


def _network_of(address: str) -> str:
    if address.startswith("[") or address.count(":") == 1:
        address = _PORT.sub("", address).strip("[]")
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if isinstance(ip, IPv6Address):
        # A server that listens on both protocols may show an IPv4 address as an IPv6 one.
        return str(ip.ipv4_mapped or ip_network((ip, 64), strict=False))
    return str(ip)
