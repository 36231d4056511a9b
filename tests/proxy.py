"""A relay before PostgreSQL that can be cut: it passes a commit on, and keeps the answer to itself."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread

from claimkb.actions.work import Desk
from tests.builders import a_desk

COMMIT = b"COMMIT\x00"
"""The end of the message that commits, as psycopg sends it."""


@dataclass
class Relay:
    """Relays connections to a server. Once told to, it cuts the connection that commits when the server has answered."""

    address: str
    url: str = ""
    cuts: Event = field(default_factory=Event)
    refuses: Event = field(default_factory=Event)
    """From a cut on, let nobody in, and end who is in."""
    is_cut: Event = field(default_factory=Event)
    clients: list[socket.socket] = field(default_factory=list)
    silences: int = 0
    """How often those who were connected heard no more, and were not told that: as where a firewall forgets them."""

    def connect(self, client: socket.socket) -> None:
        """Relay one connection until an end closes it."""
        if self.refuses.is_set() and self.is_cut.is_set():
            client.close()
            return
        self.clients.append(client)
        silences = self.silences
        server = socket.socket(socket.AF_UNIX)
        server.connect(self.address)
        swallows = Event()
        back = Thread(target=self._back, args=(server, client, swallows, silences))
        back.start()
        with suppress(OSError):
            while data := client.recv(65536):
                if self.cuts.is_set() and data.endswith(COMMIT):
                    self.cuts.clear()
                    swallows.set()
                if silences == self.silences:
                    server.sendall(data)
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        back.join()
        server.close()
        client.close()

    def _back(self, server: socket.socket, client: socket.socket, swallows: Event, silences: int) -> None:
        """Relay what the server says, or keep it and cut the connection."""
        with suppress(OSError):
            while data := server.recv(65536):
                if swallows.is_set():
                    self.is_cut.set()
                    break
                if silences == self.silences:
                    client.sendall(data)
        for each in self.clients if self.refuses.is_set() and swallows.is_set() else [client]:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


@contextmanager
def relayed(address: str) -> Iterator[Relay]:
    """Run a relay before the server at a socket's address."""
    relay, threads = Relay(address), []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def listen() -> None:
            with suppress(OSError):
                while True:
                    threads.append(Thread(target=relay.connect, args=(listening.accept()[0],)))
                    threads[-1].start()

        relay.url = f"127.0.0.1:{listening.getsockname()[1]}"
        accepting = Thread(target=listen)
        accepting.start()
        yield relay
        listening.shutdown(socket.SHUT_RDWR)
        accepting.join()
    for thread in threads:
        thread.join()


@contextmanager
def behind(desk: Desk) -> Iterator[tuple[Relay, Desk]]:
    """Give a relay before PostgreSQL, and a desk behind it."""
    url = desk.database.url
    with relayed(f"{url.query['host']}/.s.PGSQL.5432") as relay:
        host, port = relay.url.split(":")
        there = url.set(host=host, port=int(port), query={}, drivername="postgresql").render_as_string(hide_password=False)
        other = a_desk(there)
        yield relay, other
        other.database.close()
