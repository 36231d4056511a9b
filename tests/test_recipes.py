"""The recipes of docs/architecture.md are followed in a copy of the code: their changes apply, and the API has what they add.

Every file that it and the decisions name is there.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from claimkb.actions import evidence
from claimkb.actions.work import Desk
from tests.builders import TODAY, a_claim, a_prediction, a_source, do

pytestmark = pytest.mark.long

ROOT = Path(__file__).parent.parent
DIFF = re.compile(r"^```diff\n\+\+\+ (\S+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
ASKED = """{
  with: claims(filter: {hasEvidence: true}) { nodes { statement } }
  without: claims(filter: {hasEvidence: false}) { nodes { statement } }
  predictions(orderBy: {field: DUE_ON, direction: ASC}) { nodes { daysLeft } }
}"""
PROGRAM = """import json, sys
from starlette.testclient import TestClient
from claimkb.app import app_of
from claimkb.graphql.schema.assembly import sdl
from tests.builders import a_desk
with TestClient(app_of(a_desk(sys.argv[1])), base_url="http://127.0.0.1") as client:
    answer = client.post("/graphql", json={"query": sys.argv[2]}).json()
    print(json.dumps([sdl(), answer, client.get("/readyz").json()["operations"]]))
"""


def test_every_file_that_contributors_are_sent_to_is_there() -> None:
    walks = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").partition("## How to add")[0]
    texts = [walks, *(path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "decisions").glob("0*.md"))]
    files = [f"/{path.relative_to(ROOT).as_posix()}" for folder in ("src", "tests") for path in (ROOT / folder).rglob("*.*")]
    named = {name for text in texts for name in re.findall(r"`([\w/]+\.(?:py|md|graphql))`", text)}
    assert len(named) > 60
    assert sorted(name for name in named if not any(file.endswith(f"/{name}") for file in files)) == []


def side(hunk: str, signs: str) -> str:
    """Give the lines of a hunk that begin with one of some signs: a space or a minus before the change, a space or a plus after it."""
    return "".join(line[1:] for line in hunk.splitlines(keepends=True) if line[0] in signs)


def follow(document: str, root: Path) -> None:
    """Apply every diff of a document; each hunk has one place."""
    for name, hunks in DIFF.findall(document):
        text = (root / name).read_text(encoding="utf-8")
        for hunk in hunks.split("@@\n")[1:]:
            before = side(hunk, " -")
            assert text.count(before) == 1, f"{name} has changed: mend the recipe that says\n{before}"
            text = text.replace(before, side(hunk, " +"))
        (root / name).write_text(text, encoding="utf-8")


def test_the_recipes_for_a_filter_and_a_computed_field_are_all_that_it_takes(sqlite_desk: Desk, tmp_path: Path) -> None:
    for name in ("src", "alembic"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    follow((ROOT / "docs" / "architecture.md").read_text(encoding="utf-8"), tmp_path)
    shown = a_claim(sqlite_desk, statement="Shown.")
    order = evidence.AddEvidence(claim_id=shown.id, source_id=a_source(sqlite_desk).id, stance="SUPPORTS")
    do(sqlite_desk, evidence.add_evidence, order)
    bare = a_claim(sqlite_desk, statement="Bare.")
    a_prediction(sqlite_desk, claim=shown)
    a_prediction(sqlite_desk, TODAY + timedelta(days=10), claim=bare)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, sqlite_desk.database.url.render_as_string(), ASKED],
        env={**os.environ, "PYTHONPATH": f"{tmp_path / 'src'}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    schema, answer, operations = json.loads(done.stdout)
    assert "  hasEvidence: Boolean\n" in schema
    assert "  daysLeft: Int\n" in schema
    assert answer["data"] == {
        "with": {"nodes": [{"statement": "Shown."}]},
        "without": {"nodes": [{"statement": "Bare."}]},
        "predictions": {"nodes": [{"daysLeft": None}, {"daysLeft": 10}]},
    }
    assert operations["planned"] == 1
