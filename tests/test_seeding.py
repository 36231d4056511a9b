"""Stories are loaded whole or not at all, once, and a mistake in one is named with its line."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import yaml
from sqlmodel import col

from claimkb import seeding
from claimkb.actions import claimants, claims, erasing, merging, predictions
from claimkb.actions.work import Desk
from claimkb.cli import serving
from claimkb.domain import Claim, Claimant, ClaimRelation, Prediction, Revision, Series, Source
from claimkb.identity import COMMAND_LINE
from claimkb.seeding import BadStory
from claimkb.store import claimants as stored
from claimkb.store import series, verification
from tests.builders import EDITOR, a_claimant, a_prediction, a_source, do, everything

ROOT = Path(__file__).parent.parent
STORY = ROOT / "seeds" / "2025-11-novastan-kazakhstan-abraham-accords.yaml"

SMALL = """\
sources:
  - key: article
    title: The bridge
    url: https://example.org/bridge
    published_on: 2025-11
claimants:
  - {key: minister, name: The minister, kind: PERSON}
claims:
  - key: opens
    statement: The bridge opens.
    kind: PREDICTION
    voice: REPORTED
    claimant: minister
    said_on: 2025-11-07
    appearances:
      - {source: article, paragraph: 2, quote: {exact: it opens}}
    evidence:
      - {source: article, stance: CONTEXT}
    prediction:
      question: Does it open?
      criteria: Cars cross.
      due_on: 2026-spring
      due_basis: STATED
    relations:
      - {type: DEPENDS_ON, to: money}
  - key: money
    statement: The money is there.
    kind: FACT
    voice: UNATTRIBUTED
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "bridge.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def test_a_story_is_loaded_through_the_actions_and_a_second_time_changes_nothing(desk: Desk, small: Path) -> None:
    first = seeding.load(desk, EDITOR, small)
    assert dict(first.recorded) == {
        "Source": 1, "Claimant": 1, "Claim": 2, "Appearance": 1, "Evidence": 1, "Prediction": 1, "ClaimRelation": 1,
    }  # fmt: skip
    before = everything(desk)
    second = seeding.load(desk, EDITOR, small)
    assert (second.recorded.total(), second.there) == (0, first.recorded)
    assert everything(desk) == before
    assert len(before["revision"]) == 8


def test_dates_and_precisions_are_read_as_they_are_written(desk: Desk, small: Path) -> None:
    seeding.load(desk, EDITOR, small)
    with desk.database.read() as session:
        source, prediction = session.scalars(sa.select(Source)).one(), session.scalars(sa.select(Prediction)).one()
    assert (str(source.published_on), source.published_on_precision) == ("2025-11-01", "MONTH")
    assert (str(prediction.due_from), str(prediction.due_on), prediction.due_precision) == ("2026-03-01", "2026-05-31", "SEASON")


def test_the_order_of_the_story_is_the_order_of_recording(desk: Desk, small: Path) -> None:
    seeding.load(desk, EDITOR, small)
    with desk.database.connection() as connection:
        rows = connection.exec_driver_sql("SELECT statement FROM claim ORDER BY created_at").scalars()
        assert list(rows) == ["The bridge opens.", "The money is there."]


