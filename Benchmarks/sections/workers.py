"""Four workers against one: what they share shows in the CPU per answer, and most of all in user time."""
import table

KEYS = ["answers/s", "user ns", "system ns", "total ns"]


def run(bench):
    servers = {count: bench.start("triagedns", threads=count) for count in (1, 4)}
    for server in servers.values():
        server.wait_up()
    results = {}
    for mix in ("hit", "pool"):
        file = bench.query_file(mix)
        rounds = bench.rounds(list(servers.items()), lambda item: bench.dnsperf(item[1], file, threads=2),
                              name=lambda item: item[0])
        results[mix] = rounds
        bench.title(f"Workers, UDP {mix}, on {bench.cores} cores")
        rows = [[f"{count} workers"] + [table.median(one, key) for key in KEYS] for count, one in rounds.items()]
        print(table.markdown(["", *KEYS], rows), flush=True)
        ratio = table.ratio(rounds[4], rounds[1], "user ns")
        bench.bar(f"4 workers against 1, user ns, {mix}", "<= 1.1x", f"{ratio:.2f}x", ratio <= 1.1)
    bench.stop(servers.values())
    return results
