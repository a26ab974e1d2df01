# Cakupan. Everything runs from .venv; nothing outside this folder is changed, save that on Debian, as
# root, a missing system package (python3-venv, chromium) is installed.

# make run PORT=8600 DATA=/srv/cakupan; without DATA, the environment's CAKUPAN_DATA, or data/.
PORT = 8501
DATA =
# More words for pytest: make test ARGS="-k bridge", make test ARGS=--no-browser.
ARGS =
# Test files run side by side, the longest first, one more than there are cores, for browser tests also wait;
# ARGS="-n 0" runs them one after another.
PARALLEL = -n $$(( $$(getconf _NPROCESSORS_ONLN) + 1 )) --maxprocesses 4 --dist loadfile --no-loadscope-reorder
# How many people a month `make bench` loads and folds; empty takes its own number.
PEOPLE =
# The interpreter that .venv is made from; empty takes the newest found.
PYTHON ?=

# What Python has compiled is kept whatever the environment says, for tests start hundreds of programs.
unexport PYTHONDONTWRITEBYTECODE

VENV = .venv
# The peers that `make bench-peers` measures have an environment of their own.
PEERS = .venv-peers
# Spark is large and asks for an environment of its own.
SPARK = .venv-spark
RUN = $(VENV)/bin/python
PIP = $(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes

# A .venv whose interpreter went away (an upgrade, a copied folder) is made again.
STALE := $(shell for venv in $(VENV) $(PEERS) $(SPARK); do $$venv/bin/python -c '' 2>/dev/null || rm -f $$venv/ready $$venv/ready-*; done)

.DEFAULT_GOAL := help
.PHONY: help setup run test test-all test-spark browser lint fix bench bench-peers bench-spark sample lock clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' Makefile

setup: $(VENV)/ready-test ## prepare .venv for running and testing

run: $(VENV)/ready-run ## serve the dashboard (PORT=8501, DATA=data)
	@exec $(RUN) -m enrollment.ui.server --port "$(PORT)" $(if $(DATA),--data "$(DATA)")

test: $(VENV)/ready-test ## check everything at moderate sizes, in a real browser too
	@$(FIND_BROWSER)
	@$(RUN) -m pytest $(PARALLEL) $(ARGS)

test-all: $(VENV)/ready-test ## the same tests at full sizes
	@$(FIND_BROWSER)
	@$(RUN) -m pytest $(PARALLEL) --sizes=all --timeout=3000 $(ARGS)

test-spark: $(SPARK)/ready ## fold on Spark as on DuckDB, row for row (needs Java 17)
	@$(SPARK)/bin/python -m pytest tests/spark $(ARGS)

browser: $(VENV)/ready-test ## find a Chromium for the tests, or install one
	@$(RUN) -m tests.browser

lint: $(VENV)/ready-test ## style, types and the direction of imports
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -m mypy
	@$(LINT_IMPORTS)

fix: $(VENV)/ready-test ## mend what the style check can mend
	@$(RUN) -m ruff check --fix-only .
	@$(RUN) -m ruff format .

bench: $(VENV)/ready-bench ## measure speed, as ratios, and forecasts (PEOPLE=500000)
	@$(RUN) -m tests.bench $(if $(PEOPLE),--people "$(PEOPLE)") $(ARGS)

bench-peers: $(PEERS)/ready-peers ## measure the same page in Dash, Panel, stock Streamlit and as a static page
	@$(RUN) -m tests.browser
	@$(RUN) -m tests.bench.pages $(ARGS)

bench-peers $(PEERS)/ready-peers: VENV = $(PEERS)

bench-spark: $(SPARK)/ready ## measure what folding people costs on DuckDB and on Spark (needs Java 17)
	@$(SPARK)/bin/python -m tests.bench engines $(ARGS)

sample: $(VENV)/ready-run ## remake the shipped sample in data/snapshots
	@$(RUN) -m enrollment sample --out data

lock: ## pin the requirements anew, with hashes (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes requirements.in -o requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes requirements-dev.in -o requirements-dev.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes requirements-bench.in -o requirements-bench.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes requirements-peers.in -o requirements-peers.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes requirements-spark.in -o requirements-spark.txt

clean: ## remove .venv, .venv-peers, .venv-spark, .browser and all caches; loaded data stay
	rm -rf $(VENV) $(PEERS) $(SPARK) .browser .pytest_cache .hypothesis .mypy_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Without a browser the browser tests fail and say what to do: the search alone stops nothing.
FIND_BROWSER = $(if $(findstring --no-browser,$(ARGS)),:,$(RUN) -m tests.browser || :)
LINT_IMPORTS = $(RUN) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'

$(VENV)/ready-run: requirements.txt
	@$(MAKE_VENV)
	@echo "Installing what the dashboard needs into $(VENV) (once) ..."
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/ready-test: requirements-dev.txt $(VENV)/ready-run
	@echo "Installing what the tests need into $(VENV) (once) ..."
	@$(PIP) -r requirements-dev.txt
	@touch $@

$(VENV)/ready-bench: requirements-bench.txt $(VENV)/ready-test
	@echo "Installing what the backtest needs into $(VENV) (once) ..."
	@$(PIP) -r requirements-bench.txt
	@touch $@

# What the dashboard needs comes first, in the same versions, for it is measured in there too.
$(PEERS)/ready-peers: requirements.txt requirements-peers.txt
	@$(MAKE_VENV)
	@echo "Installing the dashboard and its peers into $(VENV) (once) ..."
	@$(PIP) -r requirements.txt -r requirements-peers.txt
	@touch $@

$(SPARK)/ready: requirements-spark.txt $(VENV)/ready-test
	@echo "Installing Spark and what the tests need into $(SPARK) (once) ..."
	@$(RUN) -m venv --clear $(SPARK)
	@$(SPARK)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
	  -r requirements.txt -r requirements-dev.txt -r requirements-spark.txt
	@touch $@

# An interpreter counts when it runs, for a command may be there and refuse to; and a .venv when it
# holds a pip. Debian ships Python without the module that makes one.
define MAKE_VENV
newest() { \
  for python in $(if $(PYTHON),$(PYTHON),python3.14 python3.13 python3.12 python3.11 python3); do \
    if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; \
    then echo "$$python"; return; fi; \
  done; \
}; \
make_venv() { test -n "$$python" && said=$$("$$python" -m venv --clear $(VENV) 2>&1); }; \
usable() { $(RUN) -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }; \
if usable; then exit 0; fi; \
python=$$(newest); \
if ! make_venv && test -z "$(PYTHON)" && command -v apt-get >/dev/null && test "$$(id -u)" = 0; then \
  echo "Installing python3-venv ..."; \
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null; \
  python=$$(newest); make_venv; \
fi; \
if usable; then exit 0; fi; \
rm -rf $(VENV); \
if test -z "$$python"; then \
  echo "Cakupan needs Python 3.11 or newer, and $(if $(PYTHON),$(PYTHON) is not,none was found). Name one:" >&2; \
  echo "  make PYTHON=/path/to/python3.12" >&2; \
else \
  echo "$$said" >&2; \
  echo "$$python cannot make a virtual environment. On Debian and Ubuntu this helps:" >&2; \
  echo "  sudo apt-get install -y python3-venv" >&2; \
fi; \
exit 1
endef
