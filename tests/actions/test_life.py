"""A prediction's life under several people, in any order: whatever they do, what is promised of it holds after each step."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlmodel import Session, SQLModel, col

from claimkb.actions import claims, collections, evidence, flagging, following, outcomes, predictions
from claimkb.actions.work import Desk
from claimkb.domain import Claim, CollectedClaim, DueDateChange, Flag, Outcome, Prediction, ReplyRequest, Revision
from claimkb.domain.account import Actor
from claimkb.domain.deadline import DueBound
from claimkb.domain.outcome import OutcomeReview, Verdict
from claimkb.domain.permissions import Role
from claimkb.domain.policy import Policy
from claimkb.domain.prediction import SETTLED, PredictionStatus, deadline
from claimkb.domain.refusals import Refusal
from claimkb.domain.revision import chain
from claimkb.domain.series import next_of
from claimkb.store import collection_summaries, ghosts, series
from claimkb.store.engine.cancellation import Cancellation
from tests.builders import IS_LONG, NOON, TODAY, a_collection, a_prediction, a_series, a_source, as_it_is, do
from tests.stops import STOPPED, after, crash, stops_of

PEOPLE = [Actor("Rea", Role.REPORTER), Actor("Edith", Role.EDITOR), Actor("Otto", Role.EDITOR)]
REA, EDITH, OTTO = PEOPLE
BOT = Actor("Bot", Role.EDITOR, is_program=True)
people = st.sampled_from([EDITH, OTTO, REA, BOT])
days = st.integers(min_value=-40, max_value=40).map(lambda number: TODAY + timedelta(days=number))
bounds = st.none() | st.sampled_from(DueBound)
FIVE = {"comparator": "AT_LEAST", "value": 5, "unit": "%"}
texts = st.sampled_from(["It is.", "It is not.", "Nobody knows."])
STANDS = {
    PredictionStatus.OPEN: set[OutcomeReview](),
    PredictionStatus.PROPOSED: {OutcomeReview.PROPOSED},
    PredictionStatus.RESOLVED: {OutcomeReview.CONFIRMED},
    PredictionStatus.WITHDRAWN: set[OutcomeReview](),
}
"""The outcome in force that belongs to each status: one of it, and none of another kind."""


class Life(RuleBasedStateMachine):
    """Several people and the calendar at work on a few predictions."""

    known: Bundle[UUID] = Bundle("known")
    made: Bundle[UUID] = Bundle("made")
    asked: Bundle[UUID] = Bundle("asked")

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.passed = timedelta()
        self.desk = replace(desk, clock=lambda: NOON + self.passed)
        self.ids: set[UUID] = set()
        self.seen: dict[UUID, tuple[Any, ...]] = {}
        self.meant: dict[UUID, Any] = {}
        self.refusals = 0
        self.stop: tuple[str, int] | None = None
        self.found: dict[type[SQLModel], list[Any]] = {}
        self.collected: set[UUID] = set()

    def attempt(self, action: Callable[..., Any], order: Any, actor: Actor) -> Any:
        """Do something that may be stopped or refused; see that nothing has changed then."""
        if self.stop is not None:
            return self.attempt_stopped(action, order, actor)
        self.refusals += 1
        before = as_it_is(self.desk) if self.refusals % 10 == 0 else None  # to look at the whole database takes its time
        try:
            return do(self.desk, action, order, actor)
        except Refusal:
            assert before is None or as_it_is(self.desk) == before
            return None

    def attempt_stopped(self, action: Callable[..., Any], order: Any, actor: Actor) -> Any:
        """Do something that is stopped on the way; see that it is whole or not at all, and said to be what it is."""
        (way, number), self.stop, cancellation = self.stop, None, Cancellation()  # type: ignore[misc]
        before = as_it_is(self.desk)
        try:
            with after(self.desk, number, stops_of(self.desk, cancellation).get(way, crash)) as was_stopped:
                done = do(self.desk, action, order, actor, cancellation)
        except (Refusal, *STOPPED):
            assert as_it_is(self.desk) == before
            return None
        assert not was_stopped()
        return done

    @rule(way=st.sampled_from(["stop", "crash", "lose"]), number=st.integers(min_value=1, max_value=16))
    def stop_what_is_done_next(self, way: str, number: int) -> None:
        self.stop = way, number

    @initialize(target=known, two=st.booleans(), dated=days, bound=st.sampled_from(DueBound))
    def begin(self, two: bool, dated: date, bound: DueBound) -> MultipleResults[UUID]:
        self.desk = replace(self.desk, policy=Policy(two_person_rule=two))
        self.source = a_source(self.desk, snapshot=None).id
        self.collection = a_collection(self.desk, kind="TRACKER").id
        given: list[dict[str, Any]] = [
            {},
            {"due_on": None},
            {"bound": bound, "answer_from": dated + timedelta(days=9), "target": FIVE},
        ]
        made = [a_prediction(self.desk, **{"due_on": dated, **each}).id for each in given]
        claim = a_series(self.desk, every="MONTH", from_=dated, question="Does it open in {period}?", count=2).claim_id
        with self.desk.database.read() as session:
            made += [each.id for each in series.of_claim(session, claim)]
        self.ids.update(made)
        return multiple(*made)

    def say(self, id_: UUID, verdict: str, why: str, actor: Actor, **more: Any) -> list[UUID]:
        shown = [evidence.GiveEvidence(source_id=self.source, stance="SUPPORTS")]
        given = {"verdict": verdict, "rationale": why, "early_reason": "It cannot be undone.", "evidence": shown, **more}
        done = self.attempt(outcomes.resolve_prediction, outcomes.ResolvePrediction(prediction_id=id_, **given), actor)
        return [done.id] if done is not None else []

    @rule(target=made, id_=known, verdict=st.sampled_from(["YES", "NO", "PARTIAL", "AMBIGUOUS"]), why=texts, actor=people)
    def resolve(self, id_: UUID, verdict: str, why: str, actor: Actor) -> MultipleResults[UUID]:
        return multiple(*self.say(id_, verdict, why, actor))

    @rule(
        target=made,
        id_=known,
        verdict=st.sampled_from(["YES", "NO"]),
        measured=st.integers(3, 7),
        occurred_on=st.none() | days,
        unit=st.sampled_from([None, "%", "homes"]),
    )
    def measure(self, id_: UUID, verdict: str, **found: Any) -> MultipleResults[UUID]:
        return multiple(*self.say(id_, verdict, "It was measured.", EDITH, **found))

    @rule(target=made, id_=known, confirms=st.booleans(), two=st.permutations([EDITH, OTTO]))
    def resolve_and_review(self, id_: UUID, confirms: bool, two: list[Actor]) -> MultipleResults[UUID]:
        said = self.say(id_, "YES", "It is.", two[0])
        for outcome in said:
            (self.confirm if confirms else partial(self.reject, why="It is not."))(outcome, actor=two[1])
        return multiple(*said)

    @rule(target=known, id_=known, move=st.booleans())
    def settle_and_reopen(self, id_: UUID, move: bool) -> MultipleResults[UUID]:
        self.resolve_and_review(id_, confirms=True, two=[EDITH, OTTO])
        self.reopen(id_, "It fell down.", OTTO)
        if move:
            self.move(id_, TODAY - timedelta(days=3), "EXTENSION", EDITH)
        return multiple()

    @rule(id_=made, actor=people)
    def confirm(self, id_: UUID, actor: Actor) -> None:
        self.attempt(outcomes.confirm_outcome, outcomes.ConfirmOutcome(outcome_id=id_), actor)

    @rule(id_=made, why=texts, actor=people)
    def reject(self, id_: UUID, why: str, actor: Actor) -> None:
        self.attempt(outcomes.reject_outcome, outcomes.RejectOutcome(outcome_id=id_, reason=why), actor)

    @rule(id_=known, why=texts, actor=people)
    def reopen(self, id_: UUID, why: str, actor: Actor) -> None:
        self.attempt(outcomes.reopen_prediction, outcomes.ReopenPrediction(prediction_id=id_, reason=why), actor)

    @rule(id_=known, due_on=days, kind=st.sampled_from(["CORRECTION", "EXTENSION", "EDITORIAL"]), actor=people, bound=bounds)
    def move(self, id_: UUID, due_on: date, kind: str, actor: Actor, bound: DueBound | None = None) -> None:
        order = predictions.MoveDueDate(prediction_id=id_, due_on=due_on, kind=kind, bound=bound, reason="It moved.")
        self.attempt(predictions.move_due_date, order, actor)

    @rule(id_=known, actor=people)
    def withdraw(self, id_: UUID, actor: Actor) -> None:
        self.attempt(predictions.withdraw_prediction, predictions.WithdrawPrediction(prediction_id=id_, reason="None."), actor)

    @rule(id_=known, actor=people)
    def restore(self, id_: UUID, actor: Actor) -> None:
        self.attempt(predictions.restore_prediction, predictions.RestorePrediction(prediction_id=id_, reason="One."), actor)

    @rule(id_=known, until=days, actor=people)
    def snooze(self, id_: UUID, until: date, actor: Actor) -> None:
        self.attempt(predictions.snooze_prediction, predictions.SnoozePrediction(prediction_id=id_, until=until, reason="r"), actor)

    @rule(id_=known, probability=st.floats(min_value=0, max_value=1), criteria=texts, actor=people)
    def update(self, id_: UUID, probability: float, criteria: str, actor: Actor) -> None:
        order = predictions.UpdatePrediction(prediction_id=id_, probability=probability, criteria=criteria, reason="We misread.")
        self.attempt(predictions.update_prediction, order, actor)

    @rule(id_=known, answer_from=st.none() | days, value=st.integers(3, 7), actor=people)
    def foretell(self, id_: UUID, answer_from: date | None, value: int, actor: Actor) -> None:
        target = {**FIVE, "value": value}
        order = predictions.UpdatePrediction(prediction_id=id_, answer_from=answer_from, target=target, reason="We misread.")
        self.attempt(predictions.update_prediction, order, actor)

    @rule(id_=known, statement=texts, why=st.sampled_from([None, "Misread."]), actor=people)
    def reword(self, id_: UUID, statement: str, why: str | None, actor: Actor) -> None:
        order = claims.UpdateClaim(claim_id=self.claim_of(id_), statement=statement, reason=why)
        self.attempt(claims.update_claim, order, actor)

    @rule(id_=known, probability=st.floats(min_value=0, max_value=1), why=st.sampled_from([None, "Misread."]), actor=people)
    def reckon(self, id_: UUID, probability: float, why: str | None, actor: Actor) -> None:
        order = predictions.UpdatePrediction(prediction_id=id_, probability=probability, reason=why)
        self.attempt(predictions.update_prediction, order, actor)

    @rule(target=asked, id_=known, within=st.integers(min_value=0, max_value=20), actor=people)
    def ask(self, id_: UUID, within: int, actor: Actor) -> MultipleResults[UUID]:
        by = self.desk.today() + timedelta(days=within)
        order = following.RequestReply(prediction_id=id_, asked_of="They", asked="Why?", answer_by=by)
        done = self.attempt(following.request_reply, order, actor)
        return multiple(*([done.id] if done is not None else []))

    @rule(id_=known, within=st.integers(min_value=0, max_value=20), late=st.booleans())
    def ask_and_say_what_happened(self, id_: UUID, within: int, late: bool) -> None:
        self.ask(id_, within, EDITH)
        if late:
            self.days_pass(within + 1)
        self.resolve_and_review(id_, confirms=True, two=[EDITH, OTTO])

    @rule(id_=asked, waive=st.booleans(), actor=people)
    def settle_reply(self, id_: UUID, waive: bool, actor: Actor) -> None:
        if waive:
            self.attempt(following.waive_reply, following.WaiveReply(reply_request_id=id_, reason="r"), actor)
        else:
            self.attempt(following.record_reply, following.RecordReply(reply_request_id=id_, reply="So."), actor)

    @rule(id_=known, actor=people)
    def note(self, id_: UUID, actor: Actor) -> None:
        order = following.NoteProgress(prediction_id=id_, progress="STALLED", text="Nothing moves.")
        self.attempt(following.note_progress, order, actor)

    @rule(id_=known, puts_in=st.booleans(), actor=people)
    def collect(self, id_: UUID, puts_in: bool, actor: Actor) -> None:
        claim = self.claim_of(id_)
        if puts_in:
            order: Any = collections.AddToCollection(collection_id=self.collection, claim_ids=[claim])
            done = self.attempt(collections.add_to_collection, order, actor)
        else:
            order = collections.RemoveFromCollection(collection_id=self.collection, claim_ids=[claim], reason="r")
            done = self.attempt(collections.remove_from_collection, order, actor)
        if done is not None:
            self.collected ^= {claim}

    @rule(number=st.integers(min_value=1, max_value=60))
    def days_pass(self, number: int) -> None:
        self.passed += timedelta(days=number)

    @rule()
    def flag(self) -> None:
        before = {each.id: each.status for each in self.found[Prediction]}
        do(self.desk, flagging.flag_predictions, flagging.FlagPredictions())
        with self.desk.database.read() as session:
            assert {each.id: each.status for each in self.read(session, Prediction)} == before, "silence never answers"
        again = do(self.desk, flagging.flag_predictions, flagging.FlagPredictions())
        assert (again.flags, again.cleared) == ([], 0)

    def claim_of(self, id_: UUID) -> UUID:
        """Tell of which claim a prediction is a part."""
        claim_id: UUID = next(each for each in self.found[Prediction] if each.id == id_).claim_id
        return claim_id

    def read(self, session: Session, kind: type[SQLModel]) -> list[Any]:
        """Read what is recorded of these predictions."""
        key: Any = kind.id if kind is Prediction else kind.prediction_id  # type: ignore[attr-defined]
        return list(session.scalars(sa.select(kind).where(col(key).in_(self.ids)).order_by(sa.inspect(kind).columns["id"])))

    @invariant()
    def what_is_promised_holds(self) -> None:
        with self.desk.database.read() as session:
            self.found = {kind: self.read(session, kind) for kind in (Prediction, Outcome, Flag, DueDateChange, ReplyRequest)}
            about = [each.claim_id for each in self.found[Prediction]]
            self.found[Claim] = list(session.scalars(sa.select(Claim).where(col(Claim.id).in_(about))))
            members = sa.select(CollectedClaim).where(col(CollectedClaim.collection_id) == self.collection)
            self.found[CollectedClaim] = list(session.scalars(members))
            (self.summary,) = collection_summaries.by_collections(session, [self.collection], self.desk.today())
            ids = [each.id for kind in (Prediction, Outcome, ReplyRequest, Claim, CollectedClaim) for each in self.found[kind]]
            told = sa.select(Revision).where(col(Revision.record_id).in_(ids)).order_by(col(Revision.version))
            self.found[Revision] = list(session.scalars(told))
        for check in (
            self.a_status_has_its_outcome_and_no_other,
            self.what_was_found_is_never_changed_and_never_gone,
            self.nobody_confirms_their_own_and_whoever_does_not_agree_says_why,
            self.nothing_stood_before_its_reply_was_there,
            self.the_first_due_date_is_kept_and_every_move_follows_the_one_before,
            self.a_flag_in_force_is_of_a_day_that_is_still_waited_for,
            self.it_waits_for_the_later_day,
            self.an_answer_contradicts_neither_the_calendar_nor_the_measure,
            self.history_has_no_gap,
            self.every_change_of_what_was_settled_is_a_correction,
            self.what_was_decided_about_keeps_its_meaning,
            self.no_program_confirms,
            self.of_a_claims_predictions_one_waits_next,
            self.a_collection_counts_what_was_put_in_and_nothing_twice,
        ):
            check()

    def teardown(self) -> None:
        with self.desk.database.read() as session:
            assert list(ghosts.find(session)) == []

    def a_status_has_its_outcome_and_no_other(self) -> None:
        found: dict[UUID, Counter[OutcomeReview]] = defaultdict(Counter)
        for each in self.found[Outcome]:
            found[each.prediction_id][each.review] += 1
        for each in self.found[Prediction]:
            in_force = {review: found[each.id][review] for review in (OutcomeReview.PROPOSED, OutcomeReview.CONFIRMED)}
            assert in_force == {review: int(review in STANDS[each.status]) for review in in_force}

    def what_was_found_is_never_changed_and_never_gone(self) -> None:
        kept = {
            each.id: (each.verdict, each.rationale, each.proposed_by, each.recorded_at, each.supersedes_id)
            for each in self.found[Outcome]
        }
        assert kept.items() >= self.seen.items()
        self.seen = kept

    def nobody_confirms_their_own_and_whoever_does_not_agree_says_why(self) -> None:
        for each in self.found[Outcome]:
            if each.review is OutcomeReview.REJECTED:
                assert each.rejected_reason
                assert each.reviewed_by
            elif each.reviewed_by is not None:
                assert each.reviewed_by != each.proposed_by
            if each.review is OutcomeReview.SUPERSEDED:
                assert each.superseded_reason

    def nothing_stood_before_its_reply_was_there(self) -> None:
        asked: dict[UUID, list[ReplyRequest]] = defaultdict(list)
        for each in self.found[ReplyRequest]:
            asked[each.prediction_id].append(each)
        for each in self.found[Prediction]:
            if each.status is PredictionStatus.RESOLVED:
                for request in asked[each.id]:
                    assert request.reply or request.waived_reason or request.answer_by < self.desk.today()

    def the_first_due_date_is_kept_and_every_move_follows_the_one_before(self) -> None:
        moves: dict[UUID, list[DueDateChange]] = defaultdict(list)
        for each in self.found[DueDateChange]:
            moves[each.prediction_id].append(each)
        for each in self.found[Prediction]:
            stops = [(move.old_due_on, move.new_due_on) for move in moves[each.id]]
            assert [old for old, _ in stops] + [each.due_on] == [each.original_due_on] + [new for _, new in stops]

    def a_flag_in_force_is_of_a_day_that_is_still_waited_for(self) -> None:
        stands = {each.id: each for each in self.found[Prediction]}
        flags = self.found[Flag]
        assert len({(each.prediction_id, each.due_on, each.level) for each in flags}) == len(flags)
        for each in flags:
            prediction = stands[each.prediction_id]
            applies = prediction.status not in SETTLED and each.due_on == prediction.waits_for
            assert (each.cleared_at is None) == applies

    def it_waits_for_the_later_day(self) -> None:
        for each in self.found[Prediction]:
            days = [day for day in (each.due_on, each.answer_from) if day is not None] if each.due_on else [each.review_on]
            assert each.waits_for == max(days)
            assert each.answer_from is None or each.answer_from > each.due_on

    def an_answer_contradicts_neither_the_calendar_nor_the_measure(self) -> None:
        by_id = {each.id: each for each in self.found[Prediction]}
        for each in self.found[Outcome]:
            prediction = by_id[each.prediction_id]
            if each.review is OutcomeReview.CONFIRMED and each.verdict is Verdict.YES:
                held_to, target = deadline(prediction), prediction.target
                is_in_time = each.occurred_on is None or held_to is None or held_to.is_in_time(each.occurred_on)
                assert is_in_time
                assert each.measured is None or target.is_met(each.measured) or prediction.bound is DueBound.NOT_BEFORE

    def history_has_no_gap(self) -> None:
        kinds = (Prediction, Outcome, ReplyRequest, CollectedClaim)
        versions = {each.id: each.version for kind in kinds for each in self.found[kind]}
        found: dict[UUID, list[Revision]] = defaultdict(list)
        for each in self.found[Revision]:
            found[each.record_id].append(each)
        for id_, version in versions.items():
            assert [each.version for each in found[id_]] == list(range(1, version + 1))
            assert [each.previous_hash for each in found[id_]] == [None, *(each.hash for each in found[id_][:-1])]
            assert all(each.hash == chain(dict(each)) for each in found[id_])

    def every_change_of_what_was_settled_is_a_correction(self) -> None:
        for each in self.found[Revision]:
            if each.record_type == "Claim":
                continue  # what_was_decided_about_keeps_its_meaning looks at these
            before = json.loads(each.before)
            is_one = each.record_type == "Outcome" and each.action == "reopenPrediction"
            if each.record_type == "Prediction" and each.corrects_id is not None:
                is_one = bool(before.keys() - {"status", "assignee"}) and each.action == "updatePrediction"
            assert (each.corrects_id is not None) == is_one

    def what_was_decided_about_keeps_its_meaning(self) -> None:
        of = {each.id: each for each in self.found[Claim]}
        meant: dict[UUID, Any] = {}
        for outcome in self.found[Outcome]:
            if outcome.review not in (OutcomeReview.PROPOSED, OutcomeReview.CONFIRMED):
                continue
            prediction = next(each for each in self.found[Prediction] if each.id == outcome.prediction_id)
            claim = of[prediction.claim_id]
            corrections = [
                each
                for each in self.found[Revision]
                if each.corrects_id in (prediction.id, claim.id) and each.record_id != outcome.id
            ]
            said = (claim.statement, claim.voice, prediction.probability, prediction.question, prediction.criteria)
            now = (*said, prediction.target, prediction.answer_from)
            meant[outcome.id] = now, outcome.review, len(corrections)
            was, _, number = self.meant.get(outcome.id, meant[outcome.id])
            if now != was:
                assert outcome.review is OutcomeReview.CONFIRMED
                assert len(corrections) > number
            for each in corrections[number:]:
                if each.record_type != "Outcome":
                    assert each.reason
                    assert each.recorded_by in {EDITH.name, OTTO.name}
                    assert not self.desk.policy.two_person_rule or each.recorded_by != outcome.proposed_by
        self.meant = meant

    def of_a_claims_predictions_one_waits_next(self) -> None:
        for claim in self.found[Claim]:
            among = [each for each in self.found[Prediction] if each.claim_id == claim.id]
            assert claim.next_prediction_id == next_of(among).id

    def a_collection_counts_what_was_put_in_and_nothing_twice(self) -> None:
        assert {each.claim_id for each in self.found[CollectedClaim] if each.removed_at is None} == self.collected
        of = [each for each in self.found[Prediction] if each.claim_id in self.collected]
        statuses = Counter(each.status for each in of)
        in_sum = self.summary
        answered = in_sum.yes + in_sum.no + in_sum.partial + in_sum.unclear + in_sum.annulled
        assert answered == statuses[PredictionStatus.RESOLVED]
        waiting = in_sum.unchecked + in_sum.not_yet_due + in_sum.undated
        assert waiting == statuses[PredictionStatus.OPEN] + statuses[PredictionStatus.PROPOSED]
        assert in_sum.predictions == answered + waiting

    def no_program_confirms(self) -> None:
        assert not any(each.reviewed_by == BOT.name and each.review is OutcomeReview.CONFIRMED for each in self.found[Outcome])


@pytest.fixture
def lives(desk: Desk) -> Callable[[], Life]:
    """Give what begins a life on a desk."""
    return lambda: Life(desk)


@pytest.mark.campaign
def test_whatever_people_do_in_whatever_order_what_is_promised_holds(lives: Callable[[], Life]) -> None:
    many = 60 if IS_LONG else 5
    settings_ = settings(max_examples=many, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(lives, settings=settings_)  # type: ignore[arg-type]
