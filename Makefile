# Run `make help` for the list of targets.
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
PIP := $(BIN)/python -m pip install --disable-pip-version-check --progress-bar off
# Of what pip prints: every tenth package, so that one sees that it goes on.
PROGRESS := awk '/^Collecting/ && ++n % 10 == 0 { print "  " n " packages …"; fflush() } /^Installing collected/ { print "  Unpacking them …"; fflush() }'
EXTRACT := $(BIN)/pybabel -q extract -F pyproject.toml -k lazy_gettext -k lazy_ngettext:1,2 --no-location --sort-output

export PORT SITE_URL
# Python was upgraded or removed, and with it the interpreter of the virtual environment: install again.
$(shell [ -x $(BIN)/python ] || rm -f $(VENV)/installed $(VENV)/installed-dev)
# Compiled modules are kept: every process starts sooner.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help:  ## List the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 18

.PHONY: run
run: check-port install  ## Install what is missing and run the site at http://127.0.0.1:8000 (change it with PORT)
	@$(FLASK) release
	@echo "$(SITE_URL)" > "$${INSTANCE_PATH:-instance}/address"
	@$(BIN)/python bin/say-when-ready http://127.0.0.1:$(PORT) "$$READY" & \
	PATH="$(CURDIR)/$(BIN):$$PATH" exec $(BIN)/honcho start --no-prefix web worker

define READY

  The site is ready:   $(SITE_URL)/
  The editors' panel:  $(SITE_URL)/admin/
  The captured mail:   $(if $(SMTP_URL),sent to the mail server,$(or $(INSTANCE_PATH),$(CURDIR)/instance)/mail/)
  Press Ctrl-C to stop.

endef
export READY

.PHONY: check-port
check-port:
	@if command -v $(PYTHON) > /dev/null; then $(PYTHON) bin/check-port "$(PORT)"; fi

.PHONY: install
install: $(VENV)/installed $(COMPILED) htmx compress

$(VENV)/installed: requirements.txt pyproject.toml
	@bin/create-venv "$(PYTHON)" $(VENV)
	@echo "Installing the Python packages (a minute or two, once) …"
	@$(PIP) --require-hashes -r requirements.txt | $(PROGRESS)
	@$(PIP) --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed requirements-dev.txt
	@echo "Installing the packages for development …"
	@$(PIP) --require-hashes -r requirements-dev.txt | $(PROGRESS)
	@touch $@

%.mo: %.po $(VENV)/installed
	@$(BIN)/pybabel -q compile -i $< -o $@

# htmx comes from npm. Without Node the site works too, with plain forms.
.PHONY: htmx
htmx:
	@if [ -e $(HTMX) ] && [ ! package-lock.json -nt $(HTMX) ]; then :; \
	elif command -v npm > /dev/null; then \
	  echo "Installing htmx …"; \
	  npm ci --ignore-scripts --no-audit --no-fund --silent && cp node_modules/htmx.org/dist/htmx.min.js $(HTMX) && touch $(HTMX) \
	    || echo "htmx could not be installed. The site works without it."; \
	else echo "Node is not installed. The site works without htmx, with plain links and forms."; fi

# Style sheets are combined, and static files compressed, when any is newer than the last time.
.PHONY: compress
compress: $(VENV)/installed htmx
	@if [ -n "$$(find wzo/static wzo/bundles.py wzo/raster_covers.py -type f ! -name '*.br' ! -name '*.gz' -newer $(VENV)/compressed 2> /dev/null || echo all)" ]; then \
	  $(BIN)/python -m wzo.bundles && $(BIN)/python -m wzo.raster_covers && $(BIN)/python -m whitenoise.compress --quiet wzo/static \
	    && touch $(VENV)/compressed; fi

# Without Node its test is skipped.
HTML_VALIDATE := tests/html_validate/node_modules
$(HTML_VALIDATE): tests/html_validate/package-lock.json
	@if command -v npm > /dev/null; then \
	  echo "Installing html-validate …"; \
	  cd tests/html_validate && npm ci --ignore-scripts --no-audit --no-fund --silent && touch node_modules \
	    || echo "html-validate could not be installed."; fi

.PHONY: install-dev
install-dev: $(VENV)/installed-dev $(COMPILED) $(HTML_VALIDATE) htmx compress

.PHONY: test
test: install-dev chromium lint  ## Run the linters and all tests: on SQLite, on PostgreSQL and in Chromium
	@$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder

.PHONY: test-quick
test-quick: install-dev  ## Run the quick tests, on SQLite and without a browser, in under a minute
	@$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder -m "not browser and not slow" --database sqlite

.PHONY: mutants
mutants: install-dev chromium  ## Plant faults one at a time and show which test catches each: some minutes
	@$(BIN)/python -m tests.mutants

.PHONY: faults
faults: install-dev  ## Break the running site in seventeen ways, and print what it does (SIZE=full takes half an hour)
	@$(BIN)/python -W ignore -m tests.faults --size $(or $(SIZE),small)

.PHONY: fuzz
fuzz: install-dev  ## Send strange requests to every route (REQUESTS=100000 takes half an hour)
	@REQUESTS=$(or $(REQUESTS),10000) $(BIN)/pytest -q -s tests/fuzz

.PHONY: lint
lint: install-dev  ## Check style, types, templates and imports
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy
	@$(BIN)/djlint wzo/templates --lint --quiet
	@$(BIN)/lint-imports --no-cache | tail -n 1

.PHONY: format
format: install-dev  ## Format the code and fix what the linter can
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format --quiet .

