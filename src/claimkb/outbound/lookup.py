"""To which addresses does a name lead, and are they public? A name from outside may lead to this machine or into its network."""

import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

from claimkb.domain.ip_address import is_public

Address = IPv4Address | IPv6Address
Resolve = Callable[..., list[Any]]
"""Resolves a name as `socket.getaddrinfo` does."""


class NotPublic(Exception):
    """A name leads to an address that is not public; the message says to which."""


def look_up(host: str, port: int, resolve: Resolve = socket.getaddrinfo) -> list[Address]:
    """List the addresses of a host, in the order of the system; refuse a host that has one that is not public.

    The caller connects to one of these and does not resolve the name again: it may lead elsewhere by then.
    """
    answers = resolve(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(ip_address(each[4][0]) for each in answers))
    for address in addresses:
        if not is_public(address):
            raise NotPublic(f"{host} leads to {address}, which is not an address of the public internet")
    return addresses