def test_who_and_what_is_recorded_by_hand_already_is_used(desk: Desk, small: Path) -> None:
    minister, article = a_claimant(desk), a_source(desk, url="https://example.org/bridge", snapshot=None)
    report = seeding.load(desk, EDITOR, small)
    assert (report.there["Claimant"], report.there["Source"]) == (1, 1)
    with desk.database.read() as session:
        assert [each.id for each in session.scalars(sa.select(Claimant))] == [minister.id]
        assert [each.id for each in session.scalars(sa.select(Source))] == [article.id]
    assert seeding.load(desk, EDITOR, small).recorded.total() == 0


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("    statement: The bridge opens.", "    statment: The bridge opens.", r"line 10: the key statment is unknown; do you mean statement\?"),
        ("    claimant: minister", "    claimnt: minister", r"line 13: the key claimnt is unknown; do you mean claimant\?"),
        ("    claimant: minister", "    claimant: ministr", r"line 13: claimant: There is no ministr among the claimants; do you mean minister\?"),
        ("{source: article, paragraph", "{source: artikel, paragraph", r"line 16: source: There is no artikel among the sources"),
        ("to: money}", "to: nowhere}", r"line 25: to: There is no nowhere among the claims"),
        (", to: money}", "}", r"line 25: to: "),
        ("exact: it opens", "exakt: it opens", r"line 16: the key exakt is unknown; do you mean exact\?"),
        ("claims:\n", "claim:\n", r"line 8: the key claim is unknown; do you mean claims\?"),
        ("    kind: PREDICTION", "    kind: PROPHECY", r"line 11: kind: This must be FACT"),
        ("    said_on: 2025-11-07", "    said_on: 2025-11-31", r"line 14: said_on: day is out of range"),
        ("    said_on: 2025-11-07", "    said_on: soon", r"line 14: said_on: 'soon' is not a date"),
        ("      due_basis: STATED", "      due_basis: DERIVED", r"line \d+: due_reasoning: A due date that is DERIVED needs its reasoning"),
        ("    kind: PREDICTION\n", "    kind: PREDICTION\n    kind: FACT\n", r"line 12: the key kind is given twice"),
        (", kind: PERSON}", ", kind: PERSON, memberships: [{of: minstry}]}", r"line 7: of: There is no minstry among the claimants"),
        ("  - key: money", "  - key: money\n    collections: [{collection: plan}]", r"line 27: collection: There is no plan among the collections"),
        (", kind: PERSON}", ", kind: PERSON, memberships: [{of: minister, from: 2025}]}", r"line 7: from: 2025 is not a day; write one, such as 2025-01-01"),
        ("      due_basis: STATED", "      due_basis: STATED\n      answer_from: soon", r"line \d+: answer_from: 'soon' is not a date"),
        ("  - key: money", "  - key: opens", r"line 26: The key opens is given twice among the claims"),
        ("  - key: money\n", "  - note: money\n", r"line 26: this item of claims lacks its key"),
        ("  - {key: minister, name: The minister", "  - {key: minister, name: X, kind: PERSON}\n  - {key: minister, name: The minister", r"line 8: The key minister is given twice among the claimants"),
        ("paragraph: 2", "paragraph: 3000000000", r"line 16: paragraph: This must be 1000000 or less"),
        ("paragraph: 2", f"paragraph: {'9' * 5000}", r"line 1: a value cannot be read"),
        ("claimants:", "claimants: {", r"line \d+: not YAML"),
        ("claimants:\n  - {key: minister, name: The minister, kind: PERSON}", "claimants: minister", r"line 6: claimants is a list of mappings"),
        ("      question: Does it open?\n", "", r"line 20: question: This is missing"),
        ("The bridge opens.", "The bridge \x07 opens.", r"line 1: not YAML"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line_and_key_and_nothing_is_loaded(
    sqlite_desk: Desk, small: Path, right: str, wrong: str, said: str
) -> None:
    assert right in SMALL
    small.write_text(SMALL.replace(right, wrong, 1), encoding="utf-8")
    before = everything(sqlite_desk)
    with pytest.raises(BadStory, match=rf"bridge.yaml, {said}.*Nothing of it was loaded\."):
        seeding.load(sqlite_desk, EDITOR, small)
    assert everything(sqlite_desk) == before


def told(desk: Desk, path: Path, text: str) -> list[str]:
    """Load what is wrong, see that nothing has changed, and give what is told, line by line."""
    path.write_text(text, encoding="utf-8")
    before = everything(desk)
    with pytest.raises(BadStory) as refused:
        seeding.load(desk, EDITOR, path)
    assert everything(desk) == before
    return str(refused.value).splitlines()


FIVE = (
    ("    statement: The bridge opens.", "    statment: The bridge opens."),
    ("kind: PERSON}", "kind: MAN}"),
    ("said_on: 2025-11-07", "said_on: 2025-11-31"),
    ("to: money}", "to: mony}"),
    ("    kind: FACT\n", "    kind: FACT\n    kind: CAUSAL\n"),
)


def test_five_mistakes_are_told_at_once_by_their_lines(sqlite_desk: Desk, small: Path) -> None:
    text = SMALL
    for right, wrong in FIVE:
        assert right in text
        text = text.replace(right, wrong)
    assert told(sqlite_desk, small, text) == [
        f"{small} has 5 mistakes. Nothing of it was loaded.",
        "line 7: kind: This must be PERSON, ORGANIZATION, GOVERNMENT or UNNAMED_GROUP.",
        "line 10: the key statment is unknown; do you mean statement?",
        "line 14: said_on: day is out of range for month.",
        "line 25: to: There is no mony among the claims; do you mean money?",
        "line 29: the key kind is given twice.",
    ]


def test_what_the_actions_refuse_is_told_beside_what_is_misspelt(desk: Desk, small: Path) -> None:
    text = SMALL.replace("    published_on: 2025-11\n", "    published_on: 2025-11\n    snapshot: {text: The bridge will open.}\n")
    text = (
        text.replace("      due_basis: STATED\n", "")
        .replace("voice: UNATTRIBUTED", "voice: REPORTED")
        .replace("CONTEXT}", "AGAINST}")
    )
    found = told(desk, small, text)
    assert [line.partition(":")[0] for line in found[1:]] == ["line 17", "line 19", "line 21", "line 26"]
    assert (
        found[1]
        == "line 17: quote.exact: The quote 'it opens' does not occur in the source's snapshot. Copy it from the text to the letter."
    )
    assert found[3].startswith("line 21: due_basis: Say where the due date comes from")
    assert found[4].startswith("line 26: claimant: Say who asserts it")


def test_what_follows_from_a_mistake_is_not_told(sqlite_desk: Desk, small: Path) -> None:
    text = SMALL.replace("claimants:\n  - {key: minister, name: The minister, kind: PERSON}", "claimants: minister")
    assert told(sqlite_desk, small, text) == [f"{small}, line 6: claimants is a list of mappings. Nothing of it was loaded."]
    text = SMALL.replace("voice: REPORTED", "voice: HEARD")
    (line,) = told(sqlite_desk, small, text)
    assert "line 12: voice: This must be OWN" in line


def test_a_mistake_is_told_also_where_the_record_is_there_already(sqlite_desk: Desk, small: Path) -> None:
    seeding.load(sqlite_desk, EDITOR, small)
    small.write_text(SMALL.replace("    prediction:", "    predictions:"), encoding="utf-8")
    with pytest.raises(BadStory, match=r"the key predictions is unknown; do you mean prediction\? Nothing"):
        seeding.load(sqlite_desk, EDITOR, small)


def test_what_yaml_names_twice_is_taken_twice(sqlite_desk: Desk, small: Path) -> None:
    shared = SMALL.replace("    evidence:\n", "    evidence: &same\n").replace(
        "    voice: UNATTRIBUTED\n", "    voice: UNATTRIBUTED\n    evidence: *same\n"
    )
    small.write_text(shared, encoding="utf-8")
    assert seeding.load(sqlite_desk, EDITOR, small).recorded["Evidence"] == 2


SERIES = """\
    series:
      {every: YEAR, from: 2026, until: 2028, question: "Is it open in {year}?", criteria: Cars cross., due_basis: STATED}
    relations:"""


def test_a_series_is_loaded_once_with_its_periods_and_says_where_it_differs(desk: Desk, small: Path) -> None:
    small.write_text(SMALL.replace("    relations:", SERIES), encoding="utf-8")
    loaded = seeding.load(desk, EDITOR, small)
    assert (loaded.recorded["Series"], loaded.recorded["Prediction"]) == (1, 1)
    with desk.database.read() as session:
        claim_id = session.scalars(sa.select(col(Series.claim_id))).one()
        found = [each.question for each in series.of_claim(session, claim_id)]
    assert found == ["Does it open?", *(f"Is it open in {year}?" for year in (2026, 2027, 2028))]
    before = everything(desk)
    small.write_text(SMALL.replace("    relations:", SERIES.replace("until: 2028", "until: 2027")), encoding="utf-8")
    (difference,) = seeding.load(desk, EDITOR, small).differences
    assert str(difference) == "line 25, series of opens: until is recorded as 2028-12-31; the file says 2027-12-31."
    assert everything(desk) == before


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (SERIES.replace("from: 2026", "from: soon"), "line 25: from: “soon”: No date"),
        (SERIES.replace("from:", "form:"), "do you mean from?"),
        (SERIES.replace("{year}?", "{yer}?"), "{yer} is no placeholder"),
        ("    series: often\n    relations:", "line 24: series is a mapping"),
    ],
)
def test_a_mistake_in_a_series_is_named_with_its_line(desk: Desk, small: Path, changed: str, said: str) -> None:
    small.write_text(SMALL.replace("    relations:", changed), encoding="utf-8")
    before = everything(desk)
    with pytest.raises(BadStory) as caught:
        seeding.load(desk, EDITOR, small)
    assert said in str(caught.value)
    assert everything(desk) == before


