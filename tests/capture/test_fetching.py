"""A page is fetched from where it is allowed, within bounds; and what goes wrong is told."""

import gzip
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from claimkb.capture.bounds import Bounds
from claimkb.capture.fetching import HTML, PDF, PLAIN, Page, fetch
from claimkb.domain import capturing
from claimkb.domain.capturing import (
    AddressWithSecrets,
    NoAnswer,
    NoPortOfTheWeb,
    NotOfText,
    NotPublicAddress,
    PageLocked,
    PageNotThere,
    PageTooLong,
    RedirectsElsewhere,
    RedirectsTooOften,
    SiteFails,
    TakesTooLong,
    UnknownEncoding,
)
from claimkb.domain.refusals import Refusal
from tests.capture.sites import Site, article, naming

HERE = Bounds(private=True)
SMALL = Bounds(most_bytes=100_000, private=True)


def refused(kind: type[Refusal], address: str, bounds: Bounds = HERE, **more: Any) -> str:
    with pytest.raises(kind) as caught:
        fetch(address, bounds, **more)
    assert caught.value.field == ("url",)
    return str(caught.value)


def test_a_page_is_fetched_with_its_type_and_its_final_address(site: Site) -> None:
    there = site.put("/story", article(), "text/html; charset=iso-8859-1", x_robots_tag="NoArchive", content_language="en")
    site.lead("/old", "/story")
    assert fetch(site.url + "/old", HERE) == Page(article().encode(), HTML, "iso-8859-1", there, "en", "noarchive")
    assert [path for path, _ in site.asked] == ["/old", "/story"]
    assert site.asked[0][1]["user-agent"].startswith("claimkb/")
    assert site.asked[0][1]["accept-encoding"] == "gzip"


@pytest.mark.parametrize(
    ("media_type", "kind"),
    [("application/xhtml+xml", HTML), ("application/pdf", PDF), ("text/plain", PLAIN), ("Text/Markdown;x=1", PLAIN), (None, None)],
)
def test_these_types_are_read(site: Site, media_type: str | None, kind: str | None) -> None:
    assert fetch(site.put("/x", b"x", media_type), HERE).kind == kind


@pytest.mark.parametrize("media_type", ["image/png", "application/zip", "application/json", "video/mp4", "text/css"])
def test_other_types_are_refused_by_name(site: Site, media_type: str) -> None:
    assert refused(NotOfText, site.put("/x", b"x", media_type)).startswith(f"This is {media_type}: ")


@pytest.mark.parametrize(
    ("status", "refusal"),
    [
        *((status, PageLocked) for status in (401, 402, 403, 451)),
        *((status, PageNotThere) for status in (404, 410)),
        *((status, SiteFails) for status in (204, 429, 500, 503)),
    ],
)
def test_an_answer_without_a_page_is_told_with_its_status(site: Site, status: int, refusal: type[Refusal]) -> None:
    assert f"The site answers {status}" in refused(refusal, site.put("/x", b"", status=status))


def test_what_is_zipped_is_unpacked_also_in_several_parts(site: Site) -> None:
    parts = gzip.compress(b"one ") + gzip.compress(b"two")
    assert fetch(site.put("/x", parts, content_encoding="gzip"), HERE).content == b"one two"


def test_a_bomb_is_not_unpacked(site: Site) -> None:
    bomb = gzip.compress(b"\x00" * 50_000_000)
    assert len(bomb) < SMALL.most_bytes
    assert refused(PageTooLong, site.put("/x", bomb, content_encoding="gzip"), SMALL).startswith(
        "This is longer than 100,000 bytes"
    )


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip"])
def test_what_was_not_asked_for_is_not_unpacked(site: Site, encoding: str) -> None:
    refused(UnknownEncoding, site.put("/x", b"x", content_encoding=encoding))


def test_a_page_that_says_that_it_has_a_hundred_megabytes_is_not_read(site: Site) -> None:
    refused(PageTooLong, site.put("/x", b"", content_length="104857600"))


def test_a_page_without_end_is_read_up_to_the_bound(site: Site) -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("content-type", "text/html")
        request.end_headers()
        while not site.stopped.is_set():
            request.wfile.write(b"x" * 10_000)

    site.pages["/x"] = answer
    refused(PageTooLong, site.url + "/x", SMALL)


def test_a_page_that_comes_in_drops_is_left_when_its_time_is_over(site: Site) -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("content-type", "text/html")
        request.end_headers()
        while not site.stopped.wait(0.02):
            request.wfile.write(b"x")

    site.pages["/x"] = answer
    message = refused(TakesTooLong, site.url + "/x", Bounds(seconds=0.2, private=True))
    assert message.startswith("It could not be read within 0.2 seconds.")


