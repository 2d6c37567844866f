# The commands a person needs; each only calls what that person could type.
.DEFAULT_GOAL := help
PORT ?= 8000
VENV := .venv
PYTHON := $(VENV)/bin/python
MANAGE := $(PYTHON) manage.py
INSTALLED := $(VENV)/.installed
MODULES := node_modules/.installed

.PHONY: help run test bench soak lint format clean

help: ## Show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /|/' | awk -F'|' '{ printf "  make %-8s %s\n", $$1, $$2 }'

# Development is on unless .env or the environment says otherwise.
run: export DEBUG := $(if $(DEBUG),$(DEBUG),$(if $(wildcard .env),,true))
run: $(INSTALLED) ## Serve the site with demo data on 127.0.0.1 (PORT=8000)
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) load_catalogue
	@$(MANAGE) load_demo
	@echo
	@echo "  Open http://127.0.0.1:$(PORT)/ and log in as demo with the password demo."
	@echo "  API: http://127.0.0.1:$(PORT)/api/docs/    Admin: python manage.py createsuperuser, then /admin/"
	@echo "  Stop with Ctrl+C."
	@echo
	@$(MANAGE) runserver 127.0.0.1:$(PORT)

test: $(INSTALLED) $(MODULES) ## Check and test everything; says at the end what ran
	@$(PYTHON) -m tests

bench: $(INSTALLED) ## Measure batches against single requests; figures also as JSON in build/bench/
	@$(PYTHON) -m tests.benchmarks

soak: $(INSTALLED) $(MODULES) ## Try faults for a long time: 500 seeds on each database and on two devices (SEEDS=500)
	@DEVICES_SEEDS=$(or $(SEEDS),500) node --test tests/js/devices.test.js
	@$(PYTHON) -m tests.faults --seeds $(or $(SEEDS),500)

lint: $(INSTALLED) $(MODULES) ## Only lint, types and architecture
	@$(PYTHON) -m tests --only lint

format: $(INSTALLED) ## Format the code
	@$(VENV)/bin/ruff check --fix .
	@$(VENV)/bin/ruff format .

clean: ## Remove what the commands above made, the database excepted
	rm -rf $(VENV) node_modules build staticfiles *.egg-info

$(INSTALLED): pyproject.toml
	@test -x $(PYTHON) || python3 -m venv $(VENV)
	@echo "Installing the Python packages …"
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --editable '.[client,openapi,postgres,redis,site,dev]'
	@touch $@

$(MODULES): package.json package-lock.json
	@echo "Installing the JavaScript tools …"
	@npm ci --silent --no-audit --no-fund
	@touch $@
