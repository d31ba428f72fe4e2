# `make` alone lists the verbs. All they need is python3 (3.11 or newer) and make: uv, Node, PostgreSQL and
# the checkers come from requirements.lock into .venv. Files decide what has to be done again.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STATIC := app/static/index.html
NODE_MODULES := frontend/node_modules/.package-lock.json
SPA := $(shell find frontend -type d \( -name node_modules -o -name .svelte-kit -o -name build -o -name coverage \) \
	-prune -o -type f -print 2>/dev/null)

export PATH := $(CURDIR)/$(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export NPM_CONFIG_UPDATE_NOTIFIER := false
unexport VIRTUAL_ENV
# What is compiled is kept: the tests start `nerve` a hundred times.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run test check fix bench soak-wall e2e pictures docs wheel clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.installed $(NODE_MODULES) $(STATIC) ## install what the locks say and build the screens

run: setup ## start the demo and print the link to open
	@exec nerve demo

test: setup ## every check and every test, browsers included; the last line is the total
	@exec python -m tests.run all

check: setup ## linters, formatters, types and import contracts only
	@exec python -m tests.run check

e2e: setup ## only the journeys in a real browser
	@exec python -m tests.run journeys

pictures: setup ## keep the pictures of the wall anew, after looking at what changed
	@NERVE_SCREENSHOTS=1 pytest -q tests/journeys/test_wall_pictures.py

fix: $(VENV)/.installed $(NODE_MODULES) ## format everything and mend what the linters can
	@ruff check --quiet --fix-only .
	@ruff format --quiet .
	@cd frontend && npm run --silent format

bench: setup ## measure speed and size on this machine
	@exec python -m bench

soak-wall: setup ## leave a wall on for 30 minutes and kill its server 20 times (or MINUTES=5, HOURS=72)
	@exec python -m bench.soak

docs: $(VENV)/.installed $(NODE_MODULES) ## write again what is generated: OpenAPI, TypeScript types, KPIs, rules
	@python -m scripts.reference
	@nerve openapi > frontend/openapi.json.new && mv frontend/openapi.json.new frontend/openapi.json
	@cd frontend && npm run --silent types

wheel: setup ## build the installable package, screens and migrations inside
	@uv build --quiet --wheel --no-build-isolation --python $(BIN)/python --out-dir dist
	@ls dist/*.whl

clean: ## remove everything that make made, the virtual environment included
	@rm -rf $(VENV) frontend/node_modules frontend/.svelte-kit app/static build dist test-results \
		.mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find app bench migrations scripts tests -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# pip fetches uv by its hash in the lock, uv installs the rest of the lock by theirs.
$(BIN)/uv: | $(BIN)/python
	@awk '/^[a-z]/ {ours = /^uv==/} ours' requirements.lock > $(VENV)/uv.lock
	@$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r $(VENV)/uv.lock

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version)'
	@echo "installing into $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.lock pyproject.toml | $(BIN)/uv
	@uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	@uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

$(NODE_MODULES): frontend/package-lock.json frontend/package.json | $(VENV)/.installed
	@echo "installing into frontend/node_modules"
	@cd frontend && npm ci --no-fund --no-audit --loglevel=error > .npm-ci.log || { cat .npm-ci.log; exit 1; }
	@rm -f frontend/.npm-ci.log && touch $@

$(STATIC): $(SPA) | $(NODE_MODULES)
	@echo "building the screens"
	@cd frontend && npm run --silent build > .build.log 2>&1 || { cat .build.log; exit 1; }
	@rm -f frontend/.build.log && touch $@
