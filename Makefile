# `make site` builds the demo, `make test` runs every check; both set up what they need.
# Another Python: make test PYTHON=/path/to/python3.12

PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11,$(shell $(name) -c \
  'import sys; print("$(name)" if sys.version_info >= (3, 11) else "")' 2>/dev/null)))
FORMAT ?= text
RUN := .venv/bin/python -m
PIP := $(RUN) pip install --quiet --quiet --disable-pip-version-check
COMPILE := CUSTOM_COMPILE_COMMAND="make requirements" $(RUN) piptools compile --quiet --upgrade --generate-hashes \
  --allow-unsafe --strip-extras --no-emit-options

.PHONY: site check test lint types format golden pictures scenery proof lighthouse bench serve clean hooks requirements browser
.NOTPARALLEL:

site: .venv/program
	@$(RUN) csto_site build --search --format $(FORMAT)
	@echo "The site is in public/: open public/index.html in a browser, or run \`make serve\` to work on it."

check: .venv/program
	@$(RUN) csto_site check --format $(FORMAT)

test: lint types browser
	$(RUN) pytest -n auto --dist loadgroup
	@echo "All checks passed: lint, format, types and every test. Next: \`make site\` builds public/."

lint: .venv/tests
	$(RUN) ruff check
	$(RUN) ruff format --check

types: .venv/tests
	$(RUN) mypy

format: .venv/tests
	$(RUN) ruff check --fix
	$(RUN) ruff format

golden: .venv/tests
	$(RUN) pytest --update-golden -m "not browser and not corpora and not packaging"
	@echo "The golden pages are as the program writes them now: read \`git diff tests/golden\` before you commit."

pictures: .venv/tests browser
	PYTHONPATH=tests $(RUN) browser.pictures

lighthouse: .venv/tests browser
	PYTHONPATH=tests $(RUN) browser.lighthouse

scenery: .venv/tests
	PYTHONPATH=tests $(RUN) scenery

proof: .venv/tests
	$(RUN) pytest -n auto --dist loadgroup tests/proof tests/test_killed.py --histories=1000 --kills=400 --timeout=0

bench: .venv/program
	$(RUN) bench.run build --sizes 1000 --rounds 1

serve: .venv/program
	@$(RUN) csto_site serve

clean:
	rm -rf public .cache dist build .hypothesis .mypy_cache .pytest_cache .ruff_cache

hooks:
	git config core.hooksPath .githooks
	@echo "Each commit now runs .githooks/pre-commit first."

requirements: .venv/tests
	$(PIP) pip-tools==7.6.2
	$(COMPILE) --all-build-deps --extra search --output-file requirements.txt pyproject.toml
	$(COMPILE) --output-file requirements-dev.txt requirements-dev.in

browser: .venv/tests
	@.venv/bin/python tests/browser/chromium.py

.venv/bin/python:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo "make: Python 3.11 or newer is missing: install it, or name it: make PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { echo "make: $(PYTHON) has no venv: install it (Debian and Ubuntu: apt-get install python3-venv)" >&2; exit 1; }
	@echo "Setting up .venv (once)"
	@"$(PYTHON)" -m venv --clear .venv

.venv/program: requirements.txt pyproject.toml | .venv/bin/python
	@$(PIP) --require-hashes -r requirements.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/tests: requirements-dev.txt .venv/program
	@$(PIP) --require-hashes -r requirements-dev.txt
	@touch $@
