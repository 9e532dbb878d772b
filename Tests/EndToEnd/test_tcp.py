"""TCP under abuse (RFC 7766, RFC 9210 §5): idle connections by the thousand, slow readers, slow writers, floods of
connections, no descriptors left. What is asserted: who behaves well is answered, memory is bounded, and afterwards
everything is free again. Figures go to standard error.
"""
import contextlib
import os
import re
import resource
import socket
import struct
import sys
import threading
import time

import lab
import wire

ZONE = """\
$TTL 300
@    IN SOA ns1 hostmaster 7 7200 900 1209600 30
@    IN NS  ns1
ns1  IN A   192.0.2.53
one  IN A   192.0.2.1
""" + "".join(f'large IN TXT "{i:03d}-{"x" * 200}"\n' for i in range(100))

PATIENCE = 20


def say(text):
    print(f"    {text}", file=sys.stderr)


def descriptors_to_use():
    """All that the machine allows this process."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def resident(pid):
    """Kilobytes that are the process's own (PSS)."""
    with open(f"/proc/{pid}/smaps_rollup") as f:
        return int(re.search(r"^Pss:\s+(\d+)", f.read(), re.M)[1])


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


class Crowd:
    """Connections to one server, from many addresses of the loopback."""

    def __init__(self, case, port):
        self.port, self.sockets = port, []
        case.addCleanup(self.leave)

    def join(self, source):
        """One more connection; None if it is refused."""
        s = socket.socket()
        s.settimeout(PATIENCE)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind((source, 0))
            s.connect(("127.0.0.1", self.port))
        except OSError:
            s.close()
            return None
        self.sockets.append(s)
        return s

    def leave(self):
        for s in self.sockets:
            s.close()
        self.sockets = []


