"""Google Sheets: scripts that fill a sheet, page by page, and say what was wrong. Google's side is a stand-in; the requests are real."""

from tests.clients import running
from tests.clients.pages import PROGRAMS
from tests.clients.workshop import Workshop

SCRIPT = (PROGRAMS / "sheets_claims.js").read_text(encoding="utf-8")


def test_the_sheet_gets_every_row_once_under_its_heading(javascript: Workshop) -> None:
    heading, *rows = running.run_apps_script(javascript, SCRIPT, "facts").splitlines()
    assert heading == "id\tstatement"
    assert len(rows) == len(set(rows)) == 39


def test_a_repeat_is_done_once_and_a_refusal_is_told(javascript: Workshop) -> None:
    repeated, refused = running.run_apps_script(javascript, SCRIPT, "record").splitlines()
    assert repeated == "true"
    assert refused.startswith("input.claimantId: Say who asserts it")


def test_a_mistake_in_the_script_is_told_with_its_code(javascript: Workshop) -> None:
    assert running.run_apps_script(javascript, SCRIPT, "mistaken").startswith("GRAPHQL_VALIDATION_FAILED: ")
