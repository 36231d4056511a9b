"""How is a claimant's track record shown on the terminal?"""

from dataclasses import asdict
from typing import Annotated

import typer

from claimkb.actions.work import camel
from claimkb.cli import tables
from claimkb.cli.claimants import NameOrId, claimant_of
from claimkb.cli.reading import AsJson, CollectionOption, open_current_desk, print_json
from claimkb.cli.tables import Row, say
from claimkb.domain import Claimant
from claimkb.domain.prediction import PredictionKind
from claimkb.domain.reference import global_id
from claimkb.domain.track_record import CalibrationBin, TrackRecord
from claimkb.graphql.schema.permalinks import of_track_record
from claimkb.store import track_records

COUNTS = ("due", "yes", "no", "partial", "unclear", "unchecked", "annulled", "not_yet_due", "undated")

ERRORS = ("unit", "count", "within", "mean_error", "mean_absolute_error")


def _camel(values: Row) -> Row:
    """Write the names of values as the API has them."""
    return {camel(name): value for name, value in values.items()}


def described(claimant: Claimant, record: TrackRecord) -> Row:
    """Write a track record for programs, in the names of the API."""
    return {
        "id": global_id("Claimant", claimant.id),
        "uuid": str(claimant.id),
        "claimant": claimant.name,
        "line": record.line,
        **_camel({name: getattr(record, name) for name in COUNTS}),
        "rate": record.rate and asdict(record.rate),
        "brier": record.brier and asdict(record.brier),
        "calibration": [_camel(asdict(each)) for each in record.calibration],
        "errors": [_camel({name: getattr(each, name) for name in ERRORS}) for each in record.errors],
        "asOf": record.as_of,
        "permalink": of_track_record(record),
    }


def _tell(claimant: Claimant, record: TrackRecord) -> None:
    """Print a track record for people."""
    say(f"{claimant.name} as of {record.as_of}:")
    say(record.line)
    rows = [{"predictions": name.replace("_", " "), "count": getattr(record, name)} for name in COUNTS]
    tables.show_plain(rows, "Counts")
    if record.rate:
        say(f"YES of YES and NO: {record.rate.value:.0%}; at 95 % between {record.rate.low:.0%} and {record.rate.high:.0%}.")
    if record.brier:
        say(f"Brier score: {record.brier.score:.3f}, of {record.brier.count} with a stated probability.")
        tables.show_plain([_shown(each) for each in record.calibration if each.count], "Stated, and come true")
    if record.errors:
        tables.show_plain([{name.replace("_", " "): getattr(each, name) for name in ERRORS} for each in record.errors], "Numbers")
    say(f"Ask again: {of_track_record(record)}")


def _shown(held: CalibrationBin) -> Row:
    """Write a bin of probabilities for people."""
    stated = f"{held.lower} to {held.upper}"
    return {"stated": stated, "count": held.count, "mean": f"{held.mean_stated:.2f}", "came true": f"{held.share_true:.2f}"}


def track_record(
    name: NameOrId,
    kind: Annotated[PredictionKind | None, typer.Option(help="Only forecasts, or only promises.")] = None,
    collection: CollectionOption = None,
    include_on_behalf: Annotated[
        bool, typer.Option("--include-on-behalf", help="Also count what others said on its behalf.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show a claimant's track record: how its predictions turned out, and how many nobody has checked."""
    desk = open_current_desk()
    with desk.database.read() as session:
        claimant = claimant_of(session, name)
        (counted,) = track_records.by_claimants(session, [claimant.id], kind, desk.today(), collection, include_on_behalf)
    if as_json:
        print_json(described(claimant, counted))
    else:
        _tell(claimant, counted)
