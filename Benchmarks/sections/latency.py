"""Latency over UDP at one rate for all: half of what the slower half of the servers answered at full speed."""
import statistics

from load import SteadyLoad
import table

KEYS = ["p50 us", "p99 us", "p99.9 us", "max us", "lost"]


def run(bench):
    servers = bench.start_all(with_echo=True, steady=True)
    text = bench.query_file("hit")
    full = {server.kind: bench.dnsperf(server, text, seconds=1)["answers/s"] for server in servers}
    rate = round(statistics.median_low(full.values()) / 2, -3)
    file = bench.packet_file("hit")
    results = bench.short_rounds(servers, lambda server: SteadyLoad(server, file, rate, 1).result()[0])
    bench.title(f"UDP latency at {rate:,.0f} queries per second, names that exist")
    print(table.compare(results, KEYS, ["p99 us"]), flush=True)
    bench.stop(servers)
    if lowest := table.best(results, "p99 us"):
        ours = table.median(results["triagedns"], "p99 us")
        bench.bar("UDP p99 at half load", f"<= {lowest[1]:.0f} us ({lowest[0]})", f"{ours:.0f} us", ours <= lowest[1])
    return {"rate": rate, "full": full, "rounds": results}
