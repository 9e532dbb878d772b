"""What Orthanc's other clients see of it being probed: the time of their C-ECHOs with and without.

Two clients in turn, as fast as they come: dcmtk's echoscu, whole process, and `triagedns probe dicom`, the dialogue
alone.
"""
import os
import pathlib
import re
import subprocess
import sys
import time

import peers
from servers import Server, running
import table
import zones

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "Tests/EndToEnd"))
import lab  # noqa: E402
import orthanc  # noqa: E402
from certificates import Certificates  # noqa: E402

ADDRESS = "127.0.0.21"
# None: nobody probes. Else the interval of both checks.
PROBERS = {"nobody probes": None, "probed as it comes (10 s and 30 s)": "", "probed every second": ", interval: 1s"}


def run(bench):
    case = lab.LabCase()
    case.setUp()
    try:
        certificates = Certificates(case.path("certificates"), f"IP:{ADDRESS}")
        instance = orthanc.Instance(case, "a", ADDRESS, "plain", certificates, orthanc.build_shim(case))
        instance.start()
        seconds = 10 if bench.options.quick else 30
        results = {name: {"echoscu": [], "dialogue": []} for name in PROBERS}
        # In turns, so that a slow moment of the machine hits all alike.
        for _ in range(bench.options.rounds):
            for name, pace in PROBERS.items():
                servers = [] if pace is None else [prober(bench, pace)]
                with running(servers):
                    for server in servers:
                        server.wait_up()
                    measure(results[name], seconds)
    finally:
        case.doCleanups()
    report(bench, results)
    return results


def prober(bench, pace):
    def setup(directory, files, port, threads, pool):
        argv = peers.triagedns(directory, files, port, threads, pool=False)
        peers.write(directory, "zones/triagedns.yaml", (
            f'checks:\n  web: {{type: https, path: "/changes?last"{pace}}}\n'
            f"  echo: {{type: dicom, called_aet: ORTHANC{pace}}}\n"
            f"pools:\n  pacs: {{checks: [web, echo], targets: {{a: {ADDRESS}}}}}\n"))
        return argv
    peers.SETUPS["echo and prober"] = setup
    path = bench.directory("echo.zone")
    zones.write_zone(path, 10, "pacs 30 IN POOL pacs\n")
    return Server("echo and prober", bench.directory("echo"), [("example.com", path)], bench.next_port())


def measure(times, seconds):
    """Adds the ms of each echo."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        began = time.monotonic()
        subprocess.run(["echoscu", "-to", "40", "-ta", "40", "-td", "40", "-aec", "ORTHANC", ADDRESS, "11112"],
                       stdin=subprocess.DEVNULL, capture_output=True, check=True)
        times["echoscu"].append((time.monotonic() - began) * 1000)
        done = subprocess.run([os.environ["TRIAGEDNS"], "probe", "dicom", f"{ADDRESS}:11112"],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
        times["dialogue"].append(float(re.search(r"^dicom\s+([\d.]+) ms", done.stdout, re.M)[1]))


def report(bench, results):
    bench.title("C-ECHO of other clients, ms")
    rows = []
    for name, times in results.items():
        row = [name, len(times["echoscu"])]
        for kind in ("echoscu", "dialogue"):
            some = sorted(times[kind])
            row += [some[len(some) // 2], some[int(len(some) * .99)], some[-1]]
        rows.append(row)
    print(table.markdown(["", "echoes", *(f"{kind}, {what}" for kind in ("echoscu", "dialogue")
                                          for what in ("p50", "p99", "max"))], rows), flush=True)
