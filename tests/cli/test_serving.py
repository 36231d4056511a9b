"""`claimkb serve` as a new user meets it: a real process, a real port."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPResponse
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest

from tests.builders import STORY, a_desk, everything
from tests.forkserver import INSTALLED

pytestmark = pytest.mark.program

START = 60


PAGES = 100
"""So many long answers that no buffer of an operating system holds them all."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(
    executable: Path, folder: Path, *words: str, stop: int = signal.SIGINT, **settings: str
) -> Iterator[tuple[str, list[str]]]:
    """Run the server until it is ready; give its address and what it has printed; stop it by its process id."""
    port = free_port()
    environment = {**os.environ, "CLAIMKB_PORT": str(port), "COLUMNS": "100", "PYTHONUNBUFFERED": "1", **settings}
    printed = folder / "printed.txt"
    with printed.open("w", encoding="utf-8") as output:
        command = [str(executable), "serve", *words]
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(START * 20):
            try:
                assert json.load(urlopen(f"{address}/readyz"))["status"] == "ready"
                break
            except OSError:
                assert server.poll() is None, printed.read_text(encoding="utf-8")
                time.sleep(0.05)
        yield address, printed.read_text(encoding="utf-8").splitlines()
    finally:
        os.kill(server.pid, stop)
        assert server.wait(timeout=30) == 0


def ask(address: str, query: str, **variables: str) -> dict[str, object]:
    """Ask the running server."""
    body = json.dumps({"query": query, "variables": variables}).encode()
    request = Request(f"{address}/graphql", data=body, headers={"Content-Type": "application/json"})
    answer: dict[str, object] = json.load(urlopen(request))
    answer.pop("extensions")
    return answer


OVERDUE = "{ predictions(filter: {timeliness: [OVERDUE, LONG_OVERDUE]}) { nodes { dueOn flags { totalCount } } } }"


@pytest.mark.long
def test_the_first_start_makes_everything_and_the_second_changes_nothing(executable: Path, tmp_path: Path) -> None:
    with serving(executable, tmp_path, "--seed") as (address, printed):
        assert ask(address, OVERDUE) == {"data": {"predictions": {"nodes": [{"dueOn": "2025-11-19", "flags": {"totalCount": 1}}]}}}
    text = "\n".join(printed)
    for said in ("migrated to 0021", "289 records loaded", "14 new, 0 cleared", "due 2025-11-19", "Due for review: 13", address):
        assert said in text
    desk = a_desk(f"sqlite:///{tmp_path}/claimkb.db")
    before = everything(desk)
    with serving(executable, tmp_path, "--seed") as (_, again):
        text = "\n".join(again)
    assert "0 records loaded, 289 there already" in text
    assert "0 new, 0 cleared" in text
    after = everything(desk)
    assert before.pop("job_run") != after.pop("job_run")
    assert after == before
    desk.database.close()


def test_an_empty_folder_gets_no_story_unless_asked(executable: Path, tmp_path: Path) -> None:
    with serving(executable, tmp_path) as (address, printed):
        assert ask(address, "{ claims { totalCount } }") == {"data": {"claims": {"totalCount": 0}}}
    assert not [line for line in printed if line.startswith("Story")]
    with serving(executable, tmp_path, "--seed") as (address, printed):
        assert ask(address, "{ claims { totalCount } }") == {"data": {"claims": {"totalCount": 104}}}
    assert [line for line in printed if line.startswith("Story")] == [
        f"Story      {STORY.stem}: 289 records loaded, 0 there already"
    ]


def test_a_port_in_use_is_told_and_nothing_is_made(executable: Path, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [str(executable), "serve", "--port", str(port)]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert done.stderr == f"claimkb: Port {port} is in use. Stop what uses it, or choose another: CLAIMKB_PORT={port + 1}.\n"
    assert list(tmp_path.iterdir()) == []


def test_the_wheel_alone_serves_in_an_empty_folder(tmp_path: Path) -> None:
    root = Path(__file__).parent.parent.parent
    wheels = tmp_path / "wheels"
    build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--wheel-dir", str(wheels), str(root)]
    subprocess.run(build, check=True, cwd=tmp_path, stdout=subprocess.DEVNULL)
    site = tmp_path / "site"
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(site), str(next(wheels.glob("*.whl")))]
    subprocess.run(install, check=True, cwd=tmp_path)
    assert (site / "claimkb" / "_data" / "alembic" / "env.py").is_file()
    folder = tmp_path / "empty"
    folder.mkdir()
    with serving(INSTALLED, folder, "--seed", PYTHONPATH=str(site)) as (address, printed):
        answer = ask(address, "{ claims { totalCount } backlog { lastRun { asOf } } }")
    assert answer["data"]["claims"] == {"totalCount": 104}  # type: ignore[index]
    assert any(str(folder) in line for line in printed)
    where = "import claimkb; print(claimkb.__file__)"
    environment = {**os.environ, "PYTHONPATH": str(site)}
    found = subprocess.run(
        [sys.executable, "-c", where], env=environment, capture_output=True, text=True, check=True, cwd=folder
    ).stdout
    assert found.startswith(str(site))


