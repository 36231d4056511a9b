"""Which commands turn a text into records? One shows what it says that is worth recording; others take that, or refuse it."""

import sys
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from claimkb.actions import suggestions as actions
from claimkb.cli.acting import As, carry_out, input_of
from claimkb.cli.assisting import assisted
from claimkb.cli.claimants import claimant_of
from claimkb.cli.reading import AsJson, SourceArgument, dated, id_of, open_current_desk, print_json
from claimkb.cli.tables import Entry, Row, say, show_entries, written
from claimkb.domain import Source
from claimkb.domain.assisting import MODEL, Assisted
from claimkb.domain.claim import ClaimKind, Voice
from claimkb.domain.claimant import ClaimantKind
from claimkb.domain.dates import DatePrecision
from claimkb.domain.deadline import DueBound
from claimkb.domain.languages.customs import check_country
from claimkb.domain.prediction import DueBasis
from claimkb.domain.quantity import counted
from claimkb.domain.reference import RefersTo, global_id
from claimkb.domain.suggesting import Suggested, SuggestionKind, SuggestionState
from claimkb.domain.suggesting import standing as standings
from claimkb.domain.suggesting.asking import ABOUT_THE_FUTURE, Asked, note_of, suggest
from claimkb.domain.suggesting.proposal import criteria_of, question_of, reading_of
from claimkb.settings import Settings
from claimkb.store import series, suggestions
from claimkb.store.engine import records

SuggestionArgument = Annotated[
    UUID,
    typer.Argument(metavar="SUGGESTION", parser=id_of("Suggestion"), help="The suggestion's id, as claimkb suggest shows it."),
]
Country = Annotated[
    str | None, typer.Option(help="The country by whose customs dates are read, such as FR; CLAIMKB_COUNTRY where left out.")
]


Place = Annotated[
    str | None,
    typer.Option(
        "--at", metavar="START-END", help="Where the statement stands, of a suggestion that the assistant alone has made: 120-164."
    ),
]


def _span(place: str | None) -> dict[str, int]:
    """Read where a statement stands."""
    if place is None:
        return {}
    start, _, end = place.partition("-")
    if not (start.isdecimal() and end.isdecimal()):
        raise typer.BadParameter(f"{place} is no place: write where the statement begins and ends, such as 120-164.")
    return {"statement_start": int(start), "statement_end": int(end)}


def _read(what: str) -> str:
    """Read a text to the letter: Python would write line ends anew."""
    try:
        return (sys.stdin.buffer.read() if what == "-" else Path(what).read_bytes()).decode()
    except UnicodeDecodeError:
        raise typer.BadParameter(f"{what} is not a text in UTF-8.") from None


def _source_id(what: str) -> UUID | None:
    """Read the id of a source; None where a file is named."""
    try:
        return None if what == "-" or Path(what).exists() else RefersTo("Source").read(what)
    except ValueError:
        return None


def _row(each: Suggested, id_: str, state: SuggestionState = SuggestionState.OPEN) -> Row:
    """Describe a suggestion."""
    reading, claimant = reading_of(each), each.claimant
    return {
        "id": id_,
        "uuid": str(RefersTo("Suggestion").read(id_)),
        "kind": each.kind.value,
        "statement": each.statement.exact,
        "at": f"{each.statement.start}-{each.statement.end}",
        "quote": each.quote.exact,
        "start": each.quote.start,
        "claimant": claimant and claimant.name,
        "isGuess": claimant.is_guess if claimant else False,
        "likelihoodText": each.likelihood_text,
        "target": str(each.target) if each.target else None,
        "dueText": each.due and each.due.text,
        "dueOn": reading and reading.due_on,
        "dueFrom": reading and reading.due_from,
        "duePrecision": reading and reading.precision,
        "bound": reading and reading.bound,
        "reviewOn": reading and reading.review_on,
        "reasoning": reading and reading.reasoning,
        "readings": len(each.due.readings) if each.due else 0,
        "question": question_of(each, reading),
        "criteria": criteria_of(reading, each.target),
        "why": list(each.why),
        "score": each.score,
        "state": state.value,
    }


