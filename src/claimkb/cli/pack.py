"""How does a person at the terminal get all that concerns a prediction, on the day it is due?"""

import pkgutil
from typing import Annotated
from uuid import UUID

import typer

from claimkb.cli.reading import AsJson, open_current_desk, print_json
from claimkb.domain.reference import RefersTo
from claimkb.identity import LOCAL_EDITOR


def _id(given: str) -> UUID:
    """Read the id of a prediction."""
    try:
        return UUID(str(RefersTo("Prediction").read(given)))
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def pack(
    prediction: Annotated[
        UUID, typer.Argument(metavar="ID", parser=_id, help="The prediction's id, as claimkb predictions shows it.")
    ],
    as_json: AsJson = False,
) -> None:
    """Print all that it takes to resolve a prediction, as a page of Markdown."""
    made = pkgutil.resolve_name("claimkb.web.pack")
    data = made.fetch(open_current_desk(), LOCAL_EDITOR, prediction)
    if as_json:
        print_json(data)
    else:
        typer.echo(made.page(data), nl=False)
