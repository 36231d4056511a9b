"""Does uvicorn still have the private names that claimkb.cli.connections uses?"""

import inspect
from pkgutil import resolve_name
from types import CodeType
from typing import Any

import pytest

HTTP = "uvicorn.protocols.http.httptools_impl"
WHERE = (
    "{0} of uvicorn is missing or changed. src/claimkb/cli/connections.py relies on it: compare that file with uvicorn's "
    "protocols/http/httptools_impl.py, mend it, and then move the pin of uvicorn in pyproject.toml."
)

METHODS = {
    "connection_made": ["self", "transport"],
    "connection_lost": ["self", "exc"],
    "data_received": ["self", "data"],
    "on_message_begin": ["self"],
    "on_headers_complete": ["self"],
    "_start_asgi_task": ["self", "cycle", "app"],
    "on_response_complete": ["self"],
    "timeout_keep_alive_handler": ["self"],
    "pause_writing": ["self"],
    "resume_writing": ["self"],
    "send_400_response": ["self", "msg"],
}
"""The methods of a connection that ours overrides or calls, with their parameters."""

ATTRIBUTES = {
    f"{HTTP}:HttpToolsProtocol": ["transport", "loop", "pipeline"],
    f"{HTTP}:RequestResponseCycle": [
        *("scope", "body", "more_body", "flow", "transport", "default_headers", "keep_alive", "disconnected"),
        *("response_started", "response_complete", "message_event", "on_response"),
    ],
    "uvicorn.protocols.http.flow_control:FlowControl": ["write_paused"],
}
"""The attributes that ours reads or sets, by the class whose constructor makes them."""

END_OF_A_RESPONSE = [
    "self.response_complete = True",
    "self.message_event.set()",
    "if not self.keep_alive:",
    "self.transport.close()",
    "self.on_response()",
]
"""The steps of uvicorn at the end of a response: `UvicornExchange.answer` takes the same."""


def found(name: str) -> Any:
    """Find a name of uvicorn; fail with the place to look where it is missing."""
    try:
        return resolve_name(name)
    except (ImportError, AttributeError):
        pytest.fail(WHERE.format(name))


def names_in(code: CodeType) -> set[str]:
    """List the attributes and globals that a function uses."""
    return {*code.co_names}.union(*[names_in(each) for each in code.co_consts if isinstance(each, CodeType)])


@pytest.mark.parametrize("name", METHODS)
def test_uvicorn_has_the_methods_that_our_connection_overrides(name: str) -> None:
    method = found(f"{HTTP}:HttpToolsProtocol.{name}")
    assert list(inspect.signature(method).parameters) == METHODS[name], WHERE.format(method.__qualname__)


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_uvicorn_has_the_attributes_that_our_connection_uses(name: str) -> None:
    made = names_in(found(name).__init__.__code__)
    for attribute in ATTRIBUTES[name]:
        assert attribute in made, WHERE.format(f"{name}.{attribute}")


def test_uvicorn_has_the_names_that_our_connection_imports() -> None:
    assert found(f"{HTTP}:STATUS_LINE")[200] == b"HTTP/1.1 200 OK\r\n", WHERE.format("STATUS_LINE")
    assert found("uvicorn._types:ASGI3Application")


def test_uvicorn_starts_each_answer_by_the_method_that_our_connection_overrides() -> None:
    for name in ("on_headers_complete", "on_response_complete"):
        caller = found(f"{HTTP}:HttpToolsProtocol.{name}")
        assert "_start_asgi_task" in names_in(caller.__code__), WHERE.format(caller.__qualname__)


def test_uvicorn_ends_a_response_by_the_steps_that_our_exchange_takes() -> None:
    lines = [line.strip() for line in inspect.getsource(found(f"{HTTP}:RequestResponseCycle.send")).splitlines()]
    end = lines.index(END_OF_A_RESPONSE[0]) if END_OF_A_RESPONSE[0] in lines else 0
    assert lines[end : end + len(END_OF_A_RESPONSE)] == END_OF_A_RESPONSE, WHERE.format("The end of RequestResponseCycle.send")
