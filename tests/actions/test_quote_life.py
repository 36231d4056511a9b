"""Quotes, newer texts and people in any order: whatever they do, a quote is shown with the text that it stands in."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from claimkb.actions import claims, mending, reanchoring, sources
from claimkb.actions.work import Desk
from claimkb.domain import AnchorProposal, Appearance, Snapshot
from claimkb.domain.anchor_proposal import AnchorDecision
from claimkb.domain.anchoring import AnchorStatus
from claimkb.domain.refusals import Refusal
from claimkb.store import verification
from tests.builders import NOON, TEXT, a_claim, a_source, do

QUOTES = ("The minister said the bridge will open in spring.", "Critics doubt it", "The bridge is long.")
SENTENCES = (*QUOTES, "Critics still doubt it.", "The minister said the bridge will not open in spring.", "It rained.")
texts = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=5).map(" ".join)
which = st.integers(0, len(QUOTES) - 1)


class Life(RuleBasedStateMachine):
    """A source with three quotes, and people who capture it again and decide."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.passed = timedelta()
        self.desk = replace(desk, clock=lambda: NOON + self.passed)

    def attempt(self, action: Callable[..., Any], order: Any) -> None:
        """Do something that may be refused."""
        try:
            do(self.desk, action, order)
        except Refusal:
            return

    @initialize()
    def begin(self) -> None:
        self.source, claim = a_source(self.desk).id, a_claim(self.desk).id
        orders = ({"claim_id": claim, "source_id": self.source, "quote": {"exact": quote}} for quote in QUOTES)
        self.ids = [do(self.desk, claims.add_appearance, claims.AddAppearance.model_validate(each)).id for each in orders]

    @rule(text=texts, days=st.integers(-1, 2))
    def capture(self, text: str, days: int) -> None:
        self.passed += timedelta(days=2)
        at = self.desk.now() + timedelta(days=min(days, 0))
        order = {"source_id": self.source, "snapshot": {"text": text, "captured_at": at}}
        self.attempt(sources.add_snapshot, sources.AddSnapshot.model_validate(order))

    @rule(place=which, agrees=st.booleans())
    def decide(self, place: int, agrees: bool) -> None:
        if proposal := self.waiting().get(self.ids[place]):
            order = reanchoring.RejectAnchor(anchor_id=proposal.id, reason="r")
            self.attempt(reanchoring.accept_anchor if agrees else reanchoring.reject_anchor, order)

    @rule(place=which, quote=st.sampled_from([*QUOTES, "It rained", None]))
    def correct(self, place: int, quote: str | None) -> None:
        order = {"appearance_id": self.ids[place], "quote": quote and {"exact": quote}}
        self.attempt(mending.update_appearance, mending.UpdateAppearance.model_validate(order))

    @rule(place=which, back=st.booleans())
    def retract(self, place: int, back: bool) -> None:
        order = mending.RestoreAppearance(appearance_id=self.ids[place], reason="r")
        self.attempt(mending.restore_appearance if back else mending.retract_appearance, order)

    def waiting(self) -> dict[UUID, AnchorProposal]:
        """List what waits for a decision."""
        with self.desk.database.read() as session:
            every = session.scalars(sa.select(AnchorProposal)).all()
        return {each.appearance_id: each for each in every if each.decision is AnchorDecision.WAITING}

    @invariant()
    def a_quote_is_shown_with_the_text_that_it_stands_in(self) -> None:
        with self.desk.database.read() as session:
            texts: dict[UUID | None, str | None] = {each.id: each.text for each in session.scalars(sa.select(Snapshot))}
            found = {each.id: each for each in session.scalars(sa.select(Appearance))}
        for each in found.values():
            if each.quote_start is not None:
                assert (texts[each.snapshot_id] or "")[each.quote_start : each.quote_end] == each.quote_exact
        for id_, proposal in self.waiting().items():
            assert (found[id_].retracted_at, found[id_].anchor_status) == (None, proposal.status)
            assert proposal.status in (AnchorStatus.FUZZY, AnchorStatus.ORPHAN)
            assert proposal.start is None or (texts[proposal.snapshot_id] or "")[proposal.start : proposal.end] == proposal.exact

    def teardown(self) -> None:
        assert list(verification.find(self.desk.database)) == []


@pytest.fixture
def lives(desk: Desk) -> Callable[[], Life]:
    """Give what begins a life on a desk."""
    return lambda: Life(desk)


@pytest.mark.campaign
def test_whatever_happens_to_a_source_a_quote_is_shown_with_its_own_text(lives: Callable[[], Life]) -> None:
    settings_ = settings(max_examples=4, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(lives, settings=settings_)  # type: ignore[arg-type]


@pytest.mark.campaign
def test_the_texts_of_the_life_hold_the_quotes() -> None:
    assert all(quote in TEXT for quote in QUOTES)
