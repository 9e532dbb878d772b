# `make help` says what there is. Everything but `clean` first installs what is missing, and nothing if nothing is.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: run test build format lint bench clean help unit-test end-to-end differential budget race fuzz sanitized micro-bench
SWIFT_SOURCES = Sources Tests Benchmarks/Micro/Package.swift Benchmarks/Micro/Benchmarks Package.swift

run: ## build, then see it work: two stand-in Orthancs and the server over zones/
	@.ci/install build
	swift build -c release --product triagedns
	.build/release/triagedns demo zones

# The end-to-end tests wait more than they compute, so what the sanitizers need is built beside them with what is left of
# the cores. `race` and `fuzz` then find it built, or build what is missing, and say what is wrong with it.
test: ## everything that CI runs: format, unit tests, budgets, sanitizers, end to end
	@.ci/install test
	@$(MAKE) --no-print-directory lint unit-test budget
	@setsid chrt --idle 0 $(MAKE) sanitized >/dev/null 2>&1 & builds=$$!; \
	stop() { [ -z "$$builds" ] || kill -- "-$$builds" 2>/dev/null || true; builds=; }; \
	trap stop EXIT; trap 'exit 130' INT TERM HUP; \
	$(MAKE) --no-print-directory end-to-end differential && stop && $(MAKE) --no-print-directory race fuzz

build: ## the release binary: .build/release/triagedns
	@.ci/install build
	swift build -c release --product triagedns

format: ## put every Swift file in shape
	swift format -i -r $(SWIFT_SOURCES)

lint: ## say what `make format` would change; fail if there is anything
	swift format lint -s -r $(SWIFT_SOURCES)

# Tests that only compute keep every thread busy, so those that wait for sockets and clocks come after them.
COMPUTING = DNSCoreTests|ZoneFilesTests|ServerConfigurationTests|PoolPropertyTests|OrderTests|SimulationTests
unit-test: ## the Swift tests alone
	@.ci/install build
	swift build --build-tests
	swift test --skip-build --filter '$(COMPUTING)'
	swift test --skip-build --skip '$(COMPUTING)'

end-to-end: build ## the release binary against Debian's dig, Orthanc, nginx
	TRIAGEDNS=$(CURDIR)/.build/release/triagedns Tests/EndToEnd/run

differential: build ## the release binary beside Debian's Knot, NSD and BIND: answers, protocol, mutated packets
	TRIAGEDNS=$(CURDIR)/.build/release/triagedns Tests/Differential/run

# Budgets that are counted, not timed: allocations and instructions per query, and the size of the binary.
budget: build
	@.ci/install test
	swift build -c release --product QueryBudget
	.build/release/QueryBudget
	Tests/Budget/check

# Without the index that editors, and SwiftPM to find tests, read: it takes a sixth of the compiler's time.
RACE_CHECK = swift build --disable-index-store --sanitize thread --scratch-path .build/thread --product RaceCheck
race: ## the listeners under load, reloads and health flips, under the thread sanitizer
	@.ci/install build
	$(RACE_CHECK)
	SWIFT_BACKTRACE=enable=no .build/thread/debug/RaceCheck 20

fuzz: ## every parser against made-up input for a quarter of a minute, under the address sanitizer
	@.ci/install build
	Tests/Fuzz/run 15

sanitized:
	$(RACE_CHECK)
	Tests/Fuzz/run 0

bench: build ## TriageDNS beside nsd, knot, gdnsd, bind9 and pdns (BENCH="--quick --only udp,tcp"; BENCH=--help)
	@.ci/install bench
	TRIAGEDNS=$(CURDIR)/.build/release/triagedns Benchmarks/run $(BENCH)

micro-bench: ## what parsing, looking up, choosing and encoding cost, by ordo-one/benchmark
	@.ci/install build
	cd Benchmarks/Micro && swift package benchmark --grouping metric --no-progress

clean: ## remove what was built
	rm -rf .build Benchmarks/Micro/.build Benchmarks/results

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 20
