# Every target does its own set-up in .venv; no root, safe to run twice.
#   make demo   a modem session recorded, shown, replayed, and a fault found
#   make test   the tests
#   make lint   style and types
#   make bench  the benchmarks
#   make fuzz   hostile input, a minute for each reader and decoder; TARGET=, FUZZ_SECONDS=,
#               FUZZ_REST_SECONDS= (all other targets), FUZZ_JOBS=, FUZZ_SEED= (0: any)
#   make sanitize  the tests of the engine with address and undefined-behaviour checks (gcc)
#   make fuzz-sanitized  edited traces, snapshots and profiles before that engine; TARGET=,
#               FUZZ_SECONDS= (for all targets together), FUZZ_JOBS=, FUZZ_SEED= (0: any)

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready

.PHONY: demo test lint types layers bench fuzz fuzz-sanitized sanitize sanitized build protocol clean

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
	$(BIN)/python -m pytest benchmarks/bench_*.py --benchmark-columns=min,median,ops

FUZZ_SECONDS ?= 60
FUZZ_REST_SECONDS ?= $(FUZZ_SECONDS)
FUZZ_JOBS ?= 2
FUZZ_SEED ?= 0
FUZZ_NEEDS := import tomllib; \
  print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["fuzz"])

fuzz: $(VENV)/.fuzz
	$(BIN)/python fuzz/run.py $(TARGET) --seconds $(FUZZ_SECONDS) \
	  --rest-seconds $(FUZZ_REST_SECONDS) --jobs $(FUZZ_JOBS) --seed $(FUZZ_SEED)

$(VENV)/.fuzz: build
	@test -e $@ || { $(BIN)/python -c '$(FUZZ_NEEDS)' | \
	  xargs $(BIN)/python -m pip install -q --disable-pip-version-check && touch $@; }

# A copy is built, so that the engine in use stays as it is; its objects stay for the next time.
SANITIZED := build/sanitized
SANITIZERS := -fsanitize=address,undefined
SANITIZED_TESTS := tests/test_engine.py tests/test_engine_properties.py tests/test_device_*.py \
  tests/devices tests/rules tests/test_records.py tests/test_codec.py tests/test_checksum.py \
  tests/test_trace_*.py tests/test_replay.py tests/test_allocations.py
# Leaks drown in the interpreter's own; tests/test_allocations.py counts them.
SANITIZED_RUN := cd $(SANITIZED) && PYTHONMALLOC=malloc PYTHONPATH=. \
  ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 UBSAN_OPTIONS=print_stacktrace=1 \
  LD_PRELOAD="$$(gcc -print-file-name=libasan.so) $$(gcc -print-file-name=libubsan.so)"

sanitized: build
	@mkdir -p $(SANITIZED)
	@for part in _core wwanreplay tests fuzz traces logs docs; do rm -rf $(SANITIZED)/$$part; done
	@cp -pr _core wwanreplay tests fuzz traces logs docs setup.py pyproject.toml README.md LICENSE \
	  $(SANITIZED)
	@rm -f $(SANITIZED)/wwanreplay/*.so
	@cd $(SANITIZED) && CC=gcc LDFLAGS="$(SANITIZERS)" \
	  CFLAGS="-O1 -g -fno-omit-frame-pointer $(SANITIZERS) -fno-sanitize-recover=undefined \
	  $$(cat $(CURDIR)/$(STAMP))" $(CURDIR)/$(BIN)/python setup.py -q build_ext --inplace

sanitize: sanitized
	$(SANITIZED_RUN) $(CURDIR)/$(BIN)/python -m pytest -q -p no:cacheprovider $(SANITIZED_TESTS)

fuzz-sanitized: sanitized
	$(SANITIZED_RUN) $(CURDIR)/$(BIN)/python fuzz/plain.py $(TARGET) --sanitized \
	  --seconds $(FUZZ_SECONDS) --jobs $(FUZZ_JOBS) --seed $(FUZZ_SEED) --broken $(CURDIR)/build/fuzz/broken

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
