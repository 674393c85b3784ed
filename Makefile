# Chấm điểm: the two commands are `make run` and `make test`; `make help` lists the rest.
SHELL := /bin/bash
PYTHON ?= python3
PORT ?= 8080
VENV := .venv
BIN := $(VENV)/bin
export FLASK_APP := app
export PYTHONUNBUFFERED := 1

.PHONY: help run test test-all check demo bench vendor translations
.DEFAULT_GOAL := help

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

$(VENV)/runtime: requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/develop: requirements.txt requirements-dev.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@ $(VENV)/runtime

run: $(VENV)/runtime ## Install, migrate, seed and serve on PORT (8080)
	$(BIN)/flask db upgrade
	$(BIN)/flask init-security
	$(BIN)/flask seed load dinh_hoa_2024
	PORT=$(PORT) $(BIN)/flask serve

test: $(VENV)/develop check ## All quick tests: unit, service, scenario, web, both databases, one browser journey
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow"

test-all: $(VENV)/develop ## What `make test` leaves out: long walks, crash rounds
	$(BIN)/python -m pytest -m slow

check: $(VENV)/develop ## Lint, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

demo: $(VENV)/runtime ## Play a published campaign and one with units in every state, to look at
	$(BIN)/flask db upgrade
	$(BIN)/flask init-security
	$(BIN)/flask seed load dinh_hoa_2024
	$(BIN)/flask demo play --units 23 --until published --seed 7
	$(BIN)/flask demo play --units 23 --until first_appraisal --spread --seed 8

bench: $(VENV)/develop ## Measure hot paths beside a peer, one table of ratios
	$(BIN)/python -m bench

VENDORED := app/web/static/vendor
vendor: ## Fetch the front-end files of app/web/static/vendor again, the same versions (needs npm)
	rm -rf var/vendor && mkdir -p var/vendor
	cd var/vendor && npm pack --silent @tabler/core@1.6.1 htmx.org@2.0.11 @fontsource/be-vietnam-pro@5.3.0 >/dev/null \
	  && for archive in *.tgz; do mkdir "$${archive%.tgz}" && tar xzf "$$archive" -C "$${archive%.tgz}" --strip-components=1; done
	grep -v sourceMappingURL var/vendor/tabler-core-1.6.1/dist/css/tabler.min.css > $(VENDORED)/tabler.min.css
	cp var/vendor/htmx.org-2.0.11/dist/htmx.min.js $(VENDORED)/
	cp var/vendor/htmx.org-2.0.11/LICENSE $(VENDORED)/LICENSE-htmx.txt
	for font in $(VENDORED)/fonts/*.woff2; do cp "var/vendor/fontsource-be-vietnam-pro-5.3.0/files/$$(basename $$font)" $$font; done
	cp var/vendor/fontsource-be-vietnam-pro-5.3.0/LICENSE $(VENDORED)/fonts/LICENSE-be-vietnam-pro.txt
	rm -rf var/vendor

translations: $(VENV)/develop ## Extract the words, update and compile the Vietnamese catalogue
	mkdir -p var
	$(BIN)/pybabel -q extract -F translations/babel.cfg -k lazy_gettext -k _ --no-location --sort-output -o var/messages.pot app $$($(BIN)/python -c "import flask_appbuilder, os; print(os.path.dirname(flask_appbuilder.__file__))")
	$(BIN)/pybabel -q update --no-wrap --ignore-pot-creation-date --no-fuzzy-matching --ignore-obsolete -i var/messages.pot -d translations -l vi
	$(BIN)/pybabel -q compile -d translations -l vi
	$(BIN)/pybabel -q compile -d translations -l vi -D wtforms
	$(BIN)/pybabel -q compile -d translations -l vi -D admin
