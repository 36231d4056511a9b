"""How does claimkb stand, for the person on call? Each subject in words and exact values; what wants attention says what to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from claimkb.domain.quantity import counted
from claimkb.domain.record import Term
from claimkb.domain.schedule import JobRun, is_late
from claimkb.domain.timeliness import LATE, Timeliness

LEAST_FREE_SHARE, LEAST_FREE_BYTES = 0.1, 10**9
"""How much of a disk is to be free: a tenth of it, and a gigabyte."""

WAITED = timedelta(hours=1)
"""For how long what is due to be sent may wait: a server looks each half minute, and cron each few minutes."""

COPIED = timedelta(days=2)
"""How old the last back-up or checkpoint may be: made each night, with one night missed."""

UNUSED = timedelta(days=90)
"""After how long an account in which nobody signed in, and of which no token was used, is named."""

NAMED = 5
"""How many names a sentence holds; the exact values have all of them."""


class State(Term):
    """Whether a subject is all right."""

    OK = "OK", "It is as it should be."
    ATTENTION = "ATTENTION", "Somebody should do what it says."


@dataclass(frozen=True)
class Standing:
    """How a subject stands: in words, in exact values, and what to do where it wants attention."""

    subject: str
    said: str
    values: Mapping[str, object]
    to_do: str | None = None

    @property
    def key(self) -> str:
        """The subject as JSON writes it."""
        first, *others = self.subject.split("-")
        return first + "".join(map(str.capitalize, others))

    @property
    def state(self) -> State:
        """Whether it is all right: nothing is to be done."""
        return State.OK if self.to_do is None else State.ATTENTION


@dataclass(frozen=True)
class Queue:
    """What is to be sent: how much, and since when the oldest of it is due."""

    waiting: int
    oldest_due_at: datetime | None


def size_of(number: int) -> str:
    """Write a number of bytes in the unit that people use for so many."""
    size, units = float(number), ["bytes", "kB", "MB", "GB", "TB"]
    while size >= 999.5 and len(units) > 1:  # which three digits write as 1000
        size /= 1000
        units.pop(0)
    return f"{size:.3g} {units[0]}" if size < 999.5 else f"{size:.0f} {units[0]}"


def since(then: datetime, now: datetime) -> str:
    """Write how long ago an instant was, in the largest whole unit."""
    minutes = max(0, int((now - then).total_seconds())) // 60
    for unit, length in (("day", 60 * 24), ("hour", 60)):
        if minutes >= length:
            return counted(minutes // length, unit)
    return counted(minutes, "minute")


def named(names: Sequence[str]) -> str:
    """Write names in a sentence, and how many more there are."""
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


def _at(run: JobRun | None) -> dict[str, object]:
    """Write when a job last succeeded."""
    return {"succeededAt": run and run.succeeded_at.isoformat()}


def of_database(engine: str, place: str, code: str | None = None, outage: str | None = None) -> Standing:
    """Judge the database: used, or kept from it by an outage, whose message says what to do."""
    said = f"{engine} at {place}" + (f": {code}" if code else "")
    return Standing("database", said, {"engine": engine, "place": place, "code": code}, outage)


def of_version(program: str, tables: str | None, newest: str, is_left: bool) -> Standing:
    """Judge the version of the tables: the one that the program knows, and nothing of it left to write."""
    values = {"program": program, "tables": tables, "newest": newest}
    said = f"claimkb {program}, tables {tables or 'none'}"
    if tables == newest and not is_left:
        return Standing("version", said, values)
    what = f"this program has tables {newest}" if tables != newest else "what was recorded before is not folded to the end"
    return Standing("version", said, values, f"Run claimkb migrate: {what}.")


def of_size(size: int) -> Standing:
    """Say how much the data takes."""
    return Standing("size", size_of(size), {"bytes": size})


def of_disk(free: int | None, total: int | None) -> Standing:
    """Judge the room on the disk; of that of PostgreSQL nothing is known here."""
    values = {"freeBytes": free, "totalBytes": total}
    if free is None or total is None:
        return Standing("disk", "not known from here", values)
    said = f"{size_of(free)} of {size_of(total)} free"
    if free < max(total * LEAST_FREE_SHARE, LEAST_FREE_BYTES):
        return Standing("disk", said, values, "Make room on the disk of the database: without any, nothing more can be recorded.")
    return Standing("disk", said, values)


def of_job(last: JobRun | None, now: datetime, every: timedelta) -> Standing:
    """Judge the job that flags predictions: late once it has missed two runs."""
    late = is_late(last, now, every)
    values = {**_at(last), "asOf": last and last.as_of.isoformat(), "isLate": late}
    said = "has never run" if last is None else f"ran {since(last.succeeded_at, now)} ago, as of {last.as_of}"
    to_do = (
        "Let a server run it (CLAIMKB_SCHEDULER=true), or claimkb flag by cron. The log of either says what kept it from running."
    )
    return Standing("job", said, values, to_do if late else None)


def of_outbox(queue: Queue, now: datetime) -> Standing:
    """Judge what is to be sent: what is due is sent within the hour. What a receiver refused is due later, and waits rightly."""
    oldest = queue.oldest_due_at
    values = {"waiting": queue.waiting, "oldestDueAt": oldest and oldest.isoformat()}
    if not queue.waiting:
        return Standing("outbox", "nothing waits", values)
    is_due = oldest is not None and oldest <= now
    said = f"{counted(queue.waiting, 'message')} waiting, "
    said += f"the oldest due for {since(oldest, now)}" if oldest is not None and is_due else "none due yet"
    to_do = "Nothing sends them: start a server with CLAIMKB_SCHEDULER=true, or run claimkb deliver by cron."
    return Standing("outbox", said, values, to_do if oldest is not None and now - oldest > WAITED else None)


def of_parked(number: int) -> Standing:
    """Judge what was given up."""
    to_do = "See why: claimkb deliveries --state PARKED. Then retryDelivery sends it again, or close its channel."
    return Standing("parked", f"{number} given up", {"count": number}, to_do if number else None)


def of_vectors(left: int, every: int) -> Standing:
    """Count the claims that are not compared by meaning yet: their vectors are made in the background, so it is no fault."""
    return Standing("vectors", f"claims without a vector: {left:,} of {every:,}", {"left": left, "all": every})


def of_predictions(counts: Mapping[Timeliness, int]) -> Standing:
    """Count the predictions that wait for an answer: they are the desk's work, and no fault."""
    overdue, due = sum(counts[each] for each in LATE), counts[Timeliness.REVIEW_DUE]
    values = {"overdue": overdue, "longOverdue": counts[Timeliness.LONG_OVERDUE], "reviewDue": due}
    return Standing("predictions", f"{overdue} overdue, {due} due for review", values)


