"""The log: a line for people or JSON for a collector, each with the request's id."""

import json
import logging
import re
import subprocess
import sys
from pathlib import Path

import pytest

from claimkb import logs

pytestmark = pytest.mark.program

PROGRAM = """
import logging
from claimkb import logs
logs.configure("{form}")
with logs.OfRequest("POST", "/graphql", "r-1") as asked_for:
    asked_for.answered(200)
    logging.getLogger("claimkb").info("Asked %s", "well")
    try:
        1 / 0
    except ZeroDivisionError:
        logging.getLogger("claimkb").error("Crashed", exc_info=True)
"""


def logged(form: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", PROGRAM.format(form=form)], capture_output=True, text=True, check=True)
    return done.stderr.splitlines()


def test_the_log_for_a_collector_is_json_with_the_request_id() -> None:
    lines = [json.loads(line) for line in logged("json")]
    assert [(line["event"], line["level"], line["request_id"]) for line in lines] == [
        ("POST /graphql 200 in 0 ms", "info", "r-1"),
        ("Asked well", "info", "r-1"),
        ("Crashed", "error", "r-1"),
    ]
    assert ["+".join(line) for line in lines[:2]] == [
        "event+method+path+status+milliseconds+request_id+level+timestamp",
        "event+request_id+level+timestamp",
    ]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", line["timestamp"]) for line in lines)
    assert lines[2]["exception"][0]["exc_type"] == "ZeroDivisionError"


def test_the_log_for_people_has_the_request_id_and_the_trace() -> None:
    first, *others = logged("text")
    assert re.fullmatch(r"\S{23}Z \[info    \] POST /graphql 200 in \d+ ms request_id=r-1", first)
    text = "\n".join(others)
    assert "Asked well" in text
    assert "request_id=r-1" in text
    assert "ZeroDivisionError" in text


def test_who_listens_besides_hears_of_requests_too(caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> None:
    ours = logs.Handler("text")
    for handlers in ([ours], [ours, caplog.handler]):
        with pytest.MonkeyPatch.context() as patch, caplog.at_level(logging.INFO, "claimkb"):
            patch.setattr(logging.root, "handlers", handlers)
            with logs.OfRequest("GET", "/", "r-1") as asked_for:
                asked_for.answered(404)
    assert [each.getMessage() for each in caplog.records] == ["GET / 404 in 0 ms"]
    assert capsys.readouterr().err.count("GET / 404 in 0 ms request_id=r-1") == 2


def test_a_log_that_cannot_be_written_keeps_nobody_from_an_answer() -> None:
    ours, went_on = logs.Handler("text"), False
    with pytest.raises(OSError, match="No space"), Path("/dev/full").open("w", encoding="utf-8") as full:  # when it is closed
        ours.setStream(full)
        ours.answered(logs.OfRequest("GET", "/", "r-1"), 200, 0.1)
        went_on = True
    assert went_on
