"""Which command says, on one screen, how claimkb stands? For the person on call, and for a monitor by its exit code."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

import typer
from sqlmodel import Session

from claimkb import __version__
from claimkb.actions.flagging import JOB
from claimkb.actions.work import Desk
from claimkb.cli import tables
from claimkb.cli.reading import AsJson, open_desk_for, print_json
from claimkb.cli.tables import say
from claimkb.domain import channel, status, token
from claimkb.domain.schedule import BACK_UP, CHECKPOINT
from claimkb.domain.status import Standing, State
from claimkb.domain.token import TokenKind
from claimkb.outbound.checkpointing import file_of
from claimkb.settings import Settings
from claimkb.store import (
    accounts,
    channels,
    checkpoints,
    claim_vectors,
    deliveries,
    flags,
    folding,
    ghosts,
    migrations,
    predictions,
)
from claimkb.store import status as measures
from claimkb.store.engine import locks
from claimkb.store.engine.outages import DatabaseUnavailable

ATTENTION, UNAVAILABLE = 1, 3

Thorough = Annotated[
    bool,
    typer.Option(
        "--thorough", help="Look for ghosts too, traces of changes that were never made: seconds for each 100,000 revisions."
    ),
]


def show_status(thorough: Thorough = False, as_json: AsJson = False) -> None:
    """Show how claimkb stands, for the person on call, and what to do. It changes nothing.

    Exit codes: 0 all is well · 1 something wants attention · 3 the database cannot be used.
    """
    settings = Settings()
    desk = open_desk_for(settings)
    standings = list(_look(desk, settings, thorough=thorough))
    wanting = [each for each in standings if each.state is State.ATTENTION]
    if as_json:
        subjects = {each.key: {"state": each.state, "said": each.said, "toDo": each.to_do, **each.values} for each in standings}
        print_json({"state": State.ATTENTION if wanting else State.OK, "at": desk.now().isoformat(), "subjects": subjects})
    else:
        rows = [{"subject": each.subject, "state": each.state.value, "how it stands": each.said} for each in standings]
        tables.show_plain(rows, f"To look at: {len(wanting)}" if wanting else "All is well")
        for each in wanting:
            say(f"{each.subject}: {each.to_do}")
    if wanting:
        raise typer.Exit(UNAVAILABLE if any(each.subject in ("database", "version") for each in wanting) else ATTENTION)


def _look(desk: Desk, settings: Settings, *, thorough: bool) -> Iterator[Standing]:
    """Look at each subject. Where an outage keeps the rest from being seen, only what was seen before is told of."""
    database, seen = desk.database, list[Standing]()
    engine, code, said = "SQLite" if database.is_sqlite else "PostgreSQL", None, None
    try:
        for each in _look_into(desk, settings, thorough=thorough):
            seen.append(each)
    except DatabaseUnavailable as outage:
        code, said = outage.code, str(outage)
    yield status.of_database(engine, database.place, code, said)
    yield status.of_disk(*(measures.room(database) or (None, None)))
    yield from seen


def _of_checkpoint(session: Session, settings: Settings, now: datetime) -> Standing:
    """Look at the last checkpoint, and whether it is in its folder."""
    newest, folder = checkpoints.newest(session), settings.checkpoint_folder
    is_exported = folder is None or newest is None or file_of(folder, newest).exists()
    is_wanted = settings.checkpoint_key_file is not None
    return status.of_checkpoint(flags.last_run(session, CHECKPOINT), now, is_wanted=is_wanted, is_exported=is_exported)


def _look_into(desk: Desk, settings: Settings, *, thorough: bool) -> Iterator[Standing]:
    """Look at each subject that stands in the database, in one transaction: all are of one instant."""
    database, now = desk.database, desk.now()
    migrations.require_there(database)
    with database.read() as session:
        locks.limit_wait(session)
        connection = session.connection()
        tables_are = migrations.current(connection)
        is_current = tables_are == migrations.head()
        version = status.of_version(__version__, tables_are, migrations.head(), is_current and folding.is_left(connection))
        yield version
        yield status.of_size(measures.size(database, session))
        if version.state is State.ATTENTION:
            return
        migrations.check_tables(connection)
        yield status.of_job(flags.last_run(session, JOB), now, desk.policy.job_every)
        yield status.of_outbox(measures.queue(session), now)
        yield status.of_parked(deliveries.count_parked(session))
        yield status.of_predictions(predictions.count_by_timeliness(session, desk.today()))
        if desk.semantic_search is not None:
            progress = claim_vectors.progress(session, desk.semantic_search.encoder.model)
            yield status.of_vectors(progress.left, progress.all)
        yield status.of_back_up(flags.last_run(session, BACK_UP), now)
        yield _of_checkpoint(session, settings, now)
        yield status.of_ghosts(sum(1 for _ in ghosts.find(session)) if thorough else None)
        yield status.of_accounts(accounts.unused(session, now - status.UNUSED))
        yield status.of_limits(
            accounts.with_tokens(session, TokenKind.ACCESS, token.MOST_TOKENS, now),
            accounts.with_tokens(session, TokenKind.FEED, token.MOST_KEYS, now),
            channels.with_channels(session, channel.MOST_OF_ONES_OWN),
        )
        database.check_writable(session)
