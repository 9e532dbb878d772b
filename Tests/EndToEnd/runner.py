"""Runs the tests as `python3 -m unittest` does, and sums up in one line: N passed, N failed."""
import sys
import time
import unittest

import lab


def main():
    lab.raise_loopback()
    missing = lab.missing_tools()
    if missing:
        sys.exit(f"error: missing: {', '.join(missing)}: run .ci/install test")
    print(f"binary: {lab.binary()}", file=sys.stderr)
    started = time.monotonic()
    arguments = sys.argv[1:]
    if not any(not a.startswith("-") for a in arguments):
        arguments = ["discover", "-s", ".", "-t", "."] + arguments
    program = unittest.main(module=None, argv=["run"] + arguments, exit=False, verbosity=2)
    result = program.result
    failed = len({str(getattr(test, "test_case", test)) for test, _ in result.failures + result.errors})
    failed += len(result.unexpectedSuccesses)
    passed = max(0, result.testsRun - failed - len(result.skipped))
    skipped = f", {len(result.skipped)} skipped" if result.skipped else ""
    print(f"end to end, in {time.monotonic() - started:.0f} s: {passed} passed, {failed} failed{skipped}")
    sys.exit(0 if result.wasSuccessful() and result.testsRun else 1)


if __name__ == "__main__":
    main()
