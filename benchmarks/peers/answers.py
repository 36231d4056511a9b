"""What makes the answers of servers with a schema of their own comparable: each is turned into claimkb's."""

from typing import Any

from claimkb.domain.reference import global_id
from claimkb.store.engine.values import uuid_of_hex


def _uuid(text: str) -> str:
    """Write a UUID with its dashes."""
    return text if "-" in text else uuid_of_hex(text)


def _instant(text: str) -> str:
    """Write an instant as claimkb does: in UTC, with a Z, and without a fraction of nothing."""
    return text.replace(" ", "T").removesuffix("+00:00").removesuffix(".000000") + "Z"


def _rows(found: Any, kind: str, /, **names: str) -> dict[str, Any]:
    """Rename the fields of a row; its `id` becomes a global id."""
    row = {mine: found[theirs] for mine, theirs in names.items()}
    return {**row, "id": global_id(kind, _uuid(row["id"]))} if "id" in row else row


def _overdue(found: Any, /, **names: str) -> Any:
    """Turn overdue predictions with their claims and sources into claimkb's, under whatever names they come."""
    nodes = []
    for each in found["nodes"]:
        said = each[names["claim"]]
        claim = _rows(said, "Claim", id=names["id"], statement="statement", claimant=names["claimant"])
        places = [{"source": place[names["source"]]} for place in said[names["places"]]["nodes"]]
        row = _rows(each, "Prediction", id=names["id"], question="question", dueOn=names["due"])
        nodes.append({**row, "claim": {**claim, "appearances": {"nodes": places}}})
    return {"predictions": {"nodes": nodes}}


def of_postgraphile(name: str, data: Any) -> Any:
    """Turn an answer of PostGraphile into claimkb's."""
    if name == "Q1":
        claim = data["claimByRowId"]
        places = [
            {"paragraph": each["paragraph"], "source": each["sourceBySourceId"]} for each in claim["appearancesByClaimId"]["nodes"]
        ]
        (about,) = claim["predictionsByClaimId"]["nodes"]
        prediction = {
            **_rows(about, "", question="question", dueOn="dueOn", status="status"),
            "outcomes": about["outcomesByPredictionId"],
        }
        row = _rows(claim, "Claim", id="rowId", statement="statement", claimant="claimantByClaimantId")
        return {"claim": {**row, "appearances": {"nodes": places}, "prediction": prediction}}
    if name == "Q2":
        names = {"id": "rowId", "due": "dueOn", "claim": "claimByClaimId", "claimant": "claimantByClaimantId"}
        return _overdue(data["overduePredictions"], **names, places="appearancesByClaimId", source="sourceBySourceId")
    if name == "Q3":
        names = {"id": "rowId", "statement": "statement", "kind": "kind", "voice": "voice", "isHedged": "isHedged"}
        nodes = [
            {**_rows(each, "Claim", **names, claimant="claimantByClaimantId"), "createdAt": _instant(each["createdAt"])}
            for each in data["allClaims"]["nodes"]
        ]
        return {"claims": {"nodes": nodes}}
    found = data["searchClaims"]["nodes"]
    return {"search": {"nodes": [_rows(each, "Claim", id="rowId", statement="statement", kind="kind") for each in found]}}


def of_datasette(name: str, data: Any) -> Any:
    """Turn an answer of datasette-graphql into claimkb's."""
    if name == "Q1":
        claim = data["claim_row"]
        places = [
            {
                "paragraph": each["paragraph"],
                "source": _rows(each["source_id"], "", title="title", url="url", publishedOn="published_on"),
            }
            for each in claim["appearance_list"]["nodes"]
        ]
        about = claim["prediction_list"]["nodes"][0]
        outcomes = [
            _rows(each, "", verdict="verdict", occurredOn="occurred_on", rationale="rationale")
            for each in about["outcome_list"]["nodes"]
        ]
        prediction = {**_rows(about, "", question="question", dueOn="due_on", status="status"), "outcomes": {"nodes": outcomes}}
        row = _rows(claim, "Claim", id="id", statement="statement", claimant="claimant_id")
        return {"claim": {**row, "appearances": {"nodes": places}, "prediction": prediction}}
    if name == "Q2":
        names = {"id": "id", "due": "due_on", "claim": "claim_id", "claimant": "claimant_id"}
        return _overdue(data["prediction"], **names, places="appearance_list", source="source_id")
    if name == "Q3":
        names = {"id": "id", "statement": "statement", "kind": "kind", "voice": "voice"}
        nodes = [
            {
                **_rows(each, "Claim", **names, claimant="claimant_id"),
                "isHedged": bool(each["is_hedged"]),
                "createdAt": _instant(each["created_at"]),
            }
            for each in data["claim"]["nodes"]
        ]
        return {"claims": {"nodes": nodes}}
    found = data["found_claim"]["nodes"]
    return {"search": {"nodes": [_rows(each, "Claim", id="id", statement="statement", kind="kind") for each in found]}}
