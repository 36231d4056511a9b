"""Under which address is the same asked again? A GET of /graphql with the whole question in it, to be cited."""

import json
from collections.abc import Iterable
from urllib.parse import quote, urlencode

from claimkb.domain.reference import global_id
from claimkb.domain.track_record import TrackRecord

_ARGUMENTS = {"kind": "PredictionKind", "collectionId": "ID", "includeOnBehalf": "Boolean"}
"""The arguments of a track record, each with its type."""

_FIELDS = (
    "line due yes no partial unclear unchecked annulled notYetDue undated"
    " rate { value low high } brier { score count } calibration { lower upper count meanStated shareTrue }"
    " errors { unit count within meanError meanAbsoluteError } asOf"
)


def _track_record(arguments: Iterable[str]) -> str:
    """Write the question for a track record with these arguments."""
    declared = "".join(f", ${name}: {_ARGUMENTS[name]}" for name in arguments)
    given = ", ".join(f"{name}: ${name}" for name in arguments)
    return f"query($id: ID!{declared}) {{ claimant(id: $id) {{ name trackRecord({given}) {{ {_FIELDS} }} }} }}"


def _address(query: str, variables: dict[str, object]) -> str:
    """Write the path that asks a question by GET, percent-encoded."""
    written = {"query": query, "variables": json.dumps(variables, separators=(",", ":"))}
    return f"/graphql?{urlencode(written, quote_via=quote, safe='')}"


def of_track_record(record: TrackRecord) -> str:
    """Write the path that asks for the track record of the same claimant again."""
    variables: dict[str, object] = {"id": global_id("Claimant", record.claimant_id)}
    said: dict[str, object] = {"kind": record.kind and record.kind.value}
    if record.collection_id is not None:
        said["collectionId"] = global_id("Collection", record.collection_id)
    if record.includes_on_behalf:
        said["includeOnBehalf"] = True
    return _address(_track_record(said), variables | {name: value for name, value in said.items() if value is not None})
