# The commands of this project. `make demo` and `make test` set up what they need by themselves.

PYTHON ?= python3
BIN = .venv/bin

.PHONY: help demo test soak fuzz check unit bench clients approve screenshots thunderbird lock wheel clean

help:
	@echo "make demo         set up, and send the sample edition to the built-in inbox"
	@echo "make test         set up, and run every check and test"
	@echo "make soak         kill, stop and starve sendings many times over, and make noise at the pages; takes most of an hour"
	@echo "make fuzz         read mails broken at random for an hour; MINUTES=5 for less"
	@echo "make check        formatting, lint, types and the floors alone"
	@echo "make bench        the speeds that the documentation claims"
	@echo "make screenshots  the pictures of the documentation, taken anew"
	@echo "make approve      how the blocks look now is how they are meant to look from now on"
	@echo "make thunderbird  the sample as Thunderbird shows it, where that is installed"
	@echo "make clients      what mail programs can't do, fetched anew from caniemail.com's data"
	@echo "make wheel        build the wheel into dist/"
	@echo "make lock         write the lock files anew"

# Two stamps, because a demo needs a fifth of what the tests need.
.venv/runtime: .ci/requirements.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .ci/requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/development: .venv/runtime .ci/requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .ci/requirements-dev.txt
	@touch $@

demo: .venv/runtime
	$(BIN)/bulletin demo demo --fresh

test: .venv/development check
	@sh .ci/system-packages
	@sh .ci/node-packages
	# Two more than there are processors: many tests wait for a process, a mail or a moment.
	$(BIN)/python -m pytest -n $$(($$(nproc) + 2)) --dist loadfile

soak: .venv/development
	SOAK=full $(BIN)/python -m pytest -o timeout=0 -o faulthandler_timeout=0 tests/journeys/test_killed.py tests/journeys/test_surroundings.py \
		tests/journeys/test_bounces.py tests/journeys/test_schedule.py \
		tests/integration/mailer/rendering/test_in_the_inbox.py
	FUZZ_EXAMPLES=36000 $(BIN)/python -m pytest -o timeout=0 -o faulthandler_timeout=0 -k noise \
		tests/integration/mailer/web/test_hostile.py

# Mails that raise or take a second are kept in build/fuzz/.
fuzz: .venv/development
	$(BIN)/python -m bench.bounces_fuzz --minutes $(or $(MINUTES),60) --keep build/fuzz

check: .venv/development
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/development
	$(BIN)/python -m bench.render
	$(BIN)/python -m bench.startup
	$(BIN)/python -m bench.subscribers_import
	$(BIN)/python -m bench.delivery
	$(BIN)/python -m bench.fleet
	$(BIN)/python -m bench.scale
	$(BIN)/python -m bench.scale --freeze-only --count 1000000 --engine postgresql
	$(BIN)/python -m bench.reporting
	$(BIN)/python -m bench.bounces
	$(BIN)/python -m bench.pages

clients: .venv/development
	$(BIN)/python -m bench.clients

approve: .venv/development
	APPROVE=all $(BIN)/python -m pytest -q tests/integration/mailer/test_gallery_in_a_browser.py

screenshots: .venv/development
	$(BIN)/python -m bench.screenshots

thunderbird: .venv/development
	$(BIN)/python -m bench.thunderbird

wheel: .venv/development
	$(BIN)/python -m hatchling build -t wheel

# The index is whatever pip is set up to use; its address stays out of the files.
lock:
	for set in "requirements.txt --group setup" "requirements-dev.txt --group dev"; do \
		$(BIN)/uv pip compile pyproject.toml --quiet --upgrade --universal --python-version 3.11 \
			--generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
			--output-file .ci/$$set; \
	done

clean:
	rm -rf .venv build dist demo .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
