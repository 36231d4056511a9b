.PHONY: run test check format schema lock
PYTHON ?= python3
BIN := .venv/bin

run: .venv/run.stamp ## Make the environment, load the stories, and serve on 127.0.0.1, port CLAIMKB_PORT (8000).
	@exec $(BIN)/claimkb serve --seed

test: .venv/test.stamp ## Run every test.
	$(BIN)/pytest -n auto

check: .venv/test.stamp ## Format, lint, types, and which folder may import which.
	$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy
	$(BIN)/lint-imports && $(BIN)/pytest tests/test_architecture.py

format: .venv/test.stamp ## Format the code, and mend what the linter can mend.
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .

schema: .venv/run.stamp ## Write schema.graphql anew from the code.
	$(BIN)/claimkb schema > schema.graphql

lock: .venv/test.stamp ## Write the locks anew from pyproject.toml.
	$(COMPILE) -o requirements.lock
	$(COMPILE) --group test -c requirements.lock -o requirements-test.lock

COMPILE = $(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 \
	--extra postgres --group build pyproject.toml

# Only what a lock names by its hash is installed; the checkout itself is installed in place, without a download.
.venv/run.stamp: requirements.lock pyproject.toml
.venv/test.stamp: requirements-test.lock pyproject.toml
.venv/run.stamp .venv/test.stamp:
	$(PYTHON) -m venv .venv && $(BIN)/pip install -q --disable-pip-version-check --require-hashes -r $<
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e . && touch $@
