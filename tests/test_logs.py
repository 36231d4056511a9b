"""The log: a line for people or JSON for a collector, each with the request's id."""

import json
import subprocess
import sys

PROGRAM = """
import logging
from claimkb import logs
logs.configure("{form}")
with logs.OfRequest("POST", "/graphql", "r-1"):
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
        ("Asked well", "info", "r-1"),
        ("Crashed", "error", "r-1"),
    ]
    assert lines[1]["exception"][0]["exc_type"] == "ZeroDivisionError"


def test_the_log_for_people_has_the_request_id_and_the_trace() -> None:
    text = "\n".join(logged("text"))
    assert "Asked well" in text
    assert "request_id=r-1" in text
    assert "ZeroDivisionError" in text
