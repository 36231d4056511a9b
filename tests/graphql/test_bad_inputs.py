"""Whatever is sent to a running server, it answers in time, tells nothing of its inside, changes nothing, and serves the next."""

import json
import re
import socket
import struct
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from http.client import HTTPResponse
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import pytest

from tests.builders import a_desk, everything
from tests.cli.test_serving import serving
from tests.conftest import ENGINES
from tests.graphql import bad_frames, bad_inputs
from tests.graphql.bad_frames import INIT, KEY, Talk, handshake
from tests.graphql.bad_inputs import VIEWER, Case, asking, request

pytestmark = pytest.mark.program

PATIENCE = 10
"""The seconds after which a server that has not answered is held to be down."""

INSIDE = re.compile(r"Traceback|site-packages|\.py\b|SELECT |sqlite|psycopg|0x[0-9a-f]{6}|Exception|object at")
LIMITS = {
    "CLAIMKB_HEAD_SECONDS": "1",
    "CLAIMKB_REQUEST_SECONDS": "2",
    "CLAIMKB_READ_SECONDS": "2",
    "CLAIMKB_SOCKET_INIT_SECONDS": "1",
    "CLAIMKB_SOCKET_IDLE_SECONDS": "1",
    "CLAIMKB_MAX_SOCKETS_PER_ADDRESS": "30",
    "CLAIMKB_MAX_GUESSES": "100000",
    "CLAIMKB_RATE_COST": "100000000",
    "CLAIMKB_LOG": "json",
}


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int

    def connect(self) -> socket.socket:
        """Open a connection."""
        return socket.create_connection(("127.0.0.1", self.port), PATIENCE)

    def addressed(self, sent: bytes) -> bytes:
        """Write this server's port into a request."""
        for name in (b"Host: ", b"Origin: http://"):
            sent = sent.replace(name + b"localhost\r\n", name + b"localhost:%d\r\n" % self.port)
        return sent

    def send(self, sent: bytes) -> tuple[int, str]:
        """Send bytes on a connection of their own; give the status of the answer, and its text."""
        with self.connect() as connection:
            with suppress(OSError):  # it may be refused before it is whole
                connection.sendall(self.addressed(sent))
            answer = HTTPResponse(connection)
            answer.begin()
            return answer.status, answer.read().decode()

    def open(self, *headers: bytes) -> socket.socket:
        """Open a WebSocket."""
        connection = self.connect()
        connection.sendall(self.addressed(handshake(KEY, *headers)))
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += connection.recv(1)
        assert head.startswith(b"HTTP/1.1 101 "), head
        return connection

    def serves(self) -> bool:
        """Tell whether the next one is served."""
        status, text = self.send(asking(VIEWER))
        return (status, json.loads(text)["data"]) == (200, {"viewer": {"name": "local editor"}})


