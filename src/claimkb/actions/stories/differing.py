"""Where does a story differ from the records that are there? Fields that it leaves out are not compared."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from claimkb.actions.claims import AddAppearance
from claimkb.actions.places import translated
from claimkb.actions.sources import RecordSource
from claimkb.actions.stories.recording import NOT_IN_FORCE, Taken
from claimkb.actions.stories.steps import Place
from claimkb.actions.work import Work
from claimkb.domain import (
    Appearance,
    Claimant,
    ClaimRelation,
    CollectedClaim,
    Collection,
    Membership,
    Outcome,
    Review,
    Series,
    Snapshot,
    Source,
)
from claimkb.domain.claimant import names_of, written
from claimkb.domain.erasure import BLANK
from claimkb.domain.normal_forms import name_form
from claimkb.domain.record import Command, Record, Retractable, Term
from claimkb.domain.refusals import Refusal
from claimkb.domain.source import identify
from claimkb.store import series, sources
from claimkb.store.engine import records

SHOWN, BEFORE = 60, 20
"""How many characters of a text are shown, and how many of them before its first difference."""

_SUBJECTS = {"claim_id", "prediction_id", "from_claim_id", "to_claim_id"}
"""The fields by which a record was found."""

_NAMED: dict[str, tuple[type[Record], str]] = {
    "claimant_id": (Claimant, "name"),
    "on_behalf_of_id": (Claimant, "name"),
    "of_id": (Claimant, "name"),
    "collection_id": (Collection, "name"),
    "source_id": (Source, "title"),
    "derived_from_id": (Source, "title"),
}
"""The field that is shown of a record to which another one refers."""

_OF_RULE = {"every": "every", "from_": "starts_on", "until": "until", "question": "question", "criteria": "criteria"}
"""The fields of a series, by those of its command; the others are of its predictions."""

_OF_MEMBERSHIP = {"from_": "from_on", "until": "until_on"}
"""The columns of a membership, by those fields of its command that have another name."""

_NO_WORDS = {"snapshot", "retracted_at"}
"""The fields that are shown as texts and hold no words of anybody's."""

_LISTED = {"evidence"}
"""The fields that are records of their own."""


@dataclass(frozen=True)
class Difference:
    """A field in which a story differs from the record, which keeps what it has."""

    taken: Taken
    field: str
    """The field of the record's command, such as due_on or quote_exact."""
    place: Place
    """The place of the field in the story."""
    ours: str | None
    given: str | None
    is_text: bool
    """Whether the field holds words, or the name of a record."""
    is_erased: bool
    """Whether words were erased from the record's field, which a story must not bring back."""

    @property
    def record(self) -> Record:
        """The record that is there."""
        return self.taken.record


def inside(name: str) -> tuple[str, ...]:
    """Write the path of a field of a record in its command: the columns of a quote and of a translation are inside these."""
    inner = next((each for each in ("quote", "translation") if name.startswith(f"{each}_")), None)
    return (inner, name.removeprefix(f"{inner}_")) if inner else (name,)


def differences(work: Work, taken: Taken) -> Iterator[Difference]:
    """Compare a step of a story with its record, field by field."""
    for name, ours, given in _compared(work, taken.command, taken.record):
        if ours != given:
            path = inside(name)
            is_text = _is_text(name, ours) or _is_text(name, given)
            shown = _shown(work, name, ours, given), _shown(work, name, given, ours)
            yield Difference(
                taken, name, taken.step.place_of(path), *shown, is_text=is_text, is_erased=is_text and BLANK in str(ours)
            )


