"""What does the log look like? A line for people, or JSON for a collector; each line of a request with the request's id."""

import json
import logging
import warnings
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache
from time import perf_counter, time
from typing import Any, TextIO

from claimkb.domain.visible import said_of_crash, visible, without_addresses, without_secrets

log = logging.getLogger("claimkb")

REQUEST: ContextVar[str | None] = ContextVar("REQUEST", default=None)
"""The id of the request that is being answered."""


@lru_cache(1)
def _second(at: int) -> str:
    """Write a second: many lines have the same."""
    return datetime.fromtimestamp(at, UTC).isoformat()[:19]


def _for_people(at: float, level: str, message: str, request_id: str | None) -> str:
    """Write when, how bad, what, and of which request."""
    about = "" if request_id is None else f" request_id={request_id}"
    return f"{_second(int(at))}.{int(at % 1 * 1_000):03}Z [{level.lower():<8}] {message}{about}"


def _as_json(at: float, level: str, message: str, request_id: str | None, **more: Any) -> str:
    """Write the same as JSON."""
    about = {} if request_id is None else {"request_id": request_id}
    said = {"event": message, **about, "level": level.lower()}
    return json.dumps({**said, "timestamp": f"{_second(int(at))}.{int(at % 1 * 1_000_000):06}Z", **more}, ensure_ascii=False)


def _clean(message: str, logger: str = log.name) -> str:
    """Take out of a message what nobody is to read in a log, and what would steer a terminal. Of libraries' no address is shown."""
    told = without_secrets(message)
    return visible(told if logger.partition(".")[0] == log.name else without_addresses(told))


def trace(exc_info: Any) -> list[dict[str, Any]]:
    """Write the trace of a crash: where in the code, and of which kind; of messages no value, and of variables nothing."""
    from structlog.tracebacks import ExceptionDictTransformer

    found = ExceptionDictTransformer(show_locals=False)(exc_info)
    return [_told(each) for each in found]


def _told(stack: dict[str, Any]) -> dict[str, Any]:
    """Tell of an exception, and of those that it groups, what is no value."""
    told = {**stack, "exc_value": said_of_crash(stack["exc_value"])}
    told["exc_notes"] = [said_of_crash(each) for each in stack.get("exc_notes", ())]
    told["exceptions"] = [[_told(each) for each in group] for group in stack.get("exceptions", ())]
    return told


def as_text(stacks: list[dict[str, Any]]) -> str:
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
        """Write the line of an answered request. A record of `logging` takes as long, from its making to its end, as a short read.

        Where it cannot be written, there is nobody to tell, and the answer is not kept from who waits for it.
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
    # Who fails has graphql-core cancel those beside it, also those that have not begun: of these it never awaits what they hold.
    warnings.filterwarnings("ignore", r"coroutine '(Executor|GraphQLCoreConverter)\.", RuntimeWarning)
    logging.getLogger("uvicorn.error").addFilter(without_trace_of_a_clients_mistake)


def without_trace_of_a_clients_mistake(record: logging.LogRecord) -> bool:
    """Log what a client sent wrong in one line: the web server adds a trace, which says nothing more."""
    if record.exc_info and isinstance(record.exc_info[1], UnicodeDecodeError):
        record.exc_info = None
    return True


class OfRequest:
    """Names a request in every line that is logged meanwhile; and logs how it was answered, and in what time."""

    def __init__(self, method: str, path: str, request_id: str) -> None:
        self._method, self._path, self._request_id = method, path, request_id

    def __enter__(self) -> "OfRequest":
        self._began, self._before = perf_counter(), REQUEST.set(self._request_id)
        return self

    def answered(self, status: int) -> None:
        """Log how the request was answered: by our own handler, where nobody else listens."""
        message = f"{self._method} {self._path} {status} in {(perf_counter() - self._began) * 1000:.0f} ms"
        handlers = logging.root.handlers
        if len(handlers) == 1 and isinstance(handlers[0], Handler) and log.isEnabledFor(logging.INFO):
            handlers[0].answered(message, self._request_id)
        else:
            log.info("%s", message)

    def __exit__(self, *_error: object) -> None:
        REQUEST.reset(self._before)