def test_two_servers_that_start_together_load_a_story_once(desk: Desk, small: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(lambda _: seeding.load(desk, EDITOR, small), range(4)))
    assert sorted(report.recorded.total() for report in reports) == [0, 0, 0, 8]


def again(desk: Desk, path: Path, text: str = SMALL) -> seeding.Report:
    """Load a story of which everything is there, and see that nothing changes."""
    path.write_text(text, encoding="utf-8")
    before = everything(desk)
    report = seeding.load(desk, EDITOR, path)
    assert everything(desk) == before
    assert report.recorded.total() == 0
    return report


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("published_on: 2025-11", "published_on: 2025-12", ["line 5, source article: published_on is recorded as 2025-11-01; the file says 2025-12-01."]),
        ("published_on: 2025-11\n", "published_on: 2025-11-01\n", ["line 5, source article: published_on_precision is recorded as MONTH; the file says DAY."]),
        ("kind: PERSON}", "kind: PERSON, office: Minister}", ["line 7, claimant minister: office is recorded as nothing; the file says 'Minister'."]),
        ("statement: The bridge opens.", "statement: The bridge will open.", ["line 10, claim opens: statement is recorded as 'The bridge opens.'; the file says 'The bridge will open.'."]),
        ("    kind: PREDICTION", "    kind: PROMISE", ["line 11, claim opens: kind is recorded as PREDICTION; the file says PROMISE."]),
        ("said_on: 2025-11-07", "said_on: 2025-11-09\n    is_hedged: true", ["line 14, claim opens: said_on is recorded as 2025-11-07; the file says 2025-11-09.", "line 15, claim opens: is_hedged is recorded as false; the file says true."]),
        ("exact: it opens", "exact: it is open", ["line 16, appearance of opens: quote.exact is recorded as 'it opens'; the file says 'it is open'."]),
        ("paragraph: 2", "paragraph: 3", ["line 16, appearance of opens: paragraph is recorded as 2; the file says 3."]),
        ("stance: CONTEXT", "stance: REFUTES", ["line 18, evidence of opens: stance is recorded as CONTEXT; the file says REFUTES."]),
        ("due_on: 2026-spring", "due_on: 2026-06", ["line 22, prediction of opens: due_on is recorded as 2026-05-31; the file says 2026-06-30.", "line 22, prediction of opens: due_precision is recorded as SEASON; the file says MONTH."]),
        ("to: money}", "to: money, note: As the budget says.}", ["line 25, relation of opens: note is recorded as nothing; the file says 'As the budget says.'."]),
        ("    said_on: 2025-11-07\n", "", []),
    ],
)  # fmt: skip
def test_an_edited_story_loaded_again_says_what_differs_and_changes_nothing(
    desk: Desk, small: Path, right: str, wrong: str, said: list[str]
) -> None:
    assert right in SMALL
    seeding.load(desk, EDITOR, small)
    assert again(desk, small).differences == []
    assert list(map(str, again(desk, small, SMALL.replace(right, wrong, 1)).differences)) == said


