"""The documents run: every query and every command in README and docs/ is executed, and the answer shown is the real one."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from starlette.testclient import TestClient

from claimkb import seeding
from claimkb.actions import flagging
from claimkb.actions.work import Desk
from claimkb.app import app_of
from claimkb.domain.reference import parse_global_id
from claimkb.graphql.limits.settings import Limits
from claimkb.graphql.schema.errors import MEANINGS
from claimkb.settings import Settings
from tests.builders import EDITOR, do

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").rglob("*.md"))]
STORY = next((ROOT / "seeds").glob("*.yaml"))
EXAMPLES = {"other-articles.md": sorted((ROOT / "seeds" / "examples").glob("*.yaml"))}
"""The stories that a document asks about beside the first one."""

EXCHANGE = re.compile(r"^```graphql\n(.*?)^```\n+^```json\n(.*?)^```", re.DOTALL | re.MULTILINE)
CONSOLE = re.compile(r"^```console\n(.*?)^```", re.DOTALL | re.MULTILINE)
MADE_NOW = 7
"""The version of the UUIDs that are made when something is recorded; those of stories have version 5."""
LINK = re.compile(r"\]\((?!https?://)([^)#]+)")


def exchanges(path: Path) -> list[tuple[str, Any]]:
    """List the queries of a document with their answers."""
    return [(query, json.loads(answer)) for query, answer in EXCHANGE.findall(path.read_text(encoding="utf-8"))]


def commands(path: Path) -> Iterator[tuple[str, str]]:
    """List the commands of a document with the output shown."""
    for block in CONSOLE.findall(path.read_text(encoding="utf-8")):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            yield command, output


def normalised(output: str) -> str:
    """Put the same in the place of what differs from day to day and from machine to machine."""
    output = re.sub(r"\d+ days ago", "N days ago", output)
    output = re.sub(r"(on|of) \d{4}-\d\d-\d\d:", r"\1 DAY:", output)
    output = re.sub(r"(Database   |^)\S*claimkb\.db", r"\1claimkb.db", output, flags=re.MULTILINE)
    output = re.sub(r"(Restored to )\S*/", r"\1", output)
    output = re.sub(r"as of \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC(, \d+\.\d MB)?", "as of INSTANT", output)
    output = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", output)
    return "\n".join(line.rstrip() for line in output.strip().splitlines() if line.strip())


def new_ids(shown: Any, given: Any) -> Iterator[tuple[str, str]]:
    """List the ids of what a document records, each with the one that was given in its place. A story's ids are always the same."""
    if isinstance(shown, dict) and isinstance(given, dict):
        for name in shown.keys() & given.keys():
            parsed = parse_global_id(shown[name]) if name == "id" else None
            if parsed is not None and parsed[1].version == MADE_NOW:
                yield shown[name], given[name]
            yield from new_ids(shown[name], given[name])
    elif isinstance(shown, list) and isinstance(given, list):
        for one, other in zip(shown, given, strict=False):
            yield from new_ids(one, other)


def renamed(text: str, new: dict[str, str]) -> str:
    """Write a text with the ids that were given in the place of those that the document shows."""
    return re.sub(r'"(\w+)"', lambda found: f'"{new.get(found[1], found[1])}"', text)


@pytest.fixture
def loaded(sqlite_desk: Desk) -> Desk:
    """Load the story and run the job, on 23 November 2026."""
    seeding.load(sqlite_desk, EDITOR, STORY)
    do(sqlite_desk, flagging.flag_predictions, flagging.FlagPredictions())
    return sqlite_desk


@pytest.mark.long
@pytest.mark.parametrize("path", [path for path in DOCUMENTS if exchanges(path)], ids=lambda path: path.name)
def test_every_query_answers_what_the_document_shows(path: Path, loaded: Desk) -> None:
    for story in EXAMPLES.get(path.name, []):
        seeding.load(loaded, EDITOR, story)
    with TestClient(app_of(loaded), base_url="http://127.0.0.1") as client:
        new: dict[str, str] = {}
        for query, answer in exchanges(path):
            given = client.post("/graphql", json={"query": renamed(query, new)}).json()
            if "extensions" not in answer:
                assert set(given.pop("extensions")) <= {"cost", "requestId"}
            new |= dict(new_ids(answer, given))
            assert given == json.loads(renamed(json.dumps(answer), new)), query


