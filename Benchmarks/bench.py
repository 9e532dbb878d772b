"""The run: options, what the sections share, raw data, and the summary."""
import argparse
import contextlib
import datetime
import json
import os
import pathlib
import platform
import subprocess
import sys
import tempfile

import load
import peers
import samples
import table
import zones
from sections import ON_REQUEST, SECTIONS
from servers import Server, listen_as_targets, raise_loopback

HERE = pathlib.Path(__file__).resolve().parent


class Bench:
    """What a section works with."""

    def __init__(self, options, scratch):
        self.options, self.scratch = options, pathlib.Path(scratch)
        self.kinds = [*peers.installed(options.peers), "triagedns"]
        self.cores = len(os.sched_getaffinity(0))
        self.bars, self._port, self._directories = [], 5300, 0

    def title(self, text):
        print(f"\n### {text}\n")

    def bar(self, what, wanted, measured, is_met):
        self.bars.append({"bar": what, "wanted": wanted, "measured": measured, "met": bool(is_met)})

    def next_port(self):
        self._port += 1
        return self._port

    def directory(self, name):
        """A path that nobody else has."""
        self._directories += 1
        return self.scratch / f"{self._directories}-{name}"

    def zone_for(self, kind, names=None, pool=False):
        """example.com as `kind` serves it, as a list of (origin, path)."""
        names = names or self.options.names
        record = peers.POOL_RECORDS.get(kind, peers.PLAIN_RECORDS) if pool else peers.PLAIN_RECORDS
        path = self.scratch / f"example-{names}-{kind if pool and kind in peers.POOL_RECORDS else 'plain'}"
        if not path.exists():
            zones.write_zone(path, names, record)
        return [("example.com", path)]

    def start(self, kind, zones=None, threads=1, expect=("pacs.example.com",), wait=True, steady=False):
        pool = zones is None
        server = Server(kind, self.directory(kind), zones or self.zone_for(kind, pool=True), self.next_port(),
                        threads=threads, pool=pool, expect=expect, steady=steady)
        if wait:
            server.wait_up()
        return server

    def start_all(self, with_echo=False, steady=False):
        """All of them over the small zone, with the pool where they have such a thing."""
        servers = []
        try:
            for kind in [*self.kinds, *(["echo"] if with_echo else [])]:
                servers.append(self.start(kind, steady=steady))
        except BaseException:
            self.stop(servers)
            raise
        return servers

    def stop(self, servers):
        for server in servers:
            server.stop()

    def rounds(self, subjects, measure, name=lambda server: server.kind, rounds=None):
        """Interleaved: each round measures each subject once, so a slow moment of the machine hits all alike."""
        results = {name(subject): [] for subject in subjects}
        for _ in range(rounds or self.options.rounds):
            for subject in subjects:
                results[name(subject)].append(measure(subject))
        return results

    def query_file(self, mix):
        return zones.write_text(self.scratch / f"{mix}.txt", zones.questions(mix, self.options.names))

    def packet_file(self, mix):
        return zones.write_packets(self.scratch / f"{mix}.packets", zones.questions(mix, self.options.names))

    def short_rounds(self, subjects, measure):
        """As much load as `--rounds` of `--seconds` are, in rounds of a second each: the shorter a round, the less the
        machine has changed between those that are compared. `measure` takes a second."""
        return self.rounds(subjects, measure, rounds=self.options.rounds * self.options.seconds)

    def load_rounds(self, servers, file, mode="udp"):
        return self.short_rounds(servers, lambda server: self.dnsperf(server, file, mode, seconds=1))

    def dnsperf(self, server, file, mode="udp", threads=1, seconds=None, clients=None):
        return load.dnsperf(server, file, seconds or self.options.seconds, mode, threads, self.options.edns, clients)


