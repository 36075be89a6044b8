# make run     the demo: a shop's backends and a gateway before them
# make test    all tests; CI adds test-tsan, test-asan and fuzz-smoke
# make help    the rest

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help deps build run test test-tsan test-asan soak storm million stress-writes stress-edge model fuzz fuzz-smoke format lint bench outages examples contract clean install deb validate-deploy
.PHONY: build-tests build-tsan build-asan build-fuzz

SWIFT ?= swift

BUILD_PACKAGES := libbrotli-dev libcrypt-dev libcurl4-openssl-dev libhiredis-dev libpcre2-dev libssl-dev libzstd-dev zlib1g-dev pkg-config ca-certificates
RUN_PACKAGES := $(BUILD_PACKAGES) curl
DEB_PACKAGES := binutils debhelper dpkg-dev
TEST_PACKAGES := $(BUILD_PACKAGES) chromium curl openssl libmodsecurity3 modsecurity-crs nghttp2-server prometheus redis-server redis-tools python3-venv
BENCH_PACKAGES := $(RUN_PACKAGES) nghttp2-client openssl wrk nginx libnginx-mod-http-lua lua-cjson haproxy python3 gcc util-linux redis-server redis-tools

# With Swift's libraries inside, so that what is deployed needs none on its machine and 6 MB less memory. Relocations in
# the short form that glibc knows since 2.36 are 2 MB less.
# Accesses that overlap are looked for by the compiler, and at run time in all that tests run, sanitizers and fuzzing; what
# is deployed does not pay for it: 7 % of all instructions of a request.
RELEASE := -c release -Xswiftc -enforce-exclusivity=unchecked --static-swift-stdlib -Xswiftc -use-ld=lld -Xlinker -z -Xlinker pack-relative-relocs

# Package.swift makes warnings errors in the targets of this package, and in no other, where this is 1.
STRICT := WEFT_STRICT=1

space := $(subst ,, )

help:
	@sed -n 's/^# make /make /p' Makefile
	@echo 'make build   a release build; prints where weft is'
	@echo 'make deps    what a build needs, by apt, where it is missing'
	@echo 'make test-tsan  what crosses threads, under the thread sanitizer; make test-asan: what calls C, under the address one'
	@echo 'make soak    ten minutes of mixed load, faults and leaving clients (SOAK_SECONDS); make storm: 50,000 leave'
	@echo 'make stress-writes  10,000 checkouts in a storm of faults, judged by the books of the services'
	@echo 'make stress-edge  half an hour of all policies on two gateways, judged by rules of its own (EDGE_SECONDS); N allowed is N'
	@echo 'make model   100,000 made-up composites that write, against their rules (MODEL_RUNS)'
	@echo 'make million  a million requests, for the memory'
	@echo 'make fuzz    hostile inputs, ten minutes a target; fuzz-smoke: one minute'
	@echo 'make format  the sources, in place'
	@echo 'make lint    what is not formatted'
	@echo 'make bench   CPU per request beside the floor and rivals; writes docs/benchmarks.md'
	@echo 'make outages what failures of Redis cost 64 clients'
	@echo 'make contract  what the demo answers, against its OpenAPI document'
	@echo 'make examples  the answers that README.md shows, taken anew'
	@echo 'make install the program, its man page and units, below PREFIX (/usr/local); DESTDIR goes before it'
	@echo 'make deb     a Debian package, in .build/deb'
	@echo 'make validate-deploy  manifests against the schemas of Kubernetes, and what else of deploy/ can be looked at here'
	@echo 'make clean   .build'

deps:
	@scripts/install-packages $(BUILD_PACKAGES)

build: deps
	$(SWIFT) build $(RELEASE) --product weft
	@echo "weft is $$($(SWIFT) build $(RELEASE) --show-bin-path)/weft"

run:
	@scripts/install-packages $(RUN_PACKAGES)
	$(SWIFT) build $(RELEASE) --product weft
	@exec "$$($(SWIFT) build $(RELEASE) --show-bin-path)/weft" demo

test: build-tests
	$(STRICT) $(SWIFT) test --skip-build

