"""The network that a request comes from: the one thing that is derived from a client's IP address."""

from ipaddress import ip_address, ip_network

from flask import request

from wzo.config import settings


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
