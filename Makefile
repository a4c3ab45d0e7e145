# What can be done here. Each command does the set-up it needs; 'make' alone lists them.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
READY := .venv/.ready
PACKAGES := node_modules/.ready

.PHONY: help setup programs format check format-check lint types floors test demo bench bench-site bench-vote lock clean

help: ## List the commands
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

setup: $(READY) $(PACKAGES) programs ## Make .venv and install what is needed
	@echo "Ready: .venv/bin/urne --help"

# Made again when what it installs has changed. Our own modules are used in place.
$(READY): requirements-dev.lock pyproject.toml scripts/setup.sh
	@PYTHON="$(PYTHON)" scripts/setup.sh venv
	@touch $@

# The browser's packages, again when their lock has changed.
$(PACKAGES): package-lock.json package.json .npmrc scripts/setup.sh
	@scripts/setup.sh packages

programs:
	@scripts/setup.sh programs

# One worker more than there are cores: somebody always waits for a page.
test: $(READY) $(PACKAGES) programs ## Run the tests; PYTEST='-k tiles' chooses some
	@node --test site/ballot/tests/*.test.js
	@$(BIN)/python -m pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder $(PYTEST)

check: format-check lint types floors ## Check format, lint, types and floors

# $(call quietly,NAME,COMMAND): one line if it is good, its words if not.
define quietly
	@mkdir -p .build
	@if $(2) >.build/$(1).log 2>&1; then echo "$(1): good"; \
	else cat .build/$(1).log; echo "$(1): not good, see above" >&2; exit 1; fi
endef

format-check: $(READY)
	$(call quietly,format,$(BIN)/ruff format --check .)

lint: $(READY)
	$(call quietly,lint,$(BIN)/ruff check .)

types: $(READY) $(PACKAGES)
	$(call quietly,types,$(BIN)/mypy)
	$(call quietly,browser-types,npm run --silent types)

floors: $(READY)
	$(call quietly,floors,$(BIN)/lint-imports --no-logo --cache-dir .build/import-linter)

format: $(READY) ## Put the code in order
	@$(BIN)/ruff check --quiet --fix . || true
	@$(BIN)/ruff format .

demo: $(READY) $(PACKAGES) programs ## Run the whole platform on this machine; DEMO=--help lists what can be asked
	@$(BIN)/python -m urne_local demo $(DEMO)

bench: $(READY) ## Measure speed and memory
	@$(BIN)/python -m urne_local.bench

bench-site: $(READY) $(PACKAGES) programs ## Measure the site: building it, its weight, Lighthouse
	@$(BIN)/python -m urne_local.bench_site

bench-vote: $(READY) $(PACKAGES) programs ## Measure the voting pages and each step of a vote: Lighthouse in three languages
	@$(BIN)/python -m urne_local.bench_site.voting

lock: ## Write the lock files from pyproject.toml and package.json; LOCK=--upgrade takes newer packages
	@PYTHON="$(PYTHON)" scripts/lock.sh $(LOCK)

clean: ## Remove what was built and the caches; .venv stays
	@rm -rf .build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find functions site scripts tests -name __pycache__ -prune -exec rm -rf {} +
