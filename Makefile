# Everything runs in a virtual environment of its own under .venv; Python 3.11 or newer is all
# that a machine needs.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := .demo

# Tests start hundreds of processes: let the first of them keep what it compiles.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test test-slow lint format bench clean

help:  ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

$(VENV)/demo.stamp: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/bench.stamp: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	@touch $@

$(VENV)/test.stamp: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@ $(VENV)/demo.stamp

demo: $(VENV)/demo.stamp  ## Load the recorded examples, ask them, check them, serve them
	$(BIN)/kg --data $(DEMO) demo

test: $(VENV)/test.stamp lint  ## Check the code and run the tests
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not slow"

test-slow: $(VENV)/test.stamp  ## Run the tests that take minutes
	$(BIN)/python -m pytest -m slow

lint: $(VENV)/test.stamp  ## Style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/test.stamp  ## Put the code into its one form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/bench.stamp  ## Measure; see docs/benchmarks.md
	$(BIN)/python -m bench

clean:  ## Remove what was installed and made
	rm -rf $(VENV) $(DEMO) .bench .mypy_cache .pytest_cache .ruff_cache .hypothesis
