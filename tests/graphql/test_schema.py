"""The schema that is committed is the schema that is served, and every element of it says what it is."""

from pathlib import Path

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    build_schema,
    is_introspection_type,
    is_specified_scalar_type,
)

from claimkb.domain.record import Record
from claimkb.graphql.schema.assembly import sdl
from claimkb.graphql.schema.mutations import VERBS
from claimkb.graphql.schema.queries import NODES

COMMITTED = Path(__file__).parent.parent.parent / "schema.graphql"


def test_the_committed_schema_is_the_one_of_the_code() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == sdl(), "run make schema"


def test_every_element_has_a_description() -> None:
    bare = []
    for name, kind in build_schema(sdl()).type_map.items():
        if is_introspection_type(kind) or is_specified_scalar_type(kind):
            continue
        parts: dict[str, object] = {name: kind}
        if isinstance(kind, GraphQLEnumType):
            parts |= {f"{name}.{value}": each for value, each in kind.values.items()}
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for field, each in kind.fields.items():
                parts[f"{name}.{field}"] = each
                if isinstance(each, GraphQLField):
                    parts |= {f"{name}.{field}({argument})": value for argument, value in each.args.items()}
        bare += [place for place, part in parts.items() if not part.description]  # type: ignore[attr-defined]
    assert bare == []


def test_own_scalars_name_their_specification() -> None:
    kinds = build_schema(sdl()).type_map
    assert all(kinds[name].specified_by_url for name in ("Date", "DateTime", "UUID", "URL"))  # type: ignore[attr-defined]


def test_no_null_default_hides_whether_a_client_sent_null_or_nothing() -> None:
    assert "= null" not in sdl()


def test_every_record_with_a_view_is_found_by_node() -> None:
    kinds = build_schema(sdl()).type_map
    viewed = {name for name in (record.__name__ for record in NODES.values()) if name in kinds}
    assert viewed == set(NODES)
    assert all(issubclass(record, Record) for record in NODES.values())


def test_every_list_of_records_is_a_connection_or_named_as_short() -> None:
    short = {"Prediction.dueDateChanges", "Prediction.dependsOn", "Prediction.lostFooting", "Conflict.revisions"}
    short |= {"Slippage.predictions", "RecordSourcePayload.similar", "RecordClaimantPayload.similar", "Viewer.channels"}
    short |= {"Claimant.memberships", "CaptureSourcePayload.sameText"}
    mutation = build_schema(sdl()).mutation_type
    assert mutation is not None
    assert len(mutation.fields) == len(VERBS) == 73
    found = set()
    for name, kind in build_schema(sdl()).type_map.items():
        if isinstance(kind, GraphQLObjectType) and not name.endswith("Connection"):
            for field, each in kind.fields.items():
                if any(str(each.type) == f"[{record}!]!" for record in NODES):
                    found.add(f"{name}.{field}")
    assert found == short