build-tests:
	@scripts/install-packages $(TEST_PACKAGES)
	$(STRICT) $(SWIFT) build --build-tests

# Each in a folder of its own, since its flags differ, and with no more tests than it is about: here those of what crosses
# threads, and of the whole gateway, but not what only computes. Debug information is for a report's lines, and none of it
# for what is C++: BoringSSL alone. The sanitizers' memory is theirs: no test of it here.
SANITIZED := -Xswiftc -gline-tables-only -Xcc -gline-tables-only -Xcxx -g0 -Xcxx -fno-sanitize=all
TSAN := --sanitize=thread --scratch-path .build/tsan $(SANITIZED)
TSAN_TARGETS := Locking Metrics Reactor Observing Resolving Transfers Upstream Composing Front Policies HTTP1 HTTP2 Listening \
  Files Proxying Redis Caching Limiting Idempotency Identity Gateway TLS
TSAN_SUITES := Basic CancellationStorm Concurrency Connection FileServing IdempotencyPolicy LargeAnswer Limit Log Metrics \
  Shutdown Streaming UploadFault AccessToken Introspection External RedisAPIKey CacheFleet CacheFlight Purge Redis Write
TSAN_ONLY := --filter '^($(subst $(space),|,$(TSAN_TARGETS)))Tests\.' \
  --filter '^BehaviourTests\.Behaviour/($(subst $(space),|,$(TSAN_SUITES)))Tests/' \
  --skip '\.(RequestScope|RequestParser|EntryCoding|CacheKey)Tests/'
# More tests at once only make each other late.
TSAN_WIDTH := --experimental-maximum-parallelization-width 2
ASAN := --sanitize=address --scratch-path .build/asan $(SANITIZED)
ASAN_TESTS := FilesTests PasswordsTests ReactorTests TransfersTests RedisTests CachingTests DefinitionsTests TLSTests TokensTests FirewallTests

build-tsan test-tsan: export WEFT_SANITIZED = 1
build-tsan test-tsan: export WEFT_TESTS = $(addsuffix Tests,$(TSAN_TARGETS) Behaviour)
build-tsan:
	@scripts/install-packages $(TEST_PACKAGES)
	$(SWIFT) build --build-tests $(TSAN)

# Each of a hundred gateways would sleep a second at its end.
test-tsan: export TSAN_OPTIONS = suppressions=$(CURDIR)/scripts/tsan-suppressions.txt atexit_sleep_ms=100
test-tsan: build-tsan
	$(SWIFT) test --skip-build $(TSAN) $(TSAN_WIDTH) $(TSAN_ONLY)

build-asan test-asan: export WEFT_SANITIZED = 1
build-asan test-asan: export WEFT_TESTS = $(ASAN_TESTS)
build-asan:
	@scripts/install-packages $(TEST_PACKAGES)
	$(SWIFT) build --build-tests $(ASAN)

test-asan: export ASAN_OPTIONS = detect_leaks=1
test-asan: export LSAN_OPTIONS = suppressions=$(CURDIR)/scripts/lsan-suppressions.txt
test-asan: build-asan
	$(SWIFT) test --skip-build $(ASAN)

model:
	@scripts/install-packages $(TEST_PACKAGES)
	$(STRICT) WEFT_TESTS=ComposingTests $(SWIFT) build --build-tests
	$(STRICT) WEFT_TESTS=ComposingTests WEFT_MODEL_RUNS=$(or $(MODEL_RUNS),100000) $(SWIFT) test --skip-build --filter ModelTests

soak storm million: build
	@scripts/install-packages $(BENCH_PACKAGES)
	@stress/run.py $@ --binary "$$($(SWIFT) build -c release --show-bin-path)/weft" --seconds $(or $(SOAK_SECONDS),600)

stress-writes: build
	@scripts/install-packages $(BENCH_PACKAGES)
	@stress/writes.py --binary "$$($(SWIFT) build -c release --show-bin-path)/weft" --checkouts $(or $(CHECKOUTS),10000)

