"""Faults of real Orthancs behind real nginx (Tests/EndToEnd/faults.py): seconds until the answer changes, and what is
said.

Ours and gdnsd, each as it comes and each with short intervals, one after the other: each meets all faults, on hosts
that nobody else probes, as connections that wait in the queue of a frozen server are a fault as well.
"""
import json
import pathlib
import socket
import sys
import threading
import time
import urllib.request

import peers
import table
import zones
from servers import Server, running

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "Tests/EndToEnd"))
import faults  # noqa: E402
import lab  # noqa: E402
import remote  # noqa: E402
import wire  # noqa: E402

# gdnsd: 10 failures in a row, 10 s apart, are needed by default; its shortest interval is 2 s.
TUNED_OURS = ", interval: 2s, recheck: 1s, timeout: 1s"
TUNED_GDNSD = "interval => 2, timeout => 1, up_thresh => 3, ok_thresh => 3, down_thresh => 3"
# Between two looks at an answer.
STEP = 0.1


def run(bench):
    if reason := remote.obstacle():
        print(f"faults: skipped: {reason}")
        return {"skipped": reason}
    everything = [*faults.FAULTS, faults.FLAPPING]
    # The longest that the slowest of them needs, with some to spare; --quick leaves out gdnsd's defaults.
    plan = [("ours", ours, "", (70, 30, 70)), ("ours, 2 s", ours, TUNED_OURS, (8, 4, 30)),
            ("gdnsd, 2 s", gdnsd, TUNED_GDNSD, (8, 4, 30))]
    if not bench.options.quick:
        plan.append(("gdnsd", gdnsd, "", (20, 10, 130)))
    results = {}
    for name, start, settings, times in plan:
        results[name] = Round(bench, start, settings, everything).measure(*times)
    report(bench, everything, results)
    return results


class Round:
    """One server meets all faults."""

    def __init__(self, bench, start, settings, everything):
        self.bench, self.start, self.settings, self.faults = bench, start, settings, everything

    def measure(self, calm, spread, seconds):
        """After `calm` seconds in which thresholds come to hold (ours: `rise` passes), all of them within `spread`,
        each of them watched for `seconds`."""
        case = lab.LabCase()
        case.setUp()
        try:
            site = remote.Site(case, "DNS:*.example.com")
            hosts = faults.start(site, self.faults)
            server, names = self.start(self.bench, self.faults, self.settings, site)
            with running([server]):
                return self.break_all(server, names, hosts, calm, spread, seconds)
        finally:
            case.doCleanups()

    def break_all(self, server, names, hosts, calm, spread, seconds):
        server.wait_up()
        watch = Watch(server.port, {name: hosts[label].address for name, label in names.items()})
        watch.wait_whole(60)
        time.sleep(calm)
        # All are first probed at the same moment, and no fault may profit from that: they come at all times between
        # two probes.
        began, start = {}, time.monotonic()
        for number, fault in enumerate(self.faults):
            time.sleep(max(0, start + spread * number / len(self.faults) - time.monotonic()))
            began[fault.label] = time.monotonic()
            fault.hurt(hosts[fault.label])
        time.sleep(max(0, began[self.faults[-1].label] + seconds - time.monotonic()))
        watch.stop()
        said = evidence(server) if server.kind == "ours" else {}
        return [{"fault": label, "name": name, "seconds": watch.seconds(name, began[label]),
                 "changes": len(watch.changes[name]), "within": round(time.monotonic() - began[label]),
                 "said": said.get(label)}
                for name, label in names.items()]


class Watch:
    """Asks for every name all the time, and notes when the one address comes and goes."""

    def __init__(self, port, broken):
        self.broken, self.changes, self.present = broken, {name: [] for name in broken}, {}
        self.socket = wire.udp_socket(peers.ADDRESS, port, 1)
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.look, daemon=True)
        self.thread.start()

    def look(self):
        while not self.over.wait(STEP):
            for name, address in self.broken.items():
                self.socket.send(wire.query(name + ".example.com"))
                try:
                    answer = wire.Answer(self.socket.recv(4096))
                except (TimeoutError, ConnectionRefusedError):
                    continue
                present = address in answer.addresses
                if self.present.get(name, present) != present:
                    self.changes[name].append((time.monotonic(), present))
                self.present[name] = present

    def wait_whole(self, limit):
        end = time.monotonic() + limit
        while missing := [name for name in self.broken if not self.present.get(name)]:
            if time.monotonic() > end:
                raise SystemExit(f"error: not answered with although nothing is wrong: {', '.join(missing)}")
            time.sleep(STEP)
        self.changes = {name: [] for name in self.broken}

    def seconds(self, name, began):
        """Until it left; None if it did not."""
        return next((moment - began for moment, present in self.changes[name] if not present), None)

    def stop(self):
        self.over.set()
        self.thread.join()
        self.socket.close()


