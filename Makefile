# The developer's verbs; `make` alone lists them. Everything runs in .venv, which ./shichen builds where it is missing.

export PYTHONPATH := src
PYTHON := .venv/bin/python -X utf8
OURS := src tests $(wildcard tools benchmarks)

.DEFAULT_GOAL := help
.PHONY: help env check lint types layers templates stale test pictures lock demo bench clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

env: ## build or mend .venv with the test extras
	@./shichen --ensure test

check: lint types layers templates stale ## every check that needs no running house

lint: env ## ruff: rules and format, the launcher included
	$(PYTHON) -m ruff check $(OURS)
	$(PYTHON) -m ruff format --check $(OURS)
	$(PYTHON) -m ruff check --ignore S606,UP036 --stdin-filename launcher.py - < shichen
	$(PYTHON) -m ruff format --check --stdin-filename launcher.py - < shichen

types: env ## mypy --strict
	$(PYTHON) -m mypy

layers: env ## import-linter: the floors of the house
	$(PYTHON) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'

templates: env ## djlint over the templates
	@if find src -name '*.html' | grep -q .; then $(PYTHON) -m djlint --quiet --lint src; \
	else echo 'no templates yet'; fi

stale: env ## generated pages and compiled messages agree with the code
	$(PYTHON) -m shichen docs --check
	$(PYTHON) tools/messages.py --check

test: ## the tests, as a person runs them
	./shichen test

pictures: env ## take every picture of the docs anew, where the journeys of tests/browser stand
	SHICHEN_PICTURES=$(CURDIR)/docs/images $(PYTHON) -m pytest tests/browser -p no:randomly

lock: ## write the locks anew from pyproject.toml; tools/lock.sh --upgrade takes the newest versions, --check only looks
	tools/lock.sh

demo: ## the demonstration city
	./shichen demo

bench: env ## every benchmark in benchmarks/, one after the other
	@for file in benchmarks/[a-z]*.py; do echo "== $$file"; $(PYTHON) $$file || exit 1; done

clean: ## caches and reports; .venv and homes stay
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage .venv.part
	find src tests tools benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
