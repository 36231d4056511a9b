"""The commands for whom we tell, and for what is sent. Before there is an account, whoever can run them administers claimkb."""

import sys
from datetime import datetime
from typing import Annotated

import typer
from pydantic import SecretStr

from claimkb.actions import channels as actions
from claimkb.cli import tables
from claimkb.cli.accounts import account_of
from claimkb.cli.acting import As, Why, acting
from claimkb.cli.reading import AsJson, CollectionOption, open_current_desk, print_rows
from claimkb.cli.tables import Row, say
from claimkb.domain import Account, Channel
from claimkb.domain.channel import About, ChannelKind, place
from claimkb.domain.delivery import DeliveryState
from claimkb.domain.quantity import counted
from claimkb.domain.reference import global_id
from claimkb.domain.telling import NoChannel
from claimkb.identity import COMMAND_LINE
from claimkb.settings import Settings
from claimkb.store import channels as stored
from claimkb.store import deliveries, digests
from claimkb.store.deliveries import DeliveryFilter
from claimkb.store.engine import paging

channel_app = typer.Typer(help="Channels: whom we tell of what waits for an answer, and how.", no_args_is_help=True)

ChannelName = Annotated[str, typer.Argument(metavar="CHANNEL", help="The channel's name.")]


def _every() -> list[tuple[Channel, Account | None]]:
    """List all channels, by name."""
    with open_current_desk().database.read() as session:
        return stored.every(session)


def _open_channel(name: str) -> Channel:
    """Find the open channel of a name."""
    with open_current_desk().database.read() as session:
        found = stored.find_open(session, name)
    if found is None:
        raise NoChannel(name=name)
    return found


@channel_app.command(
    "open",
    epilog="Example: claimkb channel open 'Politics desk' --digest desk@example.org. An address that holds a password is read from "
    "standard input, as others of the machine see what a command is given: claimkb channel open Chat --digest - < address",
)
def open_channel(
    name: ChannelName,
    digest: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS", help="Send a digest a day here: an e-mail address, or slack://… (see Apprise); - reads it."
        ),
    ] = None,
    webhook: Annotated[str | None, typer.Option(metavar="URL", help="Send a signed request for each event here, or to -.")] = None,
    account: Annotated[str | None, typer.Option(help="The account that is told.")] = None,
    claimant: Annotated[str | None, typer.Option(metavar="ID", help="Only of what this claimant predicts.")] = None,
    search: Annotated[str | None, typer.Option(metavar="ID", help="Only of what this saved search finds.")] = None,
    collection: CollectionOption = None,
    mine: Annotated[bool, typer.Option("--mine", help="Only of what the account looks after, and of what nobody does.")] = False,
    by: As = None,
) -> None:
    """Tell somebody of what waits for an answer: a person or a room once a day, a program at once."""
    if (digest is None) == (webhook is None):
        raise typer.BadParameter("say either --digest or --webhook.")
    desk, address = open_current_desk(), digest or webhook or ""
    command = actions.OpenChannel(
        name=name,
        kind=ChannelKind.DIGEST if digest is not None else ChannelKind.WEBHOOK,
        address=SecretStr(sys.stdin.readline().strip() if address == "-" else address),
        about=About.MINE if mine else About.ALL,
        account_id=account_of(desk, account).id if account is not None else None,
        claimant_id=claimant,
        saved_search_id=search,
        collection_id=collection,
    )
    with acting(desk, by, COMMAND_LINE) as actor, desk.work(actor, alone=True) as work:
        opened = actions.open_channel(work, command)
    if not opened.secret:
        say(f"{name} gets a digest a day at {place(opened)}. Try it: claimkb channel test '{name}'")
        return
    tables.tell(f"{name} is told of every event at {place(opened)}. This verifies what it gets; it is shown this once:")
    typer.echo(opened.secret.get_secret_value())


