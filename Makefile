# Every target does its own set-up in .venv; no root, safe to run twice.
#   make demo   a modem session recorded, shown, replayed, and a fault found
#   make test   the tests
#   make lint   style and types
#   make bench  the benchmarks

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready

.PHONY: demo test lint types layers bench build protocol clean

demo: build
	$(BIN)/wwanreplay demo

test: build
	$(BIN)/python -m pytest

lint: build
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	PATH=$(BIN):$$PATH $(BIN)/cython-lint _core

types: build
	$(BIN)/mypy
	$(BIN)/python -m mypy.stubtest wwanreplay._core --ignore-disjoint-bases --allowlist tests/stubtest-allow.txt

layers: build
	$(BIN)/python -m pytest -q tests/test_layers.py

bench: build
	$(BIN)/python -m pytest benchmarks --benchmark-columns=min,median,ops

build: $(STAMP)
	@CFLAGS="$$CFLAGS $$(cat $(STAMP))" $(BIN)/python setup.py -q build_ext --inplace

# An editable install: the sources are used where they are, and only the engine is compiled again.
$(STAMP): pyproject.toml setup.py
	@$(PYTHON) tools/check_machine.py build/python-headers >/dev/null
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "setting up $(VENV) (once, about a minute)"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --upgrade "setuptools>=77" "cython>=3.1,<4"
	@flags="$$($(PYTHON) tools/check_machine.py build/python-headers)" && \
	  CFLAGS="$$CFLAGS $$flags" $(BIN)/python -m pip install -q --disable-pip-version-check \
	    --no-build-isolation -e ".[test,lint]" && echo "$$flags" > $@

clean:
	rm -rf build $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis wwanreplay/*.so
