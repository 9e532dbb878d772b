"""Targets that are host names, resolved by Debian's knot, and by a name server that answers over TCP alone."""
import contextlib
import json
import os
import socket
import struct
import threading
import unittest

import lab
import wire
from test_health import ZONE, WebServer

A, B = "127.0.0.81", "127.0.0.82"
FAST = "interval: 200ms, recheck: 100ms, fall: 2, rise: 2"
HOST = "vm.cloud.test"


class Knot:
    """Debian's knotd with the zone cloud.test; its address of `vm` can be changed."""

    def __init__(self, case, more=""):
        self.case, self.port, self.serial, self.more = case, lab.free_port(), 0, more
        directory = case.path("knot")
        os.makedirs(directory, exist_ok=True)
        case.write("knot/knot.conf", f"server:\n  listen: 127.0.0.1@{self.port}\n  rundir: {directory}\n"
                   f"database:\n  storage: {directory}\nzone:\n  - domain: cloud.test\n    file: {directory}/zone\n")
        self.point(A)
        self.start()

    def start(self):
        self.process = self.case.start("knotd", "-c", self.case.path("knot/knot.conf"), name="knotd")
        lab.eventually(10, "knotd answers", lambda: "NOERROR" in lab.run(
            "dig", "@127.0.0.1", "-p", self.port, "+tries=1", "+time=1", "cloud.test", "SOA").stdout)

    def point(self, *addresses, ttl=5):
        self.serial += 1
        self.case.write("knot/zone", f"$ORIGIN cloud.test.\n@ 300 IN SOA ns h {self.serial} 60 60 60 5\n@ 300 IN NS ns\n"
                        "ns 300 IN A 127.0.0.1\nalias 300 IN CNAME vm\n" + self.more
                        + "".join(f"vm {ttl} IN A {address}\n" for address in addresses))
        if self.serial > 1:
            self.case.assertEqual(0, lab.run("knotc", "-c", self.case.path("knot/knot.conf"), "zone-reload").returncode)


class HostCase(lab.LabCase):
    def start_pool(self, port, targets=f"{{a: {{host: {HOST}}}}}", keys="flatten: true", keep="1h", records="@ 300 IN POOL p\n"):
        self.write("zones/example.test.zone", ZONE + records)
        self.write("zones/triagedns.yaml",
                   f"server: {{resolvers: [\"127.0.0.1:{port}\"], keep_addresses: {keep}}}\n"
                   f"checks:\n  web: {{type: http, port: 8081, {FAST}}}\n"
                   f"pools:\n  p:\n    checks: [web]\n    targets: {targets}\n" + "".join(
                       f"    {line}\n" for line in keys.splitlines()))
        self.server = self.serve(self.path("zones"))

    def target(self, name="a"):
        return next(target for target in self.server.pool("p")["targets"] if target["name"] == name)

    def until(self, wanted, name="example.test", seconds=20):
        lab.eventually(seconds, f"answers are {wanted}", lambda: sorted(self.server.short(name)) == sorted(wanted))

    def events(self, kind):
        status, body = self.server.get("/v1/events?after=0&limit=1000")
        self.assertEqual(status, 200, body)
        return [event for event in json.loads(body)["events"] if event["kind"] == kind]


