"""An article is captured at the terminal: from a file, from what is piped in, or from its address."""

import io
import json
import sys
from pathlib import Path

import pytest

from claimkb.actions.work import Desk
from claimkb.domain.source import fingerprint
from tests.builders import TEXT, as_it_is
from tests.capture.sites import a_site, article, pdf
from tests.cli.test_commands import Run, run

__all__ = ["run"]


def piped(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


def test_a_page_in_a_file_is_captured_and_what_was_found_is_shown(run: Run, tmp_path: Path) -> None:
    (tmp_path / "market.html").write_text(article('<meta name="date" content="2025-11-06">'), encoding="utf-8")
    code, out, err = run("capture", "market.html", "--address", "https://harbour-post.example/market", "--byline", "Ann Author")
    lines = [line.rstrip() for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert lines[:7] == [
        "Recorded",
        "  Title      Mayor opens the fish market",
        "  Byline     Ann Author",
        "  Address    https://harbour-post.example/market",
        "  Published  2025-11-06",
        "             Found in a meta element (date): 2025-11-06",
        "  Language   en",
    ]
    assert lines[7].startswith("  Text       102 words, ")
    assert lines[-1].startswith("Next: claimkb suggest ")


def test_a_pdf_and_a_date_that_is_known_to_the_month(run: Run, tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes(pdf("The bridge opens.", "It is long."))
    shown = json.loads(
        run("capture", "report.pdf", "--published-on", "2025-11", "--kind", "REPORT", "--language", "en", "--json")[1]
    )
    assert (shown["isNewSource"], shown["publishedOn"], shown["publishedOnPrecision"]) == (True, "2025-11-01", "MONTH")
    assert (shown["words"], shown["sha256"]) == (6, fingerprint("The bridge opens.\n\fIt is long."))


def test_what_is_piped_in_is_captured_and_the_same_again_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    piped(monkeypatch, TEXT.encode())
    first = json.loads(run("capture", "-", "--title", "The bridge", "--language", "en", "--json")[1])
    piped(monkeypatch, TEXT.encode())
    out = run("capture", "-", "--language", "en")[1]
    assert "Recorded before" in out
    assert f"Next: claimkb suggest {first['uuid']}" in out
    piped(monkeypatch, TEXT.encode())
    out = run("capture", "-", "--address", "https://x.example/bridge")[1]
    assert f"The same text is recorded under another address: {first['id']}" in out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("http://127.0.0.1:9/",), 1),
        (("file:///etc/passwd",), 2),
        (("picture.png",), 1),
        (("nothing.txt",), 3),
        (("page.html", "--published-on", "soon"), 2),
        (("page.html", "--language", "nothing at all"), 2),
    ],
)
def test_what_cannot_be_captured_changes_nothing(
    run: Run, sqlite_desk: Desk, tmp_path: Path, words: tuple[str, ...], code: int
) -> None:
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
    (tmp_path / "page.html").write_text(article(), encoding="utf-8")
    before = as_it_is(sqlite_desk)
    found, out, err = run("capture", *words)
    assert (found, out, err.startswith("claimkb: ")) == (code, "", True)
    assert as_it_is(sqlite_desk) == before


def test_an_address_is_fetched_where_the_desk_allows_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with a_site() as site:
        there = site.put("/market", article())
        assert "not an address of the public internet" in run("capture", there)[2]
        monkeypatch.setenv("CLAIMKB_PRIVATE_SOURCES", "true")
        assert json.loads(run("capture", there, "--json")[1])["url"] == there
        monkeypatch.setenv("CLAIMKB_CAPTURE", "false")
        assert "This desk fetches no addresses" in run("capture", there)[2]
        assert [path for path, _ in site.asked] == ["/market"]


@pytest.mark.parametrize(
    "command", [["capture"], ["suggest"], ["similar"], ["snapshot", "01a22904-4982-7046-8a27-f4e805f08e78"]], ids=" ".join
)
def test_a_device_without_end_is_read_up_to_the_bound(run: Run, command: list[str]) -> None:
    code, out, err = run(*command, "/dev/zero")
    assert (code != 0, out) == (True, "")
    assert "is longer than" in err
