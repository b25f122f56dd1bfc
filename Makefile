# Counterclaim: everything starts here. `make help` lists the targets.
#
# Needs Python 3.11 or newer and make. Each step leaves a stamp file in .venv, so that it is done again only when
# what it read has changed; nothing but the install steps needs a network.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= $(shell for one in python3 python3.14 python3.13 python3.12 python3.11; do \
	command -v $$one >/dev/null && $$one -c 'import sys; sys.exit(sys.version_info < (3, 11))' && echo $$one && break; done)
VENV ?= .venv
BIN := $(VENV)/bin
DIR ?= watch
JOBS ?= 2
TESTS ?= tests
MINUTES ?= 30
ROUNDS ?= 3
CODE := monitor workers tests tools
# Commands that tests start, each with the package that brings it.
SYSTEM_PACKAGES := chromium nginx:nginx-light promtool:prometheus redis-server systemd-analyze:systemd sqlite3 \
	docker-compose
UV := uv==0.13.9
PIP_AUDIT := pip-audit==2.10.1
COMPILE = $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11

.PHONY: help install dev run screenshots test format-check ruff types layers pytest lint format fuzz audit production bench soak docs lock upgrade clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## */\1|/' | column -t -s '|'

install: $(VENV)/.package.stamp  ## install Counterclaim into .venv

run: install  ## start the daemon on the watchlist in DIR (default: watch), written from the starter if it is not there
	@test -f $(DIR)/counterclaim.yaml || $(BIN)/counterclaim init $(DIR)
	exec $(BIN)/counterclaim run --config $(DIR)/counterclaim.yaml

test:  ## format, lint, types, layers, then every test
	@$(MAKE) --no-print-directory format-check
	@$(MAKE) --no-print-directory ruff
	@$(MAKE) --no-print-directory types
	@$(MAKE) --no-print-directory layers
	@$(MAKE) --no-print-directory pytest

lint: format-check ruff types layers  ## every check but the tests

format-check: dev  ## is the code formatted?
	$(BIN)/ruff format --check $(CODE)

ruff: dev  ## lint
	$(BIN)/ruff check $(CODE)

types: dev  ## strict types
	$(BIN)/mypy

layers: dev  ## does any module import upwards?
	$(BIN)/lint-imports

pytest: dev $(VENV)/.system.stamp  ## the tests (TESTS=path for some, JOBS=n processes)
	$(BIN)/python -m pytest $(TESTS) -q -n $(JOBS) --dist loadfile

format:  ## format and mend what can be mended
	$(BIN)/ruff format $(CODE)
	$(BIN)/ruff check --fix $(CODE)

fuzz: dev  ## fuzz what strangers may send us, and print a table (SECONDS_EACH=60, TARGETS="feed page")
	$(BIN)/python -m tests.fuzz --seconds $(or $(SECONDS_EACH),60) $(TARGETS)

audit: $(VENV)/.made.stamp  ## look for known weaknesses in the locked dependencies (needs a network)
	@test -x $(VENV)/audit/bin/pip-audit || { $(BIN)/python -m venv $(VENV)/audit && \
		$(VENV)/audit/bin/python -m pip install --quiet --disable-pip-version-check '$(PIP_AUDIT)'; }
	$(VENV)/audit/bin/python tools/audit.py requirements/runtime.txt

production: dev  ## bring up the production layout here, see the sample wire's alert come out, take it down (KEEP=--keep)
	$(BIN)/python -m tools.production $(KEEP)

bench: dev $(VENV)/.bench.stamp  ## measure speed (BENCH=name for one)
	$(BIN)/python -m tests.benchmarks $(BENCH)

soak: dev  ## every fault again and again, then the highest rate for MINUTES (default 30); the figures go to soak.txt
	$(BIN)/python -m tests.faults --real --rounds $(ROUNDS) --out faults.txt
	$(BIN)/python -m tests.faults.soak --minutes $(MINUTES) --out soak.txt

quality: dev  ## score every labelled case against its floors (SET=fast for a part of them)
	$(BIN)/python -m tests.quality $(SET)

noise: dev  ## count the false conflicts in invented news without any
	$(BIN)/python -m tools.noise

docs: install  ## write the command reference from the commands' own help
	$(BIN)/python -m tools.cli_reference

screenshots: install  ## take the pictures of alerts that the README shows (needs Chromium)
	$(BIN)/python -m tools.screenshots docs/images

dev: $(VENV)/.dev.stamp $(VENV)/.package.stamp

lock: $(VENV)/.uv.stamp  ## write the hash-locked requirements anew from pyproject.toml, moving as little as possible
	$(COMPILE) $(LOCKFLAGS) pyproject.toml requirements/build.in -o requirements/runtime.txt
	$(COMPILE) $(LOCKFLAGS) pyproject.toml requirements/build.in --extra dev -c requirements/runtime.txt -o requirements/dev.txt
	$(COMPILE) $(LOCKFLAGS) pyproject.toml requirements/build.in --extra bench -c requirements/dev.txt -o requirements/bench.txt

upgrade:  ## like lock, taking the newest release of everything
	@$(MAKE) --no-print-directory lock LOCKFLAGS=--upgrade

clean:  ## remove what make made (not your watchlist)
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache *.egg-info

# --- steps with a stamp ----------------------------------------------------------------------------------------------

# An existing environment is taken as it is.
$(VENV)/.made.stamp:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: install it, or say make PYTHON=/path/to/python3"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "Python's venv module does not work here; on Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@touch $@

$(VENV)/.runtime.stamp: requirements/runtime.txt $(VENV)/.made.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/runtime.txt
	@touch $@

$(VENV)/.dev.stamp: requirements/dev.txt $(VENV)/.runtime.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

# One of its packages comes as source only: it is built with the setuptools that is locked.
$(VENV)/.bench.stamp: requirements/bench.txt $(VENV)/.dev.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --require-hashes -r requirements/bench.txt
	@touch $@

$(VENV)/.package.stamp: pyproject.toml $(VENV)/.runtime.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.uv.stamp: $(VENV)/.made.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check '$(UV)'
	@touch $@

# What the tests need beside Python packages: a browser for the desk. Without it those tests say that they were skipped.
$(VENV)/.system.stamp: tools/system_packages.sh Makefile $(VENV)/.made.stamp
	@tools/system_packages.sh $(SYSTEM_PACKAGES)
	@touch $@
