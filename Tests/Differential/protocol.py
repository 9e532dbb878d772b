"""Protocol rows after RFC 8906 sections 7 and 8, RFC 7766 and the RFCs of each EDNS option: a table with a column for
each server. Every MUST of ours has to hold; what the peers miss is told, and is their matter."""
import argparse
import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

import message
import peers
import protocol_edns  # noqa: F401: its rows, as of the others
import protocol_lookup  # noqa: F401
import protocol_messages  # noqa: F401
import protocol_options  # noqa: F401
import protocol_tcp  # noqa: F401
from probe import Missed, Probe
from rows import MAY, MUST, ROWS, SHOULD

HERE = os.path.dirname(os.path.abspath(__file__))


def held(row, server):
    """"" if the server does what the row says, else what it did."""
    try:
        row.check(Probe(server))
        return ""
    except (Missed, message.Broken, OSError, IndexError, TypeError) as error:
        return str(error) or repr(error)


def main(arguments, full):
    parser = argparse.ArgumentParser(prog="run protocol")
    parser.add_argument("--peers", default=",".join(peers.USUAL))
    parser.add_argument("--verbose", action="store_true", help="every row, not only those that somebody misses")
    options = parser.parse_args(arguments)
    names, started = [peers.OURS, *options.peers.split(",")], time.monotonic()
    with tempfile.TemporaryDirectory(prefix="triagedns-protocol-") as scratch:
        servers = peers.start(names, os.path.join(HERE, "zones", "protocol"), scratch)
        try:
            with ThreadPoolExecutor(len(servers)) as pool:
                columns = list(pool.map(lambda server: [held(row, server) for row in ROWS], servers))
            ended = [server.name for server in servers if not server.process.running]
        finally:
            peers.stop(servers)
    results = list(zip(*columns))
    table(names, results, options.verbose)
    print(f"protocol: {len(ROWS)} rows in {time.monotonic() - started:.0f} s")
    for level in (MUST, SHOULD, MAY):
        of_level = [result for row, result in zip(ROWS, results) if row.level == level]
        counts = (f"{name} {sum(not result[index] for result in of_level)}" for index, name in enumerate(names))
        print(f"  {level:6} of {len(of_level):3}: {', '.join(counts)}")
    if ended:
        print(f"  ended: {', '.join(ended)}")
    return peers.OURS not in ended and not any(
        row.level == MUST and result[0] for row, result in zip(ROWS, results))


def table(names, results, verbose):
    print("".join(f"{name[:9]:10}" for name in names))
    for row, result in zip(ROWS, results):
        if not verbose and not any(result):
            continue
        columns = "".join(f"{'-' if missed else 'yes':10}" for missed in result)
        print(f"{columns}{row.level:7}RFC {row.section}: {row.text}")
        for name, missed in zip(names, result):
            if missed and (name == peers.OURS or verbose):
                print(f"{'':{10 * len(names)}}  {name}: {missed[:120]}")
