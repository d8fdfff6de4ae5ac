# Viewfinder. `make help` lists the targets.

PREFIX  ?= /usr/local
DESTDIR ?=
SHARED  ?= ../shared
SECONDS ?= 60
OUT     ?= out
MODEL   ?=

SWIFT   ?= swift
BINARY   = .build/release/viewfinder
JUDGE_ENV ?= .build/judge-environment
EXPORT_ENV ?= .build/export-environment
BENCH_ENV ?= .build/bench-environment
BROWSER_ENV ?= .build/browser-environment
CLUSTER_ENV ?= .build/cluster-environment
PHOTOS  ?=
ROUNDS  ?= 5
PARTS   ?=
LONG    ?=
QUICK   ?=
FRESH   ?=
# For the bench. A build for CPUs is smaller, where pip can find one: TORCH=torch==VERSION+cpu
TORCH   ?= torch
PACKAGES = libvips-dev libopenblas-dev pkg-config python3-jsonschema
bindir   = $(DESTDIR)$(PREFIX)/bin
datadir  = $(DESTDIR)$(PREFIX)/share/viewfinder
mandir   = $(DESTDIR)$(PREFIX)/share/man
packages = $(OUT)/packages
# Where bash, zsh and fish look for what completes a command's words.
completions = bash:bash-completion/completions/viewfinder zsh:zsh/site-functions/_viewfinder fish:fish/vendor_completions.d/viewfinder.fish

.DEFAULT_GOAL := help
.PHONY: help setup build run test lint format bench acceptance hardening exports report-test test-cluster fuzz tsan judge rectangle docs site site-test install uninstall deb deb-test dist clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Installs those Debian packages that are missing.
define needs
	missing=; \
	for package in $(1); do \
	  dpkg-query -W -f '$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$package"; \
	done; \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ]; then as=; elif sudo -n true 2>/dev/null; then as=sudo; else \
	    echo "Packages are missing. Install them with:"; \
	    echo "  sudo apt-get update && sudo apt-get install -y$$missing"; exit 1; fi; \
	  $$as apt-get update -q && $$as env DEBIAN_FRONTEND=noninteractive apt-get install -y -q $$missing; \
	fi
endef

setup: ## install the Debian packages that are missing (as root or with sudo)
	@$(call needs,$(PACKAGES))
	@command -v $(SWIFT) >/dev/null || { echo "Swift 6.2 or newer is missing: see https://www.swift.org/install/linux"; exit 1; }

build: setup ## build the program
	$(SWIFT) build -c release --product viewfinder

run: build ## run the main job on samples/photos; results in out/
	$(BINARY) run pipelines/crop-and-sort.yaml samples/photos --output "$(OUT)" --overwrite
	@echo "Look at $(OUT)/crops, $(OUT)/sorted and $(OUT)/manifest.jsonl."

test: setup ## run the tests
	$(SWIFT) build -c release --build-tests
	$(SWIFT) test -c release --skip-build --disable-xctest

lint: ## check the format of the code
	$(SWIFT) format lint --strict -r Package.swift Sources Tests

format: ## format the code
	$(SWIFT) format -i -r Package.swift Sources Tests

bench: build ## hold the speed against peers' on PHOTOS=DIR or those below SHARED=DIR (half an hour); writes docs/performance.md
	@$(call needs,python3-venv libvips-tools)
	python3 -m venv $(BENCH_ENV)
	$(BENCH_ENV)/bin/pip install --quiet --requirement Tests/Benchmarks/requirements.txt $(TORCH)
	$(BENCH_ENV)/bin/python -B Tests/Benchmarks/bench.py $(BINARY) --shared "$(SHARED)" --rounds $(ROUNDS) \
	  $(if $(PHOTOS),--photos "$(PHOTOS)") $(if $(PARTS),--only $(PARTS)) $(if $(LONG),--long) $(if $(FRESH),--fresh)

acceptance: build ## check results against labelled photographs below SHARED=DIR
	python3 -B Tests/Acceptance/results.py $(BINARY) $(SHARED)
	python3 -B Tests/Acceptance/runs.py $(BINARY) $(SHARED)/data/imagenet-1000-samples/images

hardening: build ## treat runs badly: kills, full disks, spoiled files; fuzzing and ThreadSanitizer (more than an hour as root; three minutes with QUICK=1)
	@$(call needs,libvips-tools strace)
	python3 -B Tests/Acceptance/harden.py $(BINARY) samples/photos $(if $(QUICK),--quick) $(if $(PARTS),--only $(PARTS))
	$(if $(QUICK)$(PARTS),,$(MAKE) fuzz tsan PARTS=)

exports: build ## read what `export` writes with the tools it is written for
	@$(call needs,python3-venv)
	python3 -m venv $(EXPORT_ENV)
	$(EXPORT_ENV)/bin/pip install --quiet --requirement Tests/Acceptance/exports-requirements.txt
	$(EXPORT_ENV)/bin/python -B -W ignore Tests/Acceptance/exports.py $(BINARY) samples/photos

