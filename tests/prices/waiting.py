"""How long do others wait while somebody sends the dearest requests, on several connections at once?"""

from collections.abc import Callable, Iterator
from threading import Event, Thread
from time import monotonic, perf_counter

from tests.prices.server import Request, Server, asking

CONNECTIONS = 4
SIMPLE = asking("{ claims(first: 1) { nodes { statement } } }")


def longest_wait(server: Server, make: Callable[[], Iterator[Request]], seconds: float) -> float:
    """Send requests of a kind, and tell how many milliseconds somebody else's simple read took at most."""
    ended, threads = Event(), []

    def send() -> None:
        connection, requests = server.connect(), make()
        while not ended.is_set():
            server.send(next(requests), connection)

    for _ in range(CONNECTIONS):
        threads.append(Thread(target=send))
        threads[-1].start()
    connection, longest, until = server.connect(), 0.0, monotonic() + seconds
    while monotonic() < until:
        began = perf_counter()
        server.send(SIMPLE, connection)
        longest = max(longest, (perf_counter() - began) * 1000)
        ended.wait(0.005)
    ended.set()
    for thread in threads:
        thread.join()
    return longest
