"""Latency over UDP at one rate for all: half of what the slower half of the servers answered at full speed.

In rounds of a tenth of a second: when something else takes the core for some milliseconds, a few such rounds are lost and
not the median. In rounds of which most have such a moment it would decide what the p99 is.
"""
import statistics

from load import SteadyLoad
import table

SECONDS = 0.1
KEYS = ["p50 us", "p99 us", "p99.9 us", "max us", "lost"]


def run(bench):
    servers = bench.start_all(with_echo=True, steady=True)
    text = bench.query_file("hit")
    full = {server.kind: bench.dnsperf(server, text, seconds=1)["answers/s"] for server in servers}
    rate = round(statistics.median_low(full.values()) / 2, -3)
    file = bench.packet_file("hit")
    rounds = round(bench.options.rounds * bench.options.seconds / SECONDS)
    results = bench.rounds(servers, lambda server: SteadyLoad(server, file, rate, SECONDS).result()[0], rounds=rounds)
    bench.title(f"UDP latency at {rate:,.0f} queries per second, names that exist")
    print(table.compare(results, KEYS, ["p99 us"]), flush=True)
    bench.stop(servers)
    if lowest := table.best(results, "p99 us"):
        ours = table.median(results["triagedns"], "p99 us")
        for name in (lowest[0], "echo"):
            pair = results["triagedns"], results[name], "p99 us"
            low, high = table.interval(*pair)
            bench.bar(f"UDP p99 at half load against {name}'s", "<= 1x, or 1x within what is certain",
                      f"{ours:.0f} us, {table.ratio(*pair):.2f}x (95 %: {low:.2f}-{high:.2f})", low <= 1)
    return {"rate": rate, "full": full, "rounds": results}
