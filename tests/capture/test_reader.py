"""A document is read in a process of its own, which is ended when its time is over."""

import json
import signal
import subprocess
import sys
from datetime import date
from http.server import BaseHTTPRequestHandler

import pytest

from claimkb.capture import reader
from claimkb.capture.bounds import Bounds
from claimkb.capture.reader import read_address, read_content
from claimkb.domain.capturing import NotPublicAddress, NotReadable, PageTooLong, ReadingFailed, TakesTooLong
from claimkb.domain.dates import DatePrecision
from tests.capture.sites import Site, article

HERE = Bounds(private=True, seconds=60)


def test_an_address_is_read_with_all_that_is_found(site: Site) -> None:
    there = site.put("/2026/11/06/market", article('<meta name="date" content="2026-11-01">'))
    found = read_address(HERE, there)
    assert (found.url, found.published_on, found.published_on_precision) == (there, date(2026, 11, 1), DatePrecision.DAY)
    assert found.text.startswith("Mayor Ines Duarte")
    assert len(found.date_warnings) == 1


def test_a_refusal_comes_back_with_its_facts(site: Site) -> None:
    with pytest.raises(NotPublicAddress) as refused:
        read_address(Bounds(seconds=60), site.url)
    assert (refused.value.field, refused.value.facts) == (("url",), {"host": "127.0.0.1", "address": "127.0.0.1"})
    assert site.asked == []


def test_a_site_that_says_nothing_is_left_when_the_request_is_over(site: Site) -> None:
    def say_nothing(_: BaseHTTPRequestHandler) -> None:
        site.stopped.wait(60)

    site.pages["/x"] = say_nothing
    with pytest.raises(TakesTooLong):
        read_address(HERE, site.url + "/x", lambda: bool(site.asked))


def test_a_process_is_ended_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "COMMAND", [reader.COMMAND[0], "-c", "import time; time.sleep(60)"])
    with pytest.raises(TakesTooLong) as over:
        read_content(Bounds(seconds=0.2), b"x")
    assert str(over.value).startswith("It could not be read within 0.2 seconds.")


def test_a_page_that_keeps_its_reader_busy_is_left_when_the_time_is_over() -> None:
    attributes = " ".join(f"a{number}=1" for number in range(500_000))
    with pytest.raises(TakesTooLong):
        read_content(Bounds(seconds=4), f"<html><body><div {attributes}>".encode())


def test_a_process_that_ends_without_an_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "COMMAND", [reader.COMMAND[0], "-c", "raise MemoryError"])
    with pytest.raises(ReadingFailed):
        read_content(HERE, b"x")


def test_a_file_beyond_the_bound_is_not_read() -> None:
    with pytest.raises(PageTooLong):
        read_content(Bounds(most_bytes=1_000), b"x" * 1_001)


def test_the_process_is_told_no_secret_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAIMKB_DATABASE_URL", "postgresql://ann:secret@db/claims")
    script = (
        "import json, os; print(json.dumps({'refusal': 'NotReadable', 'field': [], 'facts': {'problem': str(sorted(os.environ))}}))"
    )
    monkeypatch.setattr(reader, "COMMAND", [reader.COMMAND[0], "-c", script])
    with pytest.raises(NotReadable) as told:
        read_content(HERE, b"x")
    assert "PYTHONPATH" in str(told.value)
    assert "CLAIMKB" not in str(told.value)


@pytest.mark.program
def test_a_server_loads_nothing_of_what_reads_pages() -> None:
    readers = "{'trafilatura', 'pypdf', 'lxml', 'httpx2', 'charset_normalizer', 'claimkb.capture.fetching'}"
    program = f"import sys, claimkb.app, claimkb.cli; print(sorted({readers} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_process_ends_by_itself_where_who_started_it_is_gone(site: Site) -> None:
    def say_heads(request: BaseHTTPRequestHandler) -> None:
        while not site.stopped.wait(0.05):
            request.wfile.write(b"HTTP/1.1 103 Early Hints\r\n\r\n")

    site.pages["/x"] = say_heads
    bounds = {"most_bytes": 1_000, "seconds": 0.1, "private": True}
    order = json.dumps({"url": site.url + "/x", "has_content": False, "bounds": bounds}).encode() + b"\n"
    done = subprocess.run(reader.COMMAND, input=order, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (-signal.SIGALRM, b"")
