"""Record a signed checkpoint of everything that is recorded: a part of the scheduled job."""

from pydantic import ConfigDict
from pydantic import Field as Rule

from claimkb.actions.work import Work, needs
from claimkb.domain import Checkpoint
from claimkb.domain.checkpoint import Heads, signed
from claimkb.domain.permissions import Permission
from claimkb.domain.record import Command
from claimkb.domain.schedule import CHECKPOINT
from claimkb.domain.signing import SigningKey
from claimkb.store import checkpoints, flags


class RecordCheckpoint(Command):
    """What the checkpoint says, and the key that signs it."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    heads: Heads = Rule(description="What the newest revisions of all records are.")
    key: SigningKey = Rule(description="The key that signs the checkpoint.")


@needs(Permission.FLAG)
def record_checkpoint(work: Work, command: RecordCheckpoint) -> Checkpoint:
    """Sign what the newest revisions of all records are, and record it. Programs are told of it."""
    before = checkpoints.newest(work.session)
    checkpoint = signed(command.heads, before.number + 1 if before else 1, work.today, command.key)
    flags.record_run(work.session, CHECKPOINT, work.today, work.now)
    return work.add(checkpoint)
