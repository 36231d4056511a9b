"""Which commands sign what is recorded, and prove to others that something was recorded by a day?"""

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from claimkb.cli.reading import RecordArgument, open_current_desk, print_json
from claimkb.cli.tables import say
from claimkb.domain import Revision
from claimkb.domain.checkpoint import NoKeyFile, NotCovered, ProofErased
from claimkb.domain.merkle import inclusion_path
from claimkb.domain.revision import canonical, hashed
from claimkb.domain.signing import SigningKey
from claimkb.outbound.checkpointing import Checkpointing
from claimkb.settings import Settings
from claimkb.store import checkpoints


def checkpoint(
    new_key: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a new private key into this file instead, and print its public key.")
    ] = None,
) -> None:
    """Sign what is recorded, if that was not done today, and print the newest checkpoint as a line: keep it elsewhere."""
    desk = open_current_desk()
    if new_key is not None:
        key = SigningKey.of_seed(desk.random(32))
        with os.fdopen(os.open(new_key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(key.pem())
        say(f"The private key is in {new_key}: set CLAIMKB_CHECKPOINT_KEY_FILE to it.")
        say(f"The public key, for those who check: {key.public}")
        return
    settings = Settings()
    checkpointing = Checkpointing.of_files(desk, settings.checkpoint_key_file, settings.checkpoint_folder)
    if checkpointing is None:
        raise NoKeyFile
    made = checkpointing.make_if_due()
    with desk.database.read() as session:
        newest = made or checkpoints.newest(session)
        if newest is not None:
            typer.echo(newest.line())


def prove(record: RecordArgument) -> None:
    """Print a proof, as JSON, of what the newest checkpoint covers of a record: others can check it without claimkb."""
    desk = open_current_desk()
    with desk.database.read() as session:
        newest = checkpoints.newest(session)
        head = checkpoints.find_head(session, record, newest.position) if newest else None
        if newest is None or head is None:
            raise NotCovered(id=record)
        if head.erasure_id is not None:
            raise ProofErased(id=record)
        index = checkpoints.index_of(session, record, newest.position)
    path = inclusion_path(checkpoints.leaves(desk.database.read, newest.position), index, newest.records)
    print_json(
        {
            "checkpoint": json.loads(newest.line()),
            "revision": json.loads(canonical(hashed({name: getattr(head, name) for name in Revision.model_fields}))),
            "index": index,
            "path": [each.hex() for each in path],
        }
    )
