"""What clients and operators see when targets flap, die and come back, and when this node itself is cut off."""
import contextlib
import http.client
import json
import os
import socket
import threading
import unittest

import lab

ZONE = """\
$TTL 300
@    IN SOA ns1 hostmaster 1 7200 900 1209600 30
@    IN NS  ns1
ns1  IN A   192.0.2.53
"""
A, B = "127.0.0.71", "127.0.0.72"
FAST = "interval: 200ms, recheck: 100ms, fall: 2, rise: 2"


class WebServer:
    """An HTTP server that answers each request with `status`, or does not listen at all."""

    def __init__(self, case, address, port):
        self.address, self.port, self.status = address, port, 200
        self.socket = None
        self.start()
        case.addCleanup(self.stop)

    def start(self):
        if self.socket:
            return
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind((self.address, self.port))
        self.socket.listen(64)
        threading.Thread(target=self._serve, args=(self.socket,), daemon=True).start()

    def stop(self):
        if self.socket:
            with contextlib.suppress(OSError):
                self.socket.shutdown(socket.SHUT_RDWR)
            self.socket.close()
            self.socket = None

    def _serve(self, listener):
        with contextlib.suppress(OSError):
            while True:
                peer, _ = listener.accept()
                with contextlib.suppress(OSError), peer:
                    peer.settimeout(2)
                    peer.recv(4096)
                    peer.sendall(b"HTTP/1.1 %d Status\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" % self.status)


class HealthCase(lab.LabCase):
    """Two targets, a pool over them with the keys that the test gives, and a server."""

    def start_pool(self, keys="", checks=f"web: {{type: http, port: 8071, {FAST}}}", more="", names="[web]"):
        self.write("zones/example.test.zone", ZONE + "pacs 300 IN POOL pacs\n")
        self.write("zones/triagedns.yaml", f"checks:\n  {checks}\npools:\n  pacs:\n    checks: {names}\n"
                   + "".join(f"    {line}\n" for line in keys.splitlines())
                   + f"    targets: {{a: {A}, b: {B}}}\n{more}")
        self.server = self.serve(self.path("zones"))

    def start_targets(self):
        self.a, self.b = WebServer(self, A, 8071), WebServer(self, B, 8071)

    def answers(self):
        return sorted(self.server.short("pacs.example.test"))

    def until(self, wanted, seconds=8):
        lab.eventually(seconds, f"answers are {wanted}", lambda: self.answers() == sorted(wanted))

    def settle(self):
        """Until both have passed often enough for `fall` and `rise` to count."""
        lab.eventually(8, "both are up", lambda: all(
            self.address(x)["checks"][0]["consecutive_passes"] > 1 for x in (A, B)))

    def ttl(self):
        return [int(line.split()[1]) for line in self.server.dig("+noall", "+answer", "pacs.example.test").splitlines()]

    def address(self, address):
        return next(entry for target in self.server.pool("pacs")["targets"] for entry in target["addresses"]
                    if entry["address"] == address)

    def events(self, after=0):
        status, body = self.server.get(f"/v1/events?after={after}&limit=1000")
        self.assertEqual(status, 200, body)
        return json.loads(body)

    def post(self, path, **headers):
        connection = http.client.HTTPConnection(*self.server.admin, timeout=3)
        with contextlib.closing(connection):
            headers.setdefault("Authorization", f"Bearer {self.server.token}")
            connection.request("POST", path, headers={name: value for name, value in headers.items() if value})
            response = connection.getresponse()
            return response.status, response.read().decode()

    def cli(self, *arguments):
        return lab.triagedns(*arguments, "--admin", "http://%s:%d" % self.server.admin)


