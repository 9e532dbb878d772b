"""TCP: 20 connections that stay open, names that exist."""
import table

KEYS = ["answers/s", "user ns", "system ns", "total ns", "lost"]


def run(bench):
    servers = bench.start_all()
    file = bench.query_file("hit")
    results = bench.load_rounds(servers, file, mode="tcp")
    bench.title("TCP, names that exist, 20 connections")
    print(table.compare(results, KEYS, ["total ns"]), flush=True)
    bench.stop(servers)
    if lowest := table.best(results, "total ns"):
        ratio = table.ratio(results["triagedns"], results[lowest[0]], "total ns")
        bench.bar(f"TCP: total ns against the best peer's ({lowest[0]})", "<= 1.0x",
                  table.spread(results["triagedns"], results[lowest[0]], "total ns"), ratio <= 1)
    return results
