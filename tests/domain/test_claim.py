"""Who is named, and when a claim was made."""

from datetime import date
from uuid import UUID

import pytest

from claimkb.domain import Claim
from claimkb.domain.claim import CheckWorthiness, ClaimKind, Voice, check_voice, first_said_on
from claimkb.domain.dates import DatePrecision
from claimkb.domain.refusals import NobodyNamed, SomebodyNamed


@pytest.mark.parametrize("voice", [Voice.OWN, Voice.REPORTED, Voice.ASCRIBED])
def test_a_claim_of_somebody_needs_the_claimant(voice: Voice) -> None:
    with pytest.raises(NobodyNamed):
        check_voice(voice, None)
    check_voice(voice, UUID(int=1))


def test_an_unattributed_claim_has_no_claimant() -> None:
    with pytest.raises(SomebodyNamed):
        check_voice(Voice.UNATTRIBUTED, UUID(int=1))
    check_voice(Voice.UNATTRIBUTED, None)


def test_a_claim_was_made_at_the_earliest_on_the_first_day_of_its_date() -> None:
    claim = Claim(
        statement=".",
        kind=ClaimKind.FACT,
        voice=Voice.UNATTRIBUTED,
        check_worthiness=CheckWorthiness.LOW,
        said_on=date(2025, 11, 7),
    )
    assert first_said_on(claim) == date(2025, 11, 7)
    claim.said_on_precision = DatePrecision.MONTH
    assert first_said_on(claim) == date(2025, 11, 1)
    claim.said_on = None
    assert first_said_on(claim) is None
