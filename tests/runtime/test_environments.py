"""An environment without what only the tests need answers every documented query, on both engines."""

import json
import os
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.cli.test_serving import ask, serving
from tests.test_docs import DOCUMENTS, ROOT, exchanges

PYTHONS = [each for each in os.environ.get("CLAIMKB_TEST_PYTHONS", "").split(":") if each]
"""The Pythons of the environments; `make runtime-test` makes them."""

EXAMPLES = sorted((ROOT / "src" / "claimkb" / "graphql" / "static" / "examples").glob("*.graphql"))
OTHERS = [
    "{ claimants { nodes { name trackRecord { line } } } }",
    "{ predictions { nodes { slippage { promised } lostFooting { id } } } }",
]
"""What no document asks, and the store answers by statements of its own, with all that they load."""


@pytest.mark.skipif(not PYTHONS, reason="make runtime-test makes the environments")
@pytest.mark.parametrize("python", PYTHONS or ["none"], ids=lambda path: Path(path).parent.parent.name)
def test_every_documented_query_is_answered_as_it_is_documented(python: str, empty_url: str, tmp_path: Path) -> None:
    documented = [each for path in DOCUMENTS for each in exchanges(path)]
    assert len(documented) >= 20
    with serving((ROOT / python).with_name("claimkb"), tmp_path, "--seed", CLAIMKB_DATABASE_URL=empty_url) as (address, _):
        for query, answer in documented:
            given = ask(address, query)
            assert codes(given) == codes(answer), query
            assert given.get("data", {}) is None or given.keys() >= answer.keys() - {"extensions"}, query
        for query in [*OTHERS, *(path.read_text(encoding="utf-8") for path in EXAMPLES)]:
            if "$" not in query and "mutation" not in query:
                assert codes(ask(address, query)) == [], query
        operations = json.load(urlopen(f"{address}/readyz"))["operations"]
        assert (operations["crashed"], operations["unavailable"]) == (0, 0)
        assert operations["planned"] >= len(documented)
    assert "Traceback" not in (tmp_path / "printed.txt").read_text(encoding="utf-8")


def codes(answer: dict[str, object]) -> list[str]:
    """List the codes of an answer's errors."""
    errors: list[dict[str, dict[str, str]]] = answer.get("errors", [])  # type: ignore[assignment]
    return [each["extensions"]["code"] for each in errors]
