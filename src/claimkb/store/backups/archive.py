"""How is the file of a back-up written and read? A tar that any program unpacks: the manifest, then what the manifest names.

claimkb itself reads nothing but what it would have written. Each header, each padding and the end follow from the manifest, so that
one byte that differs anywhere is noticed, as is one that is missing or too much.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from claimkb.domain.backup import Damaged, Manifest, Member, NoBackup

MANIFEST = "manifest.json"
BLOCK = 512
RECORD = 20 * BLOCK
CHUNK = 2**20
MOST_MANIFEST = 16 * 2**20
"""How long a manifest may be. It has a line for each column."""

_SIZE = slice(124, 135)
"""Where in a header the size of the member stands, in octal digits."""


def header(name: str, size: int, instant: datetime) -> bytes:
    """Write the header of a member (POSIX ustar), here, as that of Python's library may differ from one version to the next.

    A size of 8 GiB or more is written in binary, as GNU tar does.
    """
    sized = b"%011o\0" % size if size < 8**11 else b"\x80" + size.to_bytes(11)
    owner = b"0000600\0" + 2 * b"0000000\0"
    begin = name.encode().ljust(100, b"\0") + owner + sized + b"%011o\0" % int(instant.timestamp())
    end = (b"0" + bytes(100) + b"ustar\x0000" + bytes(64) + 2 * b"0000000\0").ljust(BLOCK - len(begin) - 8, b"\0")
    checksum = sum(begin) + sum(end) + 8 * ord(" ")
    return begin + b"%06o\0 " % checksum + end


def _padding(size: int) -> bytes:
    """Fill the last block of a member."""
    return bytes(-size % BLOCK)


def _end(size: int) -> bytes:
    """End an archive that is so long until then: two empty blocks, and what is left of the record."""
    return bytes(2 * BLOCK + -(size + 2 * BLOCK) % RECORD)


def member_of(path: Path, name: str, table: str | None = None, columns: list[str] | None = None) -> Member:
    """Describe a file that is to be a member."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Member(name=name, size=path.stat().st_size, sha256=digest, table=table, columns=columns or [])


def write(out: BinaryIO, manifest: Manifest, folder: Path) -> int:
    """Write an archive of the members in a folder, each of which is deleted once it is in it. Return its size."""
    text = manifest.written()
    written = out.write(header(MANIFEST, len(text), manifest.instant) + text + _padding(len(text)))
    for each in manifest.members:
        written += out.write(header(each.name, each.size, manifest.instant))
        with (folder / each.name).open("rb") as file:
            while chunk := file.read(CHUNK):
                written += out.write(chunk)
        written += out.write(_padding(each.size))
        (folder / each.name).unlink()
    written += out.write(_end(written))
    out.flush()
    return written


class Archive:
    """The file of a back-up, every byte of which was read and found to be as it was written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._offsets: dict[str, int] = {}
        with path.open("rb") as file:
            self.manifest = self._read_manifest(file)
            for each in self.manifest.members:
                self._expect(file, header(each.name, each.size, self.manifest.instant), f"the header of {each.name}")
                self._offsets[each.name] = file.tell()
                for _ in self._read_member(file, each):
                    pass
                self._expect(file, _padding(each.size), f"what follows {each.name}")
            self._expect(file, _end(file.tell()), "its end")
            if file.read(1):
                raise self._damaged("there is more after its end")

    def _read_manifest(self, file: BinaryIO) -> Manifest:
        """Read the manifest, which is the first member."""
        first = file.read(BLOCK)
        digits = first[_SIZE].rstrip(b"\0 ")
        if not first.startswith(MANIFEST.encode()) or not digits.isdigit():
            raise NoBackup(path=self.path)
        try:
            size = int(digits, 8)
        except ValueError:
            raise self._damaged("the header of its manifest is not as it was written") from None
        if size > MOST_MANIFEST:
            raise self._damaged("its manifest is too long")
        manifest = Manifest.read(file.read(size), str(self.path))
        if first != header(MANIFEST, size, manifest.instant):
            raise self._damaged("the header of its manifest is not as it was written")
        self._expect(file, _padding(size), "what follows its manifest")
        return manifest

    def _expect(self, file: BinaryIO, wanted: bytes, what: str) -> None:
        """Refuse a file that does not go on with these bytes."""
        found = file.read(len(wanted))
        if len(found) < len(wanted):
            raise self._ends_early()
        if found != wanted:
            raise self._damaged(f"{what} is not as it was written")

    def _read_member(self, file: BinaryIO, member: Member) -> Iterator[bytes]:
        """Read a member; refuse it if it is not as it was written."""
        left, digest = member.size, hashlib.sha256()
        while left:
            chunk = file.read(min(CHUNK, left))
            if not chunk:
                raise self._ends_early()
            left -= len(chunk)
            digest.update(chunk)
            yield chunk
        if digest.hexdigest() != member.sha256:
            raise self._damaged(f"{member.name} is not as it was written")

    def _damaged(self, what: str) -> Damaged:
        """Make the refusal of a file that is damaged."""
        return Damaged(path=self.path, what=what)

    def _ends_early(self) -> Damaged:
        """Make the refusal of a file of which the end is missing."""
        return self._damaged(f"it ends after {self.path.stat().st_size} bytes, before it is complete")

    def chunks(self, member: Member) -> Iterator[bytes]:
        """Read a member once more, as the file may have changed meanwhile: refuse it then."""
        with self.path.open("rb") as file:
            file.seek(self._offsets[member.name])
            yield from self._read_member(file, member)
