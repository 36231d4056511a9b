"""What was recorded in error is retracted, and quotes that changed are decided, at the terminal."""

import io
import json
from pathlib import Path

import pytest

from claimkb.actions import claims
from claimkb.actions.work import Desk
from claimkb.domain import Appearance, Claim
from claimkb.domain.reference import global_id
from tests.builders import TEXT, a_claim, a_source, do
from tests.cli.test_commands import Run, run

__all__ = ["run"]

EDITED = TEXT.replace("doubt it", "still doubt it")


def quoted(desk: Desk) -> Appearance:
    order = {"claim_id": a_claim(desk).id, "source_id": a_source(desk).id, "quote": {"exact": "Critics doubt it"}}
    return do(desk, claims.add_appearance, claims.AddAppearance.model_validate(order))


def test_a_record_of_whatever_kind_is_retracted_and_restored(run: Run, sqlite_desk: Desk) -> None:
    claim = a_claim(sqlite_desk)
    id_ = global_id("Claim", claim.id)
    assert run("retract", str(claim.id), "--reason", "A slip.")[:2] == (0, f"Retracted: the claim {id_}. A slip.\n")
    assert run("retract", id_, "--reason", "r")[0] == 1
    assert run("retract", id_, "--reason", "No slip.", "--undo")[:2] == (0, f"Restored: the claim {id_}. No slip.\n")
    with sqlite_desk.database.read() as session:
        assert session.get_one(Claim, claim.id).version == 3


def test_a_relation_is_restored_by_relating_again(run: Run, sqlite_desk: Desk) -> None:
    order = claims.RelateClaims(from_claim_id=a_claim(sqlite_desk).id, to_claim_id=a_claim(sqlite_desk).id, type="QUOTES")
    relation = str(do(sqlite_desk, claims.relate_claims, order).id)
    assert run("retract", relation, "--reason", "r")[1].startswith("Retracted: the relation ")
    code, _, error = run("retract", relation, "--reason", "r", "--undo")
    assert (code, "relateClaims" in error) == (2, True)
    assert run("retract", relation[:-1] + ("0" if relation[-1] != "0" else "1"), "--reason", "r")[0] == 1


def test_a_newer_text_is_added_and_what_changed_is_decided(run: Run, sqlite_desk: Desk, tmp_path: Path) -> None:
    source = str(quoted(sqlite_desk).source_id)
    (tmp_path / "newer.txt").write_text(EDITED, encoding="utf-8")
    said = run("snapshot", source, "newer.txt")[1]
    assert said.splitlines()[1] == f"Quotes that changed and wait for a person: 1. See claimkb anchors --source {source}"
    listed = json.loads(run("anchors", "--json")[1])
    (anchor,) = listed["anchors"]
    assert (anchor["status"], anchor["was"], anchor["now"]) == ("FUZZY", "Critics doubt it", "Critics still doubt it")
    assert "was: Critics doubt it" in run("anchors")[1]
    assert run("accept-anchor", anchor["uuid"])[:2] == (0, "Accepted: Critics still doubt it\n")
    assert run("reject-anchor", anchor["id"], "--reason", "r")[0] == 1
    assert json.loads(run("anchors", "--json")[1]) == {"total": 0, "next": None, "anchors": []}


def test_a_quote_that_is_gone_is_rejected(run: Run, sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    source = str(quoted(sqlite_desk).source_id)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"Nothing is left.")))
    assert run("snapshot", source, "-")[0] == 0
    assert "now: gone" in run("anchors", "--source", source)[1]
    (anchor,) = json.loads(run("anchors", "--json")[1])["anchors"]
    assert run("reject-anchor", anchor["id"], "--reason", "They took it back.")[:2] == (0, "Rejected. They took it back.\n")


def test_a_file_that_is_no_text_is_refused(run: Run, sqlite_desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "page.pdf").write_bytes(b"%PDF\xff\xfe")
    code, _, error = run("snapshot", str(a_source(sqlite_desk).id), "page.pdf")
    assert (code, "not a text in UTF-8" in error) == (2, True)
