# Everyday commands. `make up` and `make test` need Python 3.11+, make and a package registry, nothing else.
PYTHON ?= python3
ARGS ?=
BIN := .venv/bin

.PHONY: up install dev test test-slow bench format lint types lock clean

up: .venv/run.stamp
	@exec $(BIN)/craveny up $(ARGS)

install: .venv/run.stamp

dev: .venv/dev.stamp

test: .venv/dev.stamp
	$(BIN)/python -m pytest $(ARGS)

test-slow: .venv/dev.stamp
	$(BIN)/python -m pytest -m slow $(ARGS)

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
	for set in run dev; do uv pip compile requirements/$$set.in --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --no-annotate --no-strip-extras -q -o requirements/$$set.txt; done

clean:
	rm -rf .venv build *.egg-info

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