report-test: build ## the contact sheet in a real browser (two minutes); its pictures in out/
	@$(call needs,chromium python3-venv)
	python3 -m venv $(BROWSER_ENV)
	$(BROWSER_ENV)/bin/pip install --quiet --requirement Tests/Browser/requirements.txt
	$(BROWSER_ENV)/bin/python -B Tests/Browser/report.py $(BINARY) samples/photos $(OUT)/report-test

test-cluster: build ## the guide of docs/many-machines.md on a Slurm of two nodes here and with GNU parallel (as root; ten minutes)
	@$(call needs,slurm-wlm munge parallel strace python3-venv)
	python3 -m venv $(CLUSTER_ENV)
	$(CLUSTER_ENV)/bin/pip install --quiet --requirement Tests/Acceptance/cluster-requirements.txt
	$(CLUSTER_ENV)/bin/python -B Tests/Acceptance/cluster.py $(BINARY) samples/photos \
	  $(wildcard $(SHARED)/data/imagenet-1000-samples/images) $(if $(PARTS),--only $(PARTS))

fuzz: setup ## libFuzzer with AddressSanitizer on every way into the program, SECONDS=60 each; findings in .build-fuzz
	@$(call needs,libvips-tools)
	Tests/Fuzzing/fuzz.sh $(SECONDS) $(PARTS)

tsan: setup ## the engine's tests under ThreadSanitizer
	VIEWFINDER_TSAN=1 SWIFT_BACKTRACE=enable=no $(SWIFT) test --sanitize=thread --scratch-path .build-tsan --disable-xctest --no-parallel \
	  --filter 'StageGraphTests|StagesTests.PipelineRunTests|ManifestsTests'

judge: build ## hold training against PyTorch, with photographs below SHARED=DIR (about an hour)
	@$(call needs,python3-venv)
	python3 -m venv $(JUDGE_ENV)
	$(JUDGE_ENV)/bin/pip install --quiet --requirement Tests/Judges/pytorch/requirements.txt
	$(JUDGE_ENV)/bin/python -B Tests/Judges/pytorch/judge.py $(BINARY) $(SHARED)

rectangle: build ## train the model that ships from MODEL=FILE on photographs below SHARED=DIR; goes on where it was
	experiments/rectangle/run.sh $(BINARY) $(SHARED) "$(MODEL)" $(OUT)/rectangle

docs: build ## write the reference of the stages to docs/stages.md
	$(BINARY) stages --markdown > docs/stages.md

site: ## make the documentation site with DocC; in out/site, for any web server
	python3 -B docs/site/make_site.py $(OUT)/site
	@echo "To read it here: python3 -m http.server --directory $(OUT)/site"

site-test: site ## the documentation site in a real browser (a minute); its pictures in out/
	@$(call needs,chromium python3-venv)
	python3 -m venv $(BROWSER_ENV)
	$(BROWSER_ENV)/bin/pip install --quiet --requirement Tests/Browser/requirements.txt
	$(BROWSER_ENV)/bin/python -B Tests/Browser/site.py $(OUT)/site $(OUT)/site-test

install: setup ## install below PREFIX, with the Swift runtime built in
	$(SWIFT) build -c release --product viewfinder --static-swift-stdlib --scratch-path .build-install
	install -Dm755 .build-install/release/viewfinder "$(bindir)/viewfinder"
	install -d "$(datadir)/models" "$(datadir)/pipelines"
	install -m644 Sources/viewfinder/Resources/models/*.safetensors "$(datadir)/models"
	install -m644 pipelines/*.yaml "$(datadir)/pipelines"
	umask 022; "$(bindir)/viewfinder" manual --output "$(mandir)"
	umask 022; for each in $(completions); do \
	  file="$(DESTDIR)$(PREFIX)/share/$${each#*:}"; mkdir -p "$$(dirname "$$file")"; \
	  .build-install/release/viewfinder --generate-completion-script $${each%%:*} > "$$file" || exit 1; \
	done

uninstall: ## remove what install has put there
	rm -f "$(bindir)/viewfinder"
	rm -rf "$(datadir)"
	rm -f "$(mandir)/man1/viewfinder.1" "$(mandir)"/man1/viewfinder-*.1 "$(mandir)/man5/viewfinder-pipeline.5"
	for each in $(completions); do rm -f "$(DESTDIR)$(PREFIX)/share/$${each#*:}"; done

# The time of the last change, for what carries a date: the same sources make the same packages.
install deb dist: export SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || stat --format=%Y CHANGELOG.md)

deb: ## a package for this Debian in out/packages, with the Swift runtime built in
	@$(call needs,dpkg-dev)
	packaging/deb.sh "$(packages)"

deb-test: deb ## install the package in a fresh Debian, use it and remove it there (three minutes, as root)
	@$(call needs,debootstrap lintian)
	packaging/deb-test.sh $(packages)/viewfinder_*_$$(dpkg --print-architecture).deb samples/photos

dist: ## the archives of a release in out/packages: the program for machines like this one, and the sources
	packaging/dist.sh "$(packages)"

clean: ## remove everything that was built or made here
	rm -rf .build .build-install .build-fuzz .build-tsan "$(OUT)"
