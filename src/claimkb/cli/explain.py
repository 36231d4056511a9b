"""How does a developer see what a query asks of the database?"""

import json
import sys
from typing import Annotated

import typer

from claimkb.cli.reading import AsJson, open_current_desk, print_json
from claimkb.cli.tables import say
from claimkb.domain.quantity import counted
from claimkb.identity import LOCAL_EDITOR


def _variables(given: str) -> dict[str, object]:
    """Read variables."""
    try:
        read = json.loads(given)
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise typer.BadParameter('Variables are a JSON object, such as {"first": 10}.')
    return read


def explain(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="The document, or - to read it from the standard input.")],
    variables: Annotated[str, typer.Option(help="The variables, as JSON.")] = "{}",
    as_json: AsJson = False,
) -> None:
    """Print the SQL that answers a query, each statement with the rows that it read; or why it has no plan."""
    from claimkb.graphql.plans import explain as explaining

    text = sys.stdin.read() if query == "-" else query
    try:
        found = explaining.explain(open_current_desk(), LOCAL_EDITOR, text, _variables(variables))
    except explaining.NoOperation as wrong:
        raise typer.BadParameter(str(wrong)) from None
    if as_json:
        print_json(
            {
                "planned": found.reason is None,
                "left": found.reason,
                "statements": [{"sql": each.statement, "rows": each.rows} for each in found.statements],
            }
        )
        return
    for each in found.statements if found.reason is None else ():
        say(f"{each.statement.strip()}")
        if each.rows is not None:
            say(f"-- {counted(each.rows, 'row')}")
        say()
    if found.reason is None:
        say(f"Planned: {counted(len(found.statements), 'statement')}.")
    else:
        say(f"Left to the executor: {found.reason}")
