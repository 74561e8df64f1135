# Needs git, make and Python 3.11 or newer; `make setup` sees to the rest. PYTHON=… names another Python.
VENV := .venv
BIN := $(VENV)/bin
export AUDITOR_NO_SANDBOX ?= 1
unexport PYTHONDONTWRITEBYTECODE # containers set it: each start would compile the program anew

.PHONY: demo setup test check bench accuracy soak clean

demo: setup ## Audit the demo site and write demo-report/
	$(BIN)/auditor demo

setup: $(VENV)/.browser ## Make .venv with the auditor in it, and find or install a browser

test: setup $(VENV)/.dev ## Run the tests
	$(BIN)/python -m pytest -m "not soak" -n 3 --dist loadfile --no-loadscope-reorder

check: $(VENV)/.dev ## Format, lint, types, import laws
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup $(VENV)/.dev ## What a page costs beside the floor, and the memory over many pages
	$(BIN)/python -m bench.price
	$(BIN)/python -m bench.rules
	$(BIN)/python -m bench.site_rules
	$(BIN)/python -m bench.memory

accuracy: setup $(VENV)/.dev ## Score the rules over published cases: make accuracy CASES=FOLDER
	$(BIN)/python -m bench.accuracy $(CASES)

soak: setup $(VENV)/.dev ## The long tests: every example, dozens of kills
	$(BIN)/python -m pytest -m soak

clean:
	rm -rf $(VENV)

$(VENV)/.installed: pyproject.toml scripts/venv.sh
	sh scripts/venv.sh $(VENV)
	touch $@

$(VENV)/.browser: $(VENV)/.installed scripts/browser.sh
	sh scripts/browser.sh $(BIN)
	touch $@

$(VENV)/.dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@
