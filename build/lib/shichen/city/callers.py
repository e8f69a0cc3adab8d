"""From which network address a request comes, also where a reverse proxy stands before the house (来源地址)."""

from __future__ import annotations

import os
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.http import HttpRequest

PROXIES, THIS_MACHINE = "FORWARDED_ALLOW_IPS", "127.0.0.1,::1"

Address = IPv4Address | IPv6Address


def caller_of(request: HttpRequest | None) -> Address | None:
    """The network address that a request comes from; None where it comes by none.

    A proxy is believed about who is behind it where the web server itself believes it (gunicorn's FORWARDED_ALLOW_IPS:
    this machine, unless the environment says otherwise), from the nearest hop on; anybody else may write what they like.
    """
    said = request.META if request else {}
    hops = str(said.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    found = _read(str(said.get("REMOTE_ADDR", "")))
    proxies = [one.strip() for one in os.environ.get(PROXIES, THIS_MACHINE).split(",") if one.strip()]
    if "*" in proxies:
        return _read(hops[-1]) or found
    while hops and found is not None and _among(found, proxies):
        behind = _read(hops.pop())
        if behind is None:
            break
        found = behind
    return found


def _read(text: str) -> Address | None:
    try:
        found = ip_address(text.strip())
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


def _among(address: Address, proxies: list[str]) -> bool:
    """Whether one of these addresses or networks holds it; what is neither trusts nobody."""
    for one in proxies:
        try:
            if address in ip_network(one, strict=False):
                return True
        except ValueError:
            continue
    return False
