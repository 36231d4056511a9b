"""Where is a file written that must be complete or not there? In a folder beside its place, from which it is then linked.

A program that is killed leaves that folder, whose name ends with `.unfinished-` and some letters; it may be deleted.
"""

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from claimkb.domain.backup import IsThere, StillOpen
from claimkb.store.engine.outages import StorageFull

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS}
_BESIDE = ("-wal", "-shm", "-journal")
"""The endings of what SQLite writes beside a file, and reads into another file that comes to its place."""

_IN_USE = 128
"""The byte of a `-shm` that every connection to the file keeps locked (sqlite.org/walformat.html)."""


@contextmanager
def unfinished(target: Path) -> Iterator[Path]:
    """Give a folder beside a file for what is to become it. The folder is gone when the block ends."""
    with room_in(target.parent):
        try:
            folder = Path(tempfile.mkdtemp(prefix=f"{target.name}.unfinished-", dir=target.parent))
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(target.parent)) from None
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def room_in(folder: Path) -> Iterator[None]:
    """Say where room is needed if a disk is full."""
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise StorageFull(
            f"{folder.absolute()} has no room for this: {error.strerror}. Make room there; nothing else has changed."
        ) from None


def create(path: Path) -> int:
    """Make a file that only its owner may read, and open it to write."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)


def put(finished: Path, target: Path) -> None:
    """Put a file that is finished to its place, in one step; refuse if there is one."""
    _synchronise(finished)
    try:
        os.link(finished, target)
    except FileExistsError:
        raise IsThere(path=target) from None
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        try:
            os.close(create(target))  # a file system without links: take the name first, so that nothing is overwritten
        except FileExistsError:
            raise IsThere(path=target) from None
        finished.replace(target)
    _synchronise(target.parent)


def _synchronise(path: Path) -> None:
    """Wait until a file or a folder is on the disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def set_aside(target: Path, instant: datetime) -> list[tuple[Path, Path]]:
    """Rename what SQLite left beside a file that is gone. Return the names before and since."""
    renamed = []
    for ending in _BESIDE:
        stale = target.with_name(target.name + ending)
        if stale.exists():
            renamed.append((stale, stale.rename(f"{stale}.stale-{instant:%Y%m%dT%H%M%S}")))
    return renamed


def check_not_open(target: Path) -> None:
    """Refuse a place whose file is gone and is still open in a program, as far as this machine tells."""
    if pids := _open_in(os.path.realpath(target)):
        raise StillOpen(place=target, whom=f"process {', '.join(map(str, pids))}")
    if _is_locked(target.with_name(f"{target.name}-shm")):
        raise StillOpen(place=target, whom="another program")


def _open_in(path: str) -> list[int]:
    """List the processes that have a file open that is or was at a path. Linux tells of those of the same user; root sees all."""
    names = {name for ending in ("", *_BESIDE) for name in (path + ending, f"{path}{ending} (deleted)")}
    found = set()
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):
            if os.readlink(link) in names:
                found.add(int(link.parts[2]))
    return sorted(found - {os.getpid()})


def _is_locked(index: Path) -> bool:
    """Tell whether a program has the index of a log open: it holds a lock on it as long as it does."""
    try:
        opened = os.open(index, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.lockf(opened, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _IN_USE)
    except OSError:
        return True
    finally:
        os.close(opened)
    return False
