"""Runs the parts that are asked for; exit code 1 if any fails."""
import importlib
import sys

import peers

PARTS = ["answers", "protocol", "mutations"]


def main():
    arguments = sys.argv[1:]
    full = "--full" in arguments
    arguments = [argument for argument in arguments if argument != "--full"]
    parts = [arguments.pop(0)] if arguments and arguments[0] in PARTS else PARTS
    if arguments and parts is PARTS:
        sys.exit(f"error: {' '.join(arguments)}: name the part that it is for: {', '.join(PARTS)}")
    absent = peers.missing(peers.USUAL)
    if absent:
        sys.exit(f"error: missing: {', '.join(absent)}: run .ci/install test")
    peers.lab.raise_loopback()
    print(f"binary: {peers.lab.binary()}", file=sys.stderr)
    failed = [part for part in parts if not importlib.import_module(part).main(arguments, full)]
    print(f"differential: {len(parts) - len(failed)} parts passed, {len(failed)} failed {' '.join(failed)}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
