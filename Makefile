# The first commands after `git clone`: `make leaderboard` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
NODE := tests/editor
FUZZ ?= yaml commands forms html quotes links escaping
FUZZ_SECONDS ?= 60
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help install leaderboard test test-all coverage lint audit demo bench mutants fuzz catalogue lock editor clean

help:  ## list the targets
	@awk -F ':.*  ## ' '/^[a-z-]+:.*  ## / {printf "%-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(VENV)/.run  ## install `openness-bot` in a virtual environment, every package by its hash

leaderboard: $(VENV)/.run  ## check all assessments, rebuild README and leaderboard/, print the top ten
	$(BIN)/openness-bot check
	$(BIN)/openness-bot build
	$(BIN)/openness-bot rank --top 10

test: $(VENV)/.dev  ## run the everyday tests
	$(BIN)/pytest -n auto -m "not thorough"

test-all: test editor  ## run all tests, also the slow ones: faults, races, workflows, disputes, forms, all examples of properties
	$(BIN)/pytest -n auto -m "thorough or hypothesis" --hypothesis-profile thorough

coverage: $(VENV)/.dev  ## run the everyday tests and print which lines and branches of bot/ they leave out
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n auto -m "not thorough"
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

audit: $(VENV)/.audit  ## ask for known vulnerabilities of all pinned packages (needs the network)
	$(BIN)/pip-audit --require-hashes --disable-pip $(foreach file,run dev fuzz audit,-r requirements/$(file).txt)

lint: $(VENV)/.dev  ## run the linters, also on the workflows
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/zizmor --pedantic --offline --no-progress --quiet .github
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-issue-forms $(filter-out %/config.yml,$(wildcard .github/ISSUE_TEMPLATE/*.yml))
	$(BIN)/check-jsonschema --builtin-schema vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml

demo: $(VENV)/.dev  ## show one pull request from its opening to the published README, on this machine only
	$(BIN)/python -m tests.github.demo

bench: $(VENV)/.dev  ## measure speed and memory, and write docs/performance.md
	$(BIN)/python -m benchmarks

mutants: $(VENV)/.dev  ## change the pure core in small ways and count the changes that the tests detect (MUTANTS=N or all)
	$(BIN)/python -m tools.mutants $(if $(MUTANTS),--sample $(MUTANTS))

fuzz: $(VENV)/.fuzz  ## look for inputs that break the invariants of tests/fuzz, FUZZ_SECONDS=60 each (Linux)
	for name in $(FUZZ); do $(BIN)/python -m tests.fuzz.run $$name -max_total_time=$(FUZZ_SECONDS) || exit 1; done

catalogue: $(VENV)/.dev  ## extract the sentences for people, and compile their translations
	$(BIN)/python -m tools.catalogue

lock:  ## resolve the dependencies again (needs uv) and write the hashes
	uv pip compile pyproject.toml --group build --universal --fork-strategy fewest --python-version 3.11 \
		--generate-hashes --no-emit-index-url --custom-compile-command "make lock" -q -o requirements/run.txt --upgrade
	uv pip compile pyproject.toml --group build --group dev -c requirements/run.txt --universal --fork-strategy fewest \
		--python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" -q \
		-o requirements/dev.txt --upgrade
	uv pip compile --group fuzz -c requirements/dev.txt --universal --fork-strategy fewest --python-version 3.11 \
		--generate-hashes --no-emit-index-url --custom-compile-command "make lock" -q -o requirements/fuzz.txt --upgrade
	uv pip compile --group audit -c requirements/dev.txt --universal --fork-strategy fewest --python-version 3.11 \
		--generate-hashes --no-emit-index-url --custom-compile-command "make lock" -q -o requirements/audit.txt --upgrade

editor: $(NODE)/node_modules/.installed  ## install the language server that tests/editor asks (needs npm)

clean:  ## remove the virtual environment and the language server
	rm -rf $(VENV) $(NODE)/node_modules

$(NODE)/node_modules/.installed: $(NODE)/package-lock.json
	@command -v npm >/dev/null || { echo "npm is missing: install Node.js, or run make test, which needs none." >&2; exit 1; }
	npm ci --prefix $(NODE) --ignore-scripts --no-audit --no-fund --silent
	touch $@

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}: try make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(VENV)/bin/python requirements/run.txt pyproject.toml
	$(BIN)/pip install --quiet --require-hashes -r requirements/run.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.txt
	$(BIN)/pip install --quiet --require-hashes -r requirements/dev.txt
	touch $@

$(VENV)/.fuzz: $(VENV)/.dev requirements/fuzz.txt
	$(BIN)/pip install --quiet --require-hashes -r requirements/fuzz.txt
	touch $@

$(VENV)/.audit: $(VENV)/bin/python requirements/audit.txt
	$(BIN)/pip install --quiet --require-hashes -r requirements/audit.txt
	touch $@
