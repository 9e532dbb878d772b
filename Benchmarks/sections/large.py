"""Much to load: 1,000,000 names in one zone, and 10,000 zones of 10 names. One server at a time."""
import time

from servers import running
import table
import zones

KEYS = ["start s", "PSS MB"]


def run_names(bench):
    count = bench.options.names_large
    asked = ["h0.example.com", f"h{count - 1}.example.com"]
    results = start_each(bench, lambda kind: bench.zone_for(kind, count), asked)
    bench.title(f"{count:,} names: from the start to the first answer, and memory a second later")
    print(table.compare(results, KEYS, KEYS), flush=True)
    start, memory = (table.median(results["triagedns"], key) for key in KEYS)
    if count == 1_000_000:
        bench.bar("1,000,000 names: start", "<= 1.2 s", f"{start:.2f} s", start <= 1.2)
        bench.bar("1,000,000 names: PSS", "<= 117 MB", f"{memory:.0f} MB", memory <= 117)
    return results


def run_zones(bench):
    count = bench.options.zones_large
    files = zones.write_small_zones(bench.scratch / "small-zones", count)
    # BIND loads its zones on several threads, so the last one of the list says nothing: ask for some.
    asked = [f"h3.z{number}.test" for number in range(0, count, max(1, count // 16))] + [f"h3.z{count - 1}.test"]
    results = start_each(bench, lambda kind: files, asked)
    bench.title(f"{count:,} zones of 10 names: from the start to the first answers, and memory a second later")
    print(table.compare(results, KEYS, KEYS), flush=True)
    for key in KEYS:
        if count == 10_000 and (lowest := table.best(results, key)):
            ours = table.median(results["triagedns"], key)
            bench.bar(f"10,000 zones: {key}", f"<= {lowest[1]:.3g} ({lowest[0]})", f"{ours:.3g}", ours <= lowest[1])
    return results


def start_each(bench, files, expect):
    def once(kind):
        server = bench.start(kind, zones=files(kind), expect=expect, wait=False)
        with running([server]):
            start = server.wait_up()
            time.sleep(1)
            return {"start s": start, "PSS MB": server.memory()}
    return bench.rounds(bench.kinds, once, name=lambda kind: kind)
