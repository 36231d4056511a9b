"""Rows of a newsroom at any size, written by SQL: sources, claims that stand in them, predictions, and outcomes of half of these.

At size 1: 10,000 sources, 200,000 claims, 100,000 predictions, 50,000 outcomes. The same rows on both engines.
"""

from claimkb.actions.work import Desk

SOURCES, CLAIMS, PREDICTIONS, OUTCOMES = 10_000, 200_000, 100_000, 50_000

NUMBERS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {many})",
    "postgresql": "WITH n(i) AS (SELECT generate_series(0, {many} - 1))",
}
KINDS = {"source": "0a", "claimant": "0b", "claim": "0c", "appearance": "0d", "prediction": "0e", "outcome": "0f"}
WORDS = "lower(replace(replace(statement, '.', ''), ',', ''))"
"""The SQL of the words of a statement, as domain/normal_forms folds them: exact for these, which are plain ASCII."""

FILTERED = {
    "source": "title || ' · ' || publisher || ' · ' || byline",
    "claimant": "name",
    "claim": "statement",
    "prediction": "question",
}
"""The SQL of what filters look for a text in."""

STAMPS = "1, '2024-01-01 00:00:00.000000', '2024-01-01 00:00:00.000000'"


def uuid_of(kind: str, number: int) -> str:
    """Write the id of a record."""
    return f"{KINDS[kind]}000000-0000-7000-8000-{number:012x}"


def _id(name: str, kind: str, number: str = "i") -> str:
    """Write the SQL of an id."""
    if name == "sqlite":
        return f"printf('{KINDS[kind]}000000000070008000%012x', {number})"
    return f"CAST('{KINDS[kind]}000000-0000-7000-8000-' || lpad(to_hex({number}), 12, '0') AS uuid)"


def _day(name: str, number: str) -> str:
    """Write the SQL of a day: from 700 days ago, of which the desk's clock is at the end, to 30 days ahead."""
    return f"date('2024-12-23', ({number}) || ' days')" if name == "sqlite" else f"(date '2024-12-23' + ({number})::int)"


def fill(desk: Desk, size: float = 1) -> None:
    """Record it all."""
    name = desk.database.engine.dialect.name
    due, look = _day(name, "i % 730"), _day(name, "i % 730 - 7")
    counts = {"source": SOURCES, "claim": CLAIMS, "prediction": PREDICTIONS, "outcome": OUTCOMES}
    many = {"claimant": 500} | {kind: int(number * size) for kind, number in counts.items()}
    in_source = _id(name, "source", f"i % {many['source']}")
    claim_of = {kind: f"{_id(name, 'claim', number)}" for kind, number in (("prediction", "i * 2"), ("appearance", "i"))}
    statements = {
        "source": "INSERT INTO source (id, version, created_at, updated_at, kind, title, url, publisher, byline, language, published_on)"
        f" {{n}} SELECT {_id(name, 'source')}, {STAMPS}, 'ARTICLE', 'Article number ' || i, 'https://example.org/' || i,"
        f" 'Publisher ' || (i % 50), 'Author ' || (i % 300), 'en', {_day(name, 'i % 700')} FROM n",
        "claimant": "INSERT INTO claimant (id, version, created_at, updated_at, name, kind)"
        f" {{n}} SELECT {_id(name, 'claimant')}, {STAMPS}, 'Claimant ' || i, 'PERSON' FROM n",
        "claim": "INSERT INTO claim (id, version, created_at, updated_at, statement, kind, voice, claimant_id, check_worthiness, is_hedged,"
        " next_prediction_id)"
        f" {{n}} SELECT {_id(name, 'claim')}, {STAMPS}, 'The ministry said that bridge number ' || i || ' will open in spring.',"
        f" CASE i % 2 WHEN 0 THEN 'PREDICTION' ELSE 'FACT' END, 'REPORTED', {_id(name, 'claimant', 'i % 500')}, 'MEDIUM', false,"
        f" CASE i % 2 WHEN 0 THEN {_id(name, 'prediction', 'i / 2')} END FROM n",
        "appearance": "INSERT INTO appearance (id, version, created_at, updated_at, claim_id, source_id, section, paragraph, speech, anchor_status)"
        f" {{n}} SELECT {_id(name, 'appearance')}, {STAMPS}, {claim_of['appearance']}, {in_source},"
        " 'Body', i % 40, 'INDIRECT', 'NONE' FROM n",
        "prediction": "INSERT INTO prediction (id, version, created_at, updated_at, claim_id, question, criteria, kind, checkability,"
        " due_on, due_from, due_precision, original_due_on, status, seal, flag_on, waits_for)"
        f" {{n}} SELECT {_id(name, 'prediction')}, {STAMPS}, {claim_of['prediction']}, 'Does bridge number ' || i || ' open by then?',"
        f" 'The ministry says so.', 'FORECAST', 'RESOLVABLE', {due}, {due}, 'DAY', {due},"
        f" CASE i % 2 WHEN 0 THEN 'RESOLVED' ELSE 'OPEN' END, '', CASE i % 2 WHEN 1 THEN {look} END, {due} FROM n",
        "outcome": "INSERT INTO outcome (id, version, created_at, updated_at, prediction_id, verdict, occurred_on, known_on, recorded_at, rationale, review, proposed_by)"
        f" {{n}} SELECT {_id(name, 'outcome')}, {STAMPS}, {_id(name, 'prediction', 'i * 2')}, 'YES', {_day(name, 'i % 700')},"
        f" {_day(name, 'i % 700')}, '2026-01-01 00:00:00.000000', 'It is open.', 'CONFIRMED', 'Edith' FROM n",
    }
    with desk.database.connection() as connection:
        for kind, statement in statements.items():
            numbers = NUMBERS[name].format(many=many["claim" if kind == "appearance" else kind])
            written = statement.format(n=numbers)
            connection.exec_driver_sql(written.replace("%", "%%") if name == "postgresql" else written)
        for kind, text in FILTERED.items():
            connection.exec_driver_sql(f"UPDATE {kind} SET filter_form = lower({text})")
        connection.exec_driver_sql(
            f"INSERT INTO search_entry (kind, record_id, words) SELECT 'CLAIM', id, {WORDS} FROM claim ORDER BY created_at, id"
        )
        if name == "sqlite":  # one segment instead of many: what the index comes to by itself as it is written to
            connection.exec_driver_sql("INSERT INTO search_index (search_index) VALUES ('optimize')")
    tidy(desk)


def tidy(desk: Desk) -> None:
    """Do what PostgreSQL does by itself within minutes: forget old versions of rows, and count what is there."""
    with desk.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE" if desk.database.is_sqlite else "VACUUM ANALYZE")
