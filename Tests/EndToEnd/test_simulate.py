"""What `simulate` and `check` say of a host that fails: without a server, without a network."""
import json
import os
import re

import lab
import test_health

ROOT_ZONES = os.path.join(lab.ROOT, "zones")


class SimulateCase(lab.LabCase):
    def configure(self, keys="", ttl=30, checks="web: {type: http, port: 80}", targets="a: 192.0.2.11, b: 192.0.2.12"):
        self.write("zones/example.test.zone", test_health.ZONE + f"pacs {ttl} IN POOL pacs\n")
        self.write("zones/triagedns.yaml",
                   f"checks: {{{checks}}}\npools:\n  pacs:\n    checks: [web]\n    {keys}\n    targets: {{{targets}}}\n")

    def simulate(self, *arguments, directory=None):
        done = lab.triagedns("simulate", directory or self.path("zones"), *arguments, seconds=60)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done)
        return done.stdout


class Simulate(SimulateCase):
    def test_the_demo_has_a_bound_that_runs_come_close_to(self):
        found = json.loads(self.simulate("--kill", "orthanc-a", "--json", "--runs", "300", directory=ROOT_ZONES))
        self.assertEqual([(n["name"], n["pool"]) for n in found["names"]],
                         [("pacs.example.org.", "pacs"), ("dicom.example.org.", "dicom"), ("www.example.org.", "web")])
        self.assertEqual(found["hosts"], ["127.0.0.11"])
        for name in found["names"]:
            self.assertAlmostEqual(name["bound"]["total"], 32.2)
            self.assertLessEqual(name["until_forgotten"]["most"], 32.2)
            self.assertGreater(name["until_forgotten"]["most"], 29)
            self.assertEqual(name["never_forgotten"], 0)
            self.assertEqual(name["resolvers"][-1]["worst"], 0)
        self.assertEqual(found["before"][0], "pacs.example.org. 127.0.0.11, 127.0.0.12, TTL 30")

    def test_the_same_seed_says_the_same(self):
        self.configure()
        one, two = (self.simulate("--kill", "a", "--runs", "20", "--seed", "9") for _ in range(2))
        self.assertEqual(one, two)
        self.assertRegex(one, r"^192\.0\.2\.11: refused from t = 0 on\n\nThe slowest of 20 runs:\n +pacs\.example\.test\. "
                         r"192\.0\.2\.11, 192\.0\.2\.12, TTL 30\n +\d+\.\d s  192\.0\.2\.11 web, tcp: connection refused "
                         r"\(1 of 3\)\n")
        self.assertIn("41 s = 11 s interval of web + 30 s TTL", one)

    def test_each_way_to_name_a_host(self):
        self.configure()
        for host in ("a", "pacs/a", "192.0.2.11"):
            self.assertEqual(json.loads(self.simulate("--kill", host, "--json", "--runs", "1"))["hosts"], ["192.0.2.11"])
        found = json.loads(self.simulate("--kill", "pacs", "--how", "silent", "--json", "--runs", "1"))
        self.assertEqual(found["hosts"], ["192.0.2.11", "192.0.2.12"])
        self.assertIn("holds all states", found["names"][0]["reason"])
        self.assertEqual(found["names"][0]["never_forgotten"], 1)

    def test_what_comes_back_and_what_flaps(self):
        self.configure("failback: delayed 30s")
        back = json.loads(self.simulate("--kill", "a", "--for", "60s", "--json", "--runs", "50", "--length", "5min"))
        self.assertGreater(back["names"][0]["until_back"]["median"], 48)
        self.configure()
        text = self.simulate("--flap", "a@1min", "--runs", "5")
        self.assertIn("for half of every 60 s", text)
        self.assertIn("kept down until", text)
        self.assertRegex(text, r"pacs\.example\.test\. +pacs +\d")

    def test_what_cannot_be_done_is_said(self):
        self.configure()
        zones = self.path("zones")
        for arguments, code, text in [
                (("--kill", "ab"), 1, "error: there is no target, pool or address ab; there are a, b, pacs\n"),
                (("--kill", "paca"), 1, "error: there is no target, pool or address paca; did you mean pacs?\n"),
                ((), 64, "--kill HOST, or --flap HOST@PERIOD"),
                (("--flap", "a"), 64, "--flap must be a host and a period such as orthanc-a@6s"),
                (("--kill", "a", "--how", "slowly"), 64, "slowly"),
                (("--kill", "a", "--for", "10"), 64, "10")]:
            done = lab.triagedns("simulate", zones, *arguments)
            self.assertEqual(done.returncode, code, done)
            self.assertIn(text, done.stderr)


class RecoveryTarget(SimulateCase):
    def check(self, *flags):
        done = lab.triagedns("check", self.path("zones"), *flags)
        return done.returncode, [l for l in done.stderr.splitlines() if "recovery_target" in l]

    def test_check_says_what_to_change(self):
        self.configure("recovery_target: 40s")
        self.assertEqual(self.check(), (0, [
            self.path("zones/triagedns.yaml") + ":5: warning: the pool pacs cannot meet recovery_target 40 s: if a hangs, "
            "pacs.example.test may lead to it for 45 s = 11 s interval of web + 4 s timeout + 30 s TTL; "
            "write a TTL of 25 for pacs.example.test, or interval: 5s for web"]))
        self.assertEqual(self.check("--strict")[0], 1)
        self.configure("recovery_target: 40s", ttl=20)
        self.assertEqual(self.check(), (0, []))

    def test_a_pool_that_cannot_lose_anybody(self):
        self.configure("recovery_target: 5min", targets="a: 192.0.2.11")
        self.assertIn("leads to it for ever, as too few others are in service", self.check()[1][0])


class Manual(lab.LabCase):
    def test_it_shows_what_is_printed(self):
        with open(os.path.join(lab.ROOT, "docs/recovery.md")) as f:
            blocks = re.findall(r"^```\n\$ triagedns (simulate .*)\n([^`]*)```$", f.read(), re.M)
        self.assertEqual(len(blocks), 3)
        for command, output in blocks:
            done = lab.run(lab.binary(), *command.split(), cwd=lab.ROOT, seconds=120)
            self.assertEqual(done.stdout, output)
