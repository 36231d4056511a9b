"""What can be wrong with a question? The refusals of those who ask; refusals.py has those of what is recorded."""

from claimkb.domain.refusals import Refusal, UserErrorCode


class BadPage(Refusal):
    """At most {most} at once: send {name} from 0 to {most}, not {size}."""


class BothEnds(Refusal):
    """A page is read from one end: send first or last, not both."""


class TooLong(Refusal):
    """{name} has {size} characters; at most {most} are read. Send the words that matter."""


class BadId(Refusal):
    """{advice}"""


class UnknownClaimant(Refusal):
    """There is no claimant named {name}, to the letter. {advice}"""

    code = UserErrorCode.NOT_FOUND


class SeveralOfThisName(Refusal):
    """Several claimants are named {name}: say which by its id. They are {ids}."""


class NotAnnounced(Refusal):
    """There is no {kind} with this id to go on from. Leave it out to begin now."""

    code = UserErrorCode.NOT_FOUND


class NoTables(Refusal):
    """claimkb has no tables of {language} yet, only of {known}: nothing can be suggested."""


class LanguageUnclear(Refusal):
    """The language of the text is not clear: say which it is. The rules read {known}."""


class NoCountry(Refusal):
    """claimkb has no table of the country {country}. Leave it out, or write another as ISO 3166-1 does, such as FR or US."""


class BadCursor(Refusal):
    """The cursor in {name} is not one of this list. Take it from the list's pageInfo."""
