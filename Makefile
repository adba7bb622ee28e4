# Everything a newcomer needs is here: `make demo`, `make test`, `make run`. Needs Python 3.11 or newer with venv, and make.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
WORKERS ?= 6
# Six processes on two cores, because much of a test is waiting for another process. What shares a module's bot stays together.
PYTEST := -m pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder
QUICK := architecture rules casework handlers storage papers installing
LOCK := --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-header --no-annotate --quiet
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.PHONY: help demo run pictures golden soak bench quick test test-dates test-install check lint types contracts format lock clean

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

demo: $(VENV)/.runtime ## a pretend Slack in the browser, with the real bot; prints one address (in the terminal: oob demo --tour)
	$(BIN)/oob demo

run: $(VENV)/.runtime ## start the bot with the tokens of the environment
	$(BIN)/oob run

test: $(VENV)/.dev ## the whole suite, on SQLite and PostgreSQL, with coverage; about ten minutes on two quiet cores
	rm -f .coverage .coverage.*
	$(BIN)/coverage run $(PYTEST) --durations=15 -m "not years and not installs"
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report
	$(BIN)/coverage report --fail-under=100 --include='bot/domain/**,handlers/core/gate.py,handlers/core/command_parser.py,handlers/core/http_verification.py'

quick: $(VENV)/.dev ## what one runs every few minutes: rules, services, handlers and storage, on SQLite; a minute at most
	$(BIN)/python $(PYTEST) -q -m "not unmeasured and not installs" -k "not postgresql and not test_cost_of_lists" $(QUICK:%=tests/%)

test-dates: $(VENV)/.dev ## what depends on the day, at awkward moments: the year's end, bank holidays, both clock changes (PART=--part: two)
	$(BIN)/python -m tests.other_days $(PART)

test-install: $(VENV)/.dev ## every way in: the lock with the oldest and the newest pip, the wheel, pip, pipx and uv
	$(BIN)/python -m pytest -n 2 -m installs tests/installing

check: lint types contracts test test-install ## what CI runs
	$(MAKE) test-dates PART=--part

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

contracts: $(VENV)/.dev
	$(BIN)/lint-imports --no-logo

pictures: $(VENV)/.dev ## make the README's pictures again, of the running demo and of the tour (needs Chromium)
	mkdir -p docs/pictures
	$(BIN)/python -m demo --picture docs/pictures/tour.svg > /dev/null
	$(BIN)/python -m tests.browser.pictures

soak: $(VENV)/.dev ## kills, faults and replicas for half an hour; counts what was lost or repeated
	$(BIN)/python -m tests.soak

bench: $(VENV)/.dev ## measure every goal of speed and scale, say which hold, and write docs/performance.md; a quarter of an hour
	$(BIN)/python -m benchmarks --write

golden: $(VENV)/.dev ## write the golden files of every view anew
	OOB_TEST_GOLDEN=write $(BIN)/python -m pytest -q tests/handlers/test_views.py

format: $(VENV)/.dev ## format and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: $(VENV)/.dev ## write requirements/ anew from pyproject.toml; keeps the versions (UPGRADE=--upgrade: the newest ones)
	$(BIN)/uv pip compile pyproject.toml $(LOCK) $(UPGRADE) -o requirements/runtime.txt
	$(BIN)/uv pip compile pyproject.toml --group dev $(LOCK) $(UPGRADE) -c requirements/runtime.txt -o requirements/dev.txt
	$(BIN)/uv pip compile --group build $(LOCK) $(UPGRADE) -c requirements/dev.txt -o requirements/build.txt

# Every package is in the lock with its hash, so pip has nothing to resolve: --no-deps. A newer release of somebody else's
# package, or another pip, cannot change what is installed; `pip check` then says whether the parts fit.
$(VENV)/.runtime: requirements/runtime.txt requirements/build.txt pyproject.toml
	@test -x $(BIN)/python || { echo "Making a virtual environment in $(VENV) ..."; $(PYTHON) -m venv $(VENV); }
	@echo "Installing OOB and $$(cat requirements/runtime.txt requirements/build.txt | grep -c ==) packages into $(VENV)." \
	  "This takes half a minute to two minutes ..."
	@$(PIP) install --no-deps --require-hashes -r requirements/runtime.txt -r requirements/build.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@$(BIN)/python -m pip --disable-pip-version-check check
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.runtime
	@echo "Installing what the tests need, $$(grep -c == requirements/dev.txt) packages in all. This takes up to a minute ..."
	@$(PIP) install --no-deps --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip --disable-pip-version-check check
	@touch $@

clean: ## remove what was made here, but no data
	rm -rf $(VENV) .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
