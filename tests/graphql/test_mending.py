"""What was retracted is out of every list of the API, and found by its id; a quote is shown with the text that it stands in."""

from typing import Any

from claimkb.actions.work import Desk
from claimkb.domain.reference import global_id
from tests.builders import TEXT, a_claim, a_prediction, a_source, everything, resolved
from tests.graphql.conftest import Ask
from tests.graphql.test_quotes import read_in_transactions

SHOWN = """query($claim: ID!, $source: ID!) {
  claim(id: $claim) { appearances { totalCount nodes { id } } relations { totalCount } evidence { totalCount nodes { id stance } } }
  source(id: $source) { title claims { totalCount } appearances { totalCount } evidence { totalCount nodes { id } }
    snapshots { totalCount nodes { captured: sha256 length } } snapshot { length } } }"""

QUOTES = """query($claim: ID!) { claim(id: $claim) { appearances { nodes { page at entry language snapshot { length }
  translation { text language by } quote { exact start end status was } anchorToDecide { status exact snapshot { length } }
  anchors { nodes { decision decidedBy } } } } } }"""


def id_of(record: Any) -> str:
    return global_id(type(record).__name__, record.id)


def placed(mutate: Ask, claim: str, source: str, **given: Any) -> str:
    quote = {"exact": "Critics doubt it", "prefix": "in spring. "}
    answer = mutate("addAppearance", "appearance { id }", claimId=claim, sourceId=source, quote=quote, **given)
    assert answer["userErrors"] == []
    return str(answer["appearance"]["id"])


def test_what_was_retracted_is_out_of_every_list_and_found_by_its_id(desk: Desk, mutate: Ask, data: Ask, executed: Ask) -> None:
    claim, source, other = id_of(a_claim(desk)), id_of(a_source(desk)), id_of(a_claim(desk))
    appearance = placed(mutate, claim, source)
    evidence = mutate("addEvidence", "evidence { id }", claimId=claim, sourceId=source, stance="SUPPORTS")["evidence"]["id"]
    relation = mutate("relateClaims", "relation { id }", fromClaimId=claim, toClaimId=other, type="QUOTES")["relation"]["id"]
    before = data(SHOWN, claim=claim, source=source)
    for verb, name, id_ in (
        ("Appearance", "appearance", appearance),
        ("Evidence", "evidence", evidence),
        ("Relation", "relation", relation),
    ):
        answer = mutate(f"retract{verb}", f"{name} {{ retractedReason version }}", **{f"{name}Id": id_, "reason": "A slip."})
        assert answer[name] == {"retractedReason": "A slip.", "version": 2}
    after = data(SHOWN, claim=claim, source=source)
    nothing: dict[str, Any] = {"totalCount": 0, "nodes": []}
    assert before["claim"]["evidence"] == {"totalCount": 1, "nodes": [{"id": evidence, "stance": "SUPPORTS"}]}
    assert after["claim"] == {"appearances": nothing, "relations": {"totalCount": 0}, "evidence": nothing}
    assert [after["source"][each]["totalCount"] for each in ("claims", "appearances", "evidence", "snapshots")] == [0, 0, 0, 1]
    assert executed(SHOWN, claim=claim, source=source) == after
    found = data("query($id: ID!) { node(id: $id) { ... on Evidence { retractedReason revisions { totalCount } } } }", id=evidence)
    assert found == {"node": {"retractedReason": "A slip.", "revisions": {"totalCount": 2}}}


def test_a_retracted_source_is_listed_only_where_it_is_asked_for(desk: Desk, mutate: Ask, data: Ask) -> None:
    source = id_of(a_source(desk))
    assert mutate("retractSource", "source { id }", sourceId=source, reason="r")["userErrors"] == []
    listed = data("{ all: sources { totalCount } retracted: sources(filter: {isRetracted: true}) { nodes { id } } }")
    assert listed == {"all": {"totalCount": 0}, "retracted": {"nodes": [{"id": source}]}}