def _compared(work: Work, command: Command, record: Record) -> Iterator[tuple[str, object, object]]:
    """List the fields of a story's step: each with the recorded value and the story's."""
    for name in type(command).model_fields:
        if name in _SUBJECTS | _LISTED or name not in command.model_fields_set:
            continue
        given = getattr(command, name)
        if name == "quote" and isinstance(command, AddAppearance) and isinstance(record, Appearance):
            yield from ((part, getattr(record, part), value) for part, value in _quoted(work, command, record).items())
        elif name == "translation" and isinstance(command, AddAppearance) and isinstance(record, Appearance):
            yield from ((part, getattr(record, part), value) for part, value in translated(command.translation).items())
        elif name == "snapshot" and isinstance(command, RecordSource):
            yield from _captured(work, command, record)
        elif name == "aliases" and isinstance(record, Claimant):
            yield name, record.aliases, written(given)
        elif name == "name" and isinstance(record, Claimant) and name_form(given) in map(name_form, names_of(record)):
            continue  # the file has another of its names
        elif isinstance(record, CollectedClaim) and name == "collection_id":
            yield name, None if record.removed_at else record.collection_id, given
        elif isinstance(record, Membership) and name == "of_id":
            yield name, None if record.retracted_at else record.of_id, given
        elif isinstance(record, Membership):
            yield name, getattr(record, _OF_MEMBERSHIP.get(name, name)), given
        elif isinstance(record, Series):
            yield name.rstrip("_"), _of_series(work, record, name), given
        else:
            yield name, getattr(record, name), given
    if isinstance(record, ClaimRelation):
        # A story has no key for it: what it lists is so.
        yield "state", record.state, command.state  # type: ignore[attr-defined]
    yield from _no_longer(record)


def _no_longer(record: Record) -> Iterator[tuple[str, object, object]]:
    """Name the field that says that a record does not stand any more. A story that has it does not bring it back."""
    if isinstance(record, Outcome) and record.review in NOT_IN_FORCE:
        yield "review", record.review, None
    elif isinstance(record, Review) and record.state in NOT_IN_FORCE:
        yield "state", record.state, None
    elif isinstance(record, Retractable) and not isinstance(record, Membership) and record.retracted_at is not None:
        yield "retracted_at", record.retracted_at.isoformat(), None


def _of_series(work: Work, record: Series, name: str) -> object:
    """Return a field of a series, or how many predictions it has; any other field as its first prediction has it."""
    if name in _OF_RULE:
        return getattr(record, _OF_RULE[name])
    made = series.made_by(work.session, record.id)
    return len(made) if name == "count" else getattr(made[0], name)


def _quoted(work: Work, command: AddAppearance, record: Appearance) -> dict[str, object]:
    """Return the fields that would be recorded of a quote: the words as the text has them, and their place."""
    if command.quote is None:
        return {"quote_exact": None}
    given = {f"quote_{name}": value for name, value in command.quote.model_dump(exclude_unset=True).items()}
    if all(getattr(record, name) == value for name, value in given.items()):
        return given
    with suppress(Refusal):
        found, words = work.anchors.place(records.find(work.session, Snapshot, record.snapshot_id), **command.quote.model_dump())
        placed = {"quote_exact": words or command.quote.exact, "quote_start": found.start}
        return given | {name: value for name, value in placed.items() if name in given}
    return given


def _captured(work: Work, command: RecordSource, record: Record) -> Iterator[tuple[str, object, object]]:
    """Compare the text of a source: it is the same if one of the captures is it."""
    if command.snapshot is None:
        return
    sha256, _ = identify(command.snapshot.text, command.snapshot.sha256, command.snapshot.length)
    if sources.find_snapshot(work.session, record.id, sha256) is None:
        latest = sources.latest_snapshot(work.session, record.id)
        yield "snapshot", latest and f"a text with the SHA-256 {latest.sha256}", f"a text with the SHA-256 {sha256}"


def _is_text(name: str, value: object) -> bool:
    """Tell whether a value is words, or the name of a record."""
    return name in _NAMED or (isinstance(value, str) and not isinstance(value, Term) and name not in _NO_WORDS)


def _shown(work: Work, name: str, value: object, other: object) -> str | None:
    """Show a value: of a record its name, and of a long text the part that differs."""
    if value is None:
        return None
    if isinstance(value, UUID) and name in _NAMED:
        kind, label = _NAMED[name]
        return str(getattr(records.get(work.session, kind, value), label))
    if isinstance(value, str) and _is_text(name, value):
        return _part(value, other if isinstance(other, str) else "")
    return str(value).lower() if isinstance(value, bool) else str(value)


def _part(text: str, other: str) -> str:
    """Take the part of a text that is shown beside another one."""
    if len(text) <= SHOWN:
        return text
    same = next((place for place, (one, two) in enumerate(zip(text, other, strict=False)) if one != two), len(other))
    begin = max(0, min(same - BEFORE, len(text) - SHOWN))
    return f"{'…' if begin else ''}{text[begin : begin + SHOWN]}{'…' if begin + SHOWN < len(text) else ''}"
