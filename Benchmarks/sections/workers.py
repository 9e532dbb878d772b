"""Four workers against one: what they share shows in the CPU per answer.

As fast as they answer, and at one rate that both have time for. At full speed four have smaller batches than one, as they
are more than there are cores for, and wake each other's client: so does gdnsd. What workers write in common is not timed
here but looked for, in Tests/EndToEnd/test_sharing.py.
"""
from load import SteadyLoad
import table

FULL = ["answers/s", "user ns", "system ns", "total ns"]
RATE = 40_000


def run(bench):
    kinds = [kind for kind in ("gdnsd", "triagedns") if kind in bench.kinds]
    subjects = [(kind, count) for kind in kinds for count in (1, 4)]
    name = lambda subject: f"{subject[0]}, {subject[1]} worker{'s' * (subject[1] > 1)}"
    results = {}
    for mix in ("hit", "pool"):
        full = measure(bench, subjects, name, steady=False,
                       once=lambda server: bench.dnsperf(server, bench.query_file(mix), threads=2))
        steady = measure(bench, subjects, name, steady=True,
                         once=lambda server: at_rate(server, bench.packet_file(mix), bench.options.seconds))
        results[mix] = {"full": full, "steady": steady}
        bench.title(f"Workers, UDP {mix}, on {bench.cores} cores")
        rows = [[subject, *(table.median(full[subject], key) for key in FULL), table.median(steady[subject], "total ns")]
                for subject in full]
        print(table.markdown(["", *FULL, f"total ns at {RATE:,}/s"], rows), flush=True)
        ratio = table.ratio(steady["triagedns, 4 workers"], steady["triagedns, 1 worker"], "total ns")
        bench.bar(f"4 workers against 1, total ns at {RATE:,}/s, {mix}", "<= 1.1x", f"{ratio:.2f}x", ratio <= 1.1)
    return results


def measure(bench, subjects, name, steady, once):
    servers = {subject: bench.start(subject[0], threads=subject[1], steady=steady) for subject in subjects}
    for server in servers.values():
        server.wait_up()
    results = bench.rounds(list(servers.items()), lambda item: once(item[1]), name=lambda item: name(item[0]))
    bench.stop(servers.values())
    return results


def at_rate(server, packets, seconds):
    before = sum(server.cpu())
    counts, _ = SteadyLoad(server, packets, RATE, seconds).result()
    if counts["answered"] < 0.99 * counts["sent"]:
        raise SystemExit(f"error: {server.kind} answered {counts['answered']:,} of {counts['sent']:,} queries")
    return {"total ns": (sum(server.cpu()) - before) / counts["answered"] * 1e9, "counts": counts}
