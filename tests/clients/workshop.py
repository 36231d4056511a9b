"""How does a test run a client's program as it stands, on the server of the tests?"""

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.clients.pages import PROGRAMS

SHOWN = "127.0.0.1:8000"
PATIENCE = 60


@dataclass(frozen=True)
class Workshop:
    """A folder in which a program runs, with what it needs beside it; and the address of the server to ask."""

    folder: Path
    server: str

    def write(self, name: str, text: str) -> None:
        """Write a file, with the address of the server in the place of the one that the documents show."""
        (self.folder / name).write_text(text.replace(SHOWN, urlsplit(self.server).netloc), encoding="utf-8")

    def take(self, *names: str) -> None:
        """Write files of the programs' folder."""
        for name in names:
            self.write(name, (PROGRAMS / name).read_text(encoding="utf-8"))

    def run(self, *command: str | Path) -> str:
        """Run a command in the folder and give what it prints; what it complains of fails the test."""
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False, timeout=PATIENCE)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def node(self, name: str, words: Sequence[str] = ()) -> str:
        """Run a JavaScript program."""
        return self.run(shutil.which("node") or "node", name, *words)

    def npm(self, name: str, *words: str) -> str:
        """Run a command of an npm package."""
        return self.run(self.folder / "node_modules" / ".bin" / name, *words)
