"""Nobody's client breaks: the schema keeps what the last release had, and what goes is announced with a reason and a date."""

import re
from pathlib import Path

from graphql import GraphQLSchema, build_schema
from graphql.utilities import find_breaking_changes

from claimkb.graphql.schema.assembly import sdl

RELEASED = Path(__file__).parent / "schema-0.1.0.graphql"
"""The schema of the last release. A release puts its own here."""

DATED = re.compile(r"\b\d{4}-\d\d-\d\d\b")


def undated(schema: GraphQLSchema) -> list[str]:
    """Name every deprecation that does not say why, and from which day on the element may be gone."""
    found = []
    for name, kind in schema.type_map.items():
        for field, each in {**getattr(kind, "fields", {}), **getattr(kind, "values", {})}.items():
            parts = {f"{name}.{field}": each} | {
                f"{name}.{field}({arg})": value for arg, value in getattr(each, "args", {}).items()
            }
            found += [
                place
                for place, part in parts.items()
                if part.deprecation_reason is not None
                and not (DATED.search(part.deprecation_reason) and len(part.deprecation_reason) > 20)
            ]
    return found


def test_nothing_that_was_released_breaks() -> None:
    released = build_schema(RELEASED.read_text(encoding="utf-8"))
    assert [change.description for change in find_breaking_changes(released, build_schema(sdl()))] == []


def test_a_change_that_breaks_clients_is_seen() -> None:
    now = build_schema(sdl())
    gone = build_schema(sdl().replace("  isHedged: Boolean!\n", "  isHedged: String\n", 1))
    assert [change.description for change in find_breaking_changes(now, gone)] == [
        "Field Claim.isHedged changed type from Boolean! to String."
    ]


def test_every_deprecation_says_why_and_until_when() -> None:
    assert undated(build_schema(sdl())) == []
    sample = 'type Query { a: Int @deprecated(reason: "old") b: Int @deprecated(reason: "Use c; gone after 2027-06-30.") c(x: Int @deprecated): Int }'
    assert undated(build_schema(sample)) == ["Query.a", "Query.c(x)"]
