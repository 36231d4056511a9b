"""What import-linter cannot see: where SQL is spoken, who commits, who reads a clock, and which words are not used."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "claimkb"
FILES = sorted(SOURCE.rglob("*.py"))


def calls(path: Path) -> Iterator[str]:
    """Name every function that a file calls, such as sa.select or session.commit."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def inside(folder: str) -> list[Path]:
    return [path for path in FILES if path.is_relative_to(SOURCE / folder)]


def imports(path: Path) -> set[str]:
    """Name every module that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


LOADED_LATE = {
    # the command line starts without the server, the pages, the API, what sends and what draws bars
    "__main__.py:main",
    "cli/channels.py:deliver",
    "cli/channels.py:digest",
    "cli/channels.py:test_channel",
    "cli/explain.py:explain",
    "cli/pack.py:pack",
    "cli/serving.py:check_crosslingual",
    "cli/serving.py:check_metrics",
    "cli/serving.py:load",
    "cli/serving.py:run",
    "cli/upkeep.py:permissions",
    "cli/upkeep.py:schema",
    "cli/verifying.py:verify",
    # the assistant, where one is set up
    "app.py:with_assistant",
    "cli/assisting.py:assisted",
    "assistant/asking.py:client",
    "assistant/asking.py:complete",
    # ada-url, anyascii, pyotp, cryptography, httpx2, Apprise, icalendar, segno and structlog's traces: few requests need one
    "actions/channels.py:_host",
    "domain/normal_forms/addresses.py:address_form",
    "domain/normal_forms/sounds.py:romanised",
    "domain/claim_vector.py:__init__",
    "domain/claim_vector.py:_e5",
    "domain/second_factor.py:_codes",
    # the tables of languages, and the rules that read a text by them
    "actions/suggestions/commands.py:suggested_of",
    "domain/date_phrases/__init__.py:due_readings",
    "domain/date_phrases/__init__.py:find_dates",
    "domain/languages/__init__.py:_read",
    "domain/suggesting/__init__.py:check_worthy",
    "domain/suggesting/__init__.py:suggestions",
    "domain/suggesting/comparing.py:passages",
    "domain/signing.py:is_signed",
    "domain/signing.py:of_seed",
    "domain/signing.py:pem",
    "domain/signing.py:read",
    "logs.py:trace",
    # trafilatura, pypdf and charset_normalizer: the process of a capture loads the one that it needs
    "capture/__main__.py:_answer",
    "capture/characters.py:_detected",
    "capture/reading.py:read",
    "outbound/digests.py:send",
    "outbound/webhooks.py:_client",
    "outbound/webhooks.py:_http",
    "web/feeds.py:_due",
    "web/sign_in.py:picture",
    # the library of an extra, which a server without metrics does not have
    "graphql/transport/metrics.py:__init__",
    # SQLite needs no asyncpg, and a database that is up to date needs no Alembic
    "store/engine/async_reader.py:__init__",
    "store/migrations.py:configuration",
    "store/migrations.py:make_tables",
}
"""The functions that import: each for a module that start-up would otherwise wait for."""


def local_imports(path: Path) -> Iterator[str]:
    """Name the functions of a file that import a module, each with the innermost function's name."""

    def walk(node: ast.AST, function: str | None) -> Iterator[str]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import | ast.ImportFrom) and function:
                yield f"{path.relative_to(SOURCE).as_posix()}:{function}"
            yield from walk(child, child.name if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else function)

    return walk(ast.parse(path.read_text(encoding="utf-8")), None)


def test_only_the_store_writes_sql() -> None:
    sql = {"select", "insert", "update", "delete", "text", "exec_driver_sql", "execute", "scalars"}
    guilty = {
        path.name
        for path in FILES
        if not path.is_relative_to(SOURCE / "store") and not path.is_relative_to(SOURCE / "domain")
        for call in calls(path)
        if call.rpartition(".")[2] in sql and call.partition(".")[0] in ("sa", "sqlmodel", "session", "connection", "select")
    }
    assert guilty == set()


def test_there_is_one_commit_and_it_is_in_the_database() -> None:
    commits = [path.relative_to(SOURCE).as_posix() for path in FILES for call in calls(path) if call.endswith(".commit")]
    assert commits == ["store/engine/database.py"]