@channel_app.command("list", epilog="Example: claimkb channel list --json")
def list_channels(as_json: AsJson = False) -> None:
    """List the channels, also closed ones."""
    rows = [
        {
            "name": channel.name,
            "kind": channel.kind.value,
            "place": place(channel),
            "about": channel.about.value,
            "claimant": channel.claimant_id and global_id("Claimant", channel.claimant_id),
            "search": channel.saved_search_id and global_id("SavedSearch", channel.saved_search_id),
            "collection": channel.collection_id and global_id("Collection", channel.collection_id),
            "account": account and account.name,
            "closed": channel.closed_at,
        }
        for channel, account in _every()
    ]
    print_rows(rows, as_json, "Channels", "There are no channels: nobody is told. See claimkb channel open --help")


@channel_app.command("close", epilog="Example: claimkb channel close 'Politics desk' --reason 'They read the feed.'")
def close_channel(name: ChannelName, reason: Why, by: As = None) -> None:
    """Tell nobody by a channel any more."""
    desk, command = open_current_desk(), actions.CloseChannel(channel_id=_open_channel(name).id, reason=reason)
    with acting(desk, by, COMMAND_LINE) as actor, desk.work(actor, alone=True) as work:
        actions.close_channel(work, command)
    say(f"{name} is closed.")


@channel_app.command("test", epilog="Example: claimkb channel test 'Politics desk'")
def test_channel(name: ChannelName) -> None:
    """Try a channel now: send a program a signed ping, and others a digest of everything that waits."""
    from claimkb import app

    desk, settings, channel = open_current_desk(), Settings(), _open_channel(name)
    if channel.kind is ChannelKind.WEBHOOK:
        answer = app.webhooks_of(desk, settings).ping(channel)
        say(f"Sent a ping to {place(channel)}: it answered {answer}.")
        return
    with desk.database.read() as session:
        digest = digests.of_everything(session, desk.today())
    sender = app.digests_of(desk, settings)
    sender.send(channel, digest.title, digest.written(sender.link))
    say(f"Sent to {place(channel)}: {digest.title}")


def digest() -> None:
    """Print today's digest of everything that waits under a flag, as it would be sent."""
    from claimkb import app

    desk = open_current_desk()
    link = app.digests_of(desk, Settings()).link
    with desk.database.read() as session:
        found = digests.of_everything(session, desk.today())
    say(f"{found.title}\n\n{found.written(link)}")


def deliver() -> None:
    """Send what is to be sent now: for a machine on which no server does it."""
    from claimkb import app

    desk = open_current_desk()
    done = app.outbox_of(desk, Settings()).deliver()
    counted = ", ".join(f"{done[state]} {state.value.lower()}" for state in DeliveryState if done[state])
    say(counted or "Nothing to send.")


def list_deliveries(
    state: Annotated[list[DeliveryState] | None, typer.Option(help="Standing at this; may be repeated.")] = None,
    first: Annotated[int, typer.Option(min=1, max=100, help="How many to show.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List what was sent, or is to be, the newest first."""
    desk = open_current_desk()
    with desk.database.read() as session:
        select = deliveries.matching(DeliveryFilter(state=state or None))
        page = paging.page(session, select, deliveries.ordered(None), paging.Slice(first=first))
        names = {channel.id: channel.name for channel, _ in stored.every(session)}
    rows: list[Row] = [
        {
            "id": str(each.id),
            "channel": names[each.channel_id],
            "what": each.topic.value if each.topic else "DIGEST",
            "state": each.state.value,
            "attempts": each.attempts,
            "made": each.made_at,
            "problem": each.problem,
        }
        for each in page.rows
    ]
    if rows and not as_json:
        tables.show_entries(
            [_entry(**row) for row in rows], f"Deliveries: {len(rows)}", "When", "Channel, what is sent, and its id"
        )
    else:
        print_rows(rows, as_json, "Deliveries", "There is nothing.")


def _entry(made: datetime, state: str, problem: str | None, attempts: int, **about: str) -> tables.Entry:
    """Write a delivery for a table."""
    what = f"{about['what']}, {counted(attempts, 'attempt')}"
    lines = [about["channel"], what, *([problem] if problem else []), about["id"]]
    return tables.Entry([f"{made.date()}", state], tables.written(*lines))
