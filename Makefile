# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
#
# The commands of this repository. Each of them first sets up what it needs (emcc, Node.js, npm
# packages) with tools/toolchain.py, and runs with it on PATH.

PYTHON ?= python3
# On PATH for one command: $(IN_TOOLCHAIN) command
IN_TOOLCHAIN = vars=$$($(PYTHON) tools/toolchain.py --env) && eval "$$vars" &&

.DEFAULT_GOAL := help
.PHONY: help demo page test bench lint clean

help:
	@echo 'make demo    compile the echo server with emcc, run it on Node.js, talk to it (ARGS=--help)'
	@echo 'make page    compile the example page and serve it on loopback (ARGS=service_worker: another)'
	@echo "make test    run the test suite; some of it with TESTS='suite or test names'"
	@echo 'make bench   measure: native, stock emcc, emwake and a Node.js server, side by side'
	@echo 'make lint    check the style of JavaScript, C and Python'
	@echo 'make clean   remove what builds and tests leave (the toolchain stays)'

demo:
	@$(IN_TOOLCHAIN) exec $(PYTHON) tools/demo.py $(ARGS)

page:
	@$(IN_TOOLCHAIN) exec $(PYTHON) tools/page.py $(ARGS)

test:
	@$(IN_TOOLCHAIN) exec $(PYTHON) test/runner.py $(TESTS)

bench:
	@$(IN_TOOLCHAIN) exec $(PYTHON) test/bench/bench.py $(ARGS)

lint:
	@$(IN_TOOLCHAIN) exec $(PYTHON) tools/lint.py

clean:
	rm -rf build out
	find . -name __pycache__ -not -path './.toolchain/*' -not -path './node_modules/*' \
	  -prune -exec rm -rf {} +