def test_the_domain_knows_no_clock_no_session_and_no_network() -> None:
    """uuid5 is no chance: it is computed from a name."""
    for path in inside("domain"):
        assert not {call for call in calls(path) if re.search(r"\b(now|today|utcnow|uuid[^5\W])$", call)}, path
        assert not imports(path) & {"time", "random", "socket", "httpx2", "sqlalchemy.orm"}, path
        assert "Session" not in path.read_text(encoding="utf-8"), path


def test_actions_read_no_clock_and_make_no_ids() -> None:
    """Only the ids of stories are made there: by uuid5, from a name, without a clock and without chance."""
    for path in inside("actions"):
        assert not {call for call in calls(path) if re.search(r"\b(datetime\.now|date\.today|uuid[^5\W])$", call)}, path


def test_the_engine_of_the_store_knows_none_of_its_concepts() -> None:
    """An import from engine/ of a concept is a cycle in the making, and makes a change of a list a change of how every list is read.

    If this fails, move the name that engine/ needs into engine/, or let the concept pass it as an argument.
    """
    for path in inside("store/engine"):
        of_store = {name for name in imports(path) if name.startswith("claimkb.store")}
        assert {name for name in of_store if not name.startswith("claimkb.store.engine")} == set(), path


CROSSES = {
    "Process",
    "ProcessPoolExecutor",
    "Thread",
    "ThreadPoolExecutor",
    "Timer",
    "call_soon_threadsafe",
    "run_coroutine_threadsafe",
    "run_in_executor",
    "run_in_threadpool",
    "run_sync",
    "start_blocking_portal",
    "start_new_thread",
    "to_thread",
}
"""The functions and classes that cross from the event loop into a thread, begin one, or come back."""


def test_only_these_files_cross_between_threads() -> None:
    crossing: dict[str, set[str]] = {}
    for path in FILES:
        assert not {name for name in imports(path) if "from_thread" in name}, path
        if found := {call.rpartition(".")[2] for call in calls(path)} & CROSSES:
            crossing[path.relative_to(SOURCE).as_posix()] = found
    assert crossing == {
        "app.py": {"run_sync"},  # ends the job when the server ends
        "assistant/assistant.py": {"run_sync"},  # its account in the database, and what it says held against the text
        "graphql/execution/change_feed.py": {"Thread", "call_soon_threadsafe"},
        "graphql/execution/threads.py": {"run_sync", "run_in_executor"},  # every question of a request to the database
        "graphql/transport/files.py": {"run_in_threadpool"},
        "outbound/delivering.py": {"ThreadPoolExecutor"},
        "outbound/scheduler.py": {"Thread"},
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_a_file_is_short_says_what_it_answers_and_imports_at_its_top(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300
    listed = {entry for entry in LOADED_LATE if entry.rpartition(":")[0] == path.relative_to(SOURCE).as_posix()}
    assert set(local_imports(path)) == listed


def test_the_list_of_late_imports_names_no_file_that_is_gone() -> None:
    assert {entry for entry in LOADED_LATE if not (SOURCE / entry.rpartition(":")[0]).exists()} == set()


def test_no_module_is_imported_by_a_string() -> None:
    named = re.compile(r"\b(?:resolve_name|import_module|__import__)\(\s*f?[\"']")
    assert [path.name for path in FILES if named.search(path.read_text(encoding="utf-8"))] == []


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert not {"utils", "helpers", "common", "core", "base", "manager", "service", "handlers", "misc"} & {
        path.stem for path in FILES
    }


def test_no_tracked_file_names_a_package_registry_or_a_path_of_a_machine() -> None:
    registry = r"https?://[^\s\"']*(?:pypi|pythonhosted|registry\.npmjs)|--(?:extra-)?index-url"
    secret = re.compile(f"{registry}|{re.escape(str(ROOT))}/|{re.escape(str(Path.home()))}/")
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    ours = [ROOT / name for name in tracked if ROOT / name != Path(__file__)]
    assert [path.name for path in ours if secret.search(path.read_text(encoding="utf-8", errors="ignore"))] == []