@pytest.mark.program
@pytest.mark.long
@pytest.mark.parametrize("path", [path for path in DOCUMENTS if list(commands(path))], ids=lambda path: path.name)
def test_every_command_prints_what_the_document_shows(path: Path, tmp_path: Path, executable: Path) -> None:
    environment = {**os.environ, "COLUMNS": "80", "PATH": f"{executable.parent}:{os.environ['PATH']}"}
    environment.pop("CLAIMKB_DATABASE_URL", None)
    for command, output in commands(path):
        if command.startswith("make "):
            assert re.search(rf"^{command.split()[1]}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE), command
            continue
        done = subprocess.run(command, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert normalised(done.stdout + done.stderr) == normalised(output), command


@pytest.mark.program
def test_make_run_prints_what_the_readme_shows(tmp_path: Path) -> None:
    shown = next(output for command, output in commands(ROOT / "README.md") if command == "make run")
    program = "import claimkb.cli.serving as s, sys; s.uvicorn.Server.run = lambda *_, **__: None; sys.argv = ['claimkb', 'serve', '--seed', '--port', '0']; import claimkb.cli as c; c.main()"
    environment = {**os.environ, "COLUMNS": "80"}
    environment.pop("CLAIMKB_DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert normalised(done.stdout) == normalised(shown)


def test_the_story_shown_can_be_loaded(sqlite_desk: Desk, tmp_path: Path) -> None:
    (shown,) = re.findall(
        r"^```yaml\n(.*?)^```", (ROOT / "docs" / "stories.md").read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    path = tmp_path / "bridge.yaml"
    path.write_text(shown, encoding="utf-8")
    assert seeding.load(sqlite_desk, EDITOR, path).recorded.total() == 12


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(path: Path) -> None:
    for target in LINK.findall(path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


def test_the_readme_shows_a_query_a_mutation_and_both_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(exchanges(ROOT / "README.md")) >= 2
    assert "mutation" in text
    assert {"make run", "make test"} <= {command for command, _ in commands(ROOT / "README.md")}


def test_the_four_questions_of_the_newsroom_are_one_query_each() -> None:
    asked = exchanges(ROOT / "docs" / "journalists.md")
    text = "\n".join(query for query, _ in asked)
    for word in ("byline", "restsOnlyOn", "UNNAMED_GROUP", "dependents"):
        assert word in text


def test_each_of_the_other_articles_is_asked_five_questions() -> None:
    _, *sections = (ROOT / "docs" / "other-articles.md").read_text(encoding="utf-8").split("\n## ")
    assert [len(re.findall(r"^\*\*.*\?\*\*", section, re.MULTILINE)) for section in sections] == [5, 5, 5]


def test_every_limit_is_listed_for_operators_with_its_default() -> None:
    text = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
    for name, field in Limits.model_fields.items():
        assert re.search(rf"^\| `CLAIMKB_{name.upper()}` \| .* \| `{field.default}` \|$", text, re.MULTILINE), name
    for name in Settings.model_fields:
        assert f"| `CLAIMKB_{name.upper()}` |" in text, name


@pytest.mark.parametrize("name", ["docs/operate.md", "docs/developers.md", "schema.graphql"])
def test_every_code_of_an_outage_is_told(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert [code for code in MEANINGS if code not in text] == []


@pytest.mark.program
def test_the_files_for_systemd_cron_and_kubernetes_run_commands_that_there_are(executable: Path) -> None:
    folder = ROOT / "docs" / "deploy"
    texts = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    units = [f"claimkb-{job}.{kind}" for job in ("backup", "flag") for kind in ("service", "timer")]
    assert sorted(texts) == [*units, "claimkb.service", "crontab", "kubernetes.yaml"]
    assert "seed" not in "".join(texts.values())
    run = re.findall(r"/bin/claimkb (\w+)", "".join(texts.values()))
    job = yaml.safe_load(texts["kubernetes.yaml"])["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    run += [each["command"][1] for each in (*job["initContainers"], *job["containers"])]
    assert sorted(run) == ["backup", "deliver", "deliver", "deliver", "flag", "flag", "flag", "serve", "verify"]
    for command in set(run):
        assert subprocess.run([executable, command, "--help"], capture_output=True, check=False).returncode == 0


ASVS = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")


def test_every_test_that_the_standards_are_held_to_is_there() -> None:
    named = set(re.findall(r"`(tests/[\w/.]+\.py)::(\w+)`", ASVS))
    assert len(named) > 60
    missing = [(path, name) for path, name in named if f"def {name}(" not in (ROOT / path).read_text(encoding="utf-8")]
    assert missing == []


def test_every_point_of_the_standard_has_one_row_and_they_are_counted_right() -> None:
    rows = re.findall(r"^\| (\d+)\.(\d+\.\d+) .*? \| [12] \| (yes|no|n/a) \| .+\|$", ASVS, re.MULTILINE)
    assert len({(chapter, point) for chapter, point, _ in rows}) == len(rows) == 253
    for chapter, *counted in re.findall(r"^\| V(\d+) [^|]*\| (\d+) \| (\d+) \| (\d+) \|$", ASVS, re.MULTILINE):
        found = [met for number, _, met in rows if number == chapter]
        assert [found.count(met) for met in ("yes", "no", "n/a")] == [int(each) for each in counted], chapter
