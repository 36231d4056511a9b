"""What of a model's proposals is accepted? What the text itself says.

A model may invent, and a text may tell it what to say. So a proposal only points: what comes of it are passages of the text, a
kind, and a day that the grammar of date phrases computes. A quote has to stand in the text once, in one sentence, and in no trap
that the rules know. A claimant who is not in the text, and other words that are not in that sentence, are left out.
"""

from collections.abc import Sequence
from dataclasses import replace

from claimkb.domain.assisting.assistant import MODEL
from claimkb.domain.assisting.grounding import GroundedText, overlap
from claimkb.domain.assisting.proposal import MOST, Proposal
from claimkb.domain.date_phrases import DatePhrase
from claimkb.domain.suggesting import Passage, Speaker, Suggested, SuggestionKind
from claimkb.domain.suggesting.asking import Asked

SCORE = 0.5
"""How sure a suggestion is that comes from a model alone."""


def accepted(asked: Asked, answer: Sequence[Proposal], found: Sequence[Suggested], model: str) -> list[Suggested]:
    """Add what a model proposes to the suggestions of the rules, in the order of the text.

    A proposal for what the rules have suggested sharpens that, and its place stays: a person may have refused it there. Claims that
    are not about the future stay behind the others, as they are.
    """
    read, sharpened = GroundedText(asked), set[int]()
    ours = [each for each in found if each.kind is not SuggestionKind.CLAIM]
    suggested = list(ours)
    for proposal in answer[:MOST]:
        statement = read.once(proposal.quote)
        there = [index for index, each in enumerate(suggested) if statement and overlap(each.statement, statement)]
        if statement is None or len(there) > 1 or sharpened.intersection(there):
            continue
        if not there:
            made = None if read.is_trap(statement) else _made(read, proposal, statement, model)
            suggested += [] if made is None else [made]
        elif there[0] < len(ours):
            sharpened.add(there[0])
            suggested[there[0]] = _sharpened(read, proposal, suggested[there[0]], model)
    return sorted(suggested, key=lambda each: each.statement.start) + [each for each in found if each.kind is SuggestionKind.CLAIM]


def pointed(asked: Asked, start: int, end: int) -> Suggested | None:
    """Make the suggestion at a place to which a model has pointed, by what the rules read there; None where it is no such place."""
    read = GroundedText(asked)
    statement = read.passage(start, end)
    if read.once(statement.exact) != statement:
        return None
    return _made(read, Proposal.model_construct(None, quote=statement.exact, kind="FORECAST"), statement, "")


def _made(read: GroundedText, proposal: Proposal, statement: Passage, model: str) -> Suggested | None:
    """Make a suggestion of a proposal; None where it does not lie in one sentence, or cannot be quoted."""
    sentence, quote = read.sentence(statement), read.quote(statement)
    if sentence is None or quote is None:
        return None
    likelihood = read.within(sentence, proposal.likelihood)
    return Suggested(
        sentence=sentence,
        statement=statement,
        quote=quote,
        kind=SuggestionKind[proposal.kind],
        likelihood_text=likelihood.exact if likelihood else None,
        claimant=_claimant(read, proposal, sentence),
        target=read.target(sentence, statement),
        due=_due(read, proposal, sentence) or read.phrase(statement),
        why=(_why(model),),
        score=SCORE,
    )


def _sharpened(read: GroundedText, proposal: Proposal, ours: Suggested, model: str) -> Suggested:
    """Sharpen a suggestion of the rules by what a proposal says, where the text bears it out."""
    likelihood, claimant = read.within(ours.sentence, proposal.likelihood), _claimant(read, proposal, ours.sentence)
    is_surer = claimant is not None and (ours.claimant is None or not claimant.is_guess)
    return replace(
        ours,
        kind=SuggestionKind[proposal.kind],
        likelihood_text=likelihood.exact if likelihood else ours.likelihood_text,
        claimant=claimant if is_surer else ours.claimant,
        due=_due(read, proposal, ours.sentence) or ours.due,
        why=(*ours.why, _why(model)),
    )


def _why(model: str) -> str:
    """Say that it comes from a model."""
    return f"{MODEL}{model}"


def _claimant(read: GroundedText, proposal: Proposal, sentence: Passage) -> Speaker | None:
    """Take the claimant of a proposal: a guess, where the sentence does not name them."""
    within = read.within(sentence, proposal.claimant)
    name = read.name(within.exact if within else proposal.claimant)
    return None if name is None else Speaker(name, is_guess=within is None)


def _due(read: GroundedText, proposal: Proposal, sentence: Passage) -> DatePhrase | None:
    """Find the date phrase that a proposal points to in its sentence."""
    words = read.within(sentence, proposal.due)
    return None if words is None else read.phrase(words)
