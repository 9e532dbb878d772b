"""Reload: each way of asking for it, all-or-nothing per zone, pools that change without a flap, nothing lost meanwhile."""
import json
import os
import signal
import socket
import threading
import time

import lab
import wire

HEAD = """\
$TTL 300
@     IN SOA ns1 hostmaster {serial} 7200 900 1209600 30
@     IN NS  ns1
ns1   IN A   127.0.0.1
"""
SETTINGS = """\
checks:
  port: {{type: tcp, port: {port}, interval: 200ms, recheck: 100ms}}
pools:
  orthanc:
    policy: round-robin
    checks: [port]
    targets:
      a: {{address: 127.0.0.11}}
      b: {{address: 127.0.0.12}}
"""


class Reload(lab.LabCase):
    def zone(self, serial, body, name="example.test"):
        """Written beside and moved into place, as editors and deployments do."""
        path = self.write(f"new/{name}.zone", HEAD.format(serial=serial) + body)
        os.makedirs(self.path("zones"), exist_ok=True)
        os.replace(path, self.path(f"zones/{name}.zone"))

    def code(self, name, kind=wire.A):
        return wire.Answer(wire.ask_udp(wire.query(name, kind), self.server.port)).rcode

    def post(self, headers=None, method="POST"):
        return self.server.post("/v1/reload", headers=headers, method=method)

    def reload(self, status=200):
        """The report of POST /v1/reload; its zones and pools by name."""
        code, body = self.post()
        self.assertEqual(code, status, body)
        report = json.loads(body)
        report["zones"] = {zone["zone"]: zone for zone in report["zones"]}
        report["pools"] = {pool["pool"]: pool["status"] for pool in report["pools"]}
        return report

    def metric(self, line):
        return line in self.server.get("/metrics")[1].splitlines()