def test_a_quote_that_changed_is_shown_with_both_wordings_until_a_person_decides(
    desk: Desk, mutate: Ask, data: Ask, executed: Ask
) -> None:
    claim, source = id_of(a_claim(desk)), id_of(a_source(desk))
    placed(mutate, claim, source, page=2, at=754, entry="12.40", language="en", translation={"text": "Nein.", "language": "de"})
    newer = TEXT.replace("doubt it", "still doubt it")
    added = mutate("addSnapshot", "snapshot { length } source { title }", sourceId=source, snapshot={"text": newer})
    assert added == {"snapshot": {"length": 93}, "source": {"title": "The bridge"}, "userErrors": []}
    ((waits,),) = (each["nodes"] for each in data(QUOTES, claim=claim)["claim"].values())
    assert waits["quote"] == {"exact": "Critics doubt it", "start": 50, "end": 66, "status": "FUZZY", "was": None}
    proposed = {"status": "FUZZY", "exact": "Critics still doubt it", "snapshot": {"length": 93}}
    assert (waits["snapshot"], waits["anchorToDecide"]) == ({"length": 87}, proposed)
    assert (waits["page"], waits["at"], waits["entry"], waits["language"]) == (2, 754, "12.40", "en")
    assert waits["translation"] == {"text": "Nein.", "language": "de", "by": None}
    assert executed(QUOTES, claim=claim) == data(QUOTES, claim=claim)
    (listed,) = data("{ anchorsToDecide { nodes { id exact appearance { claim { id } } } } }")["anchorsToDecide"]["nodes"]
    assert listed["appearance"] == {"claim": {"id": claim}}
    wanted = "anchor { decision } appearance { quote { exact status was } snapshot { length } anchorToDecide { id } }"
    accepted = mutate("acceptAnchor", wanted, anchorId=listed["id"])
    assert accepted["anchor"] == {"decision": "ACCEPTED"}
    assert accepted["appearance"] == {
        "quote": {"exact": "Critics still doubt it", "status": "EXACT", "was": "Critics doubt it"},
        "snapshot": {"length": 93},
        "anchorToDecide": None,
    }
    assert [each["code"] for each in mutate("acceptAnchor", wanted, anchorId=listed["id"])["userErrors"]] == ["WRONG_STATE"]
    assert executed(QUOTES, claim=claim) == data(QUOTES, claim=claim)


def test_what_cannot_be_is_refused_and_nothing_changes(desk: Desk, mutate: Ask, ask: Ask) -> None:
    claim, source = id_of(a_claim(desk)), id_of(a_source(desk))
    appearance, before = placed(mutate, claim, source), everything(desk)
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("addAppearance", {"claimId": claim, "sourceId": source, "page": 0}),
        ("updateAppearance", {"appearanceId": appearance, "page": 0}),
        ("updateAppearance", {"appearanceId": appearance, "at": -1}),
        ("restoreAppearance", {"appearanceId": appearance, "reason": "r"}),
        ("acceptAnchor", {"anchorId": appearance}),
        ("retractEvidence", {"evidenceId": claim, "reason": "r"}),
    ]

    for verb, given in wrong:
        assert mutate(verb, "clientMutationId", **given)["userErrors"], verb
    for text in ("x" * 1_000_001, "x" * 5_000_000, "%PDF-1.7\x00\x00"):
        document = "mutation($input: AddSnapshotInput!) { addSnapshot(input: $input) { userErrors { code } } }"
        assert "errors" in ask(document, input={"sourceId": source, "snapshot": {"text": text}})
    document = "mutation($input: UpdateAppearanceInput!) { updateAppearance(input: $input) { userErrors { code } } }"
    assert "errors" in ask(document, input={"appearanceId": appearance, "translation": {"text": "Nein."}})
    assert everything(desk) == before


def test_evidence_of_an_outcome_that_was_retracted_is_not_told_any_more(desk: Desk, mutate: Ask, data: Ask) -> None:
    source = id_of(a_source(desk))
    outcome = id_of(resolved(desk, a_prediction(desk)))
    given = mutate("addEvidence", "evidence { id }", outcomeId=outcome, sourceId=source, stance="SUPPORTS")["evidence"]["id"]
    answer = mutate("retractEvidence", "outcome { id evidence { totalCount } }", evidenceId=given, reason="r")
    assert answer == {"outcome": {"id": outcome, "evidence": {"totalCount": 0}}, "userErrors": []}
    corrections = data("{ corrections { nodes { action } } }")["corrections"]["nodes"]
    assert corrections == [{"action": "retractEvidence"}]


def test_no_text_is_read_while_a_newer_one_is_written(desk: Desk, mutate: Ask) -> None:
    source = id_of(a_source(desk))
    placed(mutate, id_of(a_claim(desk)), source)
    with read_in_transactions(desk) as noted:
        for text in (TEXT.replace("doubt it", "still doubt it"), f"NEW: {TEXT}"):
            assert mutate("addSnapshot", "snapshot { length }", sourceId=source, snapshot={"text": text})["userErrors"] == []
    assert noted == []
