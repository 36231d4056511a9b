"""Which commands are there? Each enters where the API's verbs enter: at the actions and the questions."""

import pkgutil
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from claimkb import __version__, seeding
from claimkb.actions import flagging, outcomes
from claimkb.actions.evidence import GiveEvidence
from claimkb.actions.sources import RecordSource
from claimkb.actions.work import asks_to_sign_in_again, camel
from claimkb.cli import migrating, serving, tables, track_records
from claimkb.cli.accounts import account_app, token_app
from claimkb.cli.channels import channel_app, deliver, digest, list_deliveries
from claimkb.cli.checking import check
from claimkb.cli.explain import explain
from claimkb.cli.pack import pack
from claimkb.cli.reading import AsJson, day, open_current_desk, open_desk_for, print_json
from claimkb.cli.tables import say
from claimkb.domain.evidence import Stance
from claimkb.domain.outcome import OutcomeReview, Verdict
from claimkb.domain.permissions import GRANTED, SCOPED, Role, Scope
from claimkb.domain.prediction import Checkability, PredictionKind, PredictionStatus
from claimkb.domain.timeliness import Timeliness
from claimkb.identity import LOCAL_EDITOR, SCHEDULER, SEED_LOADER
from claimkb.settings import EMBEDDED, Settings
from claimkb.store import paging, predictions
from claimkb.store.predictions import DateRange, PredictionFilter

EXIT_CODES = "Exit codes: 0 done · 1 refused, the message says why · 2 wrong usage · 3 database or port not available."

app = typer.Typer(
    help="claimkb keeps who claimed what, what they said would happen, and what then happened.",
    epilog=f"The data is in claimkb.db in this folder, or where CLAIMKB_DATABASE_URL says. {EXIT_CODES}",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode="rich",
)

app.add_typer(account_app, name="account")
app.add_typer(token_app, name="token")
app.add_typer(channel_app, name="channel")
app.command(epilog="Example: claimkb check --json")(check)
app.command(epilog="Example: claimkb digest")(digest)
app.command(epilog="Example, in a crontab: */5 * * * * claimkb deliver")(deliver)
app.command("deliveries", epilog="Example: claimkb deliveries --state PARKED")(list_deliveries)

SHOWN = 100


def _version(wanted: bool) -> None:
    """Print the version and stop."""
    if wanted:
        typer.echo(f"claimkb {__version__}")
        raise typer.Exit


@app.callback()
def claimkb(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """Keep who claimed what, what they said would happen, and what then happened."""


@app.command(epilog="Example: CLAIMKB_PORT=8080 claimkb serve --no-seed")
def serve(
    host: Annotated[str | None, typer.Option(help="The address to serve on, instead of CLAIMKB_HOST.")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="The port, instead of CLAIMKB_PORT; 0 takes a free one.")
    ] = None,
    seed: Annotated[
        bool | None, typer.Option("--seed/--no-seed", help="Load seeds/ first, or not. By default only into the embedded database.")
    ] = None,
    token: Annotated[
        bool, typer.Option("--token", help="While there are no accounts, let only those in who can read a token file of yours.")
    ] = False,
) -> None:
    """Serve the GraphQL API: migrate, load the stories, run the job once, show what is overdue, and listen."""
    given: dict[str, Any] = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    settings = Settings(**given)
    with_stories = settings.database_url.get_secret_value() == EMBEDDED if seed is None else seed
    serving.run(open_desk_for(settings), settings, seed=with_stories, with_token=token)


@app.command(epilog="Example: claimkb migrate")
def migrate() -> None:
    """Bring the database's tables up to date. It is safe to run at any time, and from two servers at once."""
    desk = open_desk_for(Settings())
    before, now = migrating.migrate(desk)
    say(f"{desk.database.place}: " + ("up to date" if before == now else f"migrated from {before or 'nothing'} to {now}"))
    migrating.show_what_looks_the_same(desk)


@app.command(epilog="Example: claimkb seed seeds/2025-11-novastan-kazakhstan-abraham-accords.yaml")
def seed(
    stories: Annotated[list[Path] | None, typer.Argument(help="The YAML files to load; all of seeds/ where none is named.")] = None,
) -> None:
    """Load stories: record what is not there yet, and leave what is there as it is."""
    desk = open_current_desk()
    for path in stories or serving.stories():
        report = seeding.load(desk, SEED_LOADER, path)
        say(path.name)
        for kind in sorted(report.recorded.keys() | report.there.keys()):
            say(f"  {kind:<14} {report.recorded[kind]:>5} loaded {report.there[kind]:>5} there already")


