"""A person takes a suggestion, with what they change, or refuses it; what is refused leaves everything as it was."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from claimkb.actions import claims, mending, sources, suggestions
from claimkb.actions.quotes import look_for
from claimkb.actions.suggestions import RefuseSuggestion, TakeSuggestion
from claimkb.actions.work import Desk
from claimkb.domain import Appearance, Claim, Claimant, Prediction, Source, due_words
from claimkb.domain.country import NoCountry
from claimkb.domain.dates import DatePrecision
from claimkb.domain.prediction import Due
from claimkb.domain.questions import NoTables
from claimkb.domain.refusals import AlreadyRecorded, NoBasis, NotFound, Retracted, SomebodyNamed
from claimkb.domain.several import Several
from claimkb.domain.story import Unfit
from claimkb.domain.suggesting import SuggestionKind, SuggestionState
from claimkb.domain.suggesting.standing import (
    NoSuchReading,
    NoSuchSuggestion,
    NoTextKept,
    NothingPredicted,
    SpeakerNotKnown,
    SuggestionTaken,
)
from claimkb.store import series
from claimkb.store import suggestions as stored
from claimkb.store.engine import relationships
from claimkb.store.engine.relationships import Relationship
from claimkb.store.suggestions import Suggestion
from tests.builders import EDITOR, a_claim, a_claimant, a_source, do, everything, refused

ARTICLE = """The ferry comes back

The harbour master said on Monday that the ferry will sail again by 30 June 2027. Repairs began in May, and the hull is dry.

“We will build 400 homes by the end of 2028,” the mayor of Saltby said. The council has 212 members.

