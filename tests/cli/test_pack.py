"""`claimkb pack`, as a person and as a program meet it."""

import json
import re
import shlex
import subprocess
import sys

import pytest

from claimkb.actions.work import Desk
from claimkb.domain.reference import global_id
from tests.builders import a_claim, a_prediction, everything, resolved
from tests.cli.test_commands import Run, run

__all__ = ["run"]


def test_the_page_is_printed_for_an_id_of_either_form_and_nothing_is_written(run: Run, sqlite_desk: Desk) -> None:
    made = a_prediction(sqlite_desk)
    before = everything(sqlite_desk)
    code, out, err = run("pack", str(made.id))
    assert (code, err) == (0, "")
    assert out.startswith("# Does the bridge open?\n\nNo answer yet, due 2025-11-19 (LONG_OVERDUE).")
    assert run("pack", global_id("Prediction", made.id))[1] == out
    assert everything(sqlite_desk) == before


def test_programs_get_what_the_api_answers(run: Run, sqlite_desk: Desk) -> None:
    made = a_prediction(sqlite_desk)
    said = json.loads(run("pack", str(made.id), "--json")[1])["prediction"]
    assert (said["uuid"], said["status"], said["isAsSealed"]) == (str(made.id), "OPEN", True)
    assert "RESOLVE" in said["viewerCan"]


def test_the_command_on_the_page_resolves_once_the_words_in_capitals_are_replaced(run: Run, sqlite_desk: Desk) -> None:
    made = a_prediction(sqlite_desk)
    (command,) = re.findall(r"^claimkb (resolve .*)$", run("pack", str(made.id))[1], re.MULTILINE)
    before = everything(sqlite_desk)
    assert run(*shlex.split(command))[0] == 2
    assert everything(sqlite_desk) == before
    meant = (
        command.replace("VERDICT", "YES")
        .replace("DAY", "2025-11-18")
        .replace("WHY", "So.")
        .replace("ADDRESS", "https://example.org/")
    )
    assert run(*shlex.split(meant))[:2] == (0, "Resolved: YES. So.\n")
    code, _, err = run(*shlex.split(meant))
    assert (code, "1" in err) == (1, True)


def test_the_commands_on_the_page_do_what_they_say_in_every_state(run: Run, sqlite_desk: Desk) -> None:
    made = a_prediction(sqlite_desk)

    def type_(verb: str) -> str:
        (command,) = re.findall(rf"^- `claimkb ({verb} .*?)`, or ", run("pack", str(made.id))[1], re.MULTILINE)
        code, out, err = run(*shlex.split(command.replace("DAY", "2027-01-01").replace("WHY", "So.")))
        assert (code, err) == (0, "")
        return out

    type_("move")
    assert run("withdraw", str(made.id), "--reason", "A duplicate.")[0] == 0
    type_("track-again")
    resolved(sqlite_desk, made, early_reason="It is open already.")
    type_("reopen")
    assert "No answer yet, due 2027-01-01" in run("pack", str(made.id))[1]


@pytest.mark.parametrize("form", [str, lambda id_: global_id("Prediction", id_)])
def test_an_id_that_is_not_there_is_refused(run: Run, sqlite_desk: Desk, form: type[str]) -> None:
    other = a_claim(sqlite_desk).id
    refused = f"claimkb: There is no Prediction with the id {global_id('Prediction', other)}.\n"
    assert run("pack", form(other)) == (1, "", refused)


def test_what_is_no_id_is_wrong_usage(run: Run, sqlite_desk: Desk) -> None:
    assert "This is not the id of a Prediction." in run("pack", "nonsense")[2]
    code, out, err = run("pack", global_id("Claim", a_claim(sqlite_desk).id))
    assert (code, out) == (2, "")
    assert "This is the id of a Claim" in err


@pytest.mark.program
def test_other_commands_wait_for_neither_the_api_nor_the_pages_nor_alembic() -> None:
    slow = "{'claimkb.web', 'claimkb.graphql.schema.assembly', 'strawberry', 'jinja2', 'alembic', 'apprise'}"
    program = f"import sys, claimkb.cli; print(sorted({slow} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