def _entry(number: int, row: Row) -> Entry:
    """Write a suggestion for the table."""
    due = [f"due {row['dueOn']}"] if row["dueOn"] else [f"review {row['reviewOn']}"] if row["reviewOn"] else ["no date"]
    bound = [row["bound"]] if row["dueOn"] and row["bound"] != DueBound.BY else []
    state = [row["state"]] if row["state"] != SuggestionState.OPEN else []
    who = f"{row['claimant']}{' (a guess)' if row['isGuess'] else ''}" if row["claimant"] else "nobody named"
    when = [f"“{row['dueText']}”: {row['reasoning']}"] if row["dueText"] else []
    place = [f"--at {row['at']}"] if all(each.startswith(MODEL) for each in row["why"]) else []
    said = (row["statement"], who, *when, f"found by {', '.join(row['why'])}", " ".join([row["uuid"], *place]))
    return Entry([f"{number} {row['kind']}", *due, *bound, *state], written(*(" ".join(line.split()) for line in said)))


def suggest_what_is_said(
    what: Annotated[str, typer.Argument(metavar="FILE|-|SOURCE", help="A text in UTF-8, - for the standard input, or a source.")],
    published_on: Annotated[date | None, dated("When a text was published: tomorrow is counted from it.")] = None,
    language: Annotated[str | None, typer.Option(help="The language of a text; found out where left out.")] = None,
    country: Country = None,
    title: Annotated[str | None, typer.Option(help="The title of a text, which may name who speaks.")] = None,
    kind: Annotated[list[SuggestionKind] | None, typer.Option(help="FORECAST and PROMISE where left out; may be repeated.")] = None,
    state: Annotated[list[SuggestionState] | None, typer.Option(help="Of a source: OPEN where left out; may be repeated.")] = None,
    with_assistant: Annotated[
        bool, typer.Option("--with-assistant", help="Also ask the language model that is set up: the text is sent to it.")
    ] = False,
    by: As = None,
    as_json: AsJson = False,
) -> None:
    """Show what a text says that is worth recording, with the days computed. Nothing is recorded."""
    kinds, source_id = kind or list(ABOUT_THE_FUTURE), _source_id(what)
    if source_id is None:
        asked = Asked(_read(what), published_on, language, check_country(country) or Settings().country, title)
        helped = assisted(asked, kinds, by) if with_assistant else Assisted(suggest(asked, kinds))
        rows = [_row(each, global_id("Suggestion", standings.id_of(asked.sha256, each.statement))) for each in helped.suggestions]
        notes = [note_of(asked), helped.note]
    else:
        asking = partial(assisted, kinds=kinds, by=by) if with_assistant else None
        rows, *notes = _of_source(source_id, country, kinds, state or [SuggestionState.OPEN], asking)
    note = " ".join(each for each in notes if each) or None
    if as_json:
        print_json({"suggestions": rows, "note": note})
        return
    show_entries([_entry(*each) for each in enumerate(rows, 1)], counted(len(rows), "suggestion"), "What", "What is said, by whom")
    if note is not None:
        say(note)


def _of_source(
    source_id: UUID,
    country: str | None,
    kinds: list[SuggestionKind],
    states: list[SuggestionState],
    asking: Callable[[Asked], Assisted] | None,
) -> tuple[list[Row], str | None, str | None]:
    """Describe the suggestions of a source, perhaps with those of the assistant; and say what keeps all from being found."""
    desk = open_current_desk()
    where = check_country(country) or desk.policy.country
    with desk.database.read() as session:
        records.get(session, Source, source_id, "source_id")
        asked = suggestions.asked_of_source(session, source_id, where)
    helped = None if asked is None or asking is None else asking(asked)
    known = {} if asked is None or helped is None else {asked.sha256: helped.suggestions}
    with desk.database.read() as session:
        (found,) = suggestions.of_sources(session, [source_id], where, kinds, known)
        (note,) = suggestions.notes(session, [source_id])
    return [_row(each, each.id, each.state) for each in found if each.state in states], note, helped.note if helped else None


