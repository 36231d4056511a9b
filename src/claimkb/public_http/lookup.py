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

    def __init__(self, host: str, address: Address) -> None:
        super().__init__(f"{host} leads to {address}, which is not an address of the public internet")
        self.host, self.address = host, str(address)


def look_up(
    host: str, port: int, resolve: Resolve = socket.getaddrinfo, is_allowed: Callable[[Address], bool] = is_public
) -> list[Address]:
    """List the addresses of a host, in the order of the system; refuse a host that has one that is not allowed.

    The caller connects to one of these and does not resolve the name again: it may lead elsewhere by then.
    """
    answers = resolve(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(ip_address(each[4][0]) for each in answers))
    for address in addresses:
        if not is_allowed(address):
            raise NotPublic(host, address)
    return addresses
