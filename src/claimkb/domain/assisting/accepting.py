"""What of a model's proposals is accepted? What the text itself says.

A model may invent, and a text may tell it what to say. So a proposal only points: what comes of it are passages of the text, a
kind, and a day that the grammar of date phrases computes. A quote has to stand in the text once, in one sentence that the rules do
not know for a trap. A claimant who is not in the text, and other words that are not in that sentence, are left out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from claimkb.domain.assisting.proposal import MOST, Proposal
from claimkb.domain.assisting.reading import ReadText
from claimkb.domain.date_phrases import DatePhrase
from claimkb.domain.suggesting import Passage, Speaker, Suggested, SuggestionKind

SCORE = 0.5
"""How sure a suggestion is that comes from a model alone."""

IsTrap = Callable[[str, Passage, str], bool]
"""Tells of a text, a sentence of it and its language whether the sentence only looks as if it said something about the future."""


def accepted(
    text: str,
    answer: Sequence[Proposal],
    found: Sequence[Suggested],
    published_on: date | None,
    language: str,
    country: str | None = None,
    *,
    model: str,
    is_trap: IsTrap,
) -> list[Suggested]:
    """Add what a model proposes to the suggestions of the rules, in the order of the text.

    A proposal for what the rules have suggested sharpens that, and its place stays: a person may have refused it there.
    """
    read, why = ReadText(text, published_on, language, country), f"model {model}"
    suggested, sharpened = list(found), set[int]()
    for proposal in answer[:MOST]:
        place = _place(read, proposal, is_trap)
        if place is None:
            continue
        there = [index for index, each in enumerate(suggested) if _overlap(each.statement, place.statement)]
        if not there:
            suggested.append(_made(read, proposal, place, why))
        elif len(there) == 1 and there[0] < len(found) and there[0] not in sharpened:
            sharpened.add(there[0])
            suggested[there[0]] = _sharpened(read, proposal, suggested[there[0]], why)
    return sorted(suggested, key=lambda each: each.statement.start)


@dataclass(frozen=True)
class _Place:
    """Where a proposal stands."""

    statement: Passage
    sentence: Passage


def _place(read: ReadText, proposal: Proposal, is_trap: IsTrap) -> _Place | None:
    """Find the place of a proposal; None where it has not one place in one sentence, or the sentence is a trap."""
    statement = read.once(proposal.quote)
    sentence = None if statement is None else read.sentence(statement)
    if statement is None or sentence is None or is_trap(read.text, sentence, read.language):
        return None
    return _Place(statement, sentence)


def _overlap(one: Passage, other: Passage) -> bool:
    """Tell whether two passages have a part in common."""
    return one.start < other.end and other.start < one.end


def _made(read: ReadText, proposal: Proposal, place: _Place, why: str) -> Suggested:
    """Make a suggestion of a proposal."""
    likelihood = read.within(place.sentence, proposal.likelihood)
    return Suggested(
        sentence=place.sentence,
        statement=place.statement,
        quote=read.quote(place.statement),
        kind=SuggestionKind[proposal.kind],
        likelihood_text=likelihood.exact if likelihood else None,
        claimant=_claimant(read, proposal, place.sentence),
        target=None,
        due=_due(read, proposal, place.sentence) or read.phrase(place.statement),
        why=(why,),
        score=SCORE,
    )


def _sharpened(read: ReadText, proposal: Proposal, ours: Suggested, why: str) -> Suggested:
    """Sharpen a suggestion of the rules by what a proposal says, where the text bears it out."""
    likelihood, claimant = read.within(ours.sentence, proposal.likelihood), _claimant(read, proposal, ours.sentence)
    is_surer = claimant is not None and (ours.claimant is None or not claimant.is_guess)
    return replace(
        ours,
        kind=SuggestionKind[proposal.kind],
        likelihood_text=likelihood.exact if likelihood else ours.likelihood_text,
        claimant=claimant if is_surer else ours.claimant,
        due=_due(read, proposal, ours.sentence) or ours.due,
        why=(*ours.why, why),
    )


def _claimant(read: ReadText, proposal: Proposal, sentence: Passage) -> Speaker | None:
    """Take the claimant of a proposal: a guess, where the sentence does not name them."""
    within = read.within(sentence, proposal.claimant)
    name = read.name(within.exact if within else proposal.claimant)
    return None if name is None else Speaker(name, is_guess=within is None)


def _due(read: ReadText, proposal: Proposal, sentence: Passage) -> DatePhrase | None:
    """Find the date phrase that a proposal points to in its sentence."""
    words = read.within(sentence, proposal.due)
    return None if words is None else read.phrase(words)
