# Everything from nothing: each target sets up what it needs first (docs/setup.md).
# PYTHON=/path/to/python3 chooses the Python; ARGS='…' goes to the command behind a target.

# The first that starts: a version manager's python3 may have nothing behind it.
ifndef PYTHON
PYTHON := $(or $(shell for p in python3 /usr/bin/python3 python3.14 python3.13 python3.12 python3.11; \
    do "$$p" -c "" 2>/dev/null && echo "$$p" && break; done),python3)
endif
ARGS ?=
# Twice the cores it is built on: much of a test is waiting for others.
JOBS ?= 4
SETUP = $(PYTHON) setup
BIN = .venv/bin

.DEFAULT_GOAL := help
.PHONY: help setup golive test mutation check fmt lock scenarios lists pictures freeze clean doctor simulator shop bench mutants samples soak conformance distributed wheel image platforms

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'

setup: ## bring in whatever is missing: uv, locked packages, browser, Chinese font
	@$(SETUP)

golive: setup ## rehearse against the embedded simulator and name the page (ARGS='--only CBK')
	@$(BIN)/golive run $(ARGS)

test: setup ## the harness's own tests, in parallel (JOBS=4, ARGS='-k qr')
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

mutation: setup ## what the tests of signing and verdict notice: at least 90 % of deliberate changes
	@nice -n 15 $(BIN)/python -m setup.checks.mutation

mutants: setup ## every deliberate defect against the control that must catch it (ARGS='--only CBK')
	@$(BIN)/golive mutants $(ARGS)

samples: setup ## the defects of merchants in the sample apps (ARGS='--sample tea_house --only CBK')
	@nice $(BIN)/python -m tests.examples.matrix $(ARGS)

soak: setup ## 20,000 orders and not a fen lost, then 20,000 broken requests (ARGS='--orders 500 --seed 7')
	@$(BIN)/python -m tests.soak $(ARGS)

conformance: setup ## the MCP endpoints against the suite of the protocol's authors, and docs/conformance anew
	@$(BIN)/python -m tests.conformance $(ARGS)

distributed: setup ## a load by a master and two workers, each in a network namespace of its own (ARGS='--set smoke')
	@$(BIN)/python -m tests.load.namespaces $(ARGS)

check: setup ## lint, format, types, who may import whom, locks of scenarios and sets, official lists, clauses
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports --config setup/checks/importlinter.toml
	@$(BIN)/python -m harness.plugin.write_lock --check
	@$(BIN)/python -m reports.official_lists --check
	@$(BIN)/python -m reports.clause_pages --check
	@$(BIN)/python -m reports.checklist.frozen --check

fmt: setup ## format, and mend what can be mended safely
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

lock: ## resolve the locks of setup/locks anew
	@$(SETUP) lock

scenarios: setup ## write the lock of scenarios anew, after one was added or renamed
	@$(BIN)/python -m harness.plugin.write_lock

lists: setup ## write docs/official-lists and docs/clauses anew, after a list or what is checked has changed
	@$(BIN)/python -m reports.official_lists
	@$(BIN)/python -m reports.clause_pages

pictures: setup ## take the pictures of the pages anew, on a quiet machine (ARGS=FOLDER keeps its runs)
	@$(BIN)/python -m tests.pictures $(ARGS)

freeze: setup ## take a new dated set into the lock of frozen sets
	@$(BIN)/python -m reports.checklist.frozen

clean: ## remove what set-up and tests made, but for runs/
	rm -rf .venv .tools .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache dist mutants
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

doctor: setup ## what this machine has and lacks
	@$(BIN)/golive doctor $(ARGS)

simulator: setup ## the payment platform on loopback; point your own app at it
	@$(BIN)/golive simulator $(ARGS)

shop: setup ## the reference merchant on loopback (ARGS='--defect NAME')
	@$(BIN)/golive shop $(ARGS)

wheel: setup ## dist/golive-….whl, installed by uv into a folder and tried without a checkout
	@$(BIN)/python -m setup.checks.wheel_alone

image: setup ## the steps of examples/ci/Dockerfile, in a folder, and its simulator started: no docker daemon is needed
	@$(BIN)/python -m setup.checks.dockerfile

platforms: setup ## which locked package has no wheel for which system (docs/platforms.md)
	@$(BIN)/python -m setup.checks.wheels

bench: setup ## how fast, how big: bench/results/latest.json (ARGS='--quick', '--keep' for the history)
	@$(BIN)/python -m bench $(ARGS)
