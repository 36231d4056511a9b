"""How is a document read without danger to this process? In one of its own, which is ended when its time is over."""

import json
import logging
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import date
from subprocess import DEVNULL, PIPE, Popen, TimeoutExpired
from tempfile import TemporaryFile
from time import monotonic
from typing import Any

from claimkb.capture.bounds import Bounds
from claimkb.domain import capturing
from claimkb.domain.capturing import Extract, PageTooLong, ReadingFailed, TakesTooLong, never
from claimkb.domain.dates import DatePrecision

log = logging.getLogger("claimkb")

_LOOK_SECONDS = 0.1
"""How often it is seen whether the process is to end."""

COMMAND = [sys.executable, "-P", "-m", "claimkb.capture"]
"""Runs `capture/__main__`; a module of the present folder is no part of it."""

_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR")
"""What the process is told of the environment: passwords of the database stand there, too."""


def read_address(bounds: Bounds, address: str, is_stopped: Callable[[], bool] = never) -> Extract:
    """Fetch and read what is published at an address."""
    return _read({"url": address, "has_content": False}, b"", bounds, is_stopped)


def read_content(bounds: Bounds, content: bytes, url: str | None = None) -> Extract:
    """Read the bytes of a document, such as those of a file."""
    if len(content) > bounds.most_bytes:
        raise PageTooLong("text", most=f"{bounds.most_bytes:,}")
    return _read({"url": url, "has_content": True}, content, bounds, never)


def _read(order: dict[str, Any], content: bytes, bounds: Bounds, is_stopped: Callable[[], bool]) -> Extract:
    """Give an order to a process of its own, and read the answer."""
    told = json.dumps({**order, "bounds": asdict(bounds)}).encode() + b"\n" + content
    answer = json.loads(_run(told, bounds, is_stopped))
    if "refusal" in answer:
        raise getattr(capturing, answer["refusal"])(*answer["field"], **answer["facts"])
    return _extract(answer["extract"])


def _extract(answer: dict[str, Any]) -> Extract:
    """Read an extract back from JSON."""
    day, precision = answer["published_on"], answer["published_on_precision"]
    answer["published_on"] = day and date.fromisoformat(day)
    answer["published_on_precision"] = precision and DatePrecision[precision]
    fields: dict[str, Any] = {name: tuple(told) if isinstance(told, list) else told for name, told in answer.items()}
    return Extract(**fields)


def _run(told: bytes, bounds: Bounds, is_stopped: Callable[[], bool]) -> bytes:
    """Run the process, and end it when its time is over or it is to stop."""
    environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    environment["PYTHONPATH"] = os.pathsep.join(sys.path)
    ends = monotonic() + bounds.seconds
    with TemporaryFile() as order:
        order.write(told)
        order.seek(0)
        with Popen(COMMAND, env=environment, stdin=order, stdout=PIPE, stderr=DEVNULL) as process:  # noqa: S603 - it is ours
            answer = _wait(process, ends, is_stopped)
    if answer is None:
        raise TakesTooLong("url", seconds=f"{bounds.seconds:g}")
    if process.returncode != 0:
        log.warning("The process of a capture ended with %s", process.returncode)
        raise ReadingFailed("url")
    return answer


def _wait(process: Popen[bytes], ends: float, is_stopped: Callable[[], bool]) -> bytes | None:
    """Wait for the answer of a process; None where it was ended before."""
    try:
        while not is_stopped() and monotonic() < ends:
            with suppress(TimeoutExpired):
                return process.communicate(timeout=_LOOK_SECONDS)[0]
        return None
    finally:
        process.kill()  # nothing, where it has ended
