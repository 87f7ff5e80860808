# Two commands matter: `make demo` and `make test`. Everything they need they set up themselves.
PYTHON ?= python3
PORT ?= 8000
MANAGE = .venv/bin/python manage.py

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo run test test-unit test-node test-browser lint format check requirements \
        messages screenshots bench bench-requirements clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

setup: ## Set up what running needs
	@$(PYTHON) scripts/setup.py

setup-dev: ## Set up what tests need
	@$(PYTHON) scripts/setup.py --dev

demo: setup ## Set up, load the demo content, serve it on http://127.0.0.1:8000 (PORT= for another)
	@DEMO=1 $(MANAGE) migrate --verbosity 0
	@DEMO=1 $(MANAGE) load_demo
	@DEMO=1 $(MANAGE) serve --port $(PORT)

run: setup ## Serve what is there (PORT= for another port)
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) serve --port $(PORT)

test: setup-dev lint test-unit test-node test-browser ## Everything: lint, architecture, all tests
	@echo "All checks passed."

lint: setup-dev ## Style, migrations, system checks, API description
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@$(MANAGE) makemigrations --check --dry-run
	@$(MANAGE) check --fail-level WARNING
	@$(MANAGE) spectacular --validate --fail-on-warn --file /dev/null

test-unit: setup-dev ## Tests without a browser
	@.venv/bin/python -m pytest -q -m "not browser" tests

test-node: setup-dev ## Tests and types of the editor
	@$(PYTHON) scripts/node.py run check
	@$(PYTHON) scripts/node.py test

test-browser: setup-dev ## Tests in Chromium (skipped without one, unless REQUIRE_BROWSER=1)
	@$(PYTHON) scripts/browser_tests.py

format: setup-dev ## Put the code in shape
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .

check: lint ## The quick checks: lint and architecture
	@.venv/bin/python -m pytest -q tests/architecture

requirements: setup-dev ## Pin requirements/*.in with hashes
	@for name in base dev build; do .venv/bin/pip-compile --quiet --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --no-emit-trusted-host --strip-extras --allow-unsafe --no-header \
	  --output-file requirements/$$name.txt requirements/$$name.in; done

messages: setup-dev ## Collect texts to translate into locale/ (needs gettext)
	@$(MANAGE) makemessages --locale lv --locale uk --add-location never --no-wrap --no-obsolete \
	  --ignore .venv --ignore var --ignore tests --ignore node_modules --ignore staticfiles

screenshots: setup-dev ## Make the pictures in docs/screenshots/ (needs Chromium)
	@.venv/bin/python scripts/screenshots.py

bench: setup-dev ## Load tests, see bench/README.md (ARGS="A,B --peer y-websocket --runs 5")
	@.venv/bin/python -m bench $(ARGS)

bench-requirements: setup-dev ## Pin bench/requirements.in with hashes
	@.venv/bin/pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-emit-trusted-host --strip-extras --allow-unsafe --no-header \
	  --output-file bench/requirements.txt bench/requirements.in

clean: ## Remove what was built (keeps var/, your data)
	@rm -rf .venv frontend/editor/node_modules frontend/static/build staticfiles .pytest_cache .ruff_cache
