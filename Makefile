# Every target does its own set-up in .venv; no root, safe to run twice.
#   make demo   a modem session recorded, shown, replayed, and a fault found
#   make test   the tests, in one process more than there are processors; PYTEST= adds arguments
#   make test-long  the long matrices of the tests, and all examples of properties; MATRICES=whole:
#               every case of the matrices
#   make lint   style and types
#   make walk   random sessions of every device, judged by the whole checker; SEED=, OPERATIONS=,
#               WALK_JOBS=
#   make bench  the benchmarks
#   make wheels  a manylinux wheel for each Python that is found, tried without a compiler; build/wheels,
#               WHEELS= adds arguments
#   make man    a man page of every verb; share/man
#   make site   the documents as a site, with pages of all rows and the Python API; build/site/html
#   make fuzz   hostile input, a minute for each reader and decoder; TARGET=, FUZZ_SECONDS=,
#               FUZZ_REST_SECONDS= (all other targets), FUZZ_RUNS= (inputs of each at most),
#               FUZZ_JOBS=, FUZZ_SEED= (0: any)
#   make mutations  every sort of change of the sample traces: is each reported?
#               MUTATIONS_EACH= (of each trace and sort, or all)
#   make sanitize  the tests of the engine with address and undefined-behaviour checks (gcc)
#   make fuzz-sanitized  edited traces, snapshots and profiles before that engine; TARGET=,
#               FUZZ_SECONDS= (for all targets together), FUZZ_RUNS=, FUZZ_JOBS=, FUZZ_SEED=

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready

.PHONY: demo test test-long lint types layers walk bench wheels man site fuzz fuzz-sanitized mutations sanitize sanitized \
  engine build protocol clean

demo: engine
	@$(BIN)/wwanreplay demo

# In one process more than there are processors, since some tests wait; PYTEST= takes further
# arguments, such as PYTEST="-k scrub -n 0".
PYTEST ?=
# What is skipped is listed with its reason.
PARALLEL := -n $$(($$(nproc) + 1)) --dist worksteal -q -rs
# What is compiled of the tests and the sources is kept apart, so that the next process starts sooner.
test test-long: export PYTHONPYCACHEPREFIX := $(CURDIR)/build/pycache
test test-long: export PYTHONDONTWRITEBYTECODE :=
test: build
	$(BIN)/python -m pytest $(PARALLEL) $(PYTEST)

# The long matrices, which `make test` leaves out, and each property with all of its examples, of which
# `make test` tries a few.
test-long: export EXAMPLES := whole
test-long: build
	$(BIN)/python -m pytest $(PARALLEL) -m "long or hypothesis" $(PYTEST)

lint: $(VENV)/.lint engine
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	PATH=$(BIN):$$PATH $(BIN)/cython-lint _core _relay _sessions

types: $(VENV)/.lint build
	$(BIN)/mypy
	$(BIN)/python -m mypy.stubtest wwanreplay._core wwanreplay._relay wwanreplay._sessions --ignore-disjoint-bases --allowlist tests/stubtest-allow.txt

layers: build
	$(BIN)/python -m pytest -q -m "long or not long" tests/test_layers.py

SEED ?= 0
OPERATIONS ?= 1000000
WALK_JOBS ?= 2

walk: build
	$(BIN)/python tools/walk_rules.py --seed $(SEED) --operations $(OPERATIONS) --jobs $(WALK_JOBS)

wheels: engine
	$(BIN)/python tools/make_wheels.py $(WHEELS)

man: engine
	$(BIN)/python tools/make_man.py

# In strict mode: any warning ends it.
site: $(VENV)/.docs engine
	$(BIN)/python tools/make_site.py

bench: build
	$(BIN)/python -m pytest benchmarks/bench_*.py --benchmark-columns=min,median,ops

FUZZ_SECONDS ?= 60
FUZZ_REST_SECONDS ?= $(FUZZ_SECONDS)
# Inputs of each target at most, so that a run tries the same ones each time: FUZZ_RUNS=1000.
FUZZ_RUNS ?=
FUZZ_JOBS ?= 2
FUZZ_SEED ?= 0