The old bridge may close soon."""

HARBOUR, MAYOR = "The harbour master", "the mayor of Saltby"
PUBLISHED = date(2026, 11, 20)


def an_article(desk: Desk, text: str = ARTICLE, **given: Any) -> Source:
    """Record a source with the text of an article."""
    return a_source(desk, **{"title": "The ferry comes back", "published_on": PUBLISHED, "snapshot": {"text": text}, **given})


def suggested(desk: Desk, source: Source, *kinds: SuggestionKind) -> list[Suggestion]:
    """List the suggestions of a source, in whatever state."""
    with desk.database.read() as session:
        (found,) = stored.of_sources(session, [source.id], None, kinds or tuple(SuggestionKind))
    return found


def pick(desk: Desk, source: Source, words: str) -> Suggestion:
    """Choose the suggestion whose statement has some words."""
    (found,) = (each for each in suggested(desk, source) if words in each.statement.exact and each.kind is not SuggestionKind.CLAIM)
    return found


def take(desk: Desk, source: Source, words: str, **given: Any) -> Claim:
    """Take the suggestion that has some words."""
    return do(desk, suggestions.take_suggestion, a_take(desk, source, words, **given))


def a_take(desk: Desk, source: Source, words: str, **given: Any) -> TakeSuggestion:
    """Order to take the suggestion that has some words."""
    return TakeSuggestion(source_id=source.id, suggestion_id=pick(desk, source, words).id, **given)


def where(desk: Desk, claim: Claim) -> Appearance:
    """Read where a claim stands."""
    with desk.database.read() as session:
        found: list[Appearance | None] = relationships.ones(session, Relationship(Appearance, theirs="claim_id"), [claim.id])
    assert found[0] is not None
    return found[0]


def predicted(desk: Desk, claim: Claim) -> Prediction:
    """Read the prediction of a claim."""
    with desk.database.read() as session:
        (prediction,) = series.of_claim(session, claim.id)
    return prediction


def named(claimant: Claimant) -> dict[str, UUID]:
    """Name who asserts it."""
    return {"claimant_id": claimant.id}


def test_a_suggestion_is_recorded_as_it_was_suggested_where_nobody_changes_it(desk: Desk) -> None:
    source, master = an_article(desk), a_claimant(desk, HARBOUR)
    claim = take(desk, source, "ferry")
    appearance, prediction = where(desk, claim), predicted(desk, claim)
    assert (claim.statement, claim.kind, claim.voice) == ("the ferry will sail again by 30 June 2027", "PREDICTION", "REPORTED")
    assert (claim.claimant_id, claim.said_on, claim.said_on_precision, claim.language) == (master.id, PUBLISHED, "DAY", "en")
    assert (appearance.source_id, appearance.paragraph, appearance.speech) == (source.id, 1, "INDIRECT")
    assert ARTICLE[appearance.quote_start : appearance.quote_end] == appearance.quote_exact
    assert appearance.anchor_status == "EXACT"
    assert prediction.question == "Does this come true by 30 June 2027: “the ferry will sail again by 30 June 2027”?"
    assert prediction.criteria == "YES if it has come true by 30 June 2027; NO if it has not."
    assert (prediction.due_on, prediction.due_precision, prediction.bound) == (date(2027, 6, 30), "DAY", "BY")
    assert (prediction.due_text, prediction.due_basis, prediction.kind) == ("by 30 June 2027", "STATED", "FORECAST")
    assert prediction.due_reasoning == "printed: 30 June 2027"


def test_words_of_a_text_are_recorded_as_the_same_words_of_a_person_are(desk: Desk) -> None:
    words = "by the end of fiscal year 2027"
    source = an_article(desk, f"{HARBOUR} said that the mill will open {words}.", title="The mill")
    a_claimant(desk, HARBOUR)
    prediction = predicted(desk, take(desk, source, "mill", country="US"))
    typed = due_words.meant(words, PUBLISHED, ["en"], "US").due
    assert typed == Due(date(2026, 10, 1), date(2027, 9, 30), DatePrecision.SPAN)
    assert (prediction.due_from, prediction.due_on, prediction.due_precision) == (typed.due_from, typed.due_on, typed.precision)


def test_a_promise_is_taken_with_its_number_and_a_claimant_who_is_new(desk: Desk) -> None:
    source = an_article(desk)
    claim = take(desk, source, "400 homes", claimant={"name": "The mayor of Saltby", "kind": "PERSON", "office": "Mayor"})
    appearance, prediction = where(desk, claim), predicted(desk, claim)
    assert (claim.kind, prediction.kind, appearance.paragraph) == ("PROMISE", "PROMISE", 2)
    assert (prediction.due_on, str(prediction.target)) == (date(2028, 12, 31), str(pick(desk, source, "400 homes").target))
    (mayor,) = everything(desk)["claimant"]
    assert claim.claimant_id in mayor
    assert "The mayor of Saltby" in mayor


def test_what_a_person_changes_is_recorded_and_null_clears(desk: Desk) -> None:
    source, master, other = an_article(desk), a_claimant(desk, HARBOUR), a_claimant(desk, "Saltby Ferries", "ORGANIZATION")
    claim = take(
        desk,
        source,
        "ferry",
        claim={"statement": "The Saltby ferry sails in June 2027.", "note": "N.", "claimant_id": other.id, "language": None},
        claimant={"name": "Not used", "kind": "PERSON"},
        appearance={"section": "Harbour", "speech": "DOCUMENT", "claimant_role": "the line", "paragraph": None},
        prediction={"question": "Does it sail?", "criteria": "A ticket.", "due_text": None, "probability": 0.5},
    )
    appearance, prediction = where(desk, claim), predicted(desk, claim)
    assert (claim.statement, claim.note, claim.claimant_id, claim.language) == (
        "The Saltby ferry sails in June 2027.",
        "N.",
        other.id,
        None,
    )
    assert (appearance.section, appearance.speech, appearance.claimant_role) == ("Harbour", "DOCUMENT", "the line")
    assert appearance.paragraph is None
    assert (prediction.question, prediction.criteria, prediction.due_text) == ("Does it sail?", "A ticket.", None)
    assert (prediction.probability, prediction.due_on) == (0.5, date(2027, 6, 30))
    assert len(everything(desk)["claimant"]) == len({master.id, other.id})


def test_another_due_date_takes_nothing_from_the_one_that_was_read(desk: Desk) -> None:
    source, who = an_article(desk), named(a_claimant(desk, HARBOUR))
    moved = {"due_on": "2027-07-31", "due_precision": "MONTH", "due_basis": "EDITORIAL", "due_reasoning": "The timetable."}
    prediction = predicted(desk, take(desk, source, "ferry", claim=who, prediction=moved))
    assert (prediction.due_from, prediction.due_on, prediction.bound) == (date(2027, 7, 1), date(2027, 7, 31), "BY")
    assert (prediction.due_reasoning, prediction.due_text) == ("The timetable.", "by 30 June 2027")
    assert prediction.criteria.startswith("YES once it has come true.")


def test_a_due_date_that_is_cleared_leaves_a_review_date(desk: Desk) -> None:
    source = an_article(desk)
    claim = take(desk, source, "ferry", claim=named(a_claimant(desk, HARBOUR)), prediction={"due_on": None})
    prediction = predicted(desk, claim)
    assert (prediction.due_on, prediction.due_basis, prediction.review_on) == (None, None, PUBLISHED + timedelta(days=180))


def test_vague_words_are_recorded_with_the_day_on_which_to_look_again(desk: Desk) -> None:
    source = an_article(desk)
    prediction = predicted(desk, take(desk, source, "bridge", claim={"voice": "UNATTRIBUTED"}))
    assert (prediction.due_on, prediction.due_text, prediction.likelihood_text) == (None, "soon", "may")
    assert prediction.review_on == PUBLISHED + timedelta(days=180)
    assert prediction.due_reasoning is not None
    assert prediction.due_reasoning.startswith("No date: ")


def test_another_due_date_without_its_basis_is_refused_at_its_place(desk: Desk) -> None:
    source = an_article(desk)
    order = a_take(desk, source, "bridge", claim={"voice": "UNATTRIBUTED"}, prediction={"due_on": "2027-07-31"})
    assert refused(desk, NoBasis, suggestions.take_suggestion, order).field == ("prediction", "due_basis")


def test_a_speaker_whom_nobody_has_recorded_is_asked_for(desk: Desk) -> None:
    source = an_article(desk)
    refusal = refused(desk, SpeakerNotKnown, suggestions.take_suggestion, a_take(desk, source, "ferry"))
    assert refusal.field == ("claim", "claimant_id")
    assert str(refusal) == (
        "The text seems to name The harbour master, and no one claimant is recorded under that name. Say who asserts it: "
        "claimantId, or claimant for a new one (--claimant, --new at the terminal); or choose the voice UNATTRIBUTED, "
        "where nobody is named."
    )


def test_a_speaker_who_is_guessed_is_asked_for_though_known(desk: Desk) -> None:
    source = an_article(desk)
    a_claimant(desk, MAYOR)
    guessed = pick(desk, source, "bridge").claimant
    assert guessed is not None
    assert (guessed.name, guessed.is_guess, guessed.known is None) == (MAYOR, True, False)
    refusal = refused(desk, SpeakerNotKnown, suggestions.take_suggestion, a_take(desk, source, "bridge"))
    assert "that is a guess" in str(refusal)


def test_a_new_claimant_under_a_known_name_is_refused_at_its_place(desk: Desk) -> None:
    source = an_article(desk)
    a_claimant(desk, HARBOUR)
    order = a_take(desk, source, "ferry", claimant={"name": HARBOUR, "kind": "PERSON"})
    assert refused(desk, AlreadyRecorded, suggestions.take_suggestion, order).field == ("claimant", "name")


def test_a_voice_that_names_nobody_with_somebody_is_refused_at_its_place(desk: Desk) -> None:
    source = an_article(desk)
    who = named(a_claimant(desk))
    order = a_take(desk, source, "bridge", claim={"voice": "UNATTRIBUTED", **who})
    assert refused(desk, SomebodyNamed, suggestions.take_suggestion, order).field[0] == "claim"


def test_what_is_taken_cannot_be_taken_again_but_for_a_retraction(desk: Desk) -> None:
    source, who = an_article(desk), named(a_claimant(desk, HARBOUR))
    claim = take(desk, source, "ferry")
    now = pick(desk, source, "ferry")
    assert now.claim is not None
    assert (now.state, now.claim.id) == (SuggestionState.TAKEN, claim.id)
    refusal = refused(desk, AlreadyRecorded, suggestions.take_suggestion, a_take(desk, source, "ferry", claim=who))
    assert (refusal.field, refusal.facts["existing"].id) == (("suggestion_id",), claim.id)
    do(desk, mending.retract_appearance, mending.RetractAppearance(appearance_id=where(desk, claim).id, reason="r"))
    assert pick(desk, source, "ferry").state is SuggestionState.OPEN
    assert take(desk, source, "ferry").id != claim.id


def test_a_claim_whose_quote_stands_in_the_statement_is_the_one_that_was_suggested(desk: Desk) -> None:
    source, claim = an_article(desk), a_claim(desk)
    order = claims.AddAppearance(claim_id=claim.id, source_id=source.id, quote={"exact": "ferry will sail"})
    do(desk, claims.add_appearance, order)
    assert [each.state for each in suggested(desk, source) if each.claim] == [SuggestionState.TAKEN]
    assert pick(desk, source, "400 homes").state is SuggestionState.OPEN


def test_a_refusal_is_remembered_for_every_source_of_the_text(desk: Desk) -> None:
    source, copy, other = an_article(desk), an_article(desk), an_article(desk, ARTICLE + " No.")
    order = RefuseSuggestion(source_id=source.id, suggestion_id=pick(desk, source, "ferry").id, reason="R.")
    made = do(desk, suggestions.refuse_suggestion, order)
    assert (made.reason, made.recorded_by) == ("R.", EDITOR.name)
    states = [pick(desk, each, "ferry").state for each in (source, copy, other)]
    assert states == [SuggestionState.REFUSED, SuggestionState.REFUSED, SuggestionState.OPEN]
    again = RefuseSuggestion(source_id=copy.id, suggestion_id=pick(desk, copy, "ferry").id)
    assert refused(desk, AlreadyRecorded, suggestions.refuse_suggestion, again).facts["existing"].id == made.id


def test_what_was_refused_may_be_taken(desk: Desk) -> None:
    source = an_article(desk)
    a_claimant(desk, HARBOUR)
    order = RefuseSuggestion(source_id=source.id, suggestion_id=pick(desk, source, "ferry").id)
    do(desk, suggestions.refuse_suggestion, order)
    take(desk, source, "ferry")
    assert pick(desk, source, "ferry").state is SuggestionState.TAKEN


def test_what_was_taken_is_not_refused(desk: Desk) -> None:
    source = an_article(desk)
    a_claimant(desk, HARBOUR)
    take(desk, source, "ferry")
    order = RefuseSuggestion(source_id=source.id, suggestion_id=pick(desk, source, "ferry").id)
    refused(desk, SuggestionTaken, suggestions.refuse_suggestion, order)


def test_a_suggestion_of_an_older_text_is_refused(desk: Desk) -> None:
    source = an_article(desk)
    order = a_take(desk, source, "bridge", claim={"voice": "UNATTRIBUTED"})
    newer = sources.AddSnapshot(source_id=source.id, snapshot={"text": f"Corrected. {ARTICLE}"})
    do(desk, sources.add_snapshot, newer)
    refused(desk, NoSuchSuggestion, suggestions.take_suggestion, order)


def test_a_fact_is_recorded_without_a_prediction(desk: Desk) -> None:
    source = an_article(desk)
    (fact, *_) = suggested(desk, source, SuggestionKind.CLAIM)
    order = TakeSuggestion(source_id=source.id, suggestion_id=fact.id, claim={"voice": "UNATTRIBUTED"})
    assert do(desk, suggestions.take_suggestion, order).kind == "FACT"
    assert everything(desk)["prediction"] == []


def test_a_prediction_of_a_fact_is_refused(desk: Desk) -> None:
    source = an_article(desk)
    order = a_take(desk, source, "bridge", claim={"voice": "UNATTRIBUTED", "kind": "FACT"}, prediction={"question": "Q?"})
    assert refused(desk, NothingPredicted, suggestions.take_suggestion, order).field == ("prediction",)


def test_a_reading_that_is_not_there_is_refused(desk: Desk) -> None:
    source = an_article(desk)
    order = a_take(desk, source, "ferry", claim={"voice": "UNATTRIBUTED"}, reading=1)
    assert str(refused(desk, NoSuchReading, suggestions.take_suggestion, order)).startswith("Its due date has 1 reading, ")


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"claim": {"voice": "UNATTRIBUTED", "statement": None}}, ("claim", "statement")),
        ({"claim": {"voice": "UNATTRIBUTED"}, "prediction": {"question": None}}, ("prediction", "question")),
    ],
)
def test_what_is_needed_cannot_be_cleared(desk: Desk, changes: dict[str, Any], place: tuple[str, ...]) -> None:
    source = an_article(desk)
    assert refused(desk, Unfit, suggestions.take_suggestion, a_take(desk, source, "bridge", **changes)).field == place


def test_all_that_is_cleared_and_needed_is_told_at_once(desk: Desk) -> None:
    source = an_article(desk)
    order = a_take(desk, source, "bridge", claim={"voice": "UNATTRIBUTED"}, prediction={"question": None, "criteria": None})
    refusal = refused(desk, Several, suggestions.take_suggestion, order)
    assert isinstance(refusal, Several)
    assert [each.field for each in refusal.refusals] == [("prediction", "question"), ("prediction", "criteria")]


def test_a_source_without_a_text_has_no_suggestions_to_take(desk: Desk) -> None:
    source = a_source(desk, snapshot={"sha256": "0" * 64, "length": 5})
    assert suggested(desk, source) == []
    order = TakeSuggestion(source_id=source.id, suggestion_id=desk.new_id())
    refused(desk, NoTextKept, suggestions.take_suggestion, order)
    bare = TakeSuggestion(source_id=a_source(desk, snapshot=None).id, suggestion_id=desk.new_id())
    refused(desk, NoTextKept, suggestions.take_suggestion, bare)


def test_a_source_that_was_retracted_or_is_not_there_gives_nothing(desk: Desk) -> None:
    source = an_article(desk)
    order = a_take(desk, source, "bridge")
    do(desk, sources.retract_source, sources.RetractSource(source_id=source.id, reason="r"))
    refused(desk, Retracted, suggestions.take_suggestion, order)
    refused(desk, NotFound, suggestions.take_suggestion, TakeSuggestion(source_id=desk.new_id(), suggestion_id=desk.new_id()))


def test_a_language_without_tables_and_a_country_without_one_are_told(desk: Desk) -> None:
    source = an_article(desk, language="kk")
    assert suggested(desk, source) == []
    order = TakeSuggestion(source_id=source.id, suggestion_id=desk.new_id())
    refused(desk, NoTables, suggestions.take_suggestion, order)
    there = TakeSuggestion(source_id=an_article(desk).id, suggestion_id=desk.new_id(), country="ZZ")
    refused(desk, NoCountry, suggestions.take_suggestion, there)


def test_suggestions_are_looked_up_before_the_transaction_at_a_price_by_length(desk: Desk) -> None:
    source = an_article(desk)
    spent: list[int] = []
    order = a_take(desk, source, "bridge", claim={"voice": "UNATTRIBUTED"})
    with desk.database.read() as session:
        anchors = look_for(session, order, spent.append)
    assert spent == [500 * len(ARTICLE)]
    with desk.work(EDITOR, anchors=anchors) as work:
        assert suggestions.take_suggestion(work, order).kind == "PREDICTION"


def test_a_french_article_is_taken_in_its_language(desk: Desk) -> None:
    text = (
        "Le bac revient\n\nLe maire a annoncé mardi que la ville construira 400 logements d'ici fin 2028. Les travaux sont chers."
    )
    source = an_article(desk, text, title="Le bac revient")
    claim = take(desk, source, "logements", claim={"voice": "UNATTRIBUTED"})
    prediction = predicted(desk, claim)
    assert (claim.language, where(desk, claim).paragraph) == ("fr", 1)
    assert (prediction.due_on, prediction.bound, prediction.due_basis) == (date(2028, 12, 31), "BY", "STATED")
