"""How does a person at the terminal get all that concerns a prediction, on the day it is due?"""

import typer

from claimkb.cli.reading import AsJson, PredictionArgument, open_current_desk, print_json
from claimkb.identity import LOCAL_EDITOR


def pack(
    prediction: PredictionArgument,
    as_json: AsJson = False,
) -> None:
    """Print all that it takes to resolve a prediction, as a page of Markdown."""
    from claimkb.web import pack as page_of_pack

    data = page_of_pack.fetch(open_current_desk(), LOCAL_EDITOR, prediction)
    if as_json:
        print_json(data)
    else:
        typer.echo(page_of_pack.page(data), nl=False)