def _given(**fields: object) -> dict[str, Any] | None:
    """Return the options that were given; None where none was."""
    return {name: value for name, value in fields.items() if value is not None} or None


def take(
    source: SourceArgument,
    suggestion: SuggestionArgument,
    statement: Annotated[str | None, typer.Option(help="The claim in your own words.")] = None,
    kind: Annotated[ClaimKind | None, typer.Option(help="What sort of proposition it is.")] = None,
    voice: Annotated[Voice | None, typer.Option(help="How the source voices it.")] = None,
    claimant: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who asserts it: a recorded name or alias, or an id.")
    ] = None,
    new: Annotated[ClaimantKind | None, typer.Option(help="Record that claimant, who is new, as one of this kind.")] = None,
    role: Annotated[str | None, typer.Option(help="The office or role that the source gives the claimant.")] = None,
    section: Annotated[str | None, typer.Option(help="The heading under which it stands.")] = None,
    question: Annotated[str | None, typer.Option(help="The question that the outcome answers yes or no.")] = None,
    criteria: Annotated[str | None, typer.Option(help="What counts as yes, what as no.")] = None,
    due_on: Annotated[date | None, dated("Another last day.")] = None,
    due_from: Annotated[date | None, dated("Another first day.")] = None,
    precision: Annotated[DatePrecision | None, typer.Option(help="How much of the due date is known.")] = None,
    bound: Annotated[DueBound | None, typer.Option(help="How the due date binds.")] = None,
    basis: Annotated[DueBasis | None, typer.Option(help="Where the due date comes from.")] = None,
    reasoning: Annotated[str | None, typer.Option(help="How the due date was found.")] = None,
    reading: Annotated[int, typer.Option(min=0, help="Which reading of the due date, counted from 0.")] = 0,
    country: Country = None,
    place: Place = None,
    by: As = None,
    as_json: AsJson = False,
) -> None:
    """Record a suggestion with what you change: its claim, where it stands, and its prediction."""
    known = None if claimant is None or new is not None else _claimant_id(claimant)
    due = {"due_on": due_on, "due_from": due_from, "due_precision": precision, "bound": bound}
    command = input_of(
        actions.TakeSuggestion,
        source_id=source,
        suggestion_id=suggestion,
        claim=_given(statement=statement, kind=kind, voice=voice, claimant_id=known),
        claimant=None if new is None else {"name": claimant, "kind": new},
        appearance=_given(claimant_role=role, section=section),
        prediction=_given(question=question, criteria=criteria, due_basis=basis, due_reasoning=reasoning, **due),
        reading=reading,
        country=country,
        **_span(place),
    )
    claim = carry_out(actions.take_suggestion, command, by)
    with open_current_desk().database.read() as session:
        made = next(iter(series.of_claim(session, claim.id)), None)
    if as_json:
        ids = {"claim": global_id("Claim", claim.id), "prediction": made and global_id("Prediction", made.id)}
        print_json({**ids, "dueOn": made and made.due_on, "reviewOn": made and made.review_on})
        return
    say(f"Recorded: {claim.statement} {claim.id}")
    if made is not None:
        say(f"Its prediction, {f'due {made.due_on}' if made.due_on else f'to be reviewed {made.review_on}'}: {made.id}")


def _claimant_id(name: str) -> UUID:
    """Find a claimant by a name, an alias or an id."""
    with open_current_desk().database.read() as session:
        return claimant_of(session, name).id


def refuse(
    source: SourceArgument,
    suggestion: SuggestionArgument,
    reason: Annotated[str | None, typer.Option(help="Why, for those who read the history.")] = None,
    place: Place = None,
    by: As = None,
) -> None:
    """Say that a suggestion is not to be recorded. That is remembered for its text."""
    command = input_of(actions.RefuseSuggestion, source_id=source, suggestion_id=suggestion, reason=reason, **_span(place))
    refused = carry_out(actions.refuse_suggestion, command, by)
    say(f"Refused, and remembered for this text: {refused.id}")
