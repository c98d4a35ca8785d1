# Everything sets itself up: uv comes by pip into .tools/ where it is missing, the packages into .venv/.
UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
RUN := $(UV) run --frozen --no-sync
OUT ?= reports
PAGES ?= 200
SEED ?= 20261121
N ?= 40
FAMILY ?= all
COMPARE ?= 4
COUNT ?= 20000
OTHERS ?= 36
ROUNDS ?= 200
DOSSIERS ?= 1000

.PHONY: run test check browser pictures samples fonts bench-speed bench-startup bench-workers bench-accuracy bench-others bench-fuzz bench-desk-pages bench-kills bench-load clean

run: .venv/run.stamp ## verify the sample packets and say where the reports are
	$(RUN) heyan verify samples/packets --out $(OUT)

test: .venv/all.stamp check browser ## the checks and the tests
	$(RUN) pytest

check: .venv/all.stamp ## style, types, architecture
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) pyright
	$(RUN) lint-imports

browser: ## the browser that the desk's tests look with (Debian, root)
	sh tests/chromium.sh

pictures: .venv/all.stamp browser ## the desk's pictures in docs/, drawn anew
	$(RUN) python -m docs.make_desk_pictures

samples: .venv/all.stamp fonts ## make the committed sample packets anew
	$(RUN) python -m samples.generator.committed

fonts: ## fetch the fonts that the sample generator draws with (Debian, no root)
	sh samples/fonts.sh

bench-speed: .venv/all.stamp fonts ## CPU seconds a page by stage, and the networks' part of it (PAGES, SEED)
	$(RUN) python -m benchmarks.speed --pages $(PAGES) --seed $(SEED)

bench-startup: .venv/all.stamp ## a dossier of three pages, start-up included, by the time of its reading
	$(RUN) python -m benchmarks.startup

bench-workers: .venv/all.stamp ## pages a second with one worker and with two, and the memory of each
	$(RUN) python -m benchmarks.workers

bench-accuracy: .venv/all.stamp fonts ## fields, mistakes, false alarms by scan quality, and other recognisers beside (N, SEED, FAMILY, COMPARE)
	$(RUN) python -m benchmarks.accuracy --count $(N) --seed $(SEED) --family $(FAMILY) --compare $(COMPARE)

bench-others: .venv/all.stamp fonts ## speed and character errors beside other tools on the same pages (OTHERS pages, SEED)
	$(RUN) python -m benchmarks.comparison --pages $(OTHERS) --seed $(SEED)

bench-fuzz: .venv/all.stamp ## broken files by the thousand: each ends as pages or as a reason (COUNT, SEED)
	$(RUN) python -m benchmarks.fuzz --count $(COUNT) --seed $(SEED)

bench-desk-pages: .venv/all.stamp ## how long the desk's pages take with 5,000 dossiers
	$(RUN) python -m benchmarks.desk_pages

bench-kills: .venv/all.stamp ## kill -9 of everything at random moments, compared with undisturbed nights (ROUNDS, SEED)
	$(RUN) python -m benchmarks.kills --rounds $(ROUNDS) --seed $(SEED)

bench-load: .venv/all.stamp ## a night over many small dossiers through S3, PostgreSQL, Prefect and two workers (DOSSIERS)
	$(RUN) python -m benchmarks.load --dossiers $(DOSSIERS)

.venv/run.stamp: uv.lock pyproject.toml | $(UV)
	$(UV) sync --frozen --quiet --no-dev
	@touch $@ && rm -f .venv/all.stamp

.venv/all.stamp: uv.lock pyproject.toml | $(UV)
	$(UV) sync --frozen --quiet --all-groups
	@touch $@ .venv/run.stamp

.tools/bin/uv:
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更高版本 (python3)"; exit 1; }
	@python3 -m pip --version >/dev/null 2>&1 || { echo "需要 pip（Debian: python3-pip）或 uv"; exit 1; }
	python3 -m pip install --quiet --disable-pip-version-check --target .tools uv

clean:
	rm -rf .venv .tools .swift .postgresql reports
