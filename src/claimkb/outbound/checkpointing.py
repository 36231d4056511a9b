"""When is a checkpoint made, and where does it go? Daily; into the log, to every webhook, and into a folder."""

import logging
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from claimkb.actions.checkpoints import RecordCheckpoint, record_checkpoint
from claimkb.actions.work import Desk
from claimkb.domain import Checkpoint
from claimkb.domain.signing import SigningKey
from claimkb.identity import SCHEDULER
from claimkb.store import announcements, checkpoints

log = logging.getLogger("claimkb")


@dataclass
class Checkpointing:
    """Makes checkpoints, and writes them where they are to be kept."""

    desk: Desk
    key: SigningKey
    folder: Path | None = None
    _warned_on: date | None = None

    @classmethod
    def of_files(cls, desk: Desk, key_file: Path | None, folder: Path | None) -> "Checkpointing | None":
        """Read the key; without one there are no checkpoints."""
        return None if key_file is None else cls(desk, SigningKey.of_file(key_file), folder)

    def make_if_due(self) -> Checkpoint | None:
        """Make a checkpoint if the newest is not of today, and see that it is in the folder."""
        with self.desk.database.read() as session:
            newest = checkpoints.newest(session)
        made = self.make() if newest is None or newest.day != self.desk.today() else None
        if self.folder is not None:
            self._export(self.folder, made or newest)
        return made

    def make(self) -> Checkpoint:
        """Make a checkpoint of everything that is recorded now. Changes go on meanwhile, and are in the next one."""
        with self.desk.database.read() as session:
            position = announcements.newest(session)
        heads = checkpoints.heads(self.desk.database.read, position)
        with self.desk.work(SCHEDULER) as work:
            made = record_checkpoint(work, RecordCheckpoint(heads=heads, key=self.key))
            line = made.line()
        log.info("Checkpoint: %s", line)
        return made

    def _export(self, folder: Path, newest: Checkpoint | None) -> None:
        """Write the checkpoints that are not in the folder; leave each file that is there. Warn once a day of failures."""
        try:
            if newest is None or file_of(folder, newest).exists():
                return
            with self.desk.database.read() as session:
                every = checkpoints.every(session)
            for each in every:
                path = file_of(folder, each)
                if not path.exists():
                    part = path.with_suffix(".part")
                    part.write_text(each.line() + "\n", encoding="utf-8")
                    os.replace(part, path)
        except OSError as error:
            if self._warned_on != self.desk.today():
                log.warning("Checkpoints cannot be written to %s now; they will be as soon as possible: %s", folder, error.strerror)
                self._warned_on = self.desk.today()


def file_of(folder: Path, checkpoint: Checkpoint) -> Path:
    """Name the file of a checkpoint: after an older back-up was restored, its number may be there with another signature."""
    return folder / f"checkpoint-{checkpoint.number:06}-{checkpoint.signature[:8]}.json"
