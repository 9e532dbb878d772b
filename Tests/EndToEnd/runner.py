"""Runs the tests as `python3 -m unittest` does, and sums up in one line: N passed, N failed.

All of them wait more than they compute: without arguments, each file runs in a process and network namespace of its own,
a few at a time.
"""
import concurrent.futures
import glob
import json
import os
import queue
import shlex
import subprocess
import sys
import tempfile
import time
import unittest

import lab

AT_A_TIME = 3


def main():
    missing = lab.missing_tools()
    if missing:
        sys.exit(f"error: missing: {', '.join(missing)}: run .ci/install test")
    arguments = sys.argv[1:]
    named = any(not a.startswith("-") for a in arguments)
    if not os.environ.get("COUNTS"):
        print(f"binary: {lab.binary()}", file=sys.stderr)
    started = time.monotonic()
    counts = run_here(arguments) if named else run_all(arguments)
    if path := os.environ.get("COUNTS"):
        with open(path, "w") as f:
            json.dump(counts, f)
    else:
        skipped = f", {counts['skipped']} skipped" if counts["skipped"] else ""
        print(f"end to end, in {time.monotonic() - started:.0f} s: {counts['passed']} passed, "
              f"{counts['failed']} failed{skipped}")
    sys.exit(1 if counts["failed"] or not counts["passed"] else 0)


def run_here(arguments):
    lab.raise_loopback()
    result = unittest.main(module=None, argv=["run"] + arguments, exit=False, verbosity=2).result
    failed = len({str(getattr(test, "test_case", test)) for test, _ in result.failures + result.errors})
    failed += len(result.unexpectedSuccesses)
    skipped = len(result.skipped)
    return {"passed": max(0, result.testsRun - failed - skipped), "failed": failed, "skipped": skipped}


def run_all(options):
    """Each file by itself, those that are longest to read (and mostly to run) first."""
    files = sorted(glob.glob("test_*.py"), key=os.path.getsize, reverse=True)
    isolate = shlex.split(os.environ.get("ISOLATE", ""))
    lanes = queue.SimpleQueue()
    # Without namespaces they would have the same ports.
    for lane in range(AT_A_TIME if isolate else 1):
        lanes.put(lane)

    def run(file):
        lane = lanes.get()
        try:
            return run_file([*isolate, sys.executable, "-u", __file__, file.removesuffix(".py"), *options], lane)
        finally:
            lanes.put(lane)

    total = {"passed": 0, "failed": 0, "skipped": 0}
    with concurrent.futures.ThreadPoolExecutor(lanes.qsize()) as pool:
        for file, (counts, seconds, output) in zip(files, pool.map(run, files)):
            print(f"== {file}, {seconds:.0f} s\n{output}", end="", flush=True)
            for key in total:
                total[key] += counts[key]
    return total


def run_file(command, lane):
    """(counts, seconds, output) of one file's tests. A file whose process dies counts as one that failed."""
    started = time.monotonic()
    with tempfile.NamedTemporaryFile(mode="r", prefix="triagedns-e2e-counts-") as counts:
        done = subprocess.run(
            command, env=dict(os.environ, COUNTS=counts.name, LANE=str(lane)), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
            preexec_fn=lab.die_with_parent)
        text = counts.read()
    found = json.loads(text) if text else {"passed": 0, "failed": 1, "skipped": 0}
    return found, time.monotonic() - started, done.stdout


if __name__ == "__main__":
    main()
