"""Which command looks for rows in the database that contradict each other?"""

import typer

from claimkb.cli.reading import AsJson, open_current_desk, print_rows
from claimkb.cli.tables import say
from claimkb.store import ghosts

FOUND = 1
NONE = "No trace of a change that was never made."


def _abridged(trace: str, kind: str, uuid: str, **_: str) -> dict[str, str]:
    """Choose what a table shows."""
    return {"trace": trace, "kind": kind, "uuid": uuid}


def check(as_json: AsJson = False) -> None:
    """Look for traces of changes that were never made: earlier versions could leave such. Exit code 1 if there are any."""
    with open_current_desk().database.read() as session:
        found = list(ghosts.find(session))
    rows = [each.row() for each in found]
    print_rows(rows, as_json, "Traces of changes that were never made, or not told", NONE, _abridged)
    if not found:
        return
    if not as_json:
        for trace in dict.fromkeys(each.trace for each in found):
            say(f"{trace.value}: {trace.description}")
        say("They hold up nothing, and nothing of them can be taken away: what was appended stays. docs/operate.md says more.")
    raise typer.Exit(FOUND)
