"""Which command compares a text with what is recorded?"""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from claimkb.cli import tables
from claimkb.cli.finding import First
from claimkb.cli.reading import AsJson, open_current_desk, print_json, text_of
from claimkb.domain.quantity import counted
from claimkb.domain.reference import global_id
from claimkb.store import search
from claimkb.store.search import SimilarPassage


def similar(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, allow_dash=True, help="The text; - reads standard input.")
    ],
    language: Annotated[str | None, typer.Option(help="Its language, such as en, which tells where its sentences end.")] = None,
    first: First = 20,
    as_json: AsJson = False,
) -> None:
    """Show which sentences of a text are like recorded claims. Whether they say the same is for a person to say."""
    text = text_of(str(file))
    with open_current_desk().database.read() as session:
        found = search.similar_in_text(session, text, language, first)
        if as_json:
            print_json([_described(each) for each in found])
            return
        entries = [_shown(each) for each in found]
    if entries:
        tables.show_entries(entries, counted(len(entries), "sentence"), "Place", "Sentence, and the claims that it is like")
    else:
        tables.say("No sentence is like a recorded claim.")


def _described(found: SimilarPassage) -> tables.Row:
    """Describe a sentence for a program, with the names of the API."""
    return {
        "passage": {"exact": found.passage.exact, "start": found.passage.start, "end": found.passage.end},
        "similar": [
            {
                "claim": {
                    "id": global_id("Claim", each.claim.id),
                    "uuid": str(each.claim.id),
                    "statement": each.claim.statement,
                },
                "score": each.score,
                "why": each.why,
            }
            for each in found.similar
        ],
    }


def _shown(found: SimilarPassage) -> tables.Entry:
    """Show a sentence to people, and below it the claims, each with its score and its id."""
    lines = tables.written(found.passage.exact)
    for each in found.similar:
        lines += [Text(f"{each.score:.2f} {line}") for line in tables.written(each.claim.statement)]
        lines += tables.written(str(each.claim.id))
    return tables.Entry([f"{found.passage.start}–{found.passage.end}"], lines)