.PHONY: chromium
chromium:
	@bin/install-chromium

.PHONY: screenshots
screenshots: install-dev chromium  ## Save a PNG of every public page: make screenshots OUT=folder
	@$(BIN)/python -m tests.screenshots "$(OUT)"

.PHONY: guide
guide: install-dev chromium  ## Retake the screenshots of the editors' guide, in docs/editors/
	@$(BIN)/python -m tests.guide

.PHONY: forensics
forensics: install-dev  ## Print what the disk reveals about 1,000 signers and their order (some minutes)
	@SIGNERS=1000 $(BIN)/pytest -q -s -p no:cacheprovider tests/test_seizure.py tests/petition/test_row_order.py \
	  -k "privacy or no_order"

.PHONY: bench
bench: install-dev  ## Compare speed with its goals: a table, and results in bench/results/ (under ten minutes)
	@$(BIN)/python -W ignore -m bench

.PHONY: bench-quick
bench-quick: install-dev  ## Compare the rates of served pages with their goals (under a minute)
	@$(BIN)/python -W ignore -m bench --quick

.PHONY: bench-growth
bench-growth: install-dev  ## Compare speed with many stories and a million signatures and with few (half an hour)
	@$(BIN)/python -m bench.growth
	@$(BIN)/python -m bench.reading

.PHONY: flame
flame: install-dev  ## Draw the flame graphs of docs/performance/ again (under a minute)
	@$(BIN)/python -W ignore -m bench.flame

.PHONY: crowd
crowd: install-dev  ## Let a crowd sign while processes are killed (SIZE=full takes half an hour)
	@$(BIN)/python -W ignore -m bench.crowd --size $(or $(SIZE),small)

.PHONY: upgrade-drill
upgrade-drill: install-dev  ## Upgrade and roll back under load, with nginx, on both databases (SIZE=full takes longer)
	@$(BIN)/python -W ignore -m bench.upgrade --size $(or $(SIZE),small)

.PHONY: restore-drill
restore-drill: install-dev  ## Back up a large site while people sign, restore and compare it (SIZE=full: a million signatures)
	@$(BIN)/python -W ignore -m bench.restore_drill --size $(or $(SIZE),small)

.PHONY: recipes
recipes: install-dev  ## Run the recipes of docs/operations.md line by line (some minutes; WORDS=Losing runs some of them)
	@$(BIN)/python -W ignore -m tests.recipes $(WORDS)
	@$(BIN)/python -W ignore -m tests.recipes --database postgresql $(WORDS)

.PHONY: heroku-drill
heroku-drill: install-dev  ## Play Heroku: builds, dynos with empty disks, config:set, rollback (some minutes)
	@$(BIN)/python -W ignore -m bench.heroku

.PHONY: oracle
oracle: install-dev  ## Test whether responses or e-mails reveal who has signed (some minutes)
	@$(BIN)/python -W ignore -m bench.oracle

.PHONY: bench-editing
bench-editing: install-dev chromium  ## Measure how soon an editor can write on a slow connection (under a minute)
	@$(BIN)/python -m bench.editing

.PHONY: bench-first-view
bench-first-view: install-dev chromium  ## Measure how soon a reader sees a page on a slow connection (some minutes)
	@$(BIN)/python -m bench.first_view

LIGHTHOUSE := bench/lighthouse/node_modules
$(LIGHTHOUSE): bench/lighthouse/package-lock.json
	@echo "Installing Lighthouse …"
	@cd bench/lighthouse && npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

.PHONY: lighthouse
lighthouse: install-dev chromium $(LIGHTHOUSE)  ## Print Lighthouse's scores of the public pages on a phone (some minutes)
	@$(BIN)/python -m bench.lighthouse

.PHONY: translations
translations: install-dev  ## Update the catalogues from the code (ADD=de adds a language); then translate the empty entries
	@$(EXTRACT) -o wzo/translations/messages.pot .
	@if [ -n "$(ADD)" ]; then $(BIN)/pybabel -q init -i wzo/translations/messages.pot -d wzo/translations -l "$(ADD)"; fi
	@for po in $(CATALOGUES); do \
	  $(BIN)/pybabel -q update --no-fuzzy-matching --ignore-obsolete -w 110 \
	    -i wzo/translations/messages.pot -o $$po -l $$(basename $$(dirname $$(dirname $$po))); done
	@rm wzo/translations/messages.pot

.PHONY: lock
lock: install-dev  ## Upgrade the packages and pin them with hashes
	@$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --universal --python-version 3.11 --no-annotate \
	  --custom-compile-command "make lock" requirements.in -o requirements.txt
	@$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --universal --python-version 3.11 --no-annotate \
	  --custom-compile-command "make lock" -c requirements.txt requirements-dev.in -o requirements-dev.txt

.PHONY: audit
audit: install-dev  ## Look for known vulnerabilities in the packages, and for weaknesses in the code
	@PATH="$(CURDIR)/$(BIN):$$PATH" bin/audit

SBOM ?= sbom.cdx.json
.PHONY: sbom
sbom: install-dev  ## Write the software bill of materials, in CycloneDX's JSON: make sbom SBOM=file
	@PATH="$(CURDIR)/$(BIN):$$PATH" bin/sbom "$(SBOM)"

.PHONY: clean
clean:  ## Remove everything installed and built; the data in instance/ stay
	@rm -rf $(VENV) node_modules $(LIGHTHOUSE) $(HTML_VALIDATE) $(HTMX) $(COMPILED) *.egg-info
