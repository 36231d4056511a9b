"""What can be wrong with a question? The refusals of those who ask; refusals.py has those of what is recorded."""

from claimkb.domain.refusals import Refusal, UserErrorCode


class BadPage(Refusal):
    """At most {most} at once: send {name} from 0 to {most}, not {size}."""


class BothEnds(Refusal):
    """A page is read from one end: send first or last, not both."""


class TooLong(Refusal):
    """{name} has {size} characters; at most {most} are read. Send the words that matter."""


def check_length(name: str, text: str | None, most: int) -> None:
    """Refuse a text that is longer than is read."""
    if text is not None and len(text) > most:
        raise TooLong(name, name=name, size=len(text), most=most)


def check_first(first: int | None, usual: int, most: int) -> int:
    """Return how many rows are wanted, the usual number where nobody says; refuse more than are given at once."""
    wanted = usual if first is None else first
    if not 0 <= wanted <= most:
        raise BadPage("first", name="first", most=most, size=wanted)
    return wanted


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


class BadCursor(Refusal):
    """The cursor in {name} is not one of this list. Take it from the list's pageInfo."""
