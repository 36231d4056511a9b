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

import orjson

from claimkb.domain.visible import said_of_crash, visible, without_addresses, without_secrets

log = logging.getLogger("claimkb")

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
Stack = dict[str, Any]
"""An exception as structlog writes it."""

Fields = dict[str, Any]
"""What a line says beside its message, by name."""

LONGEST_PATH, LONGEST_NAME = 500, 60
"""How many characters of an address, and of the name of an operation, a line shows: a client may choose both."""


@lru_cache(1)
def _second(at: int) -> str:
    """Write a second in UTC: many lines have the same."""
    return datetime.fromtimestamp(at, UTC).isoformat()[:19]


def _for_people(at: float, level: str, message: str, fields: Fields) -> str:
    """Write the instant, the level, the message and the fields."""
    shown = [f" {name}={_bare(value)}" for name, value in fields.items() if value is not None]
    return f"{_second(int(at))}.{int(at % 1 * 1_000):03}Z [{level.lower():<8}] {message}{''.join(shown)}"


def _bare(value: object) -> object:
    """Return a value as it is; a text in quotes, if it has a sign at which a reader of fields would stop."""
    if type(value) is not str or not (" " in value or '"' in value or "=" in value):
        return value
    return '"' + value.replace('"', '\\"') + '"'


def _as_json(at: float, level: str, message: str, fields: Fields) -> str:
    """Write the same as JSON."""
    timestamp = f"{_second(int(at))}.{int(at % 1 * 1_000_000):06}Z"
    line = {"event": message, **fields, "level": level.lower(), "timestamp": timestamp}
    try:
        return orjson.dumps(line).decode()
    except orjson.JSONEncodeError:  # half of a surrogate pair
        return json.dumps(line, default=str)


def _clean(message: str, logger: str = log.name) -> str:
    """Take secrets and control characters out of a message, and addresses too if it is of a library."""
    message = without_secrets(message)
    return visible(message if logger.partition(".")[0] == log.name else without_addresses(message))


def _clean_fields(fields: Fields) -> Fields:
    """Take secrets and control characters out of the texts among fields: few have any, so look at all of them together first."""
    together = " ".join([value for value in fields.values() if type(value) is str])
    if _clean(together) == together:
        return fields
    return {name: _clean(value) if type(value) is str else value for name, value in fields.items()}


def cut(text: str, most: int) -> str:
    """Cut a text of a client, after what is secret was taken out: half of a secret would not be recognised as one."""
    return text if len(text) <= most else f"{_clean(text)[:most]}…"


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


def _fields_of(record: logging.LogRecord, *, exactly: bool) -> Fields:
    """Return the fields of a line: of the request that it is about, or else the id of the one that is being answered."""
    answered: tuple[OfRequest, int, float] | None = getattr(record, "request", None)
    if answered is None:
        request = REQUEST.get()
        return {} if request is None else {"request_id": request.request_id}
    request, status, milliseconds = answered
    fields = request.exactly(status, milliseconds) if exactly else {**request.fields, "request_id": request.request_id}
    return _clean_fields(fields)


class Line(logging.Formatter):
    """A line for people."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the line; then the trace, if there is one."""
        line = _for_people(
            record.created, record.levelname, _clean(record.getMessage(), record.name), _fields_of(record, exactly=False)
        )
        return f"{line}\n{as_text(trace(record.exc_info))}" if record.exc_info else line


class ForACollector(logging.Formatter):
    """A line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the line, with the trace in it, if there is one."""
        more = {"exception": trace(record.exc_info)} if record.exc_info else {}
        fields = {**_fields_of(record, exactly=True), **more}
        return _as_json(record.created, record.levelname, _clean(record.getMessage(), record.name), fields)


class Handler(logging.StreamHandler[TextIO]):
    """Writes to standard error."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.is_json = form == "json"
        self.setFormatter(ForACollector() if self.is_json else Line())

    def answered(self, request: "OfRequest", status: int, milliseconds: float) -> None:
        """Write the line of an answered request. A record of `logging` would take as long as a short read.

        If it cannot be written, go on: the answer matters more, and the log is the only place to report it.
        """
        message = request.message(status, milliseconds)
        if self.is_json:
            line = _as_json(time(), "INFO", _clean(message), _clean_fields(request.exactly(status, milliseconds)))
        else:
            line = _clean(_for_people(time(), "INFO", message, {**request.fields, "request_id": request.request_id}))
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
    """Adds the id of a request to every line that is logged meanwhile, and logs the request itself, once it is answered."""

    def __init__(self, method: str, path: str, request_id: str, address: str | None = None) -> None:
        self.request_id, self._method, self._path = request_id, method, cut(path, LONGEST_PATH)
        self.fields: Fields = {} if address is None else {"address": address}
        """What is known of it so far: who asks, which operation, what it costs. Nothing of it is a value that a client gave."""
        self._began = perf_counter()

    def __enter__(self) -> "OfRequest":
        self._before = REQUEST.set(self)
        return self

    def message(self, status: int, milliseconds: float) -> str:
        """Say in words how it was answered."""
        return f"{self._method} {self._path} {status} in {milliseconds:.0f} ms"

    def exactly(self, status: int, milliseconds: float) -> Fields:
        """Say the same in fields, with what is known of it."""
        what = {"method": self._method, "path": self._path, "status": status, "milliseconds": round(milliseconds, 1)}
        return {**what, **self.fields, "request_id": self.request_id}

    def answered(self, status: int) -> None:
        """Log the status of the answer: by our own handler directly, if it is the only one."""
        milliseconds = (perf_counter() - self._began) * 1000
        handlers = logging.root.handlers
        if len(handlers) == 1 and isinstance(handlers[0], Handler) and log.isEnabledFor(logging.INFO):
            handlers[0].answered(self, status, milliseconds)
        else:
            log.info("%s", self.message(status, milliseconds), extra={"request": (self, status, milliseconds)})

    def __exit__(self, *_error: object) -> None:
        REQUEST.reset(self._before)


REQUEST: ContextVar[OfRequest | None] = ContextVar("REQUEST", default=None)
"""The request that is being answered."""


def note(**fields: object) -> None:
    """Add to the line of the request that is being answered, if there is one."""
    request = REQUEST.get()
    if request is not None:
        request.fields.update(fields)