class Flapping(HealthCase):
    def test_a_flapping_target_is_kept_out(self):
        self.start_targets()
        self.start_pool("damping: {changes: 3, within: 1min, hold: [10s, 12s]}")
        self.settle()
        flips = 0
        while self.address(A).get("hold") != "flapping":
            self.a.stop()
            self.until([B])
            lab.eventually(8, "it is down", lambda: self.address(A)["checks"][0]["consecutive_failures"] > 1)
            self.a.start()
            flips += 1
            self.assertLess(flips, 4)
            lab.eventually(8, "it passes again", lambda: self.address(A)["checks"][0]["consecutive_passes"] >= 2)
        held = self.address(A)
        self.assertEqual(held["state"], "down")
        self.assertEqual(held["checked_state"], "up")
        self.assertRegex(held["reason"], r"^flapping: 3 changes within 60 s; kept down until 20")
        self.assertRegex(self.cli("status").stdout, r"a +127\.0\.0\.71 +down \(held\)(.|\n)*flapping: 3 changes")
        # Its checks pass all the while, and it is not answered with before its time.
        self.assertEqual(self.answers(), [B])
        self.until([A, B], seconds=25)
        causes = [(e["from"], e["to"], e["reason"]) for e in self.events()["events"] if e["address"] == A]
        self.assertEqual([(f, t) for f, t, _ in causes], [("unknown", "up"), ("up", "down"), ("down", "up"), ("up", "down"),
                                                          ("down", "up")])
        self.assertEqual(causes[-1][2], "what kept it down is over")

    def test_the_last_target_is_not(self):
        self.start_targets()
        self.start_pool("damping: {changes: 2, within: 10min, hold: [10min]}\nwhen_all_down: closed")
        self.until([A, B])
        self.a.stop()
        self.until([B])
        self.a.start()
        lab.eventually(8, "it is held", lambda: self.address(A).get("hold") == "flapping")
        self.b.stop()
        self.until([A])
        self.assertIn("kept down no longer", [e["reason"] for e in self.events()["events"] if e["address"] == A][-1])


class AllDown(HealthCase):
    def kill(self):
        """First one, then the other: nothing that they share."""
        self.settle()
        self.a.stop()
        self.until([B])
        self.b.stop()

    def down(self):
        lab.eventually(8, "both are down", lambda: all(self.address(x)["state"] == "down" for x in (A, B)))

    def mode(self):
        return self.server.pool("pacs")["answers"]["mode"]

    def back(self):
        self.b.start()
        lab.eventually(8, "in service again", lambda: self.mode() == "normal")
        self.assertEqual(self.answers(), [B])

    def test_open(self):
        self.start_targets()
        self.start_pool("when_all_down: open")
        self.kill()
        self.down()
        self.until([A, B])
        self.assertEqual(self.ttl(), [10, 10])
        self.assertTrue(self.server.pool("pacs")["fail_open"])
        self.assertRegex(self.cli("status").stdout, "pacs: too few targets are in service, so all are answered")
        self.back()

    def test_last_known(self):
        self.start_targets()
        self.start_pool("when_all_down: last_known")
        self.kill()
        self.down()
        self.assertEqual(self.answers(), [B])
        self.assertEqual(self.mode(), "last_known")
        self.assertEqual(self.ttl(), [10])
        self.back()

    def test_backup_addresses(self):
        self.start_targets()
        self.start_pool("when_all_down: backup\nbackup: [192.0.2.91, 192.0.2.92]")
        self.kill()
        self.until(["192.0.2.91", "192.0.2.92"])
        self.assertEqual(self.ttl(), [10, 10])
        self.back()

    def test_a_backup_that_would_come_late(self):
        keys = "    when_all_down: backup\n    backup: [192.0.2.91]\n    targets: {a: 192.0.2.1, b: 192.0.2.2}\n"
        self.write("zones/example.test.zone", ZONE + "pacs 30 IN POOL pacs\n")
        text = "checks: {web: {type: http, port: 80}}\npools:\n  pacs:\n    checks: [web]\n" + keys

        def check(more=""):
            self.write("zones/triagedns.yaml", text + more)
            return lab.triagedns("check", self.path("zones")).stderr
        self.assertRegex(check(), r"triagedns\.yaml:3: warning: nothing is probed but the targets of the pool pacs, so")
        # Then others tell whether this node is cut off.
        for more in ('prober: {references: ["192.0.2.250:443"]}\n', "prober: {freeze: off}\n"):
            self.assertNotIn("nothing is probed but", check(more))

    def test_backup_pool(self):
        self.start_targets()
        self.start_pool("when_all_down: backup\nbackup: other", more="  other: {targets: {x: 192.0.2.93}}\n")
        self.kill()
        self.until(["192.0.2.93"])
        self.assertEqual(self.server.pool("pacs")["answers"]["substitute"], "other")
        self.back()

    def test_closed(self):
        self.start_targets()
        self.start_pool("when_all_down: closed")
        self.kill()
        self.until([])
        output = self.server.dig("pacs.example.test", "A")
        self.assertIn("status: NOERROR", output)
        self.assertRegex(output, r"AUTHORITY SECTION:\nexample\.test\.\s+30\s+IN\s+SOA")
        self.back()

    def test_servfail(self):
        self.start_targets()
        self.start_pool("when_all_down: servfail")
        self.kill()
        self.until([])
        output = self.server.dig("pacs.example.test", "A")
        self.assertIn("status: SERVFAIL", output)
        self.assertRegex(output, r"EDE: 0 \(Other\): \(pacs: a down .*; 0 of 2 in service, no answer\)")
        self.assertIn("status: NOERROR", self.server.dig("pacs.example.test", "MX"))
        self.back()


