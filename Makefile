# Two commands do all set-up: `make demo` runs the main job, `make test` all tests.  They need Python 3.10+ (venv, pip).
PYTHON ?= python3
VENV ?= .venv
TESTS ?=
BIN = $(VENV)/bin

.PHONY: demo test types lint fuzz clean

demo: $(VENV)/.run
	$(BIN)/python tools/demo.py

test: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto --dist loadfile $(TESTS)

types: $(VENV)/.dev
	$(BIN)/mypy

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("nnef-lsp needs Python 3.10 or newer, this is " + sys.version.split()[0]) if sys.version_info < (3, 10) else None'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	touch $@

$(VENV)/.dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $@ $(VENV)/.run

# The server under documents, edits and requests that nobody would expect: SECONDS, SEED (a fresh one if none is given),
# CORPUS (folders whose models are mutated too), FINDS (where histories that fail are written).
SECONDS ?= 120
FINDS ?= artifacts/fuzz
fuzz: $(VENV)/.dev
	$(BIN)/python -m tests.fuzz.documents --seconds $(SECONDS) --finds $(FINDS) $(if $(SEED),--seed $(SEED)) $(if $(CORPUS),--corpus $(CORPUS))

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis artifacts

-include vscode-extension/vscode.mk
