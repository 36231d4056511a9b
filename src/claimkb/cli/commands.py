"""Which commands are there? This is their list, in the groups that `claimkb --help` shows; each is told where it is written."""

from collections.abc import Callable
from typing import Annotated

import typer

from claimkb import __version__
from claimkb.cli import backing_up, capturing, channels, deciding, finding, following, mending, upkeep
from claimkb.cli.accounts import account_app, token_app
from claimkb.cli.checkpoints import checkpoint, prove
from claimkb.cli.claimants import claimant_app
from claimkb.cli.collections import collection_app
from claimkb.cli.comparing import similar
from claimkb.cli.embedding import embed
from claimkb.cli.erasing import erase
from claimkb.cli.explain import explain
from claimkb.cli.history import history
from claimkb.cli.pack import pack
from claimkb.cli.series import series
from claimkb.cli.status import show_status
from claimkb.cli.suggesting import refuse, suggest_what_is_said, take
from claimkb.cli.track_records import track_record
from claimkb.cli.verifying import verify
from claimkb.cli.when import when

EXIT_CODES = "Exit codes: 0 done · 1 refused, the message says why · 2 wrong usage · 3 database or port not available."

app = typer.Typer(
    help="claimkb keeps who claimed what, what they said would happen, and what then happened.",
    epilog=f"The data is in claimkb.db in this folder, or where CLAIMKB_DATABASE_URL says. {EXIT_CODES}",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)

READ = "Read"
DECIDE = "Record and decide"
ACCOUNTS = "Accounts and channels"
SERVE = "Serve and look after"

