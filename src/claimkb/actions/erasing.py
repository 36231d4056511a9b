"""Erase a person's words for ever: in records, texts and history."""

from claimkb.actions.work import Desk, Work, needs
from claimkb.domain import Erasure, erasure
from claimkb.domain.erasure import SALT_BYTES, ErasedText, NothingToErase, Words
from claimkb.domain.permissions import Permission
from claimkb.domain.record import Command, Reason
from claimkb.domain.schedule import ERASURE
from claimkb.store import erasures, flags
from claimkb.store.erasing import blanking, cleaning, rows


class EraseText(Command):
    """What to erase, and why."""

    text: ErasedText
    reason: Reason


@needs(Permission.ADMINISTER, recently=True)
def erase_text(work: Work, command: EraseText) -> Erasure:
    """Erase words for ever, wherever they stand: in records, texts of sources and the history. Nobody can bring them back.

    At a desk with the two-person rule it waits until another administrator asks for the same text.
    """
    words = Words(command.text.get_secret_value())
    erasure.check(words, command.reason, work.actor)
    erasure.check_keys(words, blanking.forget_request(work.session, work.actor.name, work.now))
    asked = next((each for each in erasures.waiting(work.session) if each.is_of(words)), None)
    if work.policy.two_person_rule:
        if asked is None:
            return _ask(work, words, command.reason)
        erasure.check_second(asked, work.actor)
    return _carry_out(work, words, asked or erasure.at_once(words, command.reason, work.actor))


def _ask(work: Work, words: Words, reason: str) -> Erasure:
    """Ask for an erasure that another administrator has to ask for, too."""
    places, revisions = rows.count(work.session, words)
    if not places and not revisions:
        raise NothingToErase("text")
    return work.add(erasure.ask(words, reason, work.actor, work.random(SALT_BYTES).hex()))


def _carry_out(work: Work, words: Words, done: Erasure) -> Erasure:
    """Erase the words, and write down that it was done."""
    id_, before = done.id or work.new_id(), erasures.newest(work.session)
    number = before.number + 1 if before is not None and before.number is not None else 1
    erased = blanking.erase(work.session, words, id_, work.random)
    if not erased.records and not erased.places:
        raise NothingToErase("text")
    erasure.carry_out(done, erased, number, work.actor, work.now)
    if done.id is None:
        done.id = id_
        work.add(done)
    work.session.flush()
    return done


def clean_up(desk: Desk) -> bool:
    """Remove what the engine keeps of erased words, if any were erased since the last time; tell whether there were."""
    with desk.database.read() as session:
        if not erasure.is_to_be_cleaned(erasures.newest(session), flags.last_run(session, ERASURE)):
            return False
    begun = desk.now()
    cleaning.clean(desk.database)
    with desk.database.write() as session:
        flags.record_run(session, ERASURE, desk.today(), begun)
    return True
