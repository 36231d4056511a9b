"""A fork server: one process loads claimkb, and forks for each command, so that no test waits for a start but the first.

Each command is still a process of its own, with its own words, environment, folder, input and output.
"""

import ast
import gc
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, cast

if TYPE_CHECKING:
    from io import TextIOWrapper

INSTALLED = Path(sys.executable).with_name("claimkb")
"""The executable as it is installed."""

CLIENT = """#!{python} -IS
import os, signal, socket, sys
server = socket.socket(socket.AF_UNIX)
server.connect({address!r})
socket.send_fds(server, [b"."], [0, 1, 2])
server.sendall(repr((sys.argv[1:], dict(os.environ), os.getcwd())).encode())
server.shutdown(socket.SHUT_WR)
process = int(server.recv(9))
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda number, _: os.kill(process, number))
os._exit(int(server.recv(4) or 1))
"""


@contextmanager
def forking(folder: Path) -> Iterator[Path]:
    """Start a server; give the path of an executable named claimkb, which has it run a command and ends with its exit code."""
    client, address = folder / "claimkb", str(folder / "socket")
    client.write_text(CLIENT.format(python=sys.executable, address=address))
    client.chmod(0o700)
    with (
        socket.socket(socket.AF_UNIX) as listening,
        subprocess.Popen([sys.executable, "-m", "tests.forkserver", str(listening.fileno())], stdin=subprocess.PIPE,
                         stdout=subprocess.DEVNULL, pass_fds=[listening.fileno()], cwd=Path(__file__).parents[1]) as server,
    ):  # fmt: skip
        listening.bind(address)
        listening.listen()
        yield client
        server.communicate()  # its input ends, and so does it


def serve(listening: socket.socket, run: Callable[[], object]) -> None:
    """Fork for each command that is asked for, and run it, until the input ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while listening in select.select([listening, sys.stdin], [], [])[0]:
        connection, _ = listening.accept()
        if not os.fork():
            answer(connection, run)
        connection.close()


def answer(connection: socket.socket, run: Callable[[], object]) -> NoReturn:
    """Fork again, for the command; send its process id, wait for its end, and send its exit code."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _, files, _, _ = socket.recv_fds(connection, 1, 3)
    if not (child := os.fork()):
        with connection.makefile("rb") as asked:
            words, environment, folder = ast.literal_eval(asked.read().decode())
        for number, file in enumerate(files):
            os.dup2(file, number)
        command(run, words, environment, folder)
    connection.sendall(f"{child:9}".encode())
    for file in files:
        os.close(file)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    connection.sendall(str(code if code >= 0 else 128 - code).encode())
    os._exit(0)


def command(run: Callable[[], object], words: list[str], environment: dict[str, str], folder: str) -> NoReturn:
    """Run a command, and end without what Python does at its end: after a fork that takes ten times as long as most commands."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = ["claimkb", *words]
    cast("TextIOWrapper", sys.stdout).reconfigure(write_through="PYTHONUNBUFFERED" in environment)
    code = 70
    try:
        run()
    except SystemExit as ended:
        code = int(ended.code or 0)
    finally:
        sys.stdout.flush()
        os._exit(code)


if __name__ == "__main__":
    from claimkb import app, cli
    from claimkb.cli import connections

    assert app, connections  # loaded late by `serve`
    gc.freeze()
    serve(socket.socket(fileno=int(sys.argv[1])), cli.main)