class Failback(HealthCase):
    def test_by_hand(self):
        self.start_targets()
        self.start_pool("failback: manual")
        path = "/v1/pools/pacs/targets/a/restore"
        self.settle()
        self.assertEqual(self.post(path)[0], 409)
        self.a.stop()
        self.until([B])
        lab.eventually(8, "it is down", lambda: self.address(A)["checks"][0]["consecutive_failures"] > 1)
        self.a.start()
        lab.eventually(8, "it waits", lambda: self.address(A).get("hold") == "awaits_restore")
        self.assertEqual(self.answers(), [B])
        self.assertEqual(self.post("/v1/pools/pacs/targets/x/restore")[0], 404)
        self.assertEqual(self.post("/v1/pools/x/targets/a/restore")[0], 404)
        self.assertEqual(self.post(path, Authorization=None)[0], 401)
        self.assertEqual(self.answers(), [B])
        status, body = self.post(path)
        self.assertEqual(status, 200, body)
        self.assertEqual(sorted(json.loads(body)["answers"]["members"]), [A, B])
        self.assertEqual(self.answers(), [A, B])
        self.assertEqual(self.events()["events"][-1]["reason"], "an operator has restored it")

    def test_weight_grows(self):
        self.start_targets()
        self.start_pool("policy: weighted\nslow_start: 3s")
        self.settle()
        self.a.stop()
        lab.eventually(8, "it is down", lambda: self.address(A)["checks"][0]["consecutive_failures"] > 1)
        self.a.start()
        seen = set()

        def grown():
            answers = self.server.pool("pacs")["answers"]
            if len(answers["members"]) == 2:
                seen.add(dict(zip(answers["members"], answers["weights"]))[A])
            return len(answers["members"]) == 2 and answers["weights"] == [1, 1]
        lab.eventually(10, "its whole weight", grown)
        self.assertGreater(len(seen), 4, seen)