@pytest.fixture(scope="module", params=ENGINES)
def server(request: pytest.FixtureRequest, executable: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run a server on each engine in turn; see in the end that nothing has changed, and that nothing crashed."""
    folder = tmp_path_factory.mktemp("served")
    url = f"sqlite:///{folder}/claimkb.db" if request.param == "sqlite" else request.getfixturevalue("postgresql_of_its_own")
    with serving(executable, folder, "--seed", **{"CLAIMKB_DATABASE_URL": url, **LIMITS}) as (address, _):  # type: ignore[arg-type]
        desk = a_desk(url)
        before = everything(desk) | {"lease": []}  # the server's own job may begin meanwhile
        yield Server(urlsplit(address).port or 0)
        after = everything(desk) | {"lease": []}
        desk.database.close()
        assert after == before
    printed = (folder / "printed.txt").read_text(encoding="utf-8").partition("Stop with Ctrl+C.\n")[2]
    assert all(json.loads(line)["level"] in ("info", "warning", "error") for line in printed.splitlines())
    assert "Traceback" not in printed


def code_of(text: str) -> str | None:
    """Find the code of what is wrong; None in an answer that has none."""
    try:
        return json.loads(text)["errors"][0]["extensions"]["code"]  # type: ignore[no-any-return]
    except (ValueError, KeyError, TypeError):
        return None


@pytest.mark.parametrize("case", [*bad_inputs.bad(), *bad_frames.handshakes()], ids=lambda case: case.name)
def test_a_bad_input_is_refused(server: Server, case: Case) -> None:
    status, text = server.send(case.sent)
    assert (status, code_of(text)) == (case.status, case.code), text[:500]
    assert len(text) < 4_000
    assert not INSIDE.search(text), text
    assert server.serves()


@pytest.mark.parametrize("case", bad_inputs.good(), ids=lambda case: case.name)
def test_a_good_input_passes(server: Server, case: Case) -> None:
    status, text = server.send(case.sent)
    assert (status, "errors" in json.loads(text)) == (200, False), text[:500]


def exactly(connection: socket.socket, size: int) -> bytes:
    """Read so many bytes."""
    read = b""
    while len(read) < size:
        part = connection.recv(size - len(read))
        if not part:
            raise ConnectionResetError
        read += part
    return read


def frames_of(connection: socket.socket) -> Iterator[tuple[int, bytes]]:
    """Read frames until the connection ends."""
    while True:
        try:
            kind, size = exactly(connection, 2)
            size = struct.unpack("!H", exactly(connection, 2))[0] if size == 126 else size
            size = struct.unpack("!Q", exactly(connection, 8))[0] if size == 127 else size
            yield kind & 15, exactly(connection, size)
        except ConnectionResetError:
            return


def messages_of(connection: socket.socket) -> Iterator[Any]:
    """Read messages; the code with which it is closed comes last."""
    for kind, payload in frames_of(connection):
        if kind == bad_frames.CLOSE:
            yield struct.unpack("!H", payload[:2])[0]
            return
        if kind == bad_frames.TEXT:
            assert not INSIDE.search(payload.decode()), payload
            yield json.loads(payload)


def talking(server: Server, talk: Talk) -> Iterator[Any]:
    """Open a WebSocket, send what is to be said, and read what comes."""
    with server.open(talk.protocol) as connection:
        with suppress(OSError):  # it may be closed before all is sent
            connection.sendall((INIT if talk.begun else b"") + talk.frames)
        yield from messages_of(connection)


@pytest.mark.parametrize("talk", list(bad_frames.talks()), ids=lambda talk: talk.name)
def test_what_is_wrong_on_a_websocket_is_refused(server: Server, talk: Talk) -> None:
    for message in talking(server, talk):
        if talk.closed is not None and isinstance(message, int):
            assert message == talk.closed
            break
        if talk.code is not None and message["type"] == "error":
            assert message["payload"][0]["extensions"]["code"] == talk.code
            break
    else:
        pytest.fail("It was neither closed nor answered with an error.")
    assert server.serves()


@pytest.mark.parametrize("talk", bad_frames.good(), ids=lambda talk: talk.name)
def test_what_is_unusual_on_a_websocket_passes(server: Server, talk: Talk) -> None:
    for message in talking(server, talk):
        if message["type"] == "next":
            assert (message["id"], message["payload"]["data"]) == ("last", {"viewer": {"name": "local editor"}})
            return
    pytest.fail("It was not answered.")


def ends(connection: socket.socket) -> bool:
    """Tell whether the server ends a connection, whatever it says before."""
    try:
        while connection.recv(1_000_000):
            pass
    except ConnectionResetError:
        pass
    except TimeoutError:
        return False
    return True


def dripped(connection: socket.socket, head: bytes, drop: bytes) -> bool:
    """Send drop after drop; tell whether the server ends that."""
    connection.sendall(head)
    connection.settimeout(0.1)
    for _ in range(PATIENCE * 10):
        try:
            connection.sendall(drop)
            if connection.recv(1_000_000) == b"":
                return True
        except TimeoutError:
            continue
        except OSError:
            return True
    return False


SLOWLY = {
    "a connection on which nothing comes": (b"", b""),
    "empty lines without end": (b"", b"\r\n"),
    "headers without end": (b"GET /graphql HTTP/1.1\r\n", b"x: y\r\n"),
    "an address without end": (b"GET /graphql", b"x"),
    "a body that nobody reads": (b"POST /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999\r\n\r\n", b"x"),
    "a body byte by byte": (bad_inputs.HEAD + b"Content-Length: 9999\r\n\r\n", b"x"),
    "chunks without end": (bad_inputs.HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
}


@pytest.fixture(scope="module")
def ended(server: Server) -> dict[str, bool]:
    """Send all of it at the same moment, as each has to wait for the server; tell which of it the server ends."""

    def drip(sent: tuple[bytes, bytes]) -> bool:
        with server.connect() as connection:
            return dripped(connection, server.addressed(sent[0]), sent[1])

    with ThreadPoolExecutor(len(SLOWLY)) as pool:
        return dict(zip(SLOWLY, pool.map(drip, SLOWLY.values()), strict=True))


@pytest.mark.parametrize("name", SLOWLY)
def test_who_sends_slowly_is_not_waited_for(server: Server, ended: dict[str, bool], name: str) -> None:
    assert ended[name]
    assert server.serves()


def test_a_body_that_does_not_come_is_answered_with_408(server: Server) -> None:
    assert server.send(bad_inputs.HEAD + b"Content-Length: 100\r\n\r\n{")[0] == 408


def test_a_thousand_idle_connections_hold_up_nobody_and_are_ended(server: Server) -> None:
    with ExitStack() as stack:
        idle = [stack.enter_context(server.connect()) for _ in range(1000)]
        assert server.serves()
        assert all(ends(each) for each in idle)
    assert server.serves()


def test_a_thousand_websockets_of_one_address_are_refused_beyond_thirty(server: Server) -> None:
    wanted = server.addressed(handshake(KEY, bad_frames.PROTOCOL))
    with ExitStack() as stack:
        statuses = []
        for _ in range(1000):
            connection = stack.enter_context(server.connect())
            connection.sendall(wanted)
            statuses.append(connection.recv(12)[-3:])
        assert (set(statuses[:30]), set(statuses)) == ({b"101"}, {b"101", b"429"})
        assert statuses.count(b"429") > 500  # where no connection_init comes, a place is free again after a second
        assert server.serves()


def test_who_leaves_in_the_middle_is_forgotten(server: Server) -> None:
    begun = bad_inputs.HEAD + b"Content-Length: 100\r\n\r\n{"
    form = begun.replace(b"/graphql", b"/sign-in").replace(b"json", b"x-www-form-urlencoded\r\nOrigin: http://localhost")
    for sent in (b"POST /gra", begun, form, asking(VIEWER), handshake(KEY), b""):
        for _ in range(20):
            with server.connect() as connection:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # leaves with a reset
                connection.sendall(server.addressed(sent))
        assert server.serves()


def test_who_asks_much_and_reads_nothing_is_disconnected(server: Server) -> None:
    with server.connect() as connection:
        script = request(b"GET", b"/graphiql/graphiql-3.8.3.min.js")
        connection.sendall(server.addressed(script) * 100)
        assert server.serves()
        time.sleep(3)
        size = 0
        with suppress(ConnectionResetError):
            while part := connection.recv(1_000_000):
                size += len(part)
    assert size < 100_000_000
    assert server.serves()


def test_a_thousand_questions_on_one_connection_are_answered_in_their_order(server: Server) -> None:
    with server.connect() as connection, connection.makefile("rb") as answers:
        connection.sendall(b"".join(server.addressed(asking(VIEWER, b"X-Request-Id: %d" % number)) for number in range(1000)))
        ids = [line.split()[1] for line in _until(answers, 1000) if line.startswith(b"x-request-id:")]
    assert ids == [b"%d" % number for number in range(1000)]


def _until(answers: BinaryIO, many: int) -> Iterator[bytes]:
    """Read the lines of so many answers."""
    for line in answers:
        yield line
        many -= line.startswith(b"x-request-id:")
        if not many:
            return


TABLE = re.findall(
    r"^\| (.+?) \| (.+?) \|$",
    (Path(__file__).parent.parent.parent / "docs" / "bad-inputs.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)


def test_the_table_of_the_documents_lists_them_all() -> None:
    over_http = [(each.name, each.answer) for each in [*bad_inputs.bad(), *bad_frames.handshakes()]]
    over_websocket = [(each.name, each.answer) for each in bad_frames.talks()]
    passing = [(each.name, "passes") for each in bad_inputs.good()] + [(each.name, "passes") for each in bad_frames.good()]
    listed = [row for row in TABLE if not set(row[1]) <= set("-") and row[1] != "answer"]
    assert listed == over_http + over_websocket + passing