stress-edge: build
	@scripts/install-packages $(TEST_PACKAGES)
	@stress/edge.py exact --binary "$$($(SWIFT) build -c release --show-bin-path)/weft"
	@stress/edge.py --binary "$$($(SWIFT) build -c release --show-bin-path)/weft" --seconds $(or $(EDGE_SECONDS),1800)

# Inputs that break a property, looked for by libFuzzer: FUZZ_SECONDS for each target, all of them or TARGETS.
FUZZ_SECONDS ?= 600
fuzz: deps
	scripts/fuzz $(FUZZ_SECONDS) $(TARGETS)

build-fuzz: deps
	scripts/fuzz build

# The same inputs each time: what is new is for make fuzz to find, not for CI.
fuzz-smoke: export FUZZ_SEED = 1
fuzz-smoke: export FUZZ_RUNS = 100000
fuzz-smoke: export SWIFT_DETERMINISTIC_HASHING = 1
fuzz-smoke: deps
	scripts/fuzz 180 $(TARGETS)

format:
	$(SWIFT) format -i -r Package.swift Sources Tests Benchmarks Fuzz/Sources

lint:
	$(SWIFT) format lint --strict -r Package.swift Sources Tests Benchmarks Fuzz/Sources

bench: deps
	@scripts/install-packages $(BENCH_PACKAGES)
	$(SWIFT) build $(RELEASE) --product weft
	$(SWIFT) build $(RELEASE) --product nio-hello
	@bench/run.py --write --bin "$$($(SWIFT) build $(RELEASE) --show-bin-path)"
	@bench/cache.py --bin "$$($(SWIFT) build $(RELEASE) --show-bin-path)"
	@bench/policies.py --bin "$$($(SWIFT) build $(RELEASE) --show-bin-path)"

# What failures of Redis cost 64 clients.
outages: deps
	@scripts/install-packages $(BENCH_PACKAGES)
	$(SWIFT) build $(RELEASE) --product weft
	@bench/outages.py --bin "$$($(SWIFT) build $(RELEASE) --show-bin-path)"

contract: build
	@scripts/install-packages $(RUN_PACKAGES) python3-venv
	@scripts/contract "$$($(SWIFT) build $(RELEASE) --show-bin-path)/weft"

examples: build
	@scripts/readme-examples "$$($(SWIFT) build $(RELEASE) --show-bin-path)/weft"

# WEFT: a program that is built already. Empty UNITS and STRIP leave out systemd's files, and what strip takes.
PREFIX ?= /usr/local
DESTDIR ?=
UNITS ?= $(PREFIX)/lib/systemd/system
STRIP ?= --strip
ifeq ($(WEFT),)
install deb: build
WEFT = $(shell $(SWIFT) build $(RELEASE) --show-bin-path)/weft
endif
install:
	install -D -m 755 $(STRIP) "$(WEFT)" "$(DESTDIR)$(PREFIX)/bin/weft"
	install -d "$(DESTDIR)$(PREFIX)/share/man/man1" "$(DESTDIR)$(PREFIX)/share/doc/weft" \
	  "$(DESTDIR)$(PREFIX)/share/bash-completion/completions"
	gzip -9 -n <deploy/weft.1 >"$(DESTDIR)$(PREFIX)/share/man/man1/weft.1.gz"
	install -m 644 CHANGELOG.md README.md $(wildcard docs/*.md docs/*.json docs/*.yml) "$(DESTDIR)$(PREFIX)/share/doc/weft/"
	"$(WEFT)" --generate-completion-script bash | sed 1d >"$(DESTDIR)$(PREFIX)/share/bash-completion/completions/weft"
	[ -z "$(UNITS)" ] || { install -d "$(DESTDIR)$(UNITS)"; for unit in service socket; do \
	  sed 's|/usr/bin/weft|$(PREFIX)/bin/weft|' deploy/systemd/weft.$$unit >"$(DESTDIR)$(UNITS)/weft.$$unit"; done; }

deb:
	@scripts/install-packages $(DEB_PACKAGES)
	@scripts/make-deb "$(WEFT)" .build/deb

validate-deploy:
	@scripts/validate-deploy

clean:
	rm -rf .build
