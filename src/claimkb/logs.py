"""What does the log look like? A line for people, or JSON for a collector; each line of a request with the request's id."""

import logging
import pkgutil
import warnings
from contextvars import ContextVar
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

log = logging.getLogger("claimkb")

REQUEST: ContextVar[str | None] = ContextVar("REQUEST", default=None)
"""The id of the request that is being answered."""


class Line(logging.Formatter):
    """A line for people. Every request writes one, and structlog takes as long to render it as a short read takes."""

    def format(self, record: logging.LogRecord) -> str:
        """Write when, how bad, what, and of which request; then the trace, if there is one."""
        at, request_id = datetime.fromtimestamp(record.created, UTC).isoformat("T", "milliseconds"), REQUEST.get()
        about = "" if request_id is None else f" request_id={request_id}"
        line = f"{at[:-6]}Z [{record.levelname.lower():<8}] {record.getMessage()}{about}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def _of_request(_logger: Any, _method: str, event: Any) -> Any:
    """Add the request's id to a line for a collector."""
    request_id = REQUEST.get()
    return event if request_id is None else {**event, "request_id": request_id}


def _for_a_collector() -> logging.Formatter:
    """Make what writes each line as JSON."""
    structlog: Any = pkgutil.resolve_name("structlog")  # it takes its time to load, and lines for people need none of it
    before: list[Any] = [
        _of_request,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    shown: list[Any] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.dict_tracebacks,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
    made: logging.Formatter = structlog.stdlib.ProcessorFormatter(foreign_pre_chain=before, processors=shown)
    return made


def configure(form: str) -> None:
    """Send the log of claimkb and of what is below it to standard error, as `text` or as `json`."""
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False  # no line shows them,
    logging._srcfile = None  # nor where in the code it was written (the manual of logging, "Optimization")
    handler = logging.StreamHandler()
    handler.setFormatter(_for_a_collector() if form == "json" else Line())
    root = logging.getLogger()
    root.handlers = [handler]
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
        """Log how the request was answered."""
        log.info("%s %s %s in %.0f ms", self._method, self._path, status, (perf_counter() - self._began) * 1000)

    def __exit__(self, *_error: object) -> None:
        REQUEST.reset(self._before)