def read_options():
    parser = argparse.ArgumentParser(
        prog="Benchmarks/run", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words = lambda text: text.split(",")
    add = parser.add_argument
    add("--quick", action="store_true", help="one round of one second each, 200,000 names, 1,000 zones")
    add("--only", type=words, default=[name for name in SECTIONS if name not in ON_REQUEST],
        help=f"sections, of: {','.join(SECTIONS)}; default all but {' and '.join(ON_REQUEST)}")
    add("--peers", type=words, default=list(peers.PEERS), help=f"of: {','.join(peers.PEERS)}")
    add("--rounds", type=int, help="default 3")
    add("--seconds", type=int, help="of load for each measurement; default 4")
    add("--names", type=int, default=1000, help="in the zone of udp, tcp and latency; default %(default)s")
    add("--rate", type=int, default=100_000, help="queries per second during a reload; default %(default)s")
    add("--edns", action="store_true", help="dnsperf asks with an OPT record")
    options = parser.parse_args()
    for given, known in ((options.only, SECTIONS), (options.peers, peers.PEERS)):
        if unknown := set(given) - set(known) - {""}:
            parser.error(f"{', '.join(sorted(unknown))}: write some of {','.join(known)}")
    options.peers = [peer for peer in options.peers if peer]
    options.rounds = options.rounds or (1 if options.quick else 3)
    options.seconds = options.seconds or (1 if options.quick else 4)
    options.names_large, options.zones_large = (200_000, 1000) if options.quick else (1_000_000, 10_000)
    options.verdicts, options.starts, options.reload_seconds = (20, 3, 5) if options.quick else (100, 10, 10)
    return options


def machine(bench):
    """What the figures are of."""
    def first_line(argv):
        with contextlib.suppress(OSError, StopIteration):
            done = subprocess.run(argv, capture_output=True, text=True, stdin=subprocess.DEVNULL)
            return next(line for line in (done.stdout + done.stderr).splitlines() if any(map(str.isdigit, line)))
        return "?"
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    binary = os.environ["TRIAGEDNS"]
    commit = first_line(["git", "-C", str(HERE), "describe", "--always", "--dirty"])
    return {"cpu": model, "cores": bench.cores, "user time by": "perf" if samples.are_there() else "ticks", "kernel": platform.release(), "load before": os.getloadavg()[0],
            "commit": commit, "triagedns": first_line([binary, "--version"]),
            **{kind: first_line(peers.VERSIONS[kind]) for kind in bench.kinds if kind in peers.VERSIONS}}


def summary(bench):
    if not bench.bars:
        return
    bench.title("Bars")
    rows = [[bar["bar"], bar["wanted"], bar["measured"], "yes" if bar["met"] else "NO"] for bar in bench.bars]
    print(table.markdown(["", "bar", "measured", "met"], rows), flush=True)


def main():
    options = read_options()
    os.environ.setdefault("TRIAGEDNS", str(HERE.parent / ".build/release/triagedns"))
    if not os.access(os.environ["TRIAGEDNS"], os.X_OK):
        sys.exit(f"error: no {os.environ['TRIAGEDNS']}: run make build, or set TRIAGEDNS")
    raise_loopback()
    listen_as_targets()
    with tempfile.TemporaryDirectory(prefix="triagedns-bench-") as scratch:
        # Servers that drop root must reach their files.
        os.chmod(scratch, 0o755)
        load.build_tools(HERE / "tools", scratch)
        bench = Bench(options, scratch)
        started = datetime.datetime.now()
        record = {"machine": machine(bench), "options": vars(options), "sections": {}, "bars": bench.bars}
        print("\n".join(f"- {key}: {value}" for key, value in record["machine"].items()), flush=True)
        (HERE / "results").mkdir(exist_ok=True)
        path = HERE / f"results/{started:%Y-%m-%dT%H%M%S}.json"
        for section in options.only:
            record["sections"][section] = SECTIONS[section](bench)
            path.write_text(json.dumps(record, indent=1))
        record["machine"]["load after"] = os.getloadavg()[0]
        path.write_text(json.dumps(record, indent=1))
        summary(bench)
        print(f"\n{(datetime.datetime.now() - started).seconds} s; raw data: {path.relative_to(HERE.parent)}")


if __name__ == "__main__":
    main()
