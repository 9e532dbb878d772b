"""What is answered, and why: over HTTP, on the command line, and in the answers themselves."""
import json
import re
import time
import urllib.parse

import lab

ZONE = """\
$TTL 60
@           IN SOA   ns1 hostmaster 1 7200 900 1209600 30
@           IN NS    ns1
ns1         IN A     127.0.0.1
pacs        IN POOL  pacs
share       IN POOL  share
branch      IN POOL  branch
*.any       IN POOL  share
www         IN CNAME pacs
"""

CONFIG = """\
server: {{{server}}}
checks:
  port: {{type: tcp, port: {port}, interval: 300ms, recheck: 100ms, timeout: 1s, fall: 2, rise: 2}}
pools:
  pacs: {{policy: failover, checks: [port], targets: {{a: 127.0.0.31, b: 127.0.0.32}}}}
  share:
    policy: weighted
    checks: [port]
    targets: {{a: {{address: 127.0.0.31, weight: 3}}, b: 127.0.0.32, c: {{address: 127.0.0.33, weight: 0}}}}
  branch:
    policy: failover
    checks: [port]
    targets: {{a: 127.0.0.31, b: 127.0.0.32, c: 127.0.0.33}}
    prefer: {{10.1.0.0/16: [c]}}
"""


class ExplainCase(lab.LabCase):
    """Three targets with one port each, and a server."""

    def setUp(self):
        super().setUp()
        self.port = lab.free_port("0.0.0.0")
        self.targets = {n: self.listener(f"127.0.0.{n}", self.port) for n in (31, 32, 33)}
        self.write("zones/example.test.zone", ZONE)

    def begin(self, server="identity: ns1"):
        self.write("zones/triagedns.yaml", CONFIG.format(port=self.port, server=server))
        self.server = self.serve(self.path("zones"), flags=["--workers", "2"])

    def explain(self, name, type="A", status=200, **more):
        query = urllib.parse.urlencode({"name": name, "type": type, **more})
        found, body = self.server.get(f"/v1/explain?{query}")
        self.assertEqual(found, status, body)
        return json.loads(body) if status == 200 else body

    def command(self, *arguments):
        return lab.triagedns("explain", *arguments, "--admin", "http://%s:%d" % self.server.admin)

    def rules(self, report, pool=0):
        return {target["name"]: target["members"][0]["rule"] for target in report["pools"][pool]["targets"]}

    def kill(self, number, name):
        self.targets[number].close()
        lab.eventually(5, "it is seen", lambda: self.rules(self.explain("pacs.example.test"))[name] == "down")