def test_what_a_person_changed_meanwhile_differs_from_the_story(desk: Desk, small: Path) -> None:
    seeding.load(desk, EDITOR, small)
    with desk.database.read() as session:
        prediction = session.scalars(sa.select(Prediction)).one()
    order = {"prediction_id": prediction.id, "due_on": "2026-08-31", "kind": "EXTENSION", "reason": "The ministry said so."}
    do(desk, predictions.move_due_date, predictions.MoveDueDate(**order))
    assert list(map(str, again(desk, small).differences)) == [
        "line 22, prediction of opens: due_on is recorded as 2026-08-31; the file says 2026-05-31.",
        "line 22, prediction of opens: due_precision is recorded as DAY; the file says SEASON.",
        "line 23, prediction of opens: due_basis is recorded as EDITORIAL; the file says STATED.",
    ]


def applied(desk: Desk, path: Path, text: str) -> seeding.Report:
    """Load an edited story, and change what is there to what it says."""
    path.write_text(text, encoding="utf-8")
    return seeding.load(desk, EDITOR, path, apply=True)


@pytest.mark.parametrize(
    ("right", "wrong", "verb"),
    [
        ("title: The bridge", "title: The long bridge", "updateSource"),
        ("published_on: 2025-11", "published_on: 2025-12-03", "updateSource"),
        ("kind: PERSON}", "kind: PERSON, office: Minister}", "updateClaimant"),
        ("statement: The bridge opens.", "statement: The bridge will open.", "updateClaim"),
        ("said_on: 2025-11-07", "said_on: 2025-11", "updateClaim"),
        ("criteria: Cars cross.", "criteria: Cars and trams cross.", "updatePrediction"),
    ],
)
def test_an_edited_story_that_is_applied_changes_what_is_there_by_the_updates(
    desk: Desk, small: Path, right: str, wrong: str, verb: str
) -> None:
    seeding.load(desk, EDITOR, small)
    text = SMALL.replace(right, wrong, 1)
    report = applied(desk, small, text)
    assert (len(report.applied) > 0, report.differences, report.recorded.total()) == (True, [], 0)
    assert again(desk, small, text).differences == []
    with desk.database.read() as session:
        newest = session.scalars(sa.select(Revision).where(col(Revision.version) == 2)).one()
    assert (newest.action, newest.reason) == (verb, "As the story says.")


