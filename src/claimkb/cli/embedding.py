"""Which command makes the vectors of claims, by which they are compared across languages?"""

import typer

from claimkb.cli.reading import open_current_desk
from claimkb.cli.tables import say, tell
from claimkb.store import claim_vectors

EACH = 320
"""After how many claims it is said how far it is."""


def embed() -> None:
    """Make the vectors of all claims without one, as CLAIMKB_CROSSLINGUAL=true needs them. It can be stopped, and goes on later."""
    desk = open_current_desk()
    if desk.semantic_search is None:
        raise typer.BadParameter("CLAIMKB_CROSSLINGUAL is not true: nothing is compared by meaning.")
    encoder, done = desk.semantic_search.encoder, 0
    with desk.database.read() as session:
        left = claim_vectors.progress(session, encoder.model).left
    while made := claim_vectors.make_some(desk.database, encoder, desk.now) if done < left else 0:
        done += made
        if done % EACH == 0 and done < left:
            tell(f"{done} of {left} claims")
    say(f"Vectors made: {done}")