class Moving(HostCase):
    def test_a_host_that_moves_is_followed(self):
        WebServer(self, A, 8081), WebServer(self, B, 8081)
        knot = Knot(self)
        self.start_pool(knot.port, records="@ 300 IN POOL p\n_web._tcp 300 IN POOL p SRV 443\n*.w 300 IN POOL p\n")
        # The first answer has it, at the top of the zone, with the lower TTL.
        self.assertEqual([A], self.server.short("example.test"))
        self.assertEqual([A], self.server.short("x.w.example.test"))
        line = self.server.dig("+noall", "+answer", "example.test").split()
        self.assertLessEqual(int(line[1]), 5)
        self.assertIn("443 vm.cloud.test.", self.server.dig("+short", "_web._tcp.example.test", "SRV"))
        knot.point(B)
        self.until([B])
        move, = lab.eventually(5, "the move is told of", lambda: self.events("moved"))
        self.assertEqual((A, B, "p", "a"), tuple(move[key] for key in ("from", "to", "pool", "target")))
        text = f"p a moved: {A} -> {B} (host {HOST}, TTL 5, says 127.0.0.1:{knot.port})"
        lab.eventually(5, "the log says so", lambda: text in self.server.process.output())
        self.assertEqual([B], move["after"]["members"])
        resolution = self.target()["resolution"]
        self.assertEqual(([B], 5, f"127.0.0.1:{knot.port}"),
                         tuple(resolution[key] for key in ("addresses", "ttl", "source")))
        # Two addresses: each has its own health.
        knot.point(A, B)
        self.until([A, B])
        text = lab.triagedns("status", "--admin", "http://%s:%d" % self.server.admin).stdout
        self.assertIn(f"p a: {HOST} has {A}, {B}, says 127.0.0.1:{knot.port}, TTL 5", text)

    def test_a_chain_beside_a_plain_address_and_as_cname(self):
        WebServer(self, A, 8081), WebServer(self, B, 8081)
        knot = Knot(self)
        self.start_pool(knot.port, targets=f"{{a: {{host: alias.cloud.test, flatten: true}}, b: {B}}}", keys="")
        self.until([A, B])
        self.write("zones/example.test.zone", ZONE + "www 300 IN POOL p\n")
        self.write("zones/triagedns.yaml", self.read("zones/triagedns.yaml").replace(f", flatten: true}}, b: {B}", "}"))
        self.assertEqual(0, lab.triagedns("reload", "--admin", "http://%s:%d" % self.server.admin).returncode)
        self.assertEqual("alias.cloud.test.", self.server.short("www.example.test")[0])
        self.assertEqual([A], [address["address"] for address in self.target()["addresses"]])
        self.assertIn(" 300 ", " ".join(self.server.dig("+noall", "+answer", "www.example.test").split()))

    def read(self, name):
        with open(self.path(name)) as f:
            return f.read()


class Failing(HostCase):
    def test_addresses_are_kept_and_given_up(self):
        web = WebServer(self, A, 8081)
        knot = Knot(self)
        self.start_pool(knot.port, keep="20s")
        self.assertEqual([A], self.server.short("example.test"))
        knot.process.kill()
        lab.eventually(15, "the lookup fails", lambda: self.target()["resolution"].get("error"))
        resolution = self.target()["resolution"]
        self.assertIn(f"127.0.0.1:{knot.port}: connection refused", resolution["error"])
        self.assertIn("kept_until", resolution)
        # Kept, in service, and probed: it is seen to die, and to come back.
        self.assertEqual("up", self.target()["state"])
        self.assertEqual([A], self.server.short("example.test"))
        web.stop()
        lab.eventually(8, "it is down", lambda: self.target()["state"] == "down")
        web.start()
        lab.eventually(8, "it is up", lambda: self.target()["state"] == "up")
        lab.eventually(40, "it is given up", lambda: self.target()["addresses"][0]["address"] == HOST)
        check, = self.target()["addresses"][0]["checks"]
        self.assertEqual(("resolve", "resolve", "failed"), (check["type"], check["layer"], check["outcome"]))
        self.assertIn("connection refused", check["error"])
        self.assertIn("SERVFAIL", self.server.dig("example.test"))
        self.assertEqual(2, len(self.events("unresolved")))
        knot.start()
        self.until([A], seconds=90)
        self.assertEqual(1, len(self.events("resolved")))

    def test_a_name_that_does_not_exist(self):
        WebServer(self, B, 8081)
        knot = Knot(self)
        self.start_pool(knot.port, targets=f"{{a: {{host: nobody.cloud.test}}, b: {B}}}")
        self.assertEqual([B], self.server.short("example.test"))
        address, = self.target()["addresses"]
        self.assertEqual("down", address["state"])
        self.assertIn(f"NXDOMAIN from 127.0.0.1:{knot.port}", address["reason"])