def test_what_no_update_changes_stays_and_is_told(desk: Desk, small: Path) -> None:
    seeding.load(desk, EDITOR, small)
    text = SMALL.replace("due_on: 2026-spring", "due_on: 2026-06").replace("Does it open?", "Does it open at all?")
    report = applied(desk, small, text)
    assert list(map(str, report.applied)) == [
        "line 20, prediction of opens: question is recorded as 'Does it open?'; the file says 'Does it open at all?'."
    ]
    assert [each.field for each in report.differences] == ["due_on", "due_precision"]


def test_what_an_update_refuses_is_told_by_its_line_and_nothing_is_loaded(desk: Desk, small: Path) -> None:
    seeding.load(desk, EDITOR, small)
    text = SMALL.replace("said_on: 2025-11-07", "said_on: 2026-11-07").replace("title: The bridge", "title: The long bridge")
    small.write_text(text, encoding="utf-8")
    before = everything(desk)
    with pytest.raises(BadStory, match=r"line 14: said_on: The due date 2026-05-31 is before the claim was made \(2026-11-07\)"):
        seeding.load(desk, EDITOR, small, apply=True)
    assert everything(desk) == before


def test_erased_words_are_not_brought_back(desk: Desk, small: Path) -> None:
    seeding.load(desk, EDITOR, small)
    do(desk, erasing.erase_text, erasing.EraseText(text="The minister", reason="r"), COMMAND_LINE)
    before = everything(desk)
    report = applied(desk, small, SMALL)
    assert ([each.field for each in report.differences], report.applied) == (["name"], [])
    assert everything(desk) == before


def test_a_rehearsal_says_what_would_be_done_and_writes_nothing(desk: Desk, small: Path) -> None:
    before = everything(desk)
    assert seeding.load(desk, EDITOR, small, dry_run=True).recorded.total() == 8
    assert everything(desk) == before
    seeding.load(desk, EDITOR, small)
    before = everything(desk)
    small.write_text(SMALL.replace("title: The bridge", "title: The long bridge"), encoding="utf-8")
    assert len(seeding.load(desk, EDITOR, small, dry_run=True, apply=True).applied) == 1
    assert everything(desk) == before


def test_what_looks_like_a_record_that_was_there_is_told(desk: Desk, small: Path) -> None:
    seeding.load(desk, EDITOR, small)
    other = small.with_name("other.yaml")
    text = SMALL.replace("example.org/bridge", "example.org/bridge/").replace("The money is there.", "The money is there now.")
    other.write_text(text.replace("name: The minister", "name: Minister"), encoding="utf-8")
    told = seeding.load(desk, EDITOR, other, dry_run=True, compare=True).likenesses
    assert [line.partition(", which")[0] for line in told] == [
        "line 2, source article: do you mean 'https://example.org/bridge'",
        "line 7, claimant minister: do you mean 'The minister'",
        "line 9, claim opens: do you mean 'The bridge opens.'",
        "line 26, claim money: do you mean 'The money is there.'",
    ]


def test_of_two_long_texts_the_part_is_shown_that_differs(sqlite_desk: Desk, small: Path) -> None:
    long = SMALL.replace("Cars cross.", f"{'Cars cross. ' * 20}Yes by May.")
    small.write_text(long, encoding="utf-8")
    seeding.load(sqlite_desk, EDITOR, small)
    (difference,) = again(sqlite_desk, small, long.replace("Yes by May.", "Yes by June.")).differences
    assert "…" in difference.recorded
    assert (difference.recorded.endswith("Yes by May.'"), difference.given.endswith("Yes by June.'")) == (True, True)
    assert len(difference.recorded) < 70


TEXT = "    snapshot: {text: 'The minister said that it  opens in spring.'}\n"


def test_another_text_of_a_source_differs_and_a_quote_as_the_text_has_it_does_not(desk: Desk, small: Path) -> None:
    with_text = SMALL.replace("    published_on: 2025-11\n", f"    published_on: 2025-11\n{TEXT}")
    small.write_text(with_text, encoding="utf-8")
    seeding.load(desk, EDITOR, small)
    assert again(desk, small, with_text).differences == []
    (difference,) = again(desk, small, with_text.replace("in spring.'", "in summer.'")).differences
    assert (difference.line, difference.of, difference.field) == (6, "source article", "snapshot")


