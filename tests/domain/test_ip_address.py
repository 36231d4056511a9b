"""Which addresses are public."""

from ipaddress import ip_address

import pytest

from claimkb.domain.ip_address import is_of_network, is_public, literal

PUBLIC = ["8.8.8.8", "192.0.0.9", "2606:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8", "2002:808:808::1", "64:ff9b::8.8.8.8"]

PRIVATE = {
    "unspecified": ["0.0.0.0", "0.1.2.3", "::"],
    "loopback": ["127.0.0.1", "127.255.255.254", "::1"],
    "private": ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fc00::1", "fd12:3456::1", "fec0::1"],
    "shared": ["100.64.0.1"],
    "link-local": ["169.254.169.254", "fe80::1", "fe80::1%eth0"],
    "multicast": ["224.0.0.1", "239.255.255.250", "ff02::1", "ff0e::1"],
    "reserved": ["240.0.0.1", "255.255.255.255", "4000::1", "5f00::1", "100::1", "::7f00:1", "::ffff:0:127.0.0.1"],
    "documentation": ["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"],
    "benchmarks": ["198.18.0.1", "2001:2::1"],
    "mapped": ["::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:224.0.0.1"],
    "6to4": ["2002:7f00:1::", "2002:a00:1::1", "2002:a9fe:a9fe::"],
    "NAT64": ["64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::8.8.8.8"],
    "keys of clouds": ["168.63.129.16", "::ffff:168.63.129.16", "100.100.100.200", "fd00:ec2::254"],
    "Teredo": ["2001::1", "2001:0:7f00:1::1"],
}


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(("kind", "address"), [(kind, each) for kind, addresses in PRIVATE.items() for each in addresses])
def test_no_other_address_is_public_however_it_is_written(kind: str, address: str) -> None:
    assert not is_public(ip_address(address)), kind


@pytest.mark.parametrize("host", ["localhost", "x.example", "127.1", "2130706433", "0x7f.0.0.1", ""])
def test_a_name_is_no_address(host: str) -> None:
    assert literal(host) is None


@pytest.mark.parametrize("address", ["8.8.8.8", "127.0.0.1", "::1", "10.0.0.1", "fd12:3456::1", "100.64.0.1"])
def test_a_host_of_a_network_of_its_own_may_be_reached(address: str) -> None:
    assert is_of_network(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        *("169.254.169.254", "fe80::1", "fe80::1%eth0", "168.63.129.16", "100.100.100.200", "192.0.0.192", "fd00:ec2::254"),
        *("::ffff:169.254.169.254", "2002:a9fe:a9fe::", "64:ff9b::a9fe:a9fe", "0.0.0.0", "::", "224.0.0.1", "ff02::1"),
    ],
)
def test_where_clouds_keep_their_keys_is_no_such_host_however_it_is_written(address: str) -> None:
    assert not is_of_network(ip_address(address))
