"""Which commands serve claimkb, and look after its data? Each enters where the server does: at the actions and the questions."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from claimkb import seeding
from claimkb.actions import flagging
from claimkb.actions.work import Desk, asks_to_sign_in_again, camel, permission_of
from claimkb.cli import migrating, serving, tables
from claimkb.cli.acting import As, acting
from claimkb.cli.reading import AsJson, dated, open_current_desk, open_desk_for, print_json
from claimkb.cli.tables import Row, say
from claimkb.domain.permissions import GRANTED, SCOPED, Role, Scope
from claimkb.domain.quantity import counted
from claimkb.identity import SCHEDULER, SEED_LOADER
from claimkb.outbound.checkpointing import Checkpointing
from claimkb.settings import Settings
from claimkb.store import predictions

SHOWN = 100
"""How many flags a table shows."""


def serve(
    host: Annotated[str | None, typer.Option(help="The address to serve on, instead of CLAIMKB_HOST.")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="The port, instead of CLAIMKB_PORT; 0 takes a free one.")
    ] = None,
    seed: Annotated[
        bool, typer.Option("--seed/--no-seed", help="Load the stories of seeds/ first, which are examples; usually not.")
    ] = False,
    token: Annotated[
        bool, typer.Option("--token", help="While there are no accounts, let only those in who can read a token file of yours.")
    ] = False,
) -> None:
    """Serve the GraphQL API: migrate, run the job once, show what is overdue, and listen."""
    given: dict[str, Any] = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    settings = Settings(**given)
    serving.run(open_desk_for(settings), settings, seed=seed, with_token=token)


def migrate() -> None:
    """Bring the database's tables up to date. It is safe to run at any time, and from two servers at once."""
    desk = open_desk_for(Settings())
    before, now = migrating.migrate(desk)
    say(f"{desk.database.place}: " + ("up to date" if before == now else f"migrated from {before or 'nothing'} to {now}"))
    migrating.show_what_looks_the_same(desk)


def seed(
    stories: Annotated[
        list[Path] | None, typer.Argument(help="The YAML files to load, - for standard input; all of seeds/ where none is named.")
    ] = None,
    by: As = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be recorded or changed, and what is wrong; write nothing.")
    ] = False,
    apply: Annotated[
        bool, typer.Option("--apply", help="Change what is recorded to what the file says, as far as the ordinary updates can.")
    ] = False,
) -> None:
    """Load stories: record what is not there yet, keep what is there as it is, and tell what differs."""
    desk = open_current_desk()
    for path in stories or serving.stories():
        with acting(desk, by, SEED_LOADER) as actor:
            report = seeding.load(desk, actor, path, dry_run=dry_run, apply=apply, compare=True)
        say(path.name + (" (rehearsal: nothing written)" if dry_run else ""))
        for kind in sorted(report.recorded.keys() | report.there.keys()):
            say(f"  {kind:<14} {report.recorded[kind]:>5} loaded {report.there[kind]:>5} there already")
        if report.elsewhere:
            say(f"  Recorded under other ids already: {counted(report.elsewhere, 'claim')} of this story.")
        _tell("What is recorded was changed to what the file says", report.applied)
        _tell("What is recorded was kept where the file differs", report.differences)
        for likeness in report.likenesses:
            say(f"  {likeness}")


def _tell(said: str, differences: list[seeding.Difference]) -> None:
    """Tell of each field that differs from a file, or did."""
    if differences:
        say(f"  {said}, in {counted(len(differences), 'field')}:")
    for difference in differences:
        say(f"  {difference}")


def flag(
    as_of: Annotated[date | None, dated("Take this day for today. A day to come is a rehearsal, which writes nothing.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be flagged; write nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Flag what is overdue, due soon or due for review. Each prediction is flagged once a due date and level."""
    desk = open_current_desk()
    command = flagging.FlagPredictions(as_of=as_of, dry_run=dry_run)
    with desk.work(SCHEDULER) as work:
        run = flagging.flag_predictions(work, command)
    listed = run.flags if as_json else run.flags[:SHOWN]
    rows: list[Row] = []
    with desk.database.read() as session:
        for begin in range(0, len(listed), SHOWN):
            some = listed[begin : begin + SHOWN]
            found = predictions.by_ids(session, [each.prediction_id for each in some])
            rows += tables.described(session, found, run.as_of)
    levels = {level.value: count for level, count in run.by_level().items()}
    if as_json:
        flagged = [{"level": each.level.value, **row} for each, row in zip(run.flags, rows, strict=True)]
        done = {"asOf": run.as_of.isoformat(), "dryRun": run.dry_run, "levels": levels, "cleared": run.cleared, "flagged": flagged}
        print_json(done)
    else:
        if rows:
            tables.show(rows, f"{'Would be flagged' if run.dry_run else 'Newly flagged'} as of {run.as_of}: {len(run.flags)}")
        told = ", ".join(f"{count} {level}" for level, count in levels.items() if count) or "nothing new"
        say(f"As of {run.as_of}: {told}; {run.cleared} cleared" + (" (rehearsal: nothing written)" if run.dry_run else ""))
    if not run.dry_run:
        _make_checkpoint(desk)


def _make_checkpoint(desk: Desk) -> None:
    """Make the checkpoint of the day, which is a part of the job: last, as flags do not wait for a key that cannot be read."""
    settings = Settings()
    checkpointing = Checkpointing.of_files(desk, settings.checkpoint_key_file, settings.checkpoint_folder)
    if checkpointing is not None:
        checkpointing.make_if_due()


def permissions() -> None:
    """Print who may do what: each verb of the API, its scope, its roles, and whether a person signs in again before it."""
    from claimkb.graphql.schema.mutations import VERBS

    rows = []
    for verb in VERBS:
        wanted = permission_of(verb.action)
        scope = next(scope for scope in Scope if wanted in SCOPED[scope])
        roles = {role.value: "yes" if wanted in GRANTED[role] else "no" for role in Role}
        again = {"again": "yes" if asks_to_sign_in_again(verb.action) else "no"}
        rows.append({"verb": camel(verb.action.__name__), "scope": scope.value, **roles, **again})
    tables.show_plain(rows, "Who may do what")


def schema() -> None:
    """Print the GraphQL schema in its definition language."""
    from claimkb.graphql.schema import assembly

    typer.echo(assembly.sdl(), nl=False)
