"""What can be wrong with a target, and with what was measured?"""

from claimkb.domain.refusals import Refusal


class UpperOfNothing(Refusal):
    """Only BETWEEN has an upper value: leave it out, or choose that comparator."""


class NoUpper(Refusal):
    """BETWEEN goes from one value to another: send the upper value too."""


class UpperBelowValue(Refusal):
    """The upper value {upper} is below the value {value}: turn them around."""


class NoTolerance(Refusal):
    """ABOUT needs a tolerance: say by how much it may be off."""


class ToleranceOfNothing(Refusal):
    """Only ABOUT and EXACTLY have a tolerance: leave it out, or choose one of them."""


class NegativeTolerance(Refusal):
    """The tolerance {tolerance} is below 0."""


class NothingToMeasure(Refusal):
    """This prediction has no target to hold a number against: give it one (updatePrediction), or leave the number out."""


class UnitOfNothing(Refusal):
    """A unit belongs to a number: send what was measured too, or leave the unit out."""


class OtherUnit(Refusal):
    """The target is in {target}, and this is in {unit}: convert it, and say so in the rationale."""


class NotWhatWasMeasured(Refusal):
    """{sum}: that is {verdict}."""
