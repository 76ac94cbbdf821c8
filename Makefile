# Every target sets up what it needs in .venv; nothing has to be installed or activated first.

PYTHON ?= python3
PIP_TOOLS := pip==26.1 pip-tools==7.6.2
CLIENTS := tests/clients

# More processes than a laptop may have cores: tests wait for servers and databases.
PYTEST = .venv/bin/python -m pytest --numprocesses 4 --dist worksteal
EVERYDAY = $(PYTEST) --ignore tests/faults $(BROWSER:%=--ignore %)
BROWSER := tests/stories/test_graphiql_in_a_browser.py tests/stories/test_answering_in_a_browser.py

.PHONY: help run test test-postgresql check check-browser check-faults check-clients faults bench \
	mail-preview mail-golden catalogs schema lock
.DELETE_ON_ERROR:

help:
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' Makefile

run: .venv/for-run ## Start the demo program; stop it with Ctrl-C
	@.venv/bin/python main.py run

test: .venv/for-test ## Run the tests, on SQLite
	@$(EVERYDAY) -k "not postgresql"

test-postgresql: .venv/for-test ## Run those that need a database on PostgreSQL
	@$(EVERYDAY) -k "postgresql"

check: .venv/for-test ## Look for mistakes in style and types, and for known holes
	@.venv/bin/ruff check --quiet
	@.venv/bin/ruff format --check --quiet || { .venv/bin/ruff format --check; exit 1; }
	@.venv/bin/mypy --no-error-summary
	@.venv/bin/bandit --quiet --configfile pyproject.toml --severity-level medium --recursive .
	@.venv/bin/python -m tests.audit
	@echo "Style, types and dependencies are in order."

check-browser: .venv/for-test ## Use GraphiQL and the pages in a real browser
	@.venv/bin/python -m pytest $(BROWSER)

check-clients: .venv/for-run $(CLIENTS)/node_modules/installed ## Have Apollo, urql, Relay and others work on the API
	@$(NODE_NEW_ENOUGH)
	@.venv/bin/python -m tests.clients.run

check-faults: .venv/for-test ## Run the fault tests in short
	@$(PYTEST) tests/faults

faults: .venv/for-test ## Run them at full length, which takes minutes
	@FAULTS=full .venv/bin/python -m pytest tests/faults -s

bench: .venv/for-test ## Measure, and print tables
	@.venv/bin/python -m benchmarks.mail

mail-preview: .venv/for-test ## Write every e-mail to mail-preview/, to look at
	@.venv/bin/python -m tests.mailers.preview mail-preview/

mail-golden: .venv/for-test ## Keep what the e-mails say now, for the tests to compare
	@.venv/bin/python -m tests.mailers.golden

catalogs: .venv/for-test ## Bring the languages of the e-mails up to the templates
	@.venv/bin/python -m tests.mailers.catalogs

schema: .venv/for-run ## Write schema.graphql anew from the code
	@.venv/bin/python main.py schema > schema.graphql.new && mv schema.graphql.new schema.graphql

lock: ## Pin the dependencies of pyproject.toml, with hashes
	@$(NEW_ENOUGH) && $(PYTHON) -m venv .lock && .lock/bin/python -m pip install -qq $(PIP_TOOLS)
	@$(LOCK) --output-file requirements.txt
	@$(LOCK) --extra dev --constraint requirements.txt --output-file requirements-dev.txt

LOCK = CUSTOM_COMPILE_COMMAND="make lock" .lock/bin/python -m piptools compile --quiet \
	--generate-hashes --allow-unsafe --strip-extras --no-emit-options --annotation-style line pyproject.toml

# Each stamp is newer than the pins it stands for, so that a change of the pins installs again.

.venv/for-run: requirements.txt
	$(call install,requirements.txt)

.venv/for-test: requirements-dev.txt .venv/for-run
	$(call install,requirements-dev.txt)

$(CLIENTS)/node_modules/installed: $(CLIENTS)/package-lock.json
	@$(NODE_NEW_ENOUGH)
	@echo "Installing the clients into $(CLIENTS)/node_modules ..."
	@cd $(CLIENTS) && npm ci --loglevel=error >/dev/null && touch node_modules/installed

define install
@test -x .venv/bin/pip || { $(NEW_ENOUGH) && $(PYTHON) -m venv --clear .venv; }
@echo "Installing $(1) into .venv ..."
@.venv/bin/python -m pip install -qq --no-input --require-hashes -r $(1)
@touch $@
endef

NEW_ENOUGH = { $(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" 2>/dev/null || \
	{ echo "Mentor Match needs Python 3.11 or newer: name one with make PYTHON=..." >&2; exit 1; }; }

# Of Node.js 20, releases before 20.19 lack what some of the tools need.
NODE_NEW_ENOUGH = { npm --version >/dev/null 2>&1 && node -e "const [major, minor] = process.versions.node.split('.'); \
	process.exit(major > 20 || (major == 20 && minor >= 19) ? 0 : 1)" 2>/dev/null || \
	{ echo "The clients need Node.js 20.19 or newer, with npm." >&2; exit 1; }; }