class OverTCP(HostCase):
    def test_a_name_server_that_answers_over_tcp_alone(self):
        WebServer(self, A, 8081)
        port = lab.free_port()
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", port))
        tcp = socket.create_server(("127.0.0.1", port))
        self.addCleanup(udp.close)
        self.addCleanup(tcp.close)

        def truncated():
            with contextlib.suppress(OSError):
                while True:
                    query, peer = udp.recvfrom(4096)
                    udp.sendto(query[:2] + struct.pack(">HHHHH", 0x8380, 1, 0, 0, 0) + query[12:], peer)

        def whole():
            with contextlib.suppress(OSError):
                while True:
                    peer, _ = tcp.accept()
                    with contextlib.suppress(OSError), peer:
                        query = wire.read_framed(peer)
                        is_v4 = query[-4:-2] == b"\0\1"
                        record = b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 60, 4) + socket.inet_aton(A)
                        peer.sendall(wire.framed(query[:2] + struct.pack(">HHHHH", 0x8180, 1, int(is_v4), 0, 0)
                                                 + query[12:] + (record if is_v4 else b"")))

        for serve in (truncated, whole):
            threading.Thread(target=serve, daemon=True).start()
        self.start_pool(port)
        self.assertEqual([A], self.server.short("example.test"))
        self.assertEqual(60, self.target()["resolution"]["ttl"])


class Local(HostCase):
    """Names of zones that are served here."""

    def check(self, records, pools):
        self.write("zones/example.test.zone", ZONE + records)
        self.write("zones/triagedns.yaml", "pools:\n" + pools)
        done = lab.triagedns("check", self.path("zones"))
        return done.returncode, done.stdout + done.stderr

    def test_names_of_our_own_zones_come_from_them(self):
        WebServer(self, A, 8081)
        # Nobody is there to be asked.
        self.start_pool(lab.free_port(), targets="{a: {host: alias.example.test}}",
                        records=f"@ 300 IN POOL p\nalias 60 IN CNAME vm\nvm 40 IN A {A}\n")
        self.assertEqual([A], self.server.short("example.test"))
        self.assertEqual("zone example.test.", self.target()["resolution"]["source"])
        # Changed as the zone is.
        self.write("zones/example.test.zone", ZONE + f"@ 300 IN POOL p\nalias 60 IN CNAME vm\nvm 40 IN A {B}\n")
        self.assertEqual(0, lab.triagedns("reload", "--admin", "http://%s:%d" % self.server.admin).returncode)
        self.assertEqual([B], [address["address"] for address in self.target()["addresses"]])

    def test_circles_are_refused(self):
        code, text = self.check("@ 300 IN POOL p\n", "  p: {flatten: true, targets: {a: {host: example.test}}}\n")
        self.assertEqual(1, code, text)
        self.assertIn("triagedns.yaml:2: error: example.test., the host of a in the pool p, is answered from that pool itself; "
                      "write the host's own name or address", text)
        code, text = self.check(
            "p 300 IN POOL p\nq 300 IN POOL q\nalias 300 IN CNAME q\n",
            "  p: {targets: {a: {host: alias.example.test}}}\n  q: {targets: {b: {host: p.example.test}}}\n")
        self.assertEqual(1, code, text)
        self.assertIn("is answered from the pool q, which leads back to it", text)
        code, text = self.check("@ 300 IN POOL p\nq 300 IN POOL q\n",
                                "  p: {flatten: true, targets: {a: {host: q.example.test}}}\n  q: {targets: {b: 192.0.2.1}}\n")
        self.assertEqual(1, code, text)
        self.assertIn("is answered from the pool q; write pool: q instead", text)
        code, text = self.check("@ 300 IN POOL p\n", "  p: {flatten: true, targets: {a: {host: no.example.test}}}\n")
        self.assertEqual(0, code, text)
        self.assertIn("warning: no.example.test., the host of a in the pool p, has no address", text)


if __name__ == "__main__":
    unittest.main()
