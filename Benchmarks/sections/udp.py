"""UDP at full speed: names that exist, a mix, and one health-checked name; beside them a program that only echoes."""
import table

KEYS = ["answers/s", "user ns", "system ns", "total ns", "lost"]
TITLES = {
    "hit": "UDP, names that exist",
    "mixed": "UDP, a mix with wildcards, CNAMEs, and names that do not exist",
    "pool": "UDP, a health-checked name (nsd, knot and bind have two plain addresses instead)",
}


def run(bench):
    servers = bench.start_all(with_echo=True)
    results = {}
    for mix in ("hit", "mixed", "pool"):
        file = bench.query_file(mix)
        results[mix] = bench.load_rounds(servers, file)
        bench.title(TITLES[mix])
        print(table.compare(results[mix], KEYS, ["user ns", "total ns"]), flush=True)
        judge(bench, mix, results[mix])
    bench.stop(servers)
    return results


def judge(bench, mix, result):
    ours = {key: table.median(result["triagedns"], key) for key in KEYS}
    if "gdnsd" in result:
        for key, limit in (("user ns", 0.8), ("total ns", 1.0)):
            pair = result["triagedns"], result["gdnsd"], key
            ratio, text = table.ratio(*pair), table.spread(*pair)
            bench.bar(f"UDP {mix}: {key} against gdnsd's", f"<= {limit}x", text, ratio <= limit)
    if lowest := table.best(result, "user ns"):
        bench.bar(f"UDP {mix}: user ns against the best peer", f"< {lowest[1]:.0f} ({lowest[0]})",
                  f"{ours['user ns']:.0f}", ours["user ns"] < lowest[1])
    ratio = table.ratio(result["triagedns"], result["echo"], "total ns")
    bench.bar(f"UDP {mix}: total ns against the echo program's", "<= 1.05x",
              table.spread(result["triagedns"], result["echo"], "total ns"), ratio <= 1.05)
    if mix == "pool" and "pdns" in result:
        faster = table.ratio(result["triagedns"], result["pdns"], "answers/s")
        bench.bar("pool answers/s against PowerDNS Lua records", ">= 50x", f"{faster:.0f}x", faster >= 50)
