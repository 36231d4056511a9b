"""Is an IP address public? Any other leads to this machine or into its own network. Which of these may be allowed?"""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_UNICAST = IPv6Network("2000::/3")
"""All that is assigned to hosts of the internet so far (IANA, IPv6 Global Unicast Address Space)."""

_DOCUMENTATION = IPv6Network("3fff::/20")
"""RFC 9637; Python before 3.13 does not know of it."""

_NAT64 = IPv6Network("64:ff9b::/96")
"""RFC 6052: an address of IPv4 stands in its last four bytes."""

_OF_CLOUDS = frozenset(map(ip_address, ("fd00:ec2::254", "100.100.100.200", "168.63.129.16", "192.0.0.192")))
"""Where clouds give machines their keys, beside link-local addresses (Amazon, Alibaba, Azure, Oracle). Azure's is public."""


def literal(host: str) -> IPv4Address | IPv6Address | None:
    """Read a host that is an address; None if it is a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def _embedded(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    """Return the address of IPv4 that one of IPv6 holds (mapped, 6to4, NAT64): it leads where that one leads."""
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether an address is public."""
    reached = _embedded(address) or address
    if isinstance(reached, IPv4Address):
        return reached.is_global and not reached.is_multicast and reached not in _OF_CLOUDS
    return reached.is_global and reached in _UNICAST and reached not in _DOCUMENTATION


def is_of_network(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether an address may be a host, here or elsewhere. Those where clouds give machines their keys are not."""
    reached = _embedded(address) or address
    return not (reached.is_link_local or reached.is_multicast or reached.is_unspecified or reached in _OF_CLOUDS)