COMMANDS: dict[str, dict[str, tuple[Callable[..., None], str]]] = {
    READ: {
        "predictions": (
            finding.list_predictions,
            "Example: claimkb predictions --byline 'Joseph Fisher' --timeliness LONG_OVERDUE",
        ),
        "claims": (finding.list_claims, "Example: claimkb claims --rests-only-on 'The Astana Times' --not-reviewed"),
        "search": (finding.search, "Example: claimkb search abraham accord --kind CLAIM"),
        "suggest": (suggest_what_is_said, "Example: claimkb suggest article.txt --published-on 2025-11-13 --country US"),
        "similar": (similar, "Example: claimkb similar article.txt --language en"),
        "anchors": (mending.list_anchors, "Example: claimkb anchors --status FUZZY"),
        "history": (history, "Example: claimkb history 1df0690a-b80a-5dae-8c18-d3fd3e97f341"),
        "pack": (pack, "Example: claimkb pack 1df0690a-b80a-5dae-8c18-d3fd3e97f341 > visit.md"),
        "track-record": (track_record, "Example: claimkb track-record 'Donald Trump' --kind PROMISE"),
        "when": (when, "Example: claimkb when by the end of next quarter --said-on 2026-11-29"),
    },
    DECIDE: {
        "capture": (capturing.capture, "Example: claimkb capture https://example.org/2025/11/07/story --as Ada"),
        "series": (
            series,
            "Example: claimkb series ID --every YEAR --from 2025-01-01 --until 2028-12-31 "
            "--question 'Are 600,000 homes built in {year}?' --criteria 'The statistics office counts them.'",
        ),
        "resolve": (
            deciding.resolve,
            "Example: claimkb resolve ID --verdict YES --occurred-on 2025-11-18 --rationale 'Both governments say so.' "
            "--supports 'https://example.org/visit The visit in pictures'",
        ),
        "confirm": (deciding.confirm, "Example: claimkb confirm ID --as Bea"),
        "reject": (deciding.reject, "Example: claimkb reject ID --as Bea --reason 'The photograph is of another visit.'"),
        "reopen": (deciding.reopen, "Example: claimkb reopen ID --reason 'The ministry took it back.'"),
        "move": (
            following.move,
            "Example: claimkb move ID --kind EXTENSION --due-on 2026-05-31 --precision SEASON --reason 'Now it is spring.'",
        ),
        "snooze": (following.snooze, "Example: claimkb snooze ID --until 2027-03-01 --reason 'Nothing before the election.'"),
        "assign": (following.assign, "Example: claimkb assign ID Ada"),
        "assign-several": (following.assign_several, "Example: claimkb assign-several ID ID --to Ada"),
        "snooze-several": (
            following.snooze_several,
            "Example: claimkb snooze-several ID ID --until 2027-03-01 --reason 'Nothing before the election.'",
        ),
        "note": (following.note, "Example: claimkb note ID 'The pillars stand.' --progress IN_THE_WORKS"),
        "withdraw": (following.withdraw, "Example: claimkb withdraw ID --reason 'A duplicate.'"),
        "track-again": (following.track_again, "Example: claimkb track-again ID --reason 'It is no duplicate.'"),
        "retract": (mending.retract, "Example: claimkb retract ID --reason 'It is about another bridge.'"),
        "snapshot": (mending.snapshot, "Example: curl -s https://example.org/story.txt | claimkb snapshot ID -"),
        "accept-anchor": (mending.accept_anchor, "Example: claimkb accept-anchor ID --as Ada"),
        "reject-anchor": (mending.reject_anchor, "Example: claimkb reject-anchor ID --reason 'That is another sentence.'"),
        "take": (take, "Example: claimkb take SOURCE SUGGESTION --claimant 'Donald Trump' --question 'Does he visit Astana?'"),
        "refuse": (refuse, "Example: claimkb refuse SOURCE SUGGESTION --reason 'That is the headline.'"),
        "seed": (upkeep.seed, "Example: claimkb seed seeds/2025-11-novastan-kazakhstan-abraham-accords.yaml"),
    },
    ACCOUNTS: {
        "permissions": (upkeep.permissions, "Example: claimkb permissions"),
        "digest": (channels.digest, "Example: claimkb digest"),
        "deliver": (channels.deliver, "Example, in a crontab: */5 * * * * claimkb deliver"),
        "deliveries": (channels.list_deliveries, "Example: claimkb deliveries --state PARKED"),
    },
    SERVE: {
        "serve": (upkeep.serve, "Example: CLAIMKB_PORT=8080 claimkb serve"),
        "migrate": (upkeep.migrate, "Example: claimkb migrate"),
        "embed": (embed, "Example: CLAIMKB_CROSSLINGUAL=true claimkb embed"),
        "flag": (upkeep.flag, "Example, in a crontab: 15 6 * * * claimkb flag --json"),
        "verify": (verify, "Example: claimkb verify --copies /mnt/elsewhere/checkpoints.jsonl"),
        "checkpoint": (checkpoint, "Example: claimkb checkpoint >> /mnt/elsewhere/checkpoints.jsonl"),
        "prove": (prove, "Example: claimkb prove 1df0690a-b80a-5dae-8c18-d3fd3e97f341 > proof.json"),
        "backup": (
            backing_up.backup,
            "Example: claimkb backup claims-2026-11-29.tar; or claimkb backup - | ssh vault 'cat > claims.tar'",
        ),
        "restore": (backing_up.restore, "Example: CLAIMKB_DATABASE_URL=sqlite:///new.db claimkb restore claims-2026-11-29.tar"),
        "erase": (erase, "Example: claimkb erase --reason 'Court order 7 O 12/26' < words.txt; first with --dry-run"),
        "status": (show_status, "Example: claimkb status --json"),
        "explain": (explain, "Example: claimkb explain '{ predictions { nodes { question claim { statement } } } }'"),
        "schema": (upkeep.schema, "Example: claimkb schema > schema.graphql"),
    },
}
"""The commands of each group, with an example of each."""

for panel, commands in COMMANDS.items():
    for name, (command, example) in commands.items():
        app.command(name, epilog=example, rich_help_panel=panel)(command)
app.command("record", hidden=True)(track_record)  # the name that it had before

app.add_typer(claimant_app, name="claimant", rich_help_panel=DECIDE)
app.add_typer(collection_app, name="collection", rich_help_panel=DECIDE)
for name, group in (("account", account_app), ("token", token_app), ("channel", channels.channel_app)):
    app.add_typer(group, name=name, rich_help_panel=ACCOUNTS)


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