def test_an_answer_that_breaks_off_is_not_taken_for_whole(site: Site) -> None:
    def cut(request: BaseHTTPRequestHandler) -> None:
        site.put("/whole", b"<p>half", content_length="1000")
        site.pages["/whole"](request)
        request.close_connection = True

    site.pages["/x"] = cut
    refused(NoAnswer, site.url + "/x")
    zipped = site.put("/z", gzip.compress(b"x" * 1000)[:-12], content_encoding="gzip")
    assert "it breaks off" in refused(NoAnswer, zipped)
    refused(NoAnswer, site.put("/y", b"no gzip", content_encoding="gzip"))


def test_a_redirect_without_end_is_left(site: Site) -> None:
    assert "more than 5 times" in refused(RedirectsTooOften, site.lead("/x", "/x"))
    assert len(site.asked) == 6


@pytest.mark.parametrize("location", ["file:///etc/passwd", "gopher://x.example/1", "javascript:alert(1)", "http://["])
def test_a_redirect_leads_to_the_web_only(site: Site, location: str) -> None:
    refused(RedirectsElsewhere, site.lead("/x", location))


@pytest.mark.parametrize("host", ["169.254.169.254", "[fe80::1]", "0.0.0.0", "224.0.0.1", "[::ffff:169.254.169.254]"])
def test_where_clouds_keep_their_keys_is_never_asked_not_even_on_a_desk_of_its_own_network(site: Site, host: str) -> None:
    refused(NotPublicAddress, site.lead("/x", f"http://{host}/latest/meta-data/"))
    assert [path for path, _ in site.asked] == ["/x"]


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "[::1]", "[::ffff:7f00:1]"),
        *("10.0.0.1", "192.168.1.1", "169.254.169.254", "[fd00::1]", "[64:ff9b::a00:1]", "100.64.0.1"),
    ],
)
def test_no_way_to_write_a_private_address_leads_there(site: Site, host: str) -> None:
    port = site.url.rpartition(":")[2]
    message = refused(NotPublicAddress, f"http://{host}:{port}/x", Bounds())
    assert message.startswith(f"{host.strip('[]')} leads to ")
    assert site.asked == []


def test_a_redirect_to_a_private_address_is_looked_at_as_the_first_address_is(site: Site) -> None:
    look_up, asked = naming(news=["127.0.0.1"])
    port = site.url.rpartition(":")[2]
    site.lead("/x", "http://169.254.169.254/latest/meta-data/")
    message = refused(NotPublicAddress, f"http://news.example:{port}/x", Bounds(), look_up=look_up)
    assert message.startswith("169.254.169.254 leads to 169.254.169.254")
    assert asked == ["news.example", "169.254.169.254"]


def test_a_name_that_turns_private_at_the_second_look_up_is_refused_then(site: Site) -> None:
    look_up, asked = naming(news=["127.0.0.1", "10.0.0.1"])
    port = site.url.rpartition(":")[2]
    site.lead("/x", "/y")
    message = refused(NotPublicAddress, f"http://news.example:{port}/x", Bounds(), look_up=look_up)
    assert message.startswith("news.example leads to 10.0.0.1")
    assert (asked, [path for path, _ in site.asked]) == (["news.example", "news.example"], ["/x"])


def test_a_request_goes_to_the_address_that_was_looked_at_and_names_its_host(site: Site) -> None:
    look_up, asked = naming(news=["127.0.0.1", "10.0.0.1"])
    port = site.url.rpartition(":")[2]
    site.put("/x", article())
    assert fetch(f"http://news.example:{port}/x#top", Bounds(), look_up).kind == HTML
    assert (asked, site.asked[0][1]["host"]) == (["news.example"], f"news.example:{port}")


def test_an_address_with_a_password_is_not_sent(site: Site) -> None:
    message = refused(AddressWithSecrets, site.url.replace("://", "://ann:secret@"))
    assert "secret@" not in message
    refused(AddressWithSecrets, site.lead("/x", "http://ann:secret@news.example/"))


@pytest.mark.parametrize("port", [21, 22, 25, 81, 1023])
def test_a_port_of_something_else_is_not_asked(port: int) -> None:
    assert str(port) in refused(NoPortOfTheWeb, f"http://news.example:{port}/")


@pytest.mark.parametrize("address", ["http://nowhere.invalid/", "http://xn--zz.invalid/", f"http://{'a' * 70}.example/"])
def test_a_name_that_leads_nowhere_is_told(address: str) -> None:
    assert "there is no site of this name" in refused(NoAnswer, address)


def test_a_site_that_takes_no_connection_is_told() -> None:
    refused(NoAnswer, "http://127.0.0.1:9/".replace(":9/", ":65533/"))


def test_each_refusal_says_what_is_wrong_and_ends_as_a_sentence() -> None:
    kinds = [each for each in vars(capturing).values() if isinstance(each, type) and issubclass(each, Refusal)]
    told = [each.__doc__ or "" for each in kinds if each.__module__ == capturing.__name__]
    assert len(told) == 25
    assert [each for each in told if not each.strip().endswith(".")] == []
