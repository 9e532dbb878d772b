"""Memory with little to serve: ours over the example directory with all defaults, the peers over a small zone."""
import os
import pathlib
import time

import peers
from servers import Server, running
import table

EXAMPLE = pathlib.Path(__file__).resolve().parents[2] / "zones"


def run(bench):
    def once(kind):
        server = example_server(bench) if kind == "triagedns" else bench.start(kind)
        with running([server]):
            server.wait_up()
            time.sleep(7)
            return {"PSS MB": server.memory()}
    results = bench.rounds(bench.kinds, once, name=lambda kind: kind, rounds=1)
    bench.title("Memory: ours over zones/ with all defaults, the others over one zone of 1,000 names")
    print(table.compare(results, ["PSS MB"], ["PSS MB"]), flush=True)
    ours = table.median(results["triagedns"], "PSS MB")
    bench.bar("PSS over the example zones", "<= 20 MB", f"{ours:.1f} MB", ours <= 20)
    return results


def example_server(bench):
    """`triagedns serve zones/` as a user types it, but for a port of its own."""
    port = bench.next_port()
    peers.SETUPS["example"] = lambda *_: [os.environ["TRIAGEDNS"], "serve", EXAMPLE, "--listen",
                                          f"{peers.ADDRESS}:{port}", "--admin", f"{peers.ADDRESS}:{port + 10_000}"]
    return Server("example", bench.directory("example"), [], port, expect=["ns1.example.org"])
