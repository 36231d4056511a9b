"""Under which address is the same asked again? A GET of /graphql with the whole question in it, to be cited."""

import json
from urllib.parse import quote, urlencode

from claimkb.domain.reference import global_id
from claimkb.domain.track_record import TrackRecord

TRACK_RECORD = (
    "query($id: ID!, $kind: PredictionKind) { claimant(id: $id) { name trackRecord(kind: $kind) {"
    " line due yes no partial unclear unchecked annulled notYetDue undated"
    " rate { value low high } brier { score count } calibration { lower upper count meanStated shareTrue } asOf } } }"
)

ON_BEHALF = TRACK_RECORD.replace("(kind: $kind)", "(kind: $kind, includeOnBehalf: true)")
"""The same question, with what others said on behalf of the claimant."""


def _address(query: str, variables: dict[str, object]) -> str:
    """Write the path that asks a question by GET, percent-encoded."""
    written = {"query": query, "variables": json.dumps(variables, separators=(",", ":"))}
    return f"/graphql?{urlencode(written, quote_via=quote, safe='')}"


def of_track_record(record: TrackRecord) -> str:
    """Write the path that asks for the track record of the same claimant again."""
    variables: dict[str, object] = {"id": global_id("Claimant", record.claimant_id)}
    if record.includes_on_behalf:
        return _address(ON_BEHALF, variables | {"kind": record.kind and record.kind.value})
    return _address(TRACK_RECORD, variables | ({"kind": record.kind.value} if record.kind else {}))
