# Everything a reader or contributor needs, from a fresh clone: Python 3.11+ and make are enough.
# Nothing is installed outside .venv. ARGS goes to the program a target runs.

PYTHON ?= python3

VENV  := .venv
BIN   := $(VENV)/bin
STAMP := $(VENV)/.complete

# An environment of its own: neither the user's packages nor the shell's settings leak into it.
unexport PYTHONPATH PYTHONHOME
export PYTHONNOUSERSITE := 1
export PIP_USER := 0
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# The stamp says where the environment was made. Its scripts and the editable install hold that
# path, so one that was moved, copied, interrupted or lost its Python is made anew.
MADE_IN := $(shell $(BIN)/python -c pass 2>/dev/null && cat $(STAMP) 2>/dev/null)
ifneq ($(MADE_IN),$(CURDIR))
NEW_VENV := new-venv
endif

.PHONY: help lab test check coverage differential notebooks lock bench clean-venv new-venv

help: ## list the targets
	@echo "make lab         open the lessons in JupyterLab (ARGS=--no-browser on a server)"
	@echo "make test        check, then all tests (ARGS='-k ping' for some of them)"
	@echo "make check       style and types only"
	@echo "make coverage    tests of the embedded engine alone, and the lines they miss"
	@echo "make differential  compare the embedded engine with real ones (recordings: make test)"
	@echo "make notebooks   run the notebooks and store their outputs"
	@echo "make bench       run the benchmarks"
	@echo "make lock        write requirements.lock from pyproject.toml (ARGS=--upgrade for news)"
	@echo "make clean-venv  remove $(VENV)"
	@echo "What is missing in $(VENV) is installed first. PYTHON=... chooses the interpreter."

lab: $(STAMP)
	$(BIN)/dockernet lab $(ARGS)

test: check
	$(BIN)/pytest $(ARGS)

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

differential: $(STAMP)
	$(BIN)/pytest tests/differential $(ARGS)

coverage: $(STAMP)
	DOCKER_HOST=unix:///nonexistent/docker.sock $(BIN)/pytest -q tests/embedded \
	  --cov=dockernet_lessons.embedded --cov-report=term-missing:skip-covered --cov-fail-under=95 \
	  $(ARGS)

notebooks: $(STAMP)
	$(BIN)/python scripts/run_notebooks.py $(ARGS)

bench: $(STAMP)
	$(BIN)/python -m benchmarks $(ARGS)

lock: $(STAMP)
	$(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --all-extras \
	  --generate-hashes --no-emit-index-url --no-emit-find-links --system-certs \
	  --custom-compile-command 'make lock' --output-file requirements.lock $(ARGS)

clean-venv:
	rm -rf $(VENV)

# Hashes vouch for what is downloaded; the project itself has none, so it comes second.
# The lock is complete, so nothing is resolved anew: older pips look at newer releases when an extra
# is asked for (coverage[toml]), find them without a hash, and give up.
$(STAMP): requirements.lock pyproject.toml $(NEW_VENV)
	@echo "Installing the locked packages into $(VENV) (a minute or two, only when they change)"
	@$(BIN)/python -m pip install --quiet --require-hashes --no-deps --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@printf '%s\n' "$(CURDIR)" >$@

# A version manager may offer commands that do not run, so each candidate is tried.
new-venv:
	@for python in "$(PYTHON)" python3.11 python3.12 python3.13 python3.14; do \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; \
	  python=; \
	done; \
	if [ -z "$$python" ]; then \
	  found=$$("$(PYTHON)" --version 2>&1) || found="no $(PYTHON)"; \
	  echo "Python 3.11 or newer is needed, but here is $$found: install one, or say make PYTHON=/path/to/python3.11" >&2; \
	  exit 1; \
	fi; \
	if ! problem=$$("$$python" -m venv --clear $(VENV) 2>&1); then \
	  rm -rf $(VENV); \
	  case $$problem in \
	    *ensurepip*|*"No module named venv"*) \
	      version=$$("$$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
	      echo "$$python has no venv module: install it (Debian, Ubuntu: apt-get install python$$version-venv)" >&2;; \
	    *) echo "$$python could not make $(VENV): $$problem" >&2;; \
	  esac; \
	  exit 1; \
	fi