def ours(bench, everything, pace, site):
    def setup(directory, files, port, threads, pool):
        argv = peers.triagedns(directory, files, port, threads, pool=False)
        authority = site.certificates.path("ca.crt")
        peers.write(directory, "zones/triagedns.yaml", faults.settings(everything, authority, pace))
        return argv
    return serve(bench, "ours", setup, faults.zone(everything)), {fault.label: fault.label for fault in everything}


def gdnsd(bench, everything, pace, site):
    """Each fault under two names: one for TCP on both ports, one for dcmtk's C-ECHO."""
    authority, places = site.certificates.path("ca.crt"), faults.addresses(everything)
    echo = lambda *more: ", ".join(f'"{word}"' for word in (
        "/usr/bin/echoscu", "-to", "3", "-ta", "3", "-td", "3", *more, "-aec", "ORTHANC", "%%ITEM%%", "11112"))
    types = (f"web => {{ plugin => tcp_connect, port => 443, {pace} }}\n"
             f"dicom => {{ plugin => tcp_connect, port => 11112, {pace} }}\n"
             f"echo => {{ plugin => extmon, cmd => [{echo()}], {pace} }}\n"
             f'echo-tls => {{ plugin => extmon, cmd => [{echo("+tla", "+cf", authority)}], {pace} }}\n')
    resources, names, records = "", {}, ""
    for fault in everything:
        kinds = {"tcp": "web, dicom", "echo": "echo-tls" if fault.layout == "tls" else "echo"}
        for kind, checks in kinds.items():
            name = f"{fault.label}--{kind}"
            names[name] = fault.label
            records += f"{name} 30 DYNA multifo!{name}\n"
            resources += (f"{name} => {{ service_types => [ {checks} ], good => {faults.good_address(fault)}, "
                          f"broken => {places[fault.label]} }}\n")

    def setup(directory, files, port, threads, pool):
        argv = peers.gdnsd(directory, files, port, threads, pool=False)
        config = pathlib.Path(directory) / "config"
        config.write_text(config.read_text() + f"service_types => {{\n{types}}}\n"
                          f"plugins => {{ multifo => {{\n{resources}}} }}\n")
        return argv
    return serve(bench, "gdnsd", setup, faults.zone([]) + records), names


def serve(bench, kind, setup, zone):
    peers.SETUPS[kind + " and faults"] = setup
    path = bench.directory(f"{kind}.zone")
    path.write_text(zone)
    server = Server(kind + " and faults", bench.directory(kind), [("example.com", path)], bench.next_port(),
                    expect=["ns1.example.com"])
    server.kind = kind
    return server


def evidence(server):
    """By pool: the first change of the broken one that took it out, as `check: layer: error`."""
    url = f"http://{peers.ADDRESS}:{server.port + 10_000}/v1/events?limit=1000"
    events = json.load(urllib.request.urlopen(url, timeout=5))["events"]
    said = {}
    for event in events:
        if event["kind"] != "transition" or event.get("target") != "broken" or event["to"] not in ("down", "degraded"):
            continue
        failing = [f"{check['name'].removesuffix('-tls')}: {check['layer']}: {check['error']}"
                   for check in event["checks"] if check["outcome"] != "passed"]
        said.setdefault(event["pool"], "; ".join(failing))
    return said


def report(bench, everything, results):
    rows = {name: {row["name"]: row for row in rows} for name, rows in results.items()}
    columns = [("ours", ""), ("ours, 2 s", "")]
    columns += [(name, kind) for name in ("gdnsd", "gdnsd, 2 s") if name in rows for kind in ("--tcp", "--echo")]
    head = ["fault", "what ours says", *(name + {"--tcp": ", TCP", "--echo": ", echoscu", "": ""}[kind]
                                         for name, kind in columns)]
    lines = [[fault.title, rows["ours"][fault.label]["said"] or "",
              *(cell(rows[name][fault.label + kind]) for name, kind in columns)] for fault in faults.FAULTS]
    bench.title("Seconds from a fault until the answers are without the broken host")
    print(table.markdown(head, lines), flush=True)
    flapping = faults.FLAPPING
    bench.title(f"Flapping ({flapping.title}): changes of the answer")
    print(table.markdown(head[2:], [[f"{row['changes']} in {row['within']} s" for row in (
        rows[name][flapping.label + kind] for name, kind in columns)]]), flush=True)
    missed = [row["fault"] for row in rows["ours"].values() if row["seconds"] is None and row["fault"] != "flapping"]
    bench.bar("faults that ours sees", f"{len(faults.FAULTS)}", f"{len(faults.FAULTS) - len(missed)}", not missed)


def cell(row):
    if row["seconds"] is None:
        return "never"
    return f"{row['seconds']:.0f}" + (f" ({row['changes']} changes)" if row["changes"] > 1 else "")