fuzz: $(VENV)/.fuzz build
	$(BIN)/python fuzz/run.py $(TARGET) --seconds $(FUZZ_SECONDS) \
	  --rest-seconds $(FUZZ_REST_SECONDS) $(FUZZ_RUNS:%=--runs %) --jobs $(FUZZ_JOBS) --seed $(FUZZ_SEED)

MUTATIONS_EACH ?= 200

mutations: build
	MUTATIONS_EACH=$(MUTATIONS_EACH) $(BIN)/python -m pytest -q -m "long or not long" tests/samples/test_recording_mutations.py

# A copy is built, so that the engine in use stays as it is; its objects stay for the next time.
SANITIZED := build/sanitized
SANITIZERS := -fsanitize=address,undefined
SANITIZED_TESTS := tests/engine tests/analysis/check tests/trace tests/replay/test_exact.py
# Leaks drown in the interpreter's own; tests/engine/test_allocations.py counts them.
SANITIZED_RUN := cd $(SANITIZED) && PYTHONMALLOC=malloc PYTHONPATH=. \
  ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 UBSAN_OPTIONS=print_stacktrace=1 \
  LD_PRELOAD="$$(gcc -print-file-name=libasan.so) $$(gcc -print-file-name=libubsan.so)"

sanitized: build
	@mkdir -p $(SANITIZED)
	@for part in _core _relay _sessions wwanreplay tests fuzz traces logs conformance docs tools; do rm -rf $(SANITIZED)/$$part; done
	@cp -pr _core _relay _sessions wwanreplay tests fuzz traces logs conformance docs tools setup.py pyproject.toml \
	  README.md LICENSE $(SANITIZED)
	@rm -f $(SANITIZED)/wwanreplay/*.so
	@cd $(SANITIZED) && CC=gcc LDFLAGS="$(SANITIZERS)" \
	  CFLAGS="-O1 -g1 -fno-omit-frame-pointer $(SANITIZERS) -fno-sanitize-recover=undefined \
	  $$(cat $(CURDIR)/$(STAMP))" $(CURDIR)/$(BIN)/python setup.py -q build_ext --inplace

sanitize: sanitized
	export EXAMPLES=whole; $(SANITIZED_RUN) $(CURDIR)/$(BIN)/python -m pytest -q -p no:cacheprovider $(SANITIZED_TESTS)

fuzz-sanitized: sanitized
	$(SANITIZED_RUN) $(CURDIR)/$(BIN)/python fuzz/plain.py $(TARGET) --sanitized \
	  --seconds $(FUZZ_SECONDS) $(FUZZ_RUNS:%=--runs %) --jobs $(FUZZ_JOBS) --seed $(FUZZ_SEED) --broken $(CURDIR)/build/fuzz/broken

# The engine as the sources are now, and what runs it; `build` adds what the tests need.
build: $(VENV)/.test engine

engine: $(STAMP)
	@CFLAGS="$$CFLAGS $$(cat $(STAMP))" $(BIN)/python setup.py -q build_ext --inplace

PIP := $(BIN)/python -m pip install -q --disable-pip-version-check

# An editable install: the sources are used where they are, and only the engine is compiled.
$(STAMP): pyproject.toml setup.py tools/check_machine.py
	@$(PYTHON) tools/check_machine.py build/python-headers >/dev/null
	@test -x $(BIN)/python || { echo "making $(VENV)"; $(PYTHON) -m venv $(VENV); }
	@echo "fetching the libraries"
	@$(BIN)/python -c '$(BUILD)' | xargs $(PIP) --upgrade
	@WWANREPLAY_ENGINE=apart $(PIP) --no-build-isolation -e .
	@$(PYTHON) tools/check_machine.py build/python-headers > $@

# What pyproject.toml names for building.
BUILD := import tomllib; \
  print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"])

# What an extra of pyproject.toml names, without building anything again. It is compiled when it is
# used, and the tests keep that apart.
EXTRA := import sys, tomllib; \
  print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"][sys.argv[1]])

$(VENV)/.test $(VENV)/.lint $(VENV)/.fuzz $(VENV)/.docs: $(VENV)/.%: $(STAMP)
	@echo "fetching the libraries of the extra '$*'"
	@$(BIN)/python -c '$(EXTRA)' $* | xargs $(PIP) --no-compile && touch $@

clean:
	rm -rf build $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis wwanreplay/*.so