class Zones(Reload):
    def setUp(self):
        super().setUp()
        self.zone(1, "www IN A 192.0.2.1\nold IN TXT one\n")
        self.zone(1, "www IN A 192.0.2.7\n", "other.test")
        self.server = self.serve(self.path("zones"))

    def test_command_says_what_changed(self):
        self.zone(2, "www IN A 192.0.2.2\nnew IN TXT one\nnew2 IN TXT two\n")
        done = lab.triagedns("reload", "--admin", "http://%s:%d" % self.server.admin)
        self.assertEqual(done.returncode, 0, done.stderr)
        # SOA and A are replaced, one TXT goes, two come.
        self.assertRegex(done.stdout, r"example\.test\.\s+changed\s+1 -> 2\s+\+4 -3")
        self.assertRegex(done.stdout, "1 zone unchanged")
        self.assertEqual(self.server.short("www.example.test"), ["192.0.2.2"])
        done = lab.triagedns("reload", "--json", "--admin", "http://%s:%d" % self.server.admin)
        self.assertEqual([zone["status"] for zone in json.loads(done.stdout)["zones"]], ["unchanged"] * 2)
        self.assertIn("zone example.test. changed", self.server.process.output())

    def test_command_without_a_server(self):
        done = lab.triagedns("reload", "--admin", f"http://127.0.0.1:{lab.free_port()}")
        self.assertEqual(done.returncode, 2, done.stdout)
        self.assertIn("is the server running", done.stderr)

    def test_signal(self):
        self.zone(2, "www IN A 192.0.2.2\n")
        self.server.process.send(signal.SIGHUP)
        lab.eventually(5, "the new address", lambda: self.server.short("www.example.test") == ["192.0.2.2"])
        self.assertTrue(self.server.process.running)
        lab.eventually(5, "a line in the log", lambda: "reload (SIGHUP): loaded" in self.server.process.output())

    def test_broken_zone_keeps_its_data_and_says_why(self):
        self.zone(2, "www IN A 192.0.2.300\n")
        self.zone(2, "www IN A 192.0.2.8\n", "other.test")
        done = lab.triagedns("reload", "--admin", "http://%s:%d" % self.server.admin)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertRegex(done.stderr, r"example\.test\.zone:5: error: ")
        self.assertRegex(done.stdout, r"example\.test\.\s+failed, served as before")
        self.assertEqual(self.server.short("www.example.test"), ["192.0.2.1"])
        self.assertEqual(self.server.short("www.other.test"), ["192.0.2.8"])
        self.assertTrue(self.metric('triagedns_zone_has_errors{zone="example.test."} 1'))
        self.assertTrue(self.metric("triagedns_last_reload_success 0"))
        self.zone(3, "www IN A 192.0.2.3\n")
        self.assertEqual(self.reload()["result"], "loaded")
        self.assertEqual(self.server.short("www.example.test"), ["192.0.2.3"])
        self.assertTrue(self.metric('triagedns_zone_serial{zone="example.test."} 3'))
        self.assertTrue(self.metric('triagedns_reloads_total{result="partial"} 1'))

    def test_broken_yaml_changes_nothing(self):
        self.zone(2, "www IN A 192.0.2.2\n")
        self.write("zones/triagedns.yaml", "server: {lisen: nowhere}\n")
        report = self.reload(422)
        self.assertEqual(report["result"], "refused")
        self.assertIn("lisen", report["findings"][0]["message"])
        self.assertEqual(self.server.short("www.example.test"), ["192.0.2.1"])

    def test_zones_come_and_go(self):
        os.remove(self.path("zones/other.test.zone"))
        self.zone(5, "www IN A 192.0.2.9\n", "third.test")
        report = self.reload()
        self.assertEqual(report["zones"]["other.test."]["status"], "removed")
        self.assertEqual(report["zones"]["third.test."]["records_added"], 4)
        self.assertEqual(self.code("www.other.test"), wire.REFUSED)
        self.assertEqual(self.server.short("www.third.test"), ["192.0.2.9"])

    def test_an_empty_directory_is_no_wish(self):
        for name in ("example.test", "other.test"):
            os.remove(self.path(f"zones/{name}.zone"))
        self.assertEqual(self.reload(422)["result"], "refused")
        self.assertEqual(self.server.short("www.example.test"), ["192.0.2.1"])

    def test_new_zone_with_errors_is_answered_servfail(self):
        self.zone(1, "www IN A nonsense\n", "sub.example.test")
        report = self.reload()
        self.assertEqual(report["result"], "partial")
        self.assertFalse(report["zones"]["sub.example.test."]["is_served"])
        # Not from the zone above, which would say NXDOMAIN.
        self.assertEqual(self.code("www.sub.example.test"), wire.SERVFAIL)
        self.assertEqual(self.code("sub.example.test", wire.SOA), wire.SERVFAIL)
        # ... but DS is the parent's.
        self.assertEqual(self.code("sub.example.test", 43), wire.NXDOMAIN)
        self.zone(1, "www IN A 192.0.2.4\n", "sub.example.test")
        self.reload()
        self.assertEqual(self.server.short("www.sub.example.test"), ["192.0.2.4"])

    def test_serial_that_does_not_grow(self):
        self.zone(1, "www IN A 192.0.2.2\n")
        report = self.reload()
        self.assertIn("serial has not grown", report["findings"][0]["message"])
        self.assertEqual(self.server.short("www.example.test"), ["192.0.2.2"])

    def test_included_file(self):
        self.write("zones/part.inc", "part IN A 192.0.2.20\n")
        self.zone(2, "$INCLUDE part.inc\n")
        self.reload()
        time.sleep(0.1)
        self.assertEqual(self.reload()["zones"]["example.test."]["status"], "unchanged")
        self.write("zones/part.inc", "part IN A 192.0.2.21\n")
        self.assertEqual(self.reload()["zones"]["example.test."]["status"], "changed")
        self.assertEqual(self.server.short("part.example.test"), ["192.0.2.21"])

    def test_settings(self):
        self.write("zones/triagedns.yaml", "server: {listen: ['127.0.0.1:1'], udp_payload_size: 512, identity: new}\n")
        # --listen wins over the file, so it has not changed.
        self.assertEqual(self.reload()["findings"], [])
        self.assertRegex(self.server.get("/metrics")[1], r'identity="new"')
        self.write("zones/triagedns.yaml", "server: {workers: 3, tcp_idle_timeout: 3s}\n")
        self.assertIn("workers, tcp_idle_timeout", self.reload()["findings"][0]["message"])

    def test_who_may_ask(self):
        self.assertEqual(self.post(method="GET")[0], 405)
        token = {"Authorization": f"Bearer {self.server.token}"}
        for headers, status in (({}, 401), ({"Authorization": "Bearer wrong"}, 401), ({"Host": "evil.example"}, 421),
                                ({"X-Forwarded-For": "192.0.2.1"}, 401), (token, 200), (token | {"Host": "a.example"}, 200)):
            with self.subTest(headers):
                self.assertEqual(self.post(headers)[0], status)


