"""What others name is asked at public addresses only, and at the very address that was looked at."""

import socket
from collections.abc import Callable
from ipaddress import ip_address
from threading import Thread
from typing import Any

import httpx2
import pytest

from claimkb.public_http.lookup import Address, NotPublic, look_up
from claimkb.public_http.transport import MOST_ADDRESSES, PublicTransport, client
from tests.outbound.receivers import Receiver

HERE = ip_address("127.0.0.1")


def names(*addresses: str) -> Callable[..., list[Any]]:
    """Answer as the system does where a name leads to these addresses."""
    kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
    return lambda _host, port, **_: [(*kind, (each, port)) for each in addresses]


def leads_to(*addresses: Address) -> tuple[Callable[[str, int], list[Address]], list[tuple[str, int]]]:
    """Look names up without asking whether they are public, and note which."""
    asked: list[tuple[str, int]] = []

    def look_up(host: str, port: int) -> list[Address]:
        asked.append((host, port))
        return list(addresses)

    return look_up, asked


def test_a_name_with_public_addresses_leads_to_each_of_them_once() -> None:
    found = look_up("x.example", 443, names("8.8.8.8", "2606:4700::1111", "8.8.8.8"))
    assert [str(each) for each in found] == ["8.8.8.8", "2606:4700::1111"]


@pytest.mark.parametrize("private", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "fe80::1%1"])
def test_a_name_with_one_address_that_is_not_public_is_refused(private: str) -> None:
    with pytest.raises(NotPublic) as refused:
        look_up("x.example", 443, names("8.8.8.8", private))
    assert str(refused.value) == f"x.example leads to {ip_address(private)}, which is not an address of the public internet"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1", "2130706433", "0x7f000001", "[::1]"])
def test_no_way_to_write_this_machine_leads_to_it(receiver: Receiver, host: str) -> None:
    address = receiver.url.replace("127.0.0.1", host)
    with pytest.raises(NotPublic), client(1) as asking:
        asking.post(address)
    assert receiver.got == []


def test_a_request_goes_to_the_address_that_was_looked_at_and_names_its_host(receiver: Receiver) -> None:
    look_up, asked = leads_to(HERE)
    port = int(receiver.url.split(":")[2].split("/")[0])
    with httpx2.Client(transport=PublicTransport(look_up)) as asking:
        answer = asking.post(f"http://hook.example:{port}/hook?key=1", content=b"{}")
    ((headers, body),) = receiver.got
    assert (answer.status_code, headers["host"], body) == (204, f"hook.example:{port}", b"{}")
    assert asked == [("hook.example", port)]
    assert str(answer.url) == f"http://hook.example:{port}/hook?key=1"


def test_a_redirect_is_not_followed_and_nothing_is_looked_up_for_it(receiver: Receiver) -> None:
    look_up, asked = leads_to(HERE)
    receiver.answers = 307
    with httpx2.Client(transport=PublicTransport(look_up)) as asking:
        assert asking.post(receiver.url, content=b"{}").status_code == 307
    assert (len(receiver.got), len(asked)) == (1, 1)


def test_of_several_addresses_the_next_is_tried_where_one_takes_no_connection(receiver: Receiver) -> None:
    look_up, _ = leads_to(ip_address("::1"), ip_address("127.0.0.2"), HERE)
    with httpx2.Client(transport=PublicTransport(look_up)) as asking:
        assert asking.post(receiver.url, content=b"{}").status_code == 204
    assert [body for _, body in receiver.got] == [b"{}"]


def test_of_very_many_addresses_few_are_tried(receiver: Receiver) -> None:
    look_up, _ = leads_to(*[ip_address("127.0.0.2")] * MOST_ADDRESSES, HERE)
    with httpx2.Client(transport=PublicTransport(look_up)) as asking, pytest.raises(httpx2.ConnectError):
        asking.post(receiver.url, content=b"{}")


def test_the_name_and_not_the_address_is_what_a_certificate_has_to_hold() -> None:
    greeted: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            connection, _ = server.accept()
            with connection:
                greeted.append(connection.recv(4096))

        thread = Thread(target=greet)
        thread.start()
        look_up, _ = leads_to(HERE)
        with httpx2.Client(transport=PublicTransport(look_up)) as asking, pytest.raises(httpx2.ConnectError):
            asking.post(f"https://hook.example:{server.getsockname()[1]}/")
        thread.join()
    assert b"hook.example" in greeted[0]


def test_a_name_that_leads_nowhere_is_told_as_one_that_does_not_answer() -> None:
    with client(1) as asking, pytest.raises(httpx2.ConnectError, match=r"\S"):
        asking.get("http://nowhere.invalid/")
