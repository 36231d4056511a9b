"""GraphQL Code Generator: its types fit the server, and find a mistake before the program runs."""

import subprocess

from tests.clients import running
from tests.clients.conftest import Recorded
from tests.clients.workshop import Workshop


def test_a_typed_program_is_checked_and_works(javascript: Workshop, prediction: Recorded) -> None:
    javascript.take("codegen_move.ts")
    running.compile_typescript(javascript)
    assert javascript.node("out/codegen_move.js", [prediction.id]).splitlines() == ["2099-02-28", "2099-02-28", "CONFLICT"]
    program = (javascript.folder / "codegen_move.ts").read_text(encoding="utf-8")
    javascript.write("codegen_move.ts", program.replace("EDITORIAL", "EDITORAIL"))
    tsc = javascript.folder / "node_modules" / ".bin" / "tsc"
    done = subprocess.run(
        [tsc, "--noEmit", "-p", "codegen_tsconfig.json"], cwd=javascript.folder, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "EDITORAIL" in done.stdout