class Start(Reload):
    def test_errors_stop_that_zone_only(self):
        self.zone(1, "www IN A 192.0.2.1\n")
        self.zone(1, "www IN A 192.0.2.300\nalias IN CNAME www.example.test.\n", "broken.test")
        self.write("zones/third.test.zone", HEAD.format(serial=1) + "to IN CNAME www.broken.test.\n")
        self.server = self.serve(self.path("zones"))
        self.assertRegex(self.server.process.output(), r"broken\.test\.zone:5: error: ")
        self.assertEqual(self.server.short("www.example.test"), ["192.0.2.1"])
        self.assertEqual(self.code("alias.broken.test"), wire.SERVFAIL)
        self.assertEqual(self.server.short("to.third.test"), ["www.broken.test."])
        self.assertEqual(self.code("www.elsewhere.test"), wire.REFUSED)
        self.assertEqual(lab.triagedns("check", self.path("zones")).returncode, 1)

    def test_watch(self):
        self.zone(1, "www IN A 192.0.2.1\n")
        self.server = self.serve(self.path("zones"), flags=["--watch"])
        self.zone(2, "www IN A 192.0.2.2\n$INCLUDE part.inc\n")
        lab.eventually(15, "the broken file is read", lambda: "part.inc" in self.server.process.output())
        self.write("zones/part.inc", "part IN A 192.0.2.20\n")
        lab.eventually(15, "the included file is seen", lambda: self.server.short("part.example.test"))
        self.write("zones/part.inc", "part IN A 192.0.2.21\n")
        lab.eventually(15, "its change", lambda: self.server.short("part.example.test") == ["192.0.2.21"])
        self.assertEqual(self.server.short("www.example.test"), ["192.0.2.2"])

    def test_watch_from_the_moment_of_reading(self):
        """What changes while others are still read is not what the server has read."""
        names = "".join(f"n{i} IN A 192.0.2.9\n" for i in range(400_000))
        self.zone(1, names, "large.test")
        self.zone(1, "$INCLUDE part.inc\n")
        changes = {
            "a zone": lambda: self.zone(2, "$INCLUDE part.inc\nwww IN A 192.0.2.2\n"),
            "an included file": lambda: self.write("zones/part.inc", "www IN A 192.0.2.2\n"),
            "a new zone": lambda: self.zone(1, "@ IN A 192.0.2.2\n", "www.example.test"),
            "new settings": lambda: self.write(
                "zones/triagedns.yaml", SETTINGS.format(port=9) + "server: {identity: new}\n"),
        }
        for what, change in changes.items():
            with self.subTest(what):
                self.write("zones/part.inc", "part IN A 192.0.2.20\n")
                time.sleep(0.2)  # What changes just before it is read is read again.
                server = self.serve(self.path("zones"), flags=["--watch"], wait=False)
                time.sleep(0.15)
                change()
                server.wait_ready()
                if what == "new settings":
                    lab.eventually(15, what, lambda: '"orthanc"' in server.get("/v1/pools")[1])
                else:
                    lab.eventually(15, what, lambda: server.short("www.example.test") == ["192.0.2.2"])
                    self.zone(1, "$INCLUDE part.inc\n")
                    if what == "a new zone":
                        os.remove(self.path("zones/www.example.test.zone"))
                self.assertEqual(server.process.stop(), 0)


