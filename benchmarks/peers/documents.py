"""What is asked: of claimkb and of servers whose schema is of our making the same, of others the same in their own words."""

from typing import Any

from benchmarks import newsroom

WORDS = "bridge 100"
"""What Q4 looks for: at size 1 of the newsroom, 1,111 claims have it."""

Documents = dict[str, tuple[str, dict[str, Any]]]

OURS: Documents = {
    "Q1": (
        "query Q1($id: ID!) { claim(id: $id) { id statement claimant { name } appearances { nodes { paragraph"
        " source { title url publishedOn } } } prediction { question dueOn status"
        " outcomes { nodes { verdict occurredOn rationale } } } } }",
        {"id": newsroom.uuid_of("claim", 84 * 2)},
    ),
    "Q2": (
        "query Q2 { predictions(first: 50, filter: {timeliness: [OVERDUE, LONG_OVERDUE]}) { nodes { id question dueOn"
        " claim { id statement claimant { name } appearances(first: 1) { nodes { source { title publisher } } } } } } }",
        {},
    ),
    "Q3": (
        "query Q3 { claims(first: 100) { nodes { id statement kind voice isHedged createdAt claimant { name } } } }",
        {},
    ),
    "Q4": (
        "query Q4($words: String!) { search(query: $words, kinds: [CLAIM], first: 20)"
        " { nodes { ... on Claim { id statement kind } } } }",
        {"words": WORDS},
    ),
}
"""One claim with its places, its prediction and outcomes; fifty overdue predictions; a page of a hundred claims; a search."""

POSTGRAPHILE: Documents = {
    "Q1": (
        "query Q1($id: UUID!) { claimByRowId(rowId: $id) { rowId statement claimantByClaimantId { name }"
        " appearancesByClaimId(first: 20, orderBy: CREATED_AT_ASC) { nodes { paragraph sourceBySourceId { title url publishedOn } } }"
        " predictionsByClaimId(first: 1) { nodes { question dueOn status"
        " outcomesByPredictionId(first: 20, orderBy: RECORDED_AT_ASC) { nodes { verdict occurredOn rationale } } } } } }",
        {"id": newsroom.uuid_of("claim", 84 * 2)},
    ),
    "Q2": (
        "query Q2 { overduePredictions(first: 50) { nodes { rowId question dueOn claimByClaimId { rowId statement"
        " claimantByClaimantId { name } appearancesByClaimId(first: 1, orderBy: CREATED_AT_ASC)"
        " { nodes { sourceBySourceId { title publisher } } } } } } }",
        {},
    ),
    "Q3": (
        "query Q3 { allClaims(first: 100, orderBy: CREATED_AT_ASC) { nodes"
        " { rowId statement kind voice isHedged createdAt claimantByClaimantId { name } } } }",
        {},
    ),
    "Q4": (
        "query Q4($words: String!) { searchClaims(words: $words, first: 20) { nodes { rowId statement kind } } }",
        {"words": WORDS},
    ),
}

_FOUND = " AND ".join(f'"{word}"*' if len(word) >= 3 else f'"{word}"' for word in WORDS.lower().split())
DATASETTE: Documents = {
    "Q1": (
        "query Q1($id: String!) { claim_row(id: $id) { id statement claimant_id { name }"
        " appearance_list(first: 20, sort: created_at) { nodes { paragraph source_id { title url published_on } } }"
        " prediction_list(first: 1) { nodes { question due_on status"
        " outcome_list(first: 20, sort: recorded_at) { nodes { verdict occurred_on rationale } } } } } }",
        {"id": newsroom.uuid_of("claim", 84 * 2).replace("-", "")},
    ),
    "Q2": (
        "query Q2($overdue: String!) { prediction(first: 50, sort: due_on, where: $overdue) { nodes { id question due_on"
        " claim_id { id statement claimant_id { name }"
        " appearance_list(first: 1, sort: created_at) { nodes { source_id { title publisher } } } } } } }",
        {
            "overdue": "id IN (SELECT id FROM prediction WHERE (status = 'OPEN' OR status = 'PROPOSED')"
            " AND waits_for < date('now') AND due_on IS NOT NULL ORDER BY waits_for, id LIMIT 50)"
        },
    ),
    "Q3": (
        "query Q3 { claim(first: 100, sort: created_at) { nodes"
        " { id statement kind voice is_hedged created_at claimant_id { name } } } }",
        {},
    ),
    "Q4": (
        "query Q4($found: String!) { found_claim(first: 20, sort_desc: position, where: $found) { nodes { id statement kind } } }",
        {
            "found": "position IN (SELECT position FROM search_entry WHERE kind = 'CLAIM' AND position IN"
            f" (SELECT rowid FROM search_index WHERE search_index MATCH '{_FOUND}') ORDER BY position DESC LIMIT 20)"
        },
    ),
}