def test_a_server_on_either_engine_serves_the_same(url: str, executable: Path, tmp_path: Path) -> None:
    with serving(executable, tmp_path, "--no-seed", CLAIMKB_DATABASE_URL=url) as (address, _):
        assert ask(address, "{ predictions { totalCount } }") == {"data": {"predictions": {"totalCount": 0}}}


def head_and_data(address: str, sent: str) -> tuple[dict[str, str], object]:
    """Ask on a connection of its own; return the head of the answer but for what differs each time, and its data."""
    server = urlsplit(address)
    with socket.create_connection((str(server.hostname), server.port or 0), 10) as connection:
        connection.sendall(sent.encode())
        answer = HTTPResponse(connection, method=sent.partition(" ")[0])
        answer.begin()
        said = {name.lower(): value for name, value in answer.getheaders() if name.lower() not in ("date", "x-request-id")}
        body = answer.read(int(said.pop("content-length")))
        if said.get("connection") == "close":
            assert connection.recv(1) == b""
    return said, json.loads(body)["data"] if body else None


@pytest.fixture(scope="module")
def open_address(executable: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a server that answers everybody."""
    with serving(executable, tmp_path_factory.mktemp("open"), "--no-seed", CLAIMKB_PUBLIC_READ="true") as (address, _):
        yield address


@pytest.mark.parametrize(("version", "closing"), [("1.1", False), ("1.1", True), ("1.0", False)])
def test_an_answer_in_one_piece_says_what_one_in_several_says(version: str, closing: bool, open_address: str) -> None:
    """A HEAD is answered in several messages, as it has no body."""
    body, close = json.dumps({"query": "{claims{totalCount}}"}), "Connection: close\r\n" if closing else ""
    lines = f"HTTP/{version}\r\nHost: {urlsplit(open_address).netloc}\r\n{close}"
    several, data = head_and_data(open_address, f"HEAD /graphql?query=%7Bclaims%7BtotalCount%7D%7D {lines}\r\n")
    post = f"POST /graphql {lines}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    assert [head_and_data(open_address, post) for _ in range(3)] == [(several, {"claims": {"totalCount": 0}})] * 3
    assert data is None
    assert several.get("connection") == ("close" if closing or version == "1.0" else None)


def planned(address: str) -> int:
    """Tell how many operations a server has answered by plans, as soon as it answers no more of them."""
    before, now = -1, 0
    while before != now:
        time.sleep(0.5)
        before, now = now, json.load(urlopen(f"{address}/readyz"))["operations"]["planned"]
    return now


def next_body(answers: BinaryIO) -> bytes:
    """Read the next of several answers on a connection."""
    assert answers.readline() == b"HTTP/1.1 200 OK\r\n"
    lines = iter(answers.readline, b"\r\n")
    (length,) = (int(value) for name, _, value in (line.partition(b":") for line in lines) if name.lower() == b"content-length")
    return answers.read(length)


def test_who_reads_slowly_is_answered_no_faster_and_then_whole_and_in_order(executable: Path, tmp_path: Path) -> None:
    text = "Long. " * 50_000
    record = 'mutation($text: String!) { recordSource(input: {title: "T", snapshot: {text: $text}}) { userErrors { code } } }'
    body = json.dumps({"query": "{ sources { nodes { snapshot { text } } } }"})
    with serving(executable, tmp_path, "--no-seed") as (address, _):
        assert ask(address, record, text=text) == {"data": {"recordSource": {"userErrors": []}}}
        server = urlsplit(address)
        head = (
            f"POST /graphql HTTP/1.1\r\nHost: {server.netloc}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        )
        with socket.create_connection((str(server.hostname), server.port or 0), START) as connection:
            before = planned(address)
            connection.sendall("".join(f"{head}X-Request-Id: {number}\r\n\r\n{body}" for number in range(PAGES)).encode())
            assert 0 < planned(address) - before < PAGES
            with connection.makefile("rb") as answers:
                for number in range(PAGES):
                    read = json.loads(next_body(answers))
                    assert read["extensions"]["requestId"] == str(number)
                    assert read["data"] == {"sources": {"nodes": [{"snapshot": {"text": text}}]}}
        assert planned(address) - before == PAGES
