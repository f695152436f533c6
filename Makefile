# Every verb a person needs; `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
SITE_URL ?= http://127.0.0.1:$(PORT)
OUT ?= screenshots
FLASK := $(BIN)/flask --app wzo
CATALOGUES := $(wildcard wzo/translations/*/LC_MESSAGES/messages.po)
COMPILED := $(CATALOGUES:.po=.mo)
HTMX := wzo/static/js/htmx.min.js
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
EXTRACT := $(BIN)/pybabel -q extract -F pyproject.toml -k lazy_gettext --no-location --sort-output

export PORT SITE_URL

.PHONY: help
help:  ## Show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 18

.PHONY: run
run: install  ## Install what is missing and run the site at http://127.0.0.1:8000 (PORT changes it)
	@$(FLASK) release
	@echo
	@echo "  The site:            $(SITE_URL)/"
	@echo "  The editors' panel:  $(SITE_URL)/admin/"
	@echo "  The captured mail:   $(if $(SMTP_URL),sent to the mail server,$(CURDIR)/instance/mail/)"
	@echo "  Ctrl-C ends it."
	@echo
	@PATH="$(CURDIR)/$(BIN):$$PATH" exec $(BIN)/honcho start --no-prefix web worker

.PHONY: install
install: $(VENV)/installed $(COMPILED) htmx compress

$(VENV)/installed: requirements.txt pyproject.toml
	@command -v $(PYTHON) > /dev/null || { echo "Python 3.11 or newer is needed; install python3 and python3-venv."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "The virtual environment could not be made; install python3-venv."; exit 1; }
	@echo "Installing the Python packages (a minute or two, once) …"
	@$(PIP) --require-hashes -r requirements.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed requirements-dev.txt
	@echo "Installing what the tests need …"
	@$(PIP) --require-hashes -r requirements-dev.txt
	@touch $@

%.mo: %.po $(VENV)/installed
	@$(BIN)/pybabel -q compile -i $< -o $@

# htmx comes from npm. Without Node the site runs all the same, with plain forms.
.PHONY: htmx
htmx:
	@if [ -e $(HTMX) ] && [ ! package-lock.json -nt $(HTMX) ]; then :; \
	elif command -v npm > /dev/null; then \
	  echo "Installing htmx …"; \
	  npm ci --ignore-scripts --no-audit --no-fund --silent && cp node_modules/htmx.org/dist/htmx.min.js $(HTMX) && touch $(HTMX) \
	    || echo "htmx could not be installed; the site runs without it."; \
	else echo "There is no Node here: the site runs without htmx, with plain links and forms."; fi

# Static files are sent compressed; whatever is newer than its compressed copy is compressed anew.
.PHONY: compress
compress: $(VENV)/installed htmx
	@if [ -n "$$(find wzo/static -type f ! -name '*.br' ! -name '*.gz' -newer $(VENV)/compressed 2> /dev/null || echo all)" ]; then \
	  $(BIN)/python -m whitenoise.compress --quiet wzo/static && touch $(VENV)/compressed; fi

.PHONY: install-dev
install-dev: $(VENV)/installed-dev $(COMPILED) htmx compress

.PHONY: test
test: install-dev chromium lint  ## Run everything: lint, types, and all tests on SQLite, PostgreSQL and in Chromium
	@$(BIN)/pytest -n auto --dist loadscope --no-loadscope-reorder

.PHONY: test-quick
test-quick: install-dev  ## Run the quick tests, without a browser and on SQLite alone: under a minute
	@$(BIN)/pytest -n auto --dist loadscope --no-loadscope-reorder -m "not browser and not slow" --database sqlite

.PHONY: lint
lint: install-dev  ## Check style, types, templates, the direction of imports and the pinned packages
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy
	@$(BIN)/djlint wzo/templates --lint --quiet
	@$(BIN)/lint-imports --no-cache | tail -n 1

.PHONY: format
format: install-dev  ## Write the code the way lint wants it
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format --quiet .

.PHONY: chromium
chromium:
	@bin/install-chromium

.PHONY: screenshots
screenshots: install-dev chromium  ## Write every public page as PNG: make screenshots OUT=folder
	@$(BIN)/python -m tests.screenshots "$(OUT)"

.PHONY: guide
guide: install-dev chromium  ## Take the pictures of the guide for editors anew, in docs/editors/
	@$(BIN)/python -m tests.guide

.PHONY: bench
bench: install-dev  ## Measure how much slower the pages are with 10,000 stories than with 100: some minutes
	@$(BIN)/python -m bench.reading

.PHONY: bench-editing
bench-editing: install-dev chromium  ## Measure how soon an editor can write on a slow line: under a minute
	@$(BIN)/python -m bench.editing

.PHONY: translations
translations: install-dev  ## Bring the catalogues up to date with the code (ADD=de begins a new one); then fill what is empty
	@$(EXTRACT) -o wzo/translations/messages.pot .
	@if [ -n "$(ADD)" ]; then $(BIN)/pybabel -q init -i wzo/translations/messages.pot -d wzo/translations -l "$(ADD)"; fi
	@for po in $(CATALOGUES); do \
	  $(BIN)/pybabel -q update --no-fuzzy-matching --ignore-obsolete -w 110 \
	    -i wzo/translations/messages.pot -o $$po -l $$(basename $$(dirname $$(dirname $$po))); done
	@rm wzo/translations/messages.pot

.PHONY: lock
lock: install-dev  ## Pin the packages anew, with hashes
	@$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --universal --python-version 3.11 --no-annotate \
	  --custom-compile-command "make lock" requirements.in -o requirements.txt
	@$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --universal --python-version 3.11 --no-annotate \
	  --custom-compile-command "make lock" -c requirements.txt requirements-dev.in -o requirements-dev.txt

.PHONY: clean
clean:  ## Remove what was installed and built; the data in instance/ stay
	@rm -rf $(VENV) node_modules $(HTMX) $(COMPILED) *.egg-info
