"""When are the rules loaded that read a text?"""

import subprocess
import sys

import pytest


@pytest.mark.program
def test_a_server_and_a_command_start_without_the_rules_and_the_tables_of_languages() -> None:
    rules = "claimkb.domain.suggesting.rules claimkb.domain.date_phrases.grammar claimkb.domain.assisting.proposal tomllib"
    program = f"import sys, claimkb.app, claimkb.cli; print(sorted(set({rules.split()}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
