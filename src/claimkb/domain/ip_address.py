"""Is an IP address public? Any other leads to this machine or into its own network. Which of these may be allowed?"""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_UNICAST = IPv6Network("2000::/3")
"""All that is assigned to hosts of the internet so far (IANA, IPv6 Global Unicast Address Space)."""

_DOCUMENTATION = IPv6Network("3fff::/20")
"""RFC 9637; Python before 3.13 does not know of it."""

_NAT64 = IPv6Network("64:ff9b::/96")
"""RFC 6052: an address of IPv4 stands in its last four bytes."""


def literal(host: str) -> IPv4Address | IPv6Address | None:
    """Read a host that is an address; None if it is a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether an address is public. One that holds an address of IPv4 (mapped, 6to4, NAT64) leads where that one leads."""
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast
    embedded = address.ipv4_mapped or address.sixtofour
    if address in _NAT64:
        embedded = IPv4Address(int(address) & 0xFFFFFFFF)
    if embedded is not None:
        return is_public(embedded)
    return address.is_global and address in _UNICAST and address not in _DOCUMENTATION


def is_of_network(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether an address may be a host, here or elsewhere. Link-local ones are not: there clouds give machines their keys."""
    reached = (address.ipv4_mapped if isinstance(address, IPv6Address) else None) or address
    return not (reached.is_link_local or reached.is_multicast or reached.is_unspecified)