def test_where_in_the_medium_a_claim_stands_is_told_where_it_differs(sqlite_desk: Desk, small: Path) -> None:
    said = "quote: {exact: it opens}, page: 3, at: 90, entry: '12.40', language: en"
    placed = SMALL.replace("quote: {exact: it opens}", f"{said}, translation: {{text: Offen, language: de, by: Ada}}")
    small.write_text(placed, encoding="utf-8")
    seeding.load(sqlite_desk, EDITOR, small)
    assert again(sqlite_desk, small, placed).differences == []
    told = again(sqlite_desk, small, placed.replace("page: 3", "page: 4").replace("by: Ada", "by: Bo")).differences
    assert [(each.field, each.recorded, each.given) for each in told] == [
        ("page", "3", "4"),
        ("translation.by", "'Ada'", "'Bo'"),
    ]


def test_a_renamed_copy_of_a_story_doubles_nothing(desk: Desk, small: Path) -> None:
    first = seeding.load(desk, EDITOR, small)
    report = again(desk, small.with_name("copy.yaml"))
    assert (report.there, report.elsewhere, report.differences) == (first.recorded, 2, [])
    assert seeding.load(desk, EDITOR, small).elsewhere == 0


@pytest.mark.long
def test_a_renamed_copy_of_the_first_story_doubles_nothing(desk: Desk, tmp_path: Path) -> None:
    first = seeding.load(desk, EDITOR, STORY)
    assert again(desk, STORY, STORY.read_text(encoding="utf-8")).differences == []
    report = again(desk, tmp_path / "copy.yaml", STORY.read_text(encoding="utf-8"))
    assert (report.there, report.elsewhere, report.differences) == (first.recorded, 104, [])


def test_a_copy_adds_what_is_new_to_the_claims_that_are_there(desk: Desk, small: Path) -> None:
    seeding.load(desk, EDITOR, small)
    text = (
        SMALL.replace("The bridge opens.", "the  BRIDGE opens.")
        .replace("paragraph: 2", "paragraph: 3")
        .replace("{type: DEPENDS_ON", "{type: SUPPORTS")
    )
    copy = small.with_name("copy.yaml")
    copy.write_text(text, encoding="utf-8")
    report = seeding.load(desk, EDITOR, copy)
    assert dict(report.recorded) == {"Appearance": 1, "ClaimRelation": 1}
    assert list(map(str, report.differences)) == [
        "line 10, claim opens: statement is recorded as 'The bridge opens.'; the file says 'the  BRIDGE opens.'."
    ]


def test_the_same_words_of_somebody_else_are_another_claim(desk: Desk, small: Path) -> None:
    seeding.load(desk, EDITOR, small)
    copy = small.with_name("copy.yaml")
    copy.write_text(SMALL.replace("name: The minister", "name: The mayor"), encoding="utf-8")
    report = seeding.load(desk, EDITOR, copy)
    assert (report.recorded["Claim"], report.elsewhere) == (1, 1)


def test_a_relation_that_was_denied_stays_so(desk: Desk, small: Path) -> None:
    seeding.load(desk, EDITOR, small)
    with desk.database.read() as session:
        relation = session.scalars(sa.select(ClaimRelation)).one()
    order = {"from_claim_id": relation.from_claim_id, "to_claim_id": relation.to_claim_id, "type": "DEPENDS_ON", "state": "DENIED"}
    do(desk, claims.relate_claims, claims.RelateClaims(**order))
    said = ["line 25, relation of opens: state is recorded as DENIED; the file says ASSERTED."]
    assert list(map(str, again(desk, small).differences)) == said
    assert list(map(str, again(desk, small.with_name("copy.yaml")).differences)) == said


def test_two_claims_of_one_story_that_say_the_same_are_two_in_a_copy_too(desk: Desk, small: Path) -> None:
    text = SMALL.replace("The money is there.", "The bridge opens.").replace(
        "voice: UNATTRIBUTED", "voice: REPORTED\n    claimant: minister"
    )
    small.write_text(text, encoding="utf-8")
    seeding.load(desk, EDITOR, small)
    report = again(desk, small.with_name("copy.yaml"), text)
    assert (report.there["Claim"], report.elsewhere) == (2, 2)


def test_a_prediction_that_a_person_recorded_is_there(desk: Desk, small: Path) -> None:
    text = SMALL[: SMALL.index("    prediction:")] + SMALL[SMALL.index("    relations:") :]
    small.write_text(text, encoding="utf-8")
    seeding.load(desk, EDITOR, small)
    with desk.database.read() as session:
        claim = session.scalars(sa.select(Claim).where(col(Claim.kind) == "PREDICTION")).one()
    a_prediction(desk, date(2026, 5, 1), claim=claim, question="Does it open?", criteria="Cars cross.")
    assert [each.field for each in again(desk, small).differences] == ["due_on", "due_precision"]


