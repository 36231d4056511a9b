"""What does a write cost, against the same statements by hand, and against claimkb's own executor?

A prediction is resolved with evidence: its revision and three others, what is searched, and what subscribers are told. Each
server resolves others of the same predictions, in turn, in a file or a database in memory.
"""

import pickle
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks import newsroom, results
from benchmarks.peers import OWN, Server, own
from benchmarks.running import send, serving
from claimkb.actions import outcomes, predictions
from claimkb.actions.work import Desk, camel
from claimkb.identity import COMMAND_LINE
from claimkb.settings import Settings, open_desk

RESOLVE = """mutation W1($input: ResolvePredictionInput!) { resolvePrediction(input: $input) { outcome { id verdict recordedAt
 evidence { nodes { id quote } } } prediction { id status timeliness } userErrors { code message } } }"""


def record(desk: Desk, many: int, begin: int) -> list[str]:
    """Record so many predictions, of claims that have none; return their ids."""
    found = []
    for number in range(begin, begin + many):
        claim = newsroom.uuid_of("claim", 2 * number + 1)
        given = {"question": f"Does bridge {number} open?", "criteria": "It opens.", "due_on": "2025-01-01", "due_basis": "STATED"}
        order = predictions.RecordPrediction.model_validate({"claim_id": claim, "due_text": "in spring", **given})
        with desk.work(COMMAND_LINE) as work:
            found.append(str(predictions.record_prediction(work, order).id))
    return found


def given(prediction: str) -> dict[str, Any]:
    """Write what resolves a prediction."""
    source = {"title": "It opened", "url": f"https://example.org/{prediction}"}
    evidence = [{"stance": "SUPPORTS", "source": source, "quote": "It opened in spring."}]
    said = {"verdict": "YES", "occurred_on": "2025-01-01", "known_on": "2025-01-02", "rationale": "It opened."}
    return {"prediction_id": prediction, **said, "evidence": evidence}


def in_the_api(prediction: str) -> dict[str, Any]:
    """Write it with the names of the API."""
    return {camel(name): value for name, value in given(prediction).items()}


@contextmanager
def noted(desk: Desk) -> Iterator[list[tuple[str, Any]]]:
    """Note the statements that are run meanwhile, as the driver is given them."""
    found: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        found.extend([(statement, each) for each in values] if many else [(statement, values)])

    sa.event.listen(desk.database.writer, "before_cursor_execute", note)
    yield found
    sa.event.remove(desk.database.writer, "before_cursor_execute", note)


class Undone(Exception):
    """What is noted is not to stay."""


def statements(desk: Desk, prediction: str) -> list[tuple[str, Any]]:
    """Resolve a prediction, note the statements, and undo it before it is committed."""

    def undo(_: Any) -> None:
        raise Undone

    order = outcomes.ResolvePrediction.model_validate(given(prediction))
    sa.event.listen(desk.database.writer, "commit", undo)
    with noted(desk) as found, suppress(Undone), desk.work(COMMAND_LINE) as work:
        outcomes.resolve_prediction(work, order)
    sa.event.remove(desk.database.writer, "commit", undo)
    return [each for each in found if not each[0].startswith(("BEGIN", "SELECT pg_backend_pid()"))]


def resolved(desk: Desk) -> int:
    """Count the predictions that are resolved: an answer may also say why not."""
    with desk.database.read() as session:
        return int(session.scalar(sa.text("SELECT count(*) FROM prediction WHERE status = 'RESOLVED'")) or 0)


def measure(url: str, folder: Path, many: int, rounds: int) -> results.Found:
    """Measure every server in turn, several times."""
    desk = open_desk(Settings(database_url=url))
    kept = folder / "statements"
    by_hand = own("by hand", "python", str(Path(__file__).with_name("bare_writes.py")), STATEMENTS=str(kept))
    servers: Sequence[Server] = (by_hand, *(each for each in OWN if each.name in (results.OWN, "its executor")))
    found: results.Found = {server.name: {"W1": []} for server in servers}
    for turn in range(rounds):
        for place, server in enumerate(servers):
            ids = record(desk, many, (turn * len(servers) + place) * many)
            before = resolved(desk)
            if server is by_hand:
                kept.write_bytes(pickle.dumps({each: statements(desk, each) for each in ids}))
            with serving(server, folder, url):
                bodies = [{"query": RESOLVE, "operationName": "W1", "variables": {"input": in_the_api(each)}} for each in ids]
                answers, taken = send(bodies, requests=len(bodies))
            if resolved(desk) != before + answers:
                raise RuntimeError(f"{server.name} resolved {resolved(desk) - before} predictions of {answers}")
            found[server.name]["W1"].append(answers / taken)
    desk.database.close()
    return found