class Abuse(lab.LabCase):

    def serve_with(self, settings):
        self.write("zones/example.test.zone", ZONE)
        self.write("zones/triagedns.yaml", f"server: {{{settings}}}\n")
        self.server = self.serve(self.path("zones"), flags=["--workers", "2"])
        self.pid = self.server.process.pid

    def metric(self, name):
        _, body = self.server.get("/metrics")
        return float(re.search(rf"^triagedns_{re.escape(name)} (\S+)$", body, re.M)[1])

    def connections(self):
        return self.metric("tcp_connections")

    def assert_served(self, source="127.0.0.200"):
        """Over UDP, and over a new TCP connection from an address that does no harm."""
        question = wire.query("one.example.test")
        answer = wire.ask_udp(question, self.server.port, seconds=PATIENCE)
        self.assertIsNotNone(answer, "no answer over UDP")
        self.assertEqual(wire.Answer(answer).addresses, ["192.0.2.1"])
        with socket.create_connection(("127.0.0.1", self.server.port), PATIENCE, (source, 0)) as s:
            s.sendall(wire.framed(question))
            answer = wire.read_framed(s)
        self.assertIsNotNone(answer, "no answer over TCP")
        self.assertEqual(wire.Answer(answer).addresses, ["192.0.2.1"])

    def background(self, body, *arguments):
        """Calls `body` again and again until `self.calm` is set."""
        def repeat():
            while not self.calm.is_set():
                with contextlib.suppress(OSError):
                    body(*arguments)
        thread = threading.Thread(target=repeat, daemon=True)
        thread.start()
        self.addCleanup(thread.join, 60)

    def test_all_at_once(self):
        wanted, slow = 10_000, 200
        allowed = descriptors_to_use() - 1_500
        if allowed < wanted:
            say(f"this machine allows {allowed} connections, not {wanted}")
        idle = min(wanted, allowed)
        self.calm = threading.Event()
        self.addCleanup(self.calm.set)
        self.serve_with("tcp_connections: 12000, tcp_idle_timeout: 5min")
        self.assert_served()
        lab.eventually(PATIENCE, "no connection", lambda: self.connections() == 0)
        before, files = resident(self.pid), descriptors(self.pid)

        crowd = Crowd(self, self.server.port)
        for i in range(idle):
            self.assertIsNotNone(crowd.join(f"127.0.1.{i % 40 + 1}"))
        lab.eventually(PATIENCE, "all connections are open", lambda: self.connections() == idle)
        silent = resident(self.pid)
        self.assert_served()
        # Half of them have asked something, and stay.
        for s in crowd.sockets[::2]:
            s.sendall(wire.framed(wire.query("one.example.test")))
        for s in crowd.sockets[::2]:
            self.assertEqual(wire.Answer(wire.read_framed(s)).addresses, ["192.0.2.1"])
        used = resident(self.pid)
        self.assertEqual(self.connections(), idle)

        # Who asks for megabytes and takes nothing, and who writes one octet at a time.
        burst = wire.framed(wire.query("large.example.test", wire.TXT)) * 1_000
        greedy, dripping = Crowd(self, self.server.port), Crowd(self, self.server.port)
        for i in range(slow):
            s = greedy.join(f"127.0.2.{i % 2 + 1}")
            s.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                s.send(burst)
            dripping.join(f"127.0.3.{i % 2 + 1}").sendall(b"\xff\xff")

        def drip():
            for s in dripping.sockets:
                s.send(b"\0")
            time.sleep(0.2)

        def flood(source):
            s = socket.socket()
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            s.settimeout(PATIENCE)
            with s:
                s.bind((source, 0))
                s.connect(("127.0.0.1", self.server.port))
                flooded.append(None)
            time.sleep(0.001)

        flooded = []
        self.background(drip)
        for number in range(3):
            self.background(flood, f"127.0.4.{number + 1}")
        peak, started = used, time.monotonic()
        # As many as it takes for the flood to be one.
        while len(flooded) < 3_000:
            self.assertLess(time.monotonic() - started, 120)
            self.assert_served()
            peak = max(peak, resident(self.pid))
        self.calm.set()
        say(f"{idle} idle connections: PSS {before} kB without, {silent} kB with them "
            f"({(silent - before) / idle:.1f} kB each), {used} kB when half had asked; peak {peak} kB with "
            f"{slow} slow readers, {slow} slow writers and {len(flooded)} more connections opened in "
            f"{time.monotonic() - started:.1f} s")
        self.assertLess(silent - before, 16 * idle)
        # 256 kB for one that does its worst.
        self.assertLess(peak - before, 16 * idle + 256 * 2 * slow)
        for group in (crowd, greedy, dripping):
            group.leave()
        lab.eventually(PATIENCE, "no connection is left", lambda: self.connections() == 0)
        lab.eventually(PATIENCE, "no descriptor is left", lambda: descriptors(self.pid) <= files)
        lab.eventually(PATIENCE, f"less than half of what came on top is left; PSS was {before} kB, then {peak} kB",
                       lambda: resident(self.pid) < (before + peak) / 2)
        say(f"afterwards: PSS {resident(self.pid)} kB")
        self.assert_served()

    def test_more_connections_than_allowed(self):
        """At the limit, in total and of one client, the newest is served and the idlest closed."""
        self.serve_with("tcp_connections: 300, tcp_connections_per_client: 50, tcp_idle_timeout: 5min")
        crowd = Crowd(self, self.server.port)
        for i in range(1_000):
            crowd.join(f"127.0.1.{i % 100 + 1}")
            if i % 50 == 0:
                self.assert_served()
        lab.eventually(PATIENCE, "all are accepted", lambda: self.metric("tcp_connections_accepted_total") >= 1_000)
        lab.eventually(PATIENCE, "300 connections", lambda: self.connections() <= 300)
        self.assertGreater(self.metric('tcp_connections_closed_total{reason="limit"}'), 500)
        self.assertEqual(self.metric('tcp_connections_closed_total{reason="client_limit"}'), 0)
        crowd.leave()
        lab.eventually(PATIENCE, "no connection is left", lambda: self.connections() == 0)
        kept = Crowd(self, self.server.port)
        kept.join("127.0.0.200")
        for _ in range(200):
            kept.join("127.0.1.1")
        lab.eventually(PATIENCE, "150 are closed",
                       lambda: self.metric('tcp_connections_closed_total{reason="client_limit"}') == 150)
        lab.eventually(PATIENCE, "51 connections", lambda: self.connections() == 51)
        # The client that came first is idle for longest, but alone.
        kept.sockets[0].sendall(wire.framed(wire.query("one.example.test")))
        self.assertEqual(wire.Answer(wire.read_framed(kept.sockets[0])).addresses, ["192.0.2.1"])
        self.assertEqual(sum(self.is_closed(s) for s in kept.sockets[1:]), 150)

    @staticmethod
    def is_closed(s):
        s.setblocking(False)
        try:
            return s.recv(1) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True

    def test_idle_and_stalled_connections_end_by_themselves(self):
        self.serve_with("tcp_idle_timeout: 1s")
        self.assert_served()
        lab.eventually(PATIENCE, "no connection", lambda: self.connections() == 0)
        files = descriptors(self.pid)
        crowd = Crowd(self, self.server.port)
        burst = wire.framed(wire.query("large.example.test", wire.TXT)) * 1_000
        for i in range(300):
            s = crowd.join(f"127.0.1.{i % 10 + 1}")
            s.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                s.send([b"", b"\0", b"\0\x40abc", burst][i % 4])
        lab.eventually(PATIENCE, "they are closed", lambda: self.connections() == 0)
        self.assertEqual(self.metric('tcp_connections_closed_total{reason="idle"}'), 300)
        lab.eventually(PATIENCE, "no descriptor is left", lambda: descriptors(self.pid) <= files)
        self.assert_served()

    def test_no_descriptors_left(self):
        """The server waits without burning the processor, and accepts again as soon as it can."""
        self.serve_with("tcp_idle_timeout: 5min")
        self.assert_served()
        lab.eventually(PATIENCE, "no connection", lambda: self.connections() == 0)
        _, hard = resource.prlimit(self.pid, resource.RLIMIT_NOFILE)
        # Numbers below the limit are free only where a file was closed: fill up from an address of its own.
        resource.prlimit(self.pid, resource.RLIMIT_NOFILE, (descriptors(self.pid) + 20, hard))
        crowd = Crowd(self, self.server.port)
        for i in range(200):
            self.assertIsNotNone(crowd.join(f"127.0.1.{i % 100 + 1}"))
        # More than there is room for: the idlest go.
        lab.eventually(PATIENCE, "the newest is served", lambda: self.asks(crowd.sockets[-1]))
        self.assertTrue(self.is_closed(crowd.sockets[0]))
        # No room at all.
        resource.prlimit(self.pid, resource.RLIMIT_NOFILE, (4, hard))
        waiting = crowd.join("127.0.0.200")
        time.sleep(0.5)
        before = self.processor_time()
        time.sleep(2)
        spent = self.processor_time() - before
        say(f"without descriptors: {spent:.2f} s of processor in 2 s")
        self.assertLess(spent, 1)
        answer = wire.ask_udp(wire.query("one.example.test"), self.server.port, seconds=PATIENCE)
        self.assertEqual(wire.Answer(answer).addresses, ["192.0.2.1"])
        resource.prlimit(self.pid, resource.RLIMIT_NOFILE, (hard, hard))
        self.assertTrue(self.asks(waiting))
        self.assert_served()

    def test_more_connections_than_descriptors(self):
        """What the configuration asks for and the system does not give is said."""
        self.serve_with("tcp_connections: 1000000")
        room = re.search(r"the limit of open files leaves room for (\d+)", self.server.process.output())
        self.assertIsNotNone(room, self.server.process.output())
        _, hard = resource.prlimit(self.pid, resource.RLIMIT_NOFILE)
        self.assertLess(int(room[1]), hard)
        self.assert_served()

    def asks(self, s):
        s.settimeout(PATIENCE)
        s.sendall(wire.framed(wire.query("one.example.test")))
        answer = wire.read_framed(s)
        return answer is not None and wire.Answer(answer).addresses == ["192.0.2.1"]

    def processor_time(self):
        """Seconds of user and system time so far."""
        with open(f"/proc/{self.pid}/stat") as f:
            fields = f.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Stop(lab.LabCase):

    def test_connections_end_with_the_server(self):
        """Idle ones at once; one whose client takes nothing does not hold the server up."""
        self.write("zones/example.test.zone", ZONE)
        self.write("zones/triagedns.yaml", "server: {tcp_idle_timeout: 5min}\n")
        server = self.serve(self.path("zones"))
        idle, stalled = wire.tcp_socket(server.port), wire.tcp_socket(server.port)
        self.addCleanup(idle.close)
        self.addCleanup(stalled.close)
        idle.sendall(wire.framed(wire.query("one.example.test")))
        self.assertIsNotNone(wire.read_framed(idle))
        stalled.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            stalled.send(wire.framed(wire.query("large.example.test", wire.TXT)) * 1_000)
        server.process.send(lab.signal.SIGTERM)
        self.assertIsNone(wire.read_framed(idle))
        self.assertEqual(server.process.child.wait(PATIENCE), 0)


if __name__ == "__main__":
    lab.unittest.main()