class SharedCauses(HealthCase):
    def test_a_shared_dependency(self):
        self.start_targets()
        self.start_pool("when_all_down: closed\ncommon_mode: 8s")
        self.settle()
        self.a.status = self.b.status = 502
        cause = lab.eventually(8, "it is seen", lambda: self.server.pool("pacs").get("common_mode"))
        self.assertEqual(cause["layer"], "http")
        self.assertRegex(cause["text"], r"^shared dependency\?")
        self.until([A, B], seconds=1)
        self.assertEqual(self.ttl(), [10, 10])
        self.assertRegex(self.cli("status").stdout, r"pacs: shared dependency\?")
        # Bounded: then nobody is in service.
        self.until([], seconds=20)
        self.a.status = 200
        self.until([A])
        self.assertIsNone(self.server.pool("pacs").get("common_mode"))

    @unittest.skipUnless(os.environ.get("OWN_NETWORK"), "not in a network namespace of its own")
    def test_cut_off(self):
        """All of it falls silent: packets to the targets go nowhere."""
        self.start_targets()
        timeout = "timeout: 300ms"
        self.start_pool("when_all_down: closed", checks=f"web: {{type: http, port: 8071, {FAST}, {timeout}}}",
                        more="prober: {freeze: 8s}\n")
        self.settle()
        self.silence(True)
        self.addCleanup(self.silence, False)
        prober = lab.eventually(8, "it is said", lambda: self.cut_off())
        self.assertRegex(prober["text"], "^this node is probably cut off: nothing that it probes has answered since 20")
        self.until([A, B], seconds=1)
        self.assertEqual(self.ttl(), [10, 10])
        self.assertTrue(self.address(A)["is_frozen"])
        self.assertRegex(self.cli("status").stdout, "(?m)^this node is probably cut off")
        self.silence(False)
        lab.eventually(8, "it is over", lambda: self.prober()["state"] == "connected")
        self.until([A, B])
        kinds = [event["kind"] for event in self.events()["events"]]
        self.assertIn("cut_off", kinds)
        self.assertEqual(kinds[-1], "reachable")
        # Longer than it is held: nobody is in service any more.
        self.silence(True)
        lab.eventually(25, "held no longer", lambda: self.prober()["state"] == "cut_off_hold_over")
        self.until([])

    def prober(self):
        return json.loads(self.server.get("/v1/pools")[1])["prober"]

    def cut_off(self):
        prober = self.prober()
        return prober["state"] == "cut_off" and prober

    def silence(self, isOn):
        for address in (A, B):
            lab.run("ip", "route", "add" if isOn else "del", "blackhole", address + "/32", "table", "local")


class Events(HealthCase):
    def test_pages_stream_and_command(self):
        self.start_targets()
        self.start_pool()
        self.settle()
        connection = http.client.HTTPConnection(*self.server.admin, timeout=10)
        self.addCleanup(connection.close)
        connection.request("GET", "/v1/events", headers={"Accept": "text/event-stream"})
        stream = connection.getresponse()
        self.assertEqual(stream.status, 200)
        self.assertEqual(stream.getheader("Content-Type"), "text/event-stream")
        follower = self.start(lab.binary(), "events", "--follow", "--admin", "http://%s:%d" % self.server.admin, name="events")
        self.a.stop()
        self.until([B])
        events = self.events()
        self.assertEqual([e["sequence"] for e in events["events"]], list(range(1, len(events["events"]) + 1)))
        last = events["events"][-1]
        self.assertEqual((last["kind"], last["pool"], last["target"], last["address"], last["from"], last["to"]),
                         ("transition", "pacs", "a", A, "up", "down"))
        self.assertEqual(last["reason"], "web, tcp: connection refused")
        self.assertEqual(last["checks"][0]["error"], "connection refused")
        self.assertEqual(sorted(last["before"]["members"]), [A, B])
        self.assertEqual(last["after"]["members"], [B])
        page = json.loads(self.server.get("/v1/events?after=1&limit=1")[1])
        self.assertEqual([e["sequence"] for e in page["events"]], [2])
        self.assertEqual(page["next"], 2)
        for bad in ("after=x", "limit=0", "limit=9999"):
            self.assertEqual(self.server.get("/v1/events?" + bad)[0], 400)
        # The same over the stream, each with its number.
        seen = []
        while not seen or seen[-1] != last:
            line = stream.readline().decode()
            self.assertTrue(line, "the stream has ended")
            if line.startswith("data: "):
                seen.append(json.loads(line[6:]))
        self.assertEqual(seen, events["events"])
        text = "a 127.0.0.71: up -> down (web, tcp: connection refused); answers 127.0.0.71, 127.0.0.72 -> 127.0.0.72"
        lab.eventually(5, "events --follow shows it", lambda: text in follower.output())
        self.assertIn(text, self.cli("events").stdout)
        self.assertEqual([json.loads(line) for line in self.cli("events", "--json").stdout.splitlines()], events["events"])
        # An open stream does not keep the server from ending.
        self.assertEqual(self.server.process.stop(), 0)
        self.assertEqual(follower.wait(15), 1)
        self.assertEqual(self.cli("events").returncode, 2)
