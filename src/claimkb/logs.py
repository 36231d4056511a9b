"""What does the log look like? A line for people, or JSON for a collector; each line of a request with the request's id."""

import json
import logging
import warnings
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache
from time import perf_counter, time
from types import TracebackType
from typing import Any, TextIO

from claimkb.domain.visible import said_of_crash, visible, without_addresses, without_secrets

log = logging.getLogger("claimkb")

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
Stack = dict[str, Any]
"""An exception as structlog writes it."""

REQUEST: ContextVar[str | None] = ContextVar("REQUEST", default=None)
"""The id of the request that is being answered."""


@lru_cache(1)
def _second(at: int) -> str:
    """Write a second in UTC: many lines have the same."""
    return datetime.fromtimestamp(at, UTC).isoformat()[:19]


def _for_people(at: float, level: str, message: str, request_id: str | None) -> str:
    """Write the instant, the level, the message and the request."""
    about = "" if request_id is None else f" request_id={request_id}"
    return f"{_second(int(at))}.{int(at % 1 * 1_000):03}Z [{level.lower():<8}] {message}{about}"


def _as_json(at: float, level: str, message: str, request_id: str | None, **more: object) -> str:
    """Write the same as JSON."""
    about = {} if request_id is None else {"request_id": request_id}
    line = {"event": message, **about, "level": level.lower()}
    return json.dumps({**line, "timestamp": f"{_second(int(at))}.{int(at % 1 * 1_000_000):06}Z", **more}, ensure_ascii=False)


def _clean(message: str, logger: str = log.name) -> str:
    """Take secrets and control characters out of a message, and addresses too if it is of a library."""
    message = without_secrets(message)
    return visible(message if logger.partition(".")[0] == log.name else without_addresses(message))


def trace(exc_info: ExcInfo) -> list[Stack]:
    """Write the trace of a crash: the places in the code and the types of the errors, without values of messages or variables."""
    from structlog.tracebacks import ExceptionDictTransformer  # structlog takes its time to load, and few crashes need it

    _, error, _ = exc_info
    if error is None:
        return []
    stacks = ExceptionDictTransformer(show_locals=False)((type(error), error, error.__traceback__))
    return [_without_values(each) for each in stacks]


def _without_values(stack: Stack) -> Stack:
    """Take the values out of the messages of an exception, and of those that it groups."""
    clean = {**stack, "exc_value": said_of_crash(stack["exc_value"])}
    clean["exc_notes"] = [said_of_crash(each) for each in stack.get("exc_notes", ())]
    clean["exceptions"] = [[_without_values(each) for each in group] for group in stack.get("exceptions", ())]
    return clean


def as_text(stacks: list[Stack]) -> str:
    """Write a trace for people, the first cause first, as Python does."""
    lines = []
    for each in reversed(stacks):
        lines.append("Traceback (most recent call last):")
        lines += [f'  File "{frame["filename"]}", line {frame["lineno"]}, in {frame["name"]}' for frame in each["frames"]]
        lines.append(f"{each['exc_type']}: {each['exc_value']}")
    return "\n".join(map(visible, lines))


class Line(logging.Formatter):
    """A line for people."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the line; then the trace, if there is one."""
        line = _for_people(record.created, record.levelname, _clean(record.getMessage(), record.name), REQUEST.get())
        return f"{line}\n{as_text(trace(record.exc_info))}" if record.exc_info else line


class ForACollector(logging.Formatter):
    """A line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the line, with the trace in it, if there is one."""
        more = {"exception": trace(record.exc_info)} if record.exc_info else {}
        return _as_json(record.created, record.levelname, _clean(record.getMessage(), record.name), REQUEST.get(), **more)


class Handler(logging.StreamHandler[TextIO]):
    """Writes to standard error."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.setFormatter(ForACollector() if form == "json" else Line())
        self._write = _as_json if form == "json" else _for_people

    def answered(self, message: str, request_id: str) -> None:
        """Write the line of an answered request. A record of `logging` would take as long as a short read.

        If it cannot be written, go on: the answer matters more, and the log is the only place to report it.
        """
        line = self._write(time(), "INFO", _clean(message), request_id)
        self.acquire()
        try:
            self.stream.write(f"{line}\n")
            self.stream.flush()
        except (OSError, ValueError):  # a ValueError, where the stream is closed already
            return
        finally:
            self.release()


def configure(form: str) -> None:
    """Send the log of claimkb and of what is below it to standard error, as `text` or as `json`."""
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False  # no line shows them,
    logging._srcfile = None  # nor where in the code it was written (the manual of logging, "Optimization")
    root = logging.getLogger()
    root.handlers = [Handler(form)]
    root.setLevel(logging.WARNING)
    logging.getLogger("claimkb").setLevel(logging.INFO)
    # When a field fails, graphql-core cancels its siblings, and never awaits the coroutines of those that have not begun.
    warnings.filterwarnings("ignore", r"coroutine '(Executor|GraphQLCoreConverter)\.", RuntimeWarning)
    logging.getLogger("uvicorn.error").addFilter(without_trace_of_a_clients_mistake)


def without_trace_of_a_clients_mistake(record: logging.LogRecord) -> bool:
    """Log a mistake of a client in one line: the web server adds a trace, which says nothing more."""
    if record.exc_info and isinstance(record.exc_info[1], UnicodeDecodeError):
        record.exc_info = None
    return True


class OfRequest:
    """Adds the id of a request to every line that is logged meanwhile, and logs its status and duration."""

    def __init__(self, method: str, path: str, request_id: str) -> None:
        self._method, self._path, self._request_id = method, path, request_id

    def __enter__(self) -> "OfRequest":
        self._began, self._before = perf_counter(), REQUEST.set(self._request_id)
        return self

    def answered(self, status: int) -> None:
        """Log the status of the answer: by our own handler directly, if it is the only one."""
        message = f"{self._method} {self._path} {status} in {(perf_counter() - self._began) * 1000:.0f} ms"
        handlers = logging.root.handlers
        if len(handlers) == 1 and isinstance(handlers[0], Handler) and log.isEnabledFor(logging.INFO):
            handlers[0].answered(message, self._request_id)
        else:
            log.info("%s", message)

    def __exit__(self, *_error: object) -> None:
        REQUEST.reset(self._before)