class Pools(Reload):
    def setUp(self):
        super().setUp()
        self.port = self.listener("127.0.0.11").port
        self.listener("127.0.0.12", self.port)
        self.settings = SETTINGS.format(port=self.port)
        self.write("zones/triagedns.yaml", self.settings)
        self.zone(1, "pacs IN POOL orthanc\n")
        self.server = self.serve(self.path("zones"))

    def extra(self, name, address):
        return f"  {name}:\n    checks: [port]\n    targets:\n      c: {{address: {address}}}\n"

    def pools(self):
        return [pool["name"] for pool in json.loads(self.server.get("/v1/pools")[1])["pools"]]

    def test_added_reweighted_removed_without_a_flap(self):
        self.listener("127.0.0.13", self.port)
        before = self.server.pool("orthanc")["targets"]
        self.write("zones/triagedns.yaml",
                   self.settings.replace("pools:\n", "pools:\n" + self.extra("first", "127.0.0.13")))
        self.zone(2, "pacs IN POOL orthanc\nfirst IN POOL first\n")
        self.assertEqual(self.reload()["pools"], {"first": "added"})
        # Probed before it is answered with: otherwise its TTL would be that of an unknown state.
        self.assertRegex(self.server.dig("first.example.test"), r"first\.example\.test\.\s+300\s+IN\s+A\s+127\.0\.0\.13")
        self.assertEqual(self.pools(), ["first", "orthanc"])
        self.write("zones/triagedns.yaml", self.settings.replace("round-robin", "failover"))
        self.zone(3, "pacs IN POOL orthanc\n")
        self.assertEqual(self.reload()["pools"], {"orthanc": "changed", "first": "removed"})
        self.assertEqual(self.server.short("pacs.example.test"), ["127.0.0.11"])
        after = self.server.pool("orthanc")["targets"]
        self.assertEqual([t["since"] for t in after], [t["since"] for t in before])
        self.assertEqual(self.pools(), ["orthanc"])
        self.assertNotIn("-> down", self.server.process.output())

    def test_the_dead_of_a_new_pool_are_not_answered(self):
        self.write("zones/triagedns.yaml", self.settings.replace("127.0.0.12", "127.0.0.14"))
        self.reload()
        self.assertEqual(self.server.short("pacs.example.test"), ["127.0.0.11"])

    def test_zone_with_errors_keeps_its_pool(self):
        self.listener("127.0.0.13", self.port)
        self.write("zones/triagedns.yaml",
                   f"checks:\n  port: {{type: tcp, port: {self.port}}}\npools:\n" + self.extra("new", "127.0.0.13"))
        self.zone(1, "other IN POOL new\n", "other.test")
        report = self.reload()
        self.assertEqual(report["zones"]["example.test."]["status"], "failed")
        self.assertEqual(report["pools"], {"orthanc": "kept", "new": "added"})
        self.assertEqual(set(self.server.short("pacs.example.test")), {"127.0.0.11", "127.0.0.12"})
        self.assertEqual(self.server.short("other.other.test"), ["127.0.0.13"])
        self.zone(2, "pacs IN POOL new\n")
        self.assertEqual(self.reload()["pools"], {"orthanc": "removed"})
        self.assertEqual(self.server.short("pacs.example.test"), ["127.0.0.13"])
        self.assertEqual(self.server.short("other.other.test"), ["127.0.0.13"])

    def test_unused_pool_is_a_warning(self):
        self.write("zones/triagedns.yaml", self.settings + self.extra("spare", "127.0.0.12"))
        report = self.reload()
        self.assertEqual(report["result"], "loaded")
        self.assertIn("no zone names the pool spare", report["findings"][0]["message"])


class UnderLoad(Reload):
    ROUNDS = 100

    def version(self, number):
        """A thousand names; one with two records, which must carry the same number in each answer."""
        address = f"10.0.{number >> 8}.{number & 255}"
        names = "".join(f"h{i} IN A {address}\n" for i in range(1000))
        self.zone(number, f"{names}two IN A 10.1.{number >> 8}.{number & 255}\ntwo IN A {address}\n")

    def ask(self, stop, wrong, counts):
        with wire.udp_socket("127.0.0.1", self.server.port) as s:
            while not stop.is_set():
                name = ("two", "h17")[counts[0] & 1]
                s.send(wire.query(f"{name}.example.test", ident=counts[0] & 0xFFFF))
                counts[0] += 1
                try:
                    answer = wire.Answer(s.recv(4096))
                except socket.timeout:
                    wrong.append(f"{name}: lost")
                    continue
                versions = {address.split(".", 2)[2] for address in answer.addresses}
                if answer.rcode or len(answer.addresses) != (2 if name == "two" else 1) or len(versions) != 1:
                    wrong.append((name, answer.rcode, answer.addresses))

    def test_hundred_reloads(self):
        self.version(1)
        self.server = self.serve(self.path("zones"))
        stop, wrong, counts = threading.Event(), [], [[0], [0]]
        threads = [threading.Thread(target=self.ask, args=(stop, wrong, count)) for count in counts]
        for thread in threads:
            thread.start()
        try:
            for number in range(2, self.ROUNDS + 2):
                self.version(number)
                zone = self.reload()["zones"]["example.test."]
                self.assertEqual((zone["status"], zone["new_serial"]), ("changed", number))
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        self.assertEqual(wrong, [])
        self.assertGreater(sum(map(sum, counts)), self.ROUNDS)
        self.assertEqual(self.server.short("h999.example.test"), [f"10.0.0.{self.ROUNDS + 1}"])
        print(f"\n  {sum(map(sum, counts))} answers during {self.ROUNDS} reloads ... ", end="", flush=True)


if __name__ == "__main__":
    lab.unittest.main()
