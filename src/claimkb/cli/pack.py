"""How does a person at the terminal get all that concerns a prediction, on the day it is due?"""

import pkgutil

import typer

from claimkb.cli.reading import AsJson, PredictionArgument, open_current_desk, print_json
from claimkb.identity import LOCAL_EDITOR


def pack(
    prediction: PredictionArgument,
    as_json: AsJson = False,
) -> None:
    """Print all that it takes to resolve a prediction, as a page of Markdown."""
    made = pkgutil.resolve_name("claimkb.web.pack")
    data = made.fetch(open_current_desk(), LOCAL_EDITOR, prediction)
    if as_json:
        print_json(data)
    else:
        typer.echo(made.page(data), nl=False)
