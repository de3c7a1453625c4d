# Two commands do all set-up: `make demo` runs the main job, `make test` all tests.  They need Python 3.10+ (venv, pip).
PYTHON ?= python3
VENV ?= .venv
TESTS ?=
# LOCKED=1 installs the versions of .ci/requirements.txt, each file checked against its hash, as CI does.
LOCKED ?=
BIN = $(VENV)/bin

.PHONY: demo test types lint fuzz soak faults lock audit sbom clean

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

$(VENV)/.dev: pyproject.toml .ci/requirements.txt | $(VENV)/bin/python
ifeq ($(LOCKED),)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
else
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .ci/requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
endif
	touch $@ $(VENV)/.run

# The server under documents, edits and requests that nobody would expect: SECONDS, SEED (a fresh one if none is given),
# CORPUS (folders whose models are mutated too), FINDS (where histories that fail are written).  DOCUMENTS in place of
# SECONDS plays the same histories each time: CI's gate.  REPORT=1 says what a fresh seed found and succeeds.
SECONDS ?= 120
FINDS ?= artifacts/fuzz
fuzz: $(VENV)/.dev
	PYTHONHASHSEED=0 $(BIN)/python -m tests.fuzz.documents $(if $(DOCUMENTS),--documents $(DOCUMENTS),--seconds $(SECONDS)) --finds $(FINDS) $(if $(SEED),--seed $(SEED)) $(if $(CORPUS),--corpus $(CORPUS)) $(if $(REPORT),--report)

# A server that is typed into for HOURS, and its memory every minute.
HOURS ?= 8
soak: $(VENV)/.dev
	$(BIN)/python -m tests.trust.soak --hours $(HOURS)

# Full disks, files that change, clients that die, workers that are killed: TIMES workers, and TIMES of all else.
TIMES ?= 1000
faults: $(VENV)/.dev
	$(BIN)/python -m tests.trust.faults --times $(TIMES)

# What only a maintainer needs, with tools in an environment of their own: the locked versions made anew, known
# vulnerabilities looked up (PyPI's and npm's services are asked), and a bill of materials of both halves in artifacts/.
$(VENV)-supply/.done: | $(VENV)/bin/python
	$(PYTHON) -m venv $(VENV)-supply
	$(VENV)-supply/bin/python -m pip install --quiet --disable-pip-version-check uv pip-audit cyclonedx-bom
	touch $@

lock: $(VENV)-supply/.done
	$(VENV)-supply/bin/uv pip compile --quiet --universal --generate-hashes --upgrade --python-version 3.10 --extra dev pyproject.toml --custom-compile-command 'make lock' --output-file .ci/requirements.txt

audit: $(VENV)-supply/.done
	$(VENV)-supply/bin/pip-audit --require-hashes --disable-pip --requirement .ci/requirements.txt
	cd vscode-extension && npm audit

sbom: $(VENV)-supply/.done
	mkdir -p artifacts
	$(PYTHON) -m venv --clear $(VENV)-supply/shipped
	$(VENV)-supply/shipped/bin/python -m pip install --quiet --disable-pip-version-check .
	$(VENV)-supply/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --output-file artifacts/nnef-lsp.cdx.json $(VENV)-supply/shipped/bin/python
	cd vscode-extension && npm sbom --package-lock-only --sbom-format cyclonedx >../artifacts/vscode-extension.cdx.json

clean:
	rm -rf $(VENV) $(VENV)-supply build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis artifacts

-include vscode-extension/vscode.mk
