# Everything here works on a fresh clone with Python 3.11+ and make.
PYTHON ?= python3
BIN := .venv/bin
# Two databases for every test: in memory where the machine has a folder for that, several times faster.
SCRATCH := $(firstword $(wildcard /dev/shm) $(TMPDIR) /tmp)

.PHONY: demo run check sources test search soak bench lint fmt lock clean

demo: .venv/installed  ## the bot and a local workspace, in one process
	@$(BIN)/python -m bot demo $(if $(RESET),--reset)

run: .venv/installed  ## the bot, with the settings in .env
	@$(BIN)/python -m bot run

check: .venv/installed  ## is team.yml right, and does Slack know everybody in it?
	@$(BIN)/python -m bot check

sources: .venv/installed  ## the address and key of each form
	@$(BIN)/python -m bot sources

test: .venv/dev  ## everything, on SQLite and on a real PostgreSQL
	TMPDIR=$(SCRATCH) $(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

search: .venv/dev  ## the rules that hold for everything, tried on examples that nobody has seen yet
	TMPDIR=$(SCRATCH) $(BIN)/python -m pytest -n 2 --dist loadgroup --hypothesis-profile=search $(ARGS)

soak: .venv/dev  ## everything that is drawn by lot, for hours: lived histories (HISTORIES), hostile bodies (BODIES), stories full of faults (STORIES), crashes on both databases (KILLS, LEADS); SEED repeats a run
	HISTORIES=$(or $(HISTORIES),10000) TMPDIR=$(SCRATCH) $(BIN)/python -m pytest -n 2 tests/cadence/test_ten_thousand_histories.py
	HOSTILE_COUNT=$(or $(BODIES),100000) HOSTILE_SEED=$(or $(SEED),$(shell date +%s)) TMPDIR=$(SCRATCH) $(BIN)/python -m pytest -n 2 \
		tests/hostile/test_slack_calls.py tests/hostile/test_intake.py
	FAULT_EXAMPLES=$(or $(STORIES),300) $(if $(SEED),FAULT_SEED=$(SEED)) TMPDIR=$(SCRATCH) $(BIN)/python -m pytest -n 2 tests/faults
	CRASH_KILLS=$(or $(KILLS),500) CRASH_LEADS=$(or $(LEADS),2000) $(if $(SEED),CRASH_SEED=$(SEED)) CRASH_PATIENCE=3600 \
		TMPDIR=$(SCRATCH) $(BIN)/python -m pytest -s tests/crash

bench: .venv/bench  ## how fast it is, beside others; about ten minutes, writes docs/benchmarks.md; FULL=1 for a million leads
	FULL=$(FULL) $(BIN)/python -m benchmarks $(ARGS)

lint: .venv/dev  ## style, types, import directions, dependencies
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .

fmt: .venv/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: .venv/dev  ## new pins, with hashes
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade --group dev -c requirements.txt pyproject.toml -o requirements-dev.txt
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade --group bench -c requirements.txt -c requirements-dev.txt pyproject.toml -o requirements-bench.txt

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Followup needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv

.venv/installed: requirements.txt | .venv/bin/python
	@echo "Installing (once) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --compile -r requirements.txt
	@touch $@

.venv/bench: requirements-bench.txt .venv/dev
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --compile -r requirements-bench.txt
	@touch $@

.venv/dev: requirements-dev.txt .venv/installed
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --compile -r requirements-dev.txt
	@touch $@

clean:
	rm -rf .venv .demo
