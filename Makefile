# Everyday commands. `make up` and `make test` need Python 3.11+, make and a package registry, nothing else.
PYTHON ?= python3
ARGS ?=
WORKERS ?= -n 2
BIN := .venv/bin

DASHBOARD := $(shell find dashboard -name node_modules -prune -o -type f -print)
# Without a registry for npm everything else still works, and the API says at / what is missing.
TRY_DASHBOARD := $(MAKE) --no-print-directory dashboard || echo "The dashboard could not be built; what stands above says why. Going on without building it: once npm reaches its registry, run: make dashboard"

.PHONY: up install dev dashboard dashboard-types test test-slow screenshots bench format lint types lock clean

up: .venv/run.stamp
	@$(TRY_DASHBOARD)
	@exec $(BIN)/craveny up $(ARGS)

install: .venv/run.stamp

dev: .venv/dev.stamp

dashboard: .venv/dashboard.stamp

# openapi.json and the TypeScript types, from the API as it is.
dashboard-types: .venv/node.stamp
	dashboard/npm run types

test: .venv/dev.stamp
	@$(TRY_DASHBOARD)
	$(BIN)/python -m pytest $(WORKERS) $(ARGS)

test-slow: .venv/dev.stamp
	$(BIN)/python -m pytest $(WORKERS) -m slow $(ARGS)

# The pictures in docs; ARGS=http://... takes those of a dashboard that runs.
screenshots: .venv/dev.stamp dashboard
	$(BIN)/python -m benchmarks.screenshots $(ARGS)

bench: .venv/dev.stamp
	$(BIN)/python -m benchmarks $(ARGS)

format: .venv/dev.stamp
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: .venv/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports

types: .venv/dev.stamp
	$(BIN)/pyright

# Hash-locked, for every platform; needs uv.
lock:
	for set in run dev dashboard; do uv pip compile requirements/$$set.in --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --no-annotate --no-strip-extras -q -o requirements/$$set.txt; done

clean:
	rm -rf .venv build *.egg-info dashboard/node_modules craveny_api/_ui

.venv/pip.stamp:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Craveny needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Install one and run: make PYTHON=python3.11 up")'
	@echo "creating the environment in .venv"
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/run.stamp: .venv/pip.stamp requirements/run.txt pyproject.toml
	@echo "installing packages, hash-checked (a minute or two the first time)"
	@$(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/python -m pip install --disable-pip-version-check -q --no-build-isolation --no-deps -e .
	@touch $@

.venv/dev.stamp: .venv/run.stamp requirements/dev.txt
	@echo "installing what changing Craveny needs on top"
	@$(BIN)/python -m pip install --disable-pip-version-check -q --require-hashes -r requirements/dev.txt
	@touch $@

.venv/node.stamp: .venv/run.stamp requirements/dashboard.txt dashboard/package.json dashboard/package-lock.json
	@echo "installing what builds the dashboard"
	@$(BIN)/python -m pip install --disable-pip-version-check -q --require-hashes -r requirements/dashboard.txt
	@dashboard/npm ci
	@touch $@

.venv/dashboard.stamp: .venv/node.stamp $(DASHBOARD)
	@echo "building the dashboard"
	@dashboard/npm run build
	@touch $@
