"""The process of one capture: it fetches and reads what it is told to, answers in JSON, and ends.

Whatever a page does to the libraries that read it, it does here: the server ends this process, and goes on.
"""

import json
import resource
import signal
import sys
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from claimkb.capture.bounds import MEMORY, Bounds
from claimkb.domain.refusals import Refusal

_GRACE = 2.0
"""After how many seconds more this process ends by itself: who started it may be gone, and a site may have no end."""


def _answer(order: dict[str, Any], content: bytes) -> dict[str, Any]:
    """Carry out an order; a refusal is an answer, too."""
    from claimkb.capture import reading
    from claimkb.capture.fetching import Page, fetch

    bounds = Bounds(**order["bounds"])
    try:
        page = Page(content, url=order["url"]) if order["has_content"] else fetch(order["url"], bounds)
        return {"extract": asdict(reading.read(page))}
    except Refusal as refusal:
        return {"refusal": type(refusal).__name__, "field": refusal.field, "facts": refusal.facts}


def main() -> None:
    """Read an order from standard input, its head on the first line, and write the answer."""
    with suppress(ValueError, OSError):  # a system may allow less, or know no such limit
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    order = json.loads(sys.stdin.buffer.readline())
    signal.setitimer(signal.ITIMER_REAL, order["bounds"]["seconds"] + _GRACE)  # the signal ends this process
    answer = _answer(order, sys.stdin.buffer.read())
    sys.stdout.write(json.dumps(answer, default=str))


if __name__ == "__main__":
    main()