@app.command(epilog="Example, in a crontab: 15 6 * * * claimkb flag --json")
def flag(
    as_of: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Take this day for today. A day to come is a rehearsal, which writes nothing."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be flagged; write nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Flag what is overdue, due soon or due for review. Each prediction is flagged once a due date and level."""
    desk = open_current_desk()
    order = flagging.FlagPredictions(as_of=day(as_of) if as_of is not None else None, dry_run=dry_run)
    with desk.work(SCHEDULER) as work:
        run = flagging.flag_predictions(work, order)
    listed = run.flags if as_json else run.flags[:SHOWN]
    rows: list[dict[str, Any]] = []
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
        return
    if rows:
        tables.show(rows, f"{'Would be flagged' if run.dry_run else 'Newly flagged'} as of {run.as_of}: {len(run.flags)}")
    counted = ", ".join(f"{count} {level}" for level, count in levels.items() if count) or "nothing new"
    say(f"As of {run.as_of}: {counted}; {run.cleared} cleared" + (" (rehearsal: nothing written)" if run.dry_run else ""))


@app.command("predictions", epilog="Example: claimkb predictions --byline 'Joseph Fisher' --timeliness LONG_OVERDUE")
def list_predictions(
    status: Annotated[list[PredictionStatus] | None, typer.Option(help="Standing at this; may be repeated.")] = None,
    timeliness: Annotated[list[Timeliness] | None, typer.Option(help="Standing to the calendar so; may be repeated.")] = None,
    overdue: Annotated[bool | None, typer.Option("--overdue/--not-overdue", help="Overdue, however long; or not.")] = None,
    flagged: Annotated[
        bool | None, typer.Option("--flagged/--not-flagged", help="With a flag that still applies, or without.")
    ] = None,
    kind: Annotated[PredictionKind | None, typer.Option(help="Of this kind.")] = None,
    checkability: Annotated[Checkability | None, typer.Option(help="Of this checkability.")] = None,
    claimant: Annotated[str | None, typer.Option(metavar="ID", help="Made by this claimant.")] = None,
    source: Annotated[str | None, typer.Option(metavar="ID", help="Appearing in this source.")] = None,
    byline: Annotated[str | None, typer.Option(help="Appearing in a source with exactly this byline.")] = None,
    due_from: Annotated[str | None, typer.Option(metavar="DATE", help="Due on this day or later.")] = None,
    due_to: Annotated[str | None, typer.Option(metavar="DATE", help="Due on this day or earlier.")] = None,
    text: Annotated[str | None, typer.Option(help="With this text in the question or the claim.")] = None,
    first: Annotated[int, typer.Option(min=1, max=100, help="How many to show.")] = 20,
    after: Annotated[str | None, typer.Option(metavar="CURSOR", help="Go on after the row with this cursor.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the queue: the predictions that have waited longest first."""
    span = DateRange(from_=day(due_from) if due_from is not None else None, to=day(due_to) if due_to is not None else None)
    wanted = PredictionFilter.model_validate(
        {
            "status": status or None,
            "timeliness": timeliness or None,
            "is_overdue": overdue,
            "flagged": flagged,
            "kind": kind,
            "checkability": checkability,
            "claimant_id": claimant,
            "source_id": source,
            "byline": byline,
            "due_on": span if due_from or due_to else None,
            "text": text,
        }
    )
    desk = open_current_desk()
    with desk.database.read() as session:
        select = predictions.matching(wanted, desk.today())
        page = paging.page(session, select, predictions.ordered(None), paging.Slice(first=first, after=after))
        rows, total = tables.described(session, page.rows, desk.today()), paging.count(session, select)
    if as_json:
        print_json({"total": total, "next": page.cursors[-1] if page.has_next else None, "predictions": rows})
        return
    tables.show(rows, f"{total} predictions" if total != 1 else "1 prediction")
    if page.has_next:
        say(f"More with --after {page.cursors[-1]}")


def _evidence(stance: Stance, named: str) -> GiveEvidence:
    """Read a source named on the command line: an id, or a web address and perhaps a title."""
    if "://" not in named:
        try:
            return GiveEvidence.model_validate({"source_id": named, "stance": stance})
        except ValidationError:
            raise typer.BadParameter(f"{named} is no id of a source: name that, or its web address and its title.") from None
    url, _, title = named.partition(" ")
    return GiveEvidence(source=RecordSource(url=url, title=title or url[:500]), stance=stance)


app.command(epilog="Example: claimkb pack 1df0690a-b80a-5dae-8c18-d3fd3e97f341 > visit.md")(pack)
app.command(epilog="Example: claimkb explain '{ predictions { nodes { question claim { statement } } } }'")(explain)
app.command("record", epilog="Example: claimkb record 'Donald Trump' --kind PROMISE")(track_records.record)


SOURCE_HELP = "A source that {}: its id, or its web address and, after a space, its title. May be repeated."


@app.command(
    epilog="Example: claimkb resolve ID --verdict YES --occurred-on 2025-11-18 --rationale 'Both governments say so.' "
    "--supports 'https://example.org/visit The visit in pictures'"
)
def resolve(
    prediction: Annotated[str, typer.Argument(metavar="ID", help="The prediction's id, as claimkb predictions shows it.")],
    verdict: Annotated[Verdict, typer.Option(help="The answer.")],
    rationale: Annotated[str, typer.Option(help="Why we say so.")],
    occurred_on: Annotated[str | None, typer.Option(metavar="DATE", help="When it happened.")] = None,
    known_on: Annotated[str | None, typer.Option(metavar="DATE", help="When it became known.")] = None,
    supports: Annotated[list[str] | None, typer.Option(help=SOURCE_HELP.format("speaks for the verdict"))] = None,
    refutes: Annotated[list[str] | None, typer.Option(help=SOURCE_HELP.format("speaks against it"))] = None,
    context: Annotated[list[str] | None, typer.Option(help=SOURCE_HELP.format("helps to understand it"))] = None,
    no_evidence_reason: Annotated[str | None, typer.Option(help="Why there is no evidence, if there is none.")] = None,
    early_reason: Annotated[str | None, typer.Option(help="Before the due date: why the remaining days cannot undo it.")] = None,
    expected_version: Annotated[int | None, typer.Option(min=1, help="Refuse if the prediction is not at this version.")] = None,
    as_json: AsJson = False,
) -> None:
    """Resolve a prediction: say what happened, why we say so, and what shows it."""
    stances = ((Stance.SUPPORTS, supports), (Stance.REFUTES, refutes), (Stance.CONTEXT, context))
    order = outcomes.ResolvePrediction.model_validate(
        {
            "prediction_id": prediction,
            "verdict": verdict,
            "rationale": rationale,
            "occurred_on": day(occurred_on) if occurred_on is not None else None,
            "known_on": day(known_on) if known_on is not None else None,
            "evidence": [_evidence(stance, named) for stance, given in stances for named in given or []] or None,
            "no_evidence_reason": no_evidence_reason,
            "early_reason": early_reason,
            "expected_version": expected_version,
        }
    )
    with open_current_desk().work(LOCAL_EDITOR) as work:
        outcome = outcomes.resolve_prediction(work, order)
    if as_json:
        print_json(
            {"prediction": prediction, "outcome": str(outcome.id), "verdict": outcome.verdict.value, "review": outcome.review.value}
        )
        return
    waits = outcome.review is OutcomeReview.PROPOSED
    say(f"{'Proposed' if waits else 'Resolved'}: {outcome.verdict}. {outcome.rationale}")
    if waits:
        say("It waits until another person confirms it (confirmOutcome).")


@app.command(epilog="Example: claimkb permissions")
def permissions() -> None:
    """Print who may do what: each verb of the API, the scope that it takes, the roles that have it, and whether who uses a browser
    is asked to sign in again before it.
    """
    rows = []
    for verb in pkgutil.resolve_name("claimkb.graphql.mutations:VERBS"):
        wanted = verb.action.permission
        scope = next(scope for scope in Scope if wanted in SCOPED[scope])
        roles = {role.value: "yes" if wanted in GRANTED[role] else "no" for role in Role}
        again = {"again": "yes" if asks_to_sign_in_again(verb.action) else "no"}
        rows.append({"verb": camel(verb.action.__name__), "scope": scope.value, **roles, **again})
    tables.show_plain(rows, "Who may do what")


@app.command(epilog="Example: claimkb schema > schema.graphql")
def schema() -> None:
    """Print the GraphQL schema in its definition language."""
    typer.echo(pkgutil.resolve_name("claimkb.graphql.schema:sdl")(), nl=False)
