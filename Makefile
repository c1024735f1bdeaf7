# Slagboom: everything a developer does has a name here. `make` alone prints them.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.made-from-locks
LOCK   := $(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
          --universal --python-version 3.11
# The first Python on the path that is new enough; a shim that starts nothing does not count.
PYTHON ?= $(shell for python in python3.11 python3; do \
            $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
# Two workers suit two cores; give WORKERS=8 on a larger machine, TESTS=tests/workflows for a part.
WORKERS ?= 2
TESTS   ?= tests

##@ Use
.PHONY: run
run: setup ## Start Slagboom with demo people and the 2023 plan (HOST and PORT: SLAGBOOM_HOST, SLAGBOOM_PORT)
	@$(BIN)/slagboom serve --demo --with-worker

.PHONY: demo
demo: setup ## Walk one case from its filing to a beschikking, printed step by step
	@$(BIN)/slagboom demo

##@ Build
.PHONY: setup
setup: $(STAMP) ## Make .venv with what the lock files name (nothing happens when it is current)

$(STAMP): requirements-dev.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Slagboom needs Python 3.11 or newer on the path, with its venv module." >&2; exit 1; }
	@test -x $(BIN)/python || { echo "Making $(VENV) with $(PYTHON)"; $(PYTHON) -m venv $(VENV); }
	@echo "Installing what requirements-dev.txt names; every file is checked against its hash (a minute or so)"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.txt
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@touch $@

.PHONY: lock
lock: setup ## Renew the lock files from requirements.in and requirements-dev.in (UPGRADE=--upgrade for newer versions)
	$(LOCK) $(UPGRADE) requirements.in --output-file requirements.txt
	$(LOCK) $(UPGRADE) requirements-dev.in --output-file requirements-dev.txt

THEME := service/pages/theme

.PHONY: styles
styles: ## Compile the style sheet of the pages (needs node; only whoever changes service/pages/theme needs this)
	@command -v npm >/dev/null || { echo "The style sheet is compiled by node and npm; nothing else here needs them." >&2; exit 1; }
	@mkdir -p build/theme && rm -f build/theme/*.scss && cp $(THEME)/*.scss $(THEME)/*.json build/theme
	@cd build/theme && npm ci --silent --ignore-scripts --no-audit --no-fund && npm run --silent build
	@# A test compares what the style sheet says it was made from with what there is.
	@made_from=$$(LC_ALL=C; cat $(THEME)/*.scss $(THEME)/package-lock.json | sha256sum | cut -d ' ' -f 1) && \
	  { cat build/theme/slagboom.css && echo "/* made from $$made_from */"; } > build/theme/made.css
	@mv build/theme/made.css service/pages/static/slagboom.css

.PHONY: clean
clean: ## Remove what was built; data in var/ stays
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage

##@ Check
.PHONY: check
check: format-check lint types imports test ## Everything that CI runs, in the same order

.PHONY: format
format: setup ## Write the code in the house's format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --quiet --fix-only .

.PHONY: format-check
format-check: setup ## Is the code in the house's format?
	@echo "== format"
	@$(BIN)/ruff format --check .

.PHONY: lint
lint: setup ## Ruff
	@echo "== lint"
	@$(BIN)/ruff check .

.PHONY: types
types: setup ## mypy, strict
	@echo "== types"
	@$(BIN)/mypy

.PHONY: imports
imports: setup ## Who may import whom
	@echo "== imports"
	@$(BIN)/lint-imports

.PHONY: test
test: setup ## The tests (WORKERS=2 TESTS=tests)
	@echo "== tests"
	@$(BIN)/python -m pytest $(TESTS) -n $(WORKERS) --dist loadfile -q -ra

.PHONY: faults
faults: setup ## Kill server, worker and migration a thousand times under load (90 minutes; the report: docs/proof/faults.json)
	@$(BIN)/python -m tests.faults

.PHONY: mutation
mutation: setup ## Which small changes of the rules their tests do not notice (MODULES="workflows/clock.py" for a part)
	@$(BIN)/python -m tests.mutation $(MODULES)

.PHONY: coverage
coverage: setup ## The tests, and which lines they never reach
	@$(BIN)/coverage run -m pytest $(TESTS) -q
	@$(BIN)/coverage report --skip-covered --show-missing

##@ Measure
.PHONY: bench
bench: setup ## How fast: the measurements in bench/ (ONLY="list_ digest" for a part, SIZE=0.1 for smaller databases)
	@$(BIN)/python -m bench --size $(or $(SIZE),1) $(ONLY)

.PHONY: help
help: ## This list
	@awk 'BEGIN { FS = ":.*## " } \
	  /^##@ / { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
