"""Ways of getting packets in and out of the kernel (tools/receive.c), each beside plain recvmmsg and sendmmsg.

Nothing here is ours: it says what a change of the socket layer could give. Each round measures all of them, and a ratio
is taken to the plain one of the same round; "plain again" shows what the machine's mood alone does to it.
"""
import os
import signal
import statistics
import time

from load import SteadyLoad
import peers
from servers import Server, running
import table

# One thread each, on the first core.
SINGLE = {
    "plain": "", "plain again": "", "batches of 8": "--batch 8", "batches of 16": "--batch 16",
    "batches of 32": "--batch 32", "batches of 128": "--batch 128",
    "poll, then MSG_DONTWAIT": "--how poll", "spinning 50 us before waiting": "--spin 50",
    "SO_BUSY_POLL 50 us": "--busy-poll 50", "IP_PKTINFO both ways": "--control 1",
    "turns of 100 us (sched_setattr)": "--slice 100", "SO_RCVBUF as it comes": "--buffer 0", "a connected socket per client": "--how connected",
    "UDP_GRO and UDP_SEGMENT": "--how segment", "io_uring": "--how uring",
}
# Two threads with a socket each, and twice the load. All but the plain ones bind each thread to a core.
SEVERAL = {
    "plain": "--threads 2", "plain again": "--threads 2", "each on a core": "--threads 2 --steer pinned",
    "by core (SO_ATTACH_REUSEPORT_CBPF)": "--threads 2 --steer cpu",
    "SO_INCOMING_CPU": "--threads 2 --steer incoming",
}
MANY_CLIENTS = 200


def run(bench):
    return {"one": one_thread(bench), "two": two_threads(bench)}


def one_thread(bench):
    text, packets = bench.query_file("hit"), bench.packet_file("hit")
    with running(start(bench, SINGLE, steady=True)) as servers:
        rate = round(bench.dnsperf(servers[0], text, seconds=1)["answers/s"] / 3, -3)
        results = bench.rounds(servers, lambda server: measure(bench, server, text, packets, rate))
    bench.title(f"Sockets: one thread; a third of its load is {rate:,.0f} queries per second")
    print(report(results, ["full", f"{MANY_CLIENTS} clients", "third"]), flush=True)
    return {"rate": rate, "rounds": results}


def two_threads(bench):
    text = bench.query_file("hit")
    with running(start(bench, SEVERAL)) as servers:
        results = bench.rounds(
            servers, lambda server: {"full": counted(server, lambda: bench.dnsperf(server, text, threads=2))})
    bench.title("Sockets: two threads")
    print(report(results, ["full"]), flush=True)
    return {"rounds": results}


def start(bench, variants, steady=False):
    servers = []
    for name, arguments in variants.items():
        peers.SETUPS[name] = lambda directory, zones, port, threads, pool, words=arguments.split(): [
            os.path.join(os.environ["BENCH_TOOLS"], "receive"), str(port), *words]
        servers.append(Server(name, bench.directory("receive"), [], bench.next_port(), steady=steady))
    time.sleep(0.3)
    return servers


def measure(bench, server, text, packets, rate):
    return {
        "full": counted(server, lambda: bench.dnsperf(server, text)),
        f"{MANY_CLIENTS} clients": counted(server, lambda: bench.dnsperf(server, text, clients=MANY_CLIENTS)),
        "third": counted(server, lambda: steady(bench, server, packets, rate)),
    }


def steady(bench, server, packets, rate):
    """As load.dnsperf says it, at a fixed rate."""
    before = sum(server.cpu())
    result = SteadyLoad(server, packets, rate, bench.options.seconds).result()[0]
    return result | {"answers/s": result["answered"] / bench.options.seconds,
                     "total ns": (sum(server.cpu()) - before) / result["answered"] * 1e9}


def counted(server, load):
    """What `load` says, and how many packets each call that received some brought."""
    packets, calls = received(server)
    result = load()
    more_packets, more_calls = received(server)
    return result | {"packets/call": (more_packets - packets) / max(1, more_calls - calls)}


def received(server):
    lines = server.log.read_text().count("\n")
    os.kill(server.pid, signal.SIGUSR1)
    while server.log.read_text().count("\n") == lines:
        time.sleep(0.001)
    return map(int, server.log.read_text().splitlines()[-1].split())


def report(results, loads):
    head, rows = [""], []
    for load in loads:
        head += [f"{load}: packets/call", "answers/s", "total ns", "/ plain"]
    head += ["p50 us", "p99 us", "p99 / plain"] if "third" in loads else []
    for name, rounds in results.items():
        row = [name]
        for load in loads:
            row += [middle(rounds, load, key) for key in ("packets/call", "answers/s", "total ns")]
            row.append(ratio(rounds, results["plain"], load, "total ns"))
        if "third" in loads:
            row += [middle(rounds, "third", "p50 us"), middle(rounds, "third", "p99 us"),
                    ratio(rounds, results["plain"], "third", "p99 us")]
        rows.append(row)
    return table.markdown(head, rows)


def middle(rounds, load, key):
    return statistics.median(one[load][key] for one in rounds)


def ratio(ours, plain, load, key):
    """The median of the rounds, and between which quarters of them it lies."""
    values = [a[load][key] / (b[load][key] or 1) for a, b in zip(ours, plain)]
    low, _, high = statistics.quantiles(values, n=4) if len(values) > 1 else values * 3
    return f"{statistics.median(values):.2f} ({low:.2f}-{high:.2f})"