def test_what_one_story_says_twice_is_a_mistake_of_it(sqlite_desk: Desk, small: Path) -> None:
    twice = "      - {source: article, stance: CONTEXT}\n"
    (line,) = told(sqlite_desk, small, SMALL.replace(twice, twice * 2))
    assert "line 19: source: " in line


def test_a_source_that_gets_its_address_later_is_the_same(desk: Desk, small: Path) -> None:
    small.write_text(SMALL.replace("    url: https://example.org/bridge\n", ""), encoding="utf-8")
    seeding.load(desk, EDITOR, small)
    said = "line 4, source article: url is recorded as nothing; the file says 'https://example.org/bridge'."
    assert list(map(str, again(desk, small).differences)) == [said]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("claims: [{key: " + "[" * 5000 + "]" * 5000 + "}]", "nested too deeply"),
        ("", "a story begins with"),
        ("- a\n- b\n", "a story begins with"),
        ("7", "a story"),
    ],
)
def test_what_is_no_story_is_refused(sqlite_desk: Desk, tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadStory, match=said):
        seeding.load(sqlite_desk, EDITOR, path)


def test_a_file_that_cannot_be_read_is_named(sqlite_desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(BadStory, match=r"gone.yaml cannot be read: No such file"):
        seeding.load(sqlite_desk, EDITOR, tmp_path / "gone.yaml")
    with pytest.raises(BadStory, match="cannot be read: Is a directory"):
        seeding.load(sqlite_desk, EDITOR, tmp_path)
    (tmp_path / "latin.yaml").write_bytes("claims: é".encode("latin-1"))
    with pytest.raises(BadStory, match="not a text in UTF-8"):
        seeding.load(sqlite_desk, EDITOR, tmp_path / "latin.yaml")


EXAMPLES = sorted((ROOT / "seeds" / "examples").glob("*.yaml"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_loaded_whole_and_found_again(desk: Desk, path: Path) -> None:
    first = seeding.load(desk, EDITOR, path)
    assert first.recorded["Claim"] == first.recorded["CollectedClaim"] == len(yaml.safe_load(path.read_text())["claims"])
    before = everything(desk)
    second = seeding.load(desk, EDITOR, path)
    assert (second.recorded.total(), second.there, second.differences) == (0, first.recorded, [])
    assert everything(desk) == before
    assert list(verification.find(desk.database)) == []


def test_the_examples_are_not_loaded_with_the_stories_of_the_folder() -> None:
    assert (len(EXAMPLES), serving.stories()) == (3, [STORY])


# The first story: what DOMAIN asks of it.


@pytest.fixture(scope="module")
def story() -> Any:
    return yaml.safe_load(STORY.read_text(encoding="utf-8"))


def test_the_first_story_holds_every_claim_and_every_prediction(story: Any) -> None:
    predicted = [claim for claim in story["claims"] if "prediction" in claim]
    assert len(story["claims"]) == 104
    assert {claim["key"] for claim in predicted} == {claim["key"] for claim in story["claims"] if claim["kind"] == "PREDICTION"}
    assert len(predicted) == 14


def test_each_prediction_of_it_has_question_criteria_likelihood_and_a_date_with_its_basis(story: Any) -> None:
    for claim in story["claims"]:
        if prediction := claim.get("prediction"):
            wanted = {"question", "criteria", "kind", "checkability", "likelihood_text", "due_basis", "due_reasoning"}
            assert wanted <= prediction.keys(), claim["key"]
            assert ("due_on" in prediction) != ("review_on" in prediction), claim["key"]


def test_only_the_visit_has_a_due_date_and_it_is_derived(story: Any) -> None:
    dated = {claim["key"]: claim["prediction"] for claim in story["claims"] if "due_on" in claim.get("prediction", {})}
    assert list(dated) == ["mbs-visits"]
    assert (str(dated["mbs-visits"]["due_on"]), dated["mbs-visits"]["due_basis"]) == ("2025-11-19", "DERIVED")


def test_its_quotes_are_short_placed_and_in_our_own_frame(story: Any) -> None:
    length = story["sources"][0]["snapshot"]["length"]
    for claim in story["claims"]:
        assert claim["appearances"], claim["key"]
        for place in claim["appearances"]:
            quote = place["quote"]
            assert 1 <= len(quote["exact"].split()) <= 7
            assert 0 <= quote["start"] < quote["start"] + len(quote["exact"]) <= length


def test_it_seeds_no_outcome_and_keeps_no_text(story: Any) -> None:
    assert "text" not in story["sources"][0]["snapshot"]
    assert (
        "outcome" not in STORY.read_text(encoding="utf-8").replace("# Outcomes are not seeded", "").lower().partition("sources:")[2]
    )


def prediction_of(desk: Desk, tmp_path: Path, said: str) -> Prediction:
    """Load the small story with other words in its prediction."""
    path = tmp_path / "bound.yaml"
    path.write_text(SMALL.replace("due_on: 2026-spring", said), encoding="utf-8")
    seeding.load(desk, EDITOR, path)
    with desk.database.read() as session:
        (found,) = session.scalars(sa.select(Prediction))
    return found


def test_a_story_says_how_a_due_date_binds_and_which_number_is_predicted(sqlite_desk: Desk, tmp_path: Path) -> None:
    target = 'target: {comparator: AT_LEAST, value: 2.50, unit: "%"}'
    said = f"due_on: 2025-07-01/2026-06-30\n      bound: WITHIN\n      answer_from: 2026-08-29\n      {target}"
    found = prediction_of(sqlite_desk, tmp_path, said)
    assert (found.due_from, found.due_on, found.due_precision) == (date(2025, 7, 1), date(2026, 6, 30), "SPAN")
    assert (found.bound, found.answer_from, str(found.target)) == ("WITHIN", date(2026, 8, 29), "at least 2.5 %")
    assert prediction_of(sqlite_desk, tmp_path, said) == found


def test_a_due_date_with_a_first_day_beside_it_is_a_span(sqlite_desk: Desk, tmp_path: Path) -> None:
    found = prediction_of(sqlite_desk, tmp_path, "due_on: 2026-06-30\n      due_from: 2025-07-01")
    assert (found.due_from, found.due_on, found.due_precision) == (date(2025, 7, 1), date(2026, 6, 30), "SPAN")


def test_another_number_in_a_story_is_told_with_its_line(sqlite_desk: Desk, tmp_path: Path) -> None:
    said = 'due_on: 2026-W07\n      target: {{comparator: AT_LEAST, value: {value}, unit: "%"}}'
    prediction_of(sqlite_desk, tmp_path, said.format(value=2))
    path = tmp_path / "bound.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("value: 2,", "value: 3,"), encoding="utf-8")
    (told,) = seeding.load(sqlite_desk, EDITOR, path).differences
    assert str(told) == "line 23, prediction of opens: target is recorded as at least 2 %; the file says at least 3 %."


def test_a_span_is_no_day_of_saying(sqlite_desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "span.yaml"
    path.write_text(SMALL.replace("said_on: 2025-11-07", "said_on: 2025-07-01/2026-06-30"), encoding="utf-8")
    with pytest.raises(BadStory, match=r"line 14.*'2025-07-01/2026-06-30' is not a date"):
        seeding.load(sqlite_desk, EDITOR, path)


def test_a_story_finds_a_claimant_by_an_alias_and_one_that_was_merged(sqlite_desk: Desk, tmp_path: Path) -> None:
    known = claimants.RecordClaimant(name="Qassym-Jomart Tokayev", kind="PERSON", aliases=["Tokaev"])
    do(sqlite_desk, claimants.record_claimant, known)
    path = tmp_path / "one.yaml"
    said = "  - {{key: {0}, statement: {0}., kind: FACT, voice: REPORTED, claimant: {1}}}\n"
    two = "  - {key: t, name: Tokaev, kind: PERSON}\n  - {key: k, name: Qasym, kind: PERSON}\n"
    path.write_text(f"claimants:\n{two}claims:\n{said.format('a', 't')}{said.format('b', 'k')}", encoding="utf-8")
    report = seeding.load(sqlite_desk, EDITOR, path)
    assert (report.recorded["Claimant"], report.there["Claimant"], report.differences) == (1, 1, [])
    with sqlite_desk.database.read() as session:
        (one,), (other,) = stored.named(session, "Qasym"), stored.named(session, "Tokaev")
    do(sqlite_desk, merging.merge_claimants, merging.MergeClaimants(claimant_id=one.id, into_id=other.id, reason="r"))
    path.write_text(f"{path.read_text(encoding='utf-8')}{said.format('c', 'k')}", encoding="utf-8")
    report = seeding.load(sqlite_desk, EDITOR, path)
    assert (report.recorded["Claim"], report.there["Claim"], report.differences) == (1, 2, [])
