.PHONY: run test campaign quick runtime-test fault-test restore-drill price-test measure-text bench bench-quick bench-growth audit check format schema lock
PYTHON ?= python3
BIN := .venv/bin
CLIENTS := tests/clients
# What Python has compiled is kept: else each start of a command compiles it anew.
unexport PYTHONDONTWRITEBYTECODE
# Tests also wait: so one process more than there are cores.
PYTEST = PYTEST_XDIST_AUTO_NUM_WORKERS=$$(($$($(BIN)/python -c "import os; print(os.cpu_count())") + 1)) \
  $(BIN)/pytest -n auto --dist loadscope --no-loadscope-reorder
STAMPS := $(CLIENTS)/ariadne-codegen.stamp $(if $(shell command -v node),$(CLIENTS)/node.stamp)

run: .venv/run.stamp ## Make the environment, load the stories, and serve on 127.0.0.1, port CLAIMKB_PORT (8000).
	@exec $(BIN)/claimkb serve --seed

test: .venv/test.stamp $(STAMPS) ## Run the tests, but for the campaigns; those of JavaScript clients where Node is. With CLAIMKB_TEST_LONG=1 run all, as long as CI does.
	$(PYTEST) $(if $(CLAIMKB_TEST_LONG),,-m "not campaign")

campaign: .venv/test.stamp ## Run what walks at random, through thousands of rows, or through every fault. Some minutes.
	CLAIMKB_TEST_LONG=1 $(PYTEST) -m campaign

quick: .venv/test.stamp ## In a minute: run the tests on SQLite, but for the long ones and those that start other programs.
	$(BIN)/pytest -n auto --dist loadscope --no-loadscope-reorder -k "not postgresql" -m "not long and not campaign and not program" \
	  -p no:schemathesis --ignore tests/graphql/test_fuzz.py $(addprefix --ignore tests/,cli clients outbound runtime web)

runtime-test: .venv/test.stamp .venv-lock/run.stamp .venv-wheel/run.stamp ## Ask every documented query of what is installed from the runtime lock alone, and from the wheel.
	CLAIMKB_TEST_PYTHONS=.venv-lock/bin/python:.venv-wheel/bin/python $(BIN)/pytest tests/runtime

fault-test: .venv/test.stamp ## Kill, stop, fill and lock real servers while clients write, and check what is left. With FAULTS=--few, four or five minutes instead of twenty-five.
	$(BIN)/python -m tests.faults $(FAULTS)

restore-drill: .venv/test.stamp ## Back up a real server under load, destroy its database, restore, verify, and go on; on both engines. Two minutes.
	$(BIN)/python -m tests.drill

price-test: .venv/test.stamp ## Hold what requests of every kind take against what they cost, look for dearer ones, and measure how long others wait. Four minutes.
	$(BIN)/python -m tests.prices $(PRICES)

measure-text: .venv/test.stamp ## Print how good suggestions from texts are, on the marked texts of tests/text, and each miss with its reason.
	$(BIN)/python -m tests.text $(MEASURE)

audit: .venv/test.stamp $(CLIENTS)/node.stamp ## Known weaknesses of what is installed, and all that GraphQL over HTTP wants. Needs Node.
	$(BIN)/pip-audit --progress-spinner off --disable-pip --require-hashes -r requirements.lock
	node $(CLIENTS)/audit.mjs

bench: .venv/test.stamp ## Measure what is promised of speed, each against its peers in one run. Needs Node and npm.
	$(BIN)/python -m benchmarks.reads --write && $(BIN)/python -m benchmarks.admission && $(BIN)/python -m benchmarks.job

bench-quick: .venv/test.stamp ## Measure reads for two minutes on few rows, against what takes no installation: does the benchmark still run?
	$(BIN)/python -m benchmarks.reads --quick --size 0.1 --seconds 0.5 --rounds 1 --writes 200

bench-growth: .venv/test.stamp ## Measure what becomes of costs with ten and a hundred times the rows. Takes a quarter of an hour, and 10 GB.
	$(BIN)/python -m benchmarks.growth --write

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
	$(LOCK) $(CLIENTS)/ariadne-codegen.in -o $(CLIENTS)/ariadne-codegen.lock

LOCK = $(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11
COMPILE = $(LOCK) --extra postgres --extra metrics --group build pyproject.toml

# Only what a lock names by its hash is installed; the checkout itself is installed in place, without a download.
%/run.stamp: requirements.lock pyproject.toml
	$(PYTHON) -m venv $* && $*/bin/pip install -q --disable-pip-version-check --require-hashes -r $<
	$*/bin/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e . && touch $@
%/test.stamp: requirements-test.lock pyproject.toml
	$(PYTHON) -m venv $* && $*/bin/pip install -q --disable-pip-version-check --require-hashes -r $<
	$*/bin/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e . && touch $@
.venv-wheel/run.stamp: .venv/test.stamp $(shell git ls-files src alembic seeds 2> /dev/null)
	rm -rf dist && $(BIN)/pip wheel -q --disable-pip-version-check --no-deps --no-build-isolation -w dist .
	$(PYTHON) -m venv --clear .venv-wheel && .venv-wheel/bin/pip install -q --disable-pip-version-check "$$(echo dist/*.whl)[postgres]" && touch $@

# The clients that the tests run: of npm's packages those in the lock, and ariadne-codegen in an environment of its own.
$(CLIENTS)/node.stamp: $(CLIENTS)/package-lock.json
	npm ci --prefix $(CLIENTS) --silent && touch $@
$(CLIENTS)/ariadne-codegen.stamp: $(CLIENTS)/ariadne-codegen.lock
	$(PYTHON) -m venv $(CLIENTS)/.venv-ariadne-codegen
	$(CLIENTS)/.venv-ariadne-codegen/bin/pip install -q --disable-pip-version-check --require-hashes -r $< && touch $@