class Explain(ExplainCase):
    def setUp(self):
        super().setUp()
        self.begin()

    def test_the_answer_is_that_of_dig(self):
        for name, subnet in [("pacs", None), ("www", None), ("x.any", None), ("none", None), ("branch", None),
                             ("branch", "10.1.2.0/24"), ("ns1", None)]:
            more = {"client": subnet} if subnet else {}
            report = self.explain(f"{name}.example.test", **more)
            dig = self.server.dig("+norec", "+noall", "+answer", "+comments", f"{name}.example.test", "A",
                                  *([f"+subnet={subnet}"] if subnet else []))
            self.assertEqual(report["answer"]["code"], re.search(r"status: (\w+)", dig)[1])
            told = [record.split()[-1] for record in report["answer"]["records"]]
            given = re.findall(r"(?m)^\S+\s+\d+\s+IN\s+\S+\s+(\S+)$", dig)
            if report["answer"]["is_one_of_several"]:
                told = [choice["data"] for choice in report["pools"][0]["choices"]]
                self.assertLessEqual(set(given), set(told))
            else:
                self.assertEqual(told, given, name)

    def test_why(self):
        report = self.explain("share.example.test")
        self.assertEqual(self.rules(report), {"a": "up", "b": "up", "c": "no_weight"})
        self.assertEqual([choice["share"] for choice in report["pools"][0]["choices"]], [0.75, 0.25])
        report = self.explain("branch.example.test", client="10.1.2.3")
        self.assertEqual(self.rules(report), {"a": "not_preferred", "b": "later_tier", "c": "up"})
        self.assertEqual(report["pools"][0]["preference"]["network"], "10.1.0.0/16")
        self.assertEqual(report["client"], {"network": "10.1.2.3", "source": "address"})
        self.kill(31, "a")
        report = self.explain("www.example.test")
        self.assertEqual([step["name"] for step in report["steps"]], ["www.example.test.", "pacs.example.test."])
        down, up = (target["members"][0] for target in report["pools"][0]["targets"])
        self.assertEqual((down["rule"], down["faults"]), (
            "down", [{"check": "port", "layer": "tcp", "text": "connection refused"}]))
        self.assertEqual((up["rule"], up["is_answered"]), ("up", True))
        text = self.command("www.example.test").stdout
        self.assertRegex(text, r"(?m)^  a +127\.0\.0\.31 +down +\d+ s +0 +1 +no +down: port, tcp: connection refused$")
        self.assertRegex(text, r"(?m)^  b +127\.0\.0\.32 +up +\d+ s +1 +1 +yes +up$")
        self.assertEqual(json.loads(self.command("www.example.test", "--json").stdout)["name"], "www.example.test.")

    def test_the_past(self):
        lab.eventually(5, "all are up", lambda: set(self.rules(self.explain("pacs.example.test")).values()) == {
            "up", "later_tier"})
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()) + f".{int(time.time() * 1000) % 1000:03}Z"
        self.kill(31, "a")
        self.assertEqual(self.server.short("pacs.example.test"), ["127.0.0.32"])
        then = self.explain("pacs.example.test", at=moment)
        self.assertTrue(then["is_past"])
        self.assertEqual((then["time"], then["notes"]), (moment, []))
        self.assertEqual(self.rules(then), {"a": "up", "b": "later_tier"})
        self.assertEqual(then["answer"]["records"], ["pacs.example.test. 60 IN A 127.0.0.31"])
        self.assertNotIn("error", then["answer"])
        done = self.command("pacs.example.test", "--at", moment)
        self.assertIn("pacs.example.test. 60 IN A 127.0.0.31", done.stdout)
        self.assertIn("b       127.0.0.32  up", done.stdout)
        self.assertIn("nothing is kept of the pool pacs at that time; what is kept begins at",
                      self.explain("pacs.example.test", status=404, at="-1h"))
        self.assertEqual(self.command("pacs.example.test", "--at", "-1h").returncode, 1)
        self.assertIn("whose turn it was then is not known", self.command("share.example.test", "--at", moment).stdout)
        # Another configuration: said, and the zone of now.
        self.write("zones/triagedns.yaml", CONFIG.format(port=self.port, server="identity: ns1").replace(
            "pacs: {policy: failover", "pacs: {policy: round-robin"))
        self.write("zones/example.test.zone", ZONE.replace("TTL 60", "TTL 61"))
        self.assertEqual(lab.triagedns("reload", "--admin", "http://%s:%d" % self.server.admin).returncode, 0)
        then = self.explain("pacs.example.test", at=moment)
        self.assertEqual(self.rules(then), {"a": "up", "b": "up"})
        self.assertRegex(" ".join(then["notes"]), r"pool pacs was configured otherwise then.*zone example\.test\. was loaded")

    def test_orders(self):
        done = lab.triagedns("drain", "pacs", "a", "--reason", "new disk", "--by", "anna", "--admin",
                             "http://%s:%d" % self.server.admin)
        self.assertEqual(done.returncode, 0, done.stderr)
        report = self.explain("pacs.example.test")
        self.assertEqual(self.rules(report), {"a": "drained", "b": "up"})
        self.assertEqual(report["pools"][0]["targets"][0]["members"][0]["orders"], ["drained: new disk (anna)"])
        self.assertIn("EDE: 0 (Other): (pacs: a drained; 1 of 2 in service)", self.server.dig("pacs.example.test"))

    def test_what_is_no_question(self):
        for more, words in [({"name": "a..b"}, "empty label"), ({"type": "NOPE"}, "no record type"),
                            ({"client": "10.0.0.1/8"}, "no bits set"), ({"at": "soon"}, "no time of the past"),
                            ({"at": "2999-01-01T00:00:00Z"}, "no time of the past"), ({"name": ""}, "write name=")]:
            self.assertIn(words, self.explain(**{"name": "pacs.example.test", "status": 400, **more}))
        self.assertEqual(self.command("pacs.example.test", "--at", "soon").returncode, 64)
        self.assertEqual(self.command("pacs.example.test", "NOPE").returncode, 1)

    def test_nobody_loses_a_turn(self):
        self.write("zones/triagedns.yaml", CONFIG.format(port=self.port, server="identity: ns1").replace(
            "pacs: {policy: failover", "pacs: {policy: round-robin"))
        self.assertEqual(lab.triagedns("reload", "--admin", "http://%s:%d" % self.server.admin).returncode, 0)
        for _ in range(4):
            for _ in range(3):
                report = self.explain("pacs.example.test")
            self.assertEqual([record.split()[-1] for record in report["answer"]["records"]],
                             self.server.short("pacs.example.test"))


class InAnswers(ExplainCase):
    TEXT = "EDE: 0 (Other): (pacs: a down (port, tcp: connection refused); 1 of 2 in service)"

    def test_by_default(self):
        self.begin()
        self.assertNotIn("EDE", self.server.dig("pacs.example.test"))
        self.kill(31, "a")
        for arguments in ([], ["+tcp"]):
            self.assertIn(self.TEXT, self.server.dig("pacs.example.test", *arguments))
        self.assertNotIn("EDE", self.server.dig("pacs.example.test", "+noedns"))
        kdig = lab.run("kdig", "@127.0.0.1", "-p", self.server.port, "+edns", "pacs.example.test").stdout
        self.assertIn("1 of 2 in service", kdig)
        self.assertEqual(self.explain("pacs.example.test", client="10.9.9.9")["answer"]["error"]["code"], 0)
        self.assertNotIn("error", self.explain("pacs.example.test", client="192.0.2.9")["answer"])

    def test_off(self):
        self.begin("explain_in_answers: off")
        self.kill(31, "a")
        self.assertNotIn("EDE", self.server.dig("pacs.example.test"))

