# Everything a developer or a newcomer runs. Needs Python 3.11 or newer with pip and venv, and make.
#
#   make demo                      the whole story on this machine
#   make test ARGS="-k ledger"     some of the tests
#   make demo PYTHON=python3.13    another interpreter (remove .venv first if one is there)

PYTHON ?= python3
ARGS   ?=
BIN    := .venv/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --no-input

# Processes of ours start often; none should have to compile what another one has compiled.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test chaos serve check clean lock

help: ## Show these lines
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

demo: .venv/project ## Pay one month in a synthetic county, on this machine, from files to cards
	@$(BIN)/anxin demo $(ARGS)

serve: .venv/project ## Start the pages, a worker and a simulated bank; prints address and sign-ins
	@$(BIN)/anxin serve $(ARGS)

# Apache Spark needs Java. Where there is none its tests are left out (on CI that is an error).
SPARK := $(if $(shell command -v java),.venv/spark)

test: .venv/project $(SPARK) ## Run every test on real engines, two at a time
	@$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

chaos: .venv/project ## Kill a thousand workers, live through 200 seeds, compare the bank's books with ours
	@$(BIN)/python -m tests.chaos $(ARGS)

check: .venv/project ## Run everything that reads the project without running it
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/djlint service --lint --quiet
	$(BIN)/yamllint --strict --config-file .ci/yamllint.yaml .ci docker eligibility_rules service
	$(BIN)/hadolint docker/Dockerfile
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker/compose.yaml
	$(BIN)/python .ci/check_translations.py
	$(BIN)/python .ci/check_migrations.py

clean: ## Remove what was built here; the demo's data stay (see README)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Needs uv. Without --upgrade a locked version stays as it is while it still fits.
COMPILE := uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet

lock: ## Write the lock files again from pyproject.toml (ARGS=--upgrade for newer versions)
	$(COMPILE) $(ARGS) pyproject.toml -o requirements.lock
	$(COMPILE) $(ARGS) --extra dev pyproject.toml -o requirements-dev.lock
	$(COMPILE) $(ARGS) --constraints requirements-dev.lock docker/build.in -o docker/build.lock
	echo pyspark | $(COMPILE) $(ARGS) --constraints requirements-dev.lock - -o requirements-spark.lock
	printf '%s\n' openfisca-core pain001 polars zen-engine \
		| $(COMPILE) $(ARGS) --constraints requirements-dev.lock - -o requirements-bench.lock

.venv/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Anxin needs Python 3.11 or newer; name one with: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv .venv \
		|| { echo "venv is missing; on Debian: apt-get install python3-venv" >&2; rm -rf .venv; exit 1; }

# Done again only when the lock changed. Wheels only: nothing is built, no foreign code runs.
.venv/locked: requirements-dev.lock | .venv/pyvenv.cfg
	@echo "Installing the locked packages into .venv (once; about a minute) …"
	@$(PIP) install --quiet --only-binary :all: --require-hashes -r requirements-dev.lock
	@touch $@

# Apache publishes pyspark as a source archive only (456 MB): the one exception. Its hash is checked
# and it is packed with the locked setuptools, so that nothing unlocked is fetched to do so.
.venv/spark: requirements-spark.lock .venv/locked
	@echo "Installing Apache Spark for the tests (once; 456 MB, some minutes) …"
	@$(PIP) install --quiet --only-binary :all: --no-binary pyspark \
		--use-pep517 --no-build-isolation \
		--require-hashes -r requirements-spark.lock
	@touch $@

.venv/project: pyproject.toml .venv/locked
	@$(PIP) install --quiet --no-index --no-deps --no-build-isolation -e .
	@touch $@