def of_back_up(last: JobRun | None, now: datetime) -> Standing:
    """Judge the last back-up: there is one of the last two nights."""
    said = "none was made" if last is None else f"made {since(last.succeeded_at, now)} ago"
    is_missing = last is None or now - last.succeeded_at > COPIED
    return Standing(
        "back-up", said, _at(last), "Make one each night by claimkb backup; docs/operate.md says how." if is_missing else None
    )


def of_checkpoint(last: JobRun | None, now: datetime, *, is_wanted: bool, is_exported: bool) -> Standing:
    """Judge the last checkpoint: recent, where any is made or a key is set, and in its folder, where one is set."""
    if last is None:
        to_do = "The job makes one a day, and so does claimkb checkpoint: the log says what kept it from that."
        return Standing("checkpoint", "none is made", _at(None), to_do if is_wanted else None)
    if not is_exported:
        to_do = "It cannot be written to CLAIMKB_CHECKPOINT_FOLDER: see whether that is there, and may be written by the server."
        return Standing("checkpoint", "not in its folder", _at(last), to_do)
    is_old = now - last.succeeded_at > COPIED
    to_do = "The job makes one a day, and so does claimkb checkpoint: the log says what kept it from that."
    return Standing("checkpoint", f"made {since(last.succeeded_at, now)} ago", _at(last), to_do if is_old else None)


def of_ghosts(number: int | None) -> Standing:
    """Judge the traces of changes that were never made; None where nobody has looked."""
    if number is None:
        return Standing("ghosts", "not looked for", {"count": None})
    to_do = "claimkb verify names them, and docs/operate.md says what each means."
    return Standing("ghosts", f"{number} found", {"count": number}, to_do if number else None)


def of_accounts(unused: Sequence[str]) -> Standing:
    """Name the accounts that nobody uses: no fault, and worth a question."""
    said = f"unused for {UNUSED.days} days: {named(unused)}" if unused else "all used"
    return Standing("accounts", said, {"unused": list(unused)})


def of_limits(tokens: Sequence[str], keys: Sequence[str], digests: Sequence[str]) -> Standing:
    """Judge the accounts that have as many of something as they may: without another token an administrator has to help."""
    values = {"tokens": list(tokens), "feedKeys": list(keys), "digests": list(digests)}
    reached = [f"{what} of {named(who)}" for what, who in (("tokens", tokens), ("feed keys", keys), ("digests", digests)) if who]
    to_do = f"Revoke tokens that are not needed any more: claimkb token list, of {named(tokens)}."
    return Standing("limits", "; ".join(reached) or "none reached", values, to_do if tokens else None)
