"""How does a command change something? It carries out an action, in the name of the account that `--as` names."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, TypeVar

import typer

from claimkb.actions.work import Desk, Work
from claimkb.cli.reading import open_current_desk
from claimkb.domain.access import DoorShut, NobodyActs
from claimkb.domain.account import Actor
from claimkb.domain.record import Input
from claimkb.identity import LOCAL_EDITOR, at_terminal

AnyInput = TypeVar("AnyInput", bound=Input)
T = TypeVar("T")

As = Annotated[
    str | None,
    typer.Option("--as", metavar="ACCOUNT", envvar="CLAIMKB_AS", help="The account that does this: the history names it."),
]
Why = Annotated[str, typer.Option(help="Why, for those who read the history.")]
Version = Annotated[int | None, typer.Option(min=1, help="Refuse if the prediction is not at this version.")]


@contextmanager
def acting(desk: Desk, name: str | None, otherwise: Actor = LOCAL_EDITOR) -> Iterator[Actor]:
    """Yield the actor: the named account, or `otherwise` while the database has no account."""
    try:
        yield at_terminal(desk, name, otherwise)
    except DoorShut:  # found in the transaction of the change, so that no account is made meanwhile
        raise NobodyActs from None


def input_of(kind: type[AnyInput], /, **given: object) -> AnyInput:
    """Make a command of the options that were given; the others stay out of it."""
    return kind.model_validate({name: value for name, value in given.items() if value is not None})


def carry_out(action: Callable[[Work, AnyInput], T], command: AnyInput, by: str | None) -> T:
    """Carry out an action in its transaction, and return its result."""
    desk = open_current_desk()
    with acting(desk, by) as actor, desk.work(actor) as work:
        return action(work, command)
