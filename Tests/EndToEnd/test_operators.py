"""What operators order: over the API and the command line, seen in answers, status and events."""
import http.client
import json
import time

import lab

ZONE = """\
$TTL 300
@    IN SOA ns1 hostmaster 1 7200 900 1209600 30
@    IN NS  ns1
ns1  IN A   192.0.2.53
"""
A, B, C = "192.0.2.11", "192.0.2.12", "192.0.2.13"
POOLS = f"pools:\n  pacs: {{policy: weighted, targets: {{a: {{address: {A}, weight: 3}}, b: {B}}}}}\n"


class Operators(lab.LabCase):
    """Pools whose targets have no checks, so that nobody but the operator changes anything."""

    def start_pools(self, yaml=POOLS, records="pacs 300 IN POOL pacs\n"):
        self.write("zones/example.test.zone", ZONE + records)
        self.write("zones/triagedns.yaml", yaml)
        self.server = self.serve(self.path("zones"))
        self.admin = "http://%s:%d" % self.server.admin

    def post(self, path, body=None, **headers):
        """(status, media type, body) of a POST."""
        connection = http.client.HTTPConnection(*self.server.admin, timeout=5)
        self.addCleanup(connection.close)
        text = body if isinstance(body, str) else json.dumps(body) if body is not None else None
        headers.setdefault("Authorization", f"Bearer {self.server.token}")
        connection.request("POST", path, body=text, headers={name: value for name, value in headers.items() if value})
        response = connection.getresponse()
        return response.status, response.getheader("Content-Type"), json.loads(response.read())

    def order(self, verb, target="a", pool="pacs", status=200, **body):
        got, kind, answer = self.post(f"/v1/pools/{pool}/targets/{target}/{verb}", body)
        self.assertEqual(got, status, answer)
        self.assertEqual(kind, "application/json" if status < 300 else "application/problem+json")
        return answer

    def cli(self, *arguments, code=0, seconds=15):
        done = lab.triagedns(*arguments, "--admin", self.admin, seconds=seconds)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout if code == 0 else done.stderr

    def answers(self, count=1, name="pacs.example.test"):
        """All that is seen in `count` answers, sorted."""
        return sorted({line for _ in range(count) for line in self.server.short(name)})

    def events(self):
        return json.loads(self.server.get("/v1/events?limit=1000")[1])["events"]


class Verbs(Operators):
    def test_drain_by_the_api(self):
        self.start_pools()
        self.assertEqual(self.answers(24), [A, B])
        report = self.order("drain", reason="upgrade", by="anna")
        self.assertEqual((report["has_changed"], report["answers"]["members"]), (True, [B]))
        self.assertEqual(report["target"]["override"], "drained")
        self.assertEqual(report["target"]["orders"]["state"]["note"]["by"], "anna")
        self.assertEqual(self.answers(24), [B])
        self.assertFalse(self.order("drain")["has_changed"])
        overrides = json.loads(self.server.get("/v1/overrides")[1])["overrides"]
        self.assertEqual([(x["orders"]["target"], x["override"], x["is_there"]) for x in overrides],
                         [("a", "drained", True)])
        self.assertEqual(self.order("undrain", by="bob")["answers"]["members"], [A, B])
        self.assertEqual(self.answers(24), [A, B])
        self.assertEqual(json.loads(self.server.get("/v1/overrides")[1]), {"overrides": []})
        self.assertEqual([(e["kind"], e["from"], e["to"], e["reason"], e["by"]) for e in self.events()],
                         [("override", "none", "drained", "upgrade", "anna"),
                          ("override", "drained", "none", "ordered by an operator", "bob")])

    def test_drain_by_the_command_line(self):
        self.start_pools()
        text = self.cli("drain", "pacs", "a", "--reason", "Orthanc 1.12.9", "--by", "anna")
        self.assertRegex(text, r"^pacs a: drained since 20\S+Z \(Orthanc 1\.12\.9, by anna\)\n")
        self.assertIn(f"pacs answers {B}", text)
        self.assertEqual(self.answers(24), [B])
        self.assertRegex(self.cli("status"), r"pacs a: drained since 20\S+Z \(Orthanc 1\.12\.9, by anna\)")
        self.assertIn("none -> drained (Orthanc 1.12.9, by anna)", self.cli("events"))
        self.assertIn("pacs a: nothing is ordered", self.cli("undrain", "pacs", "a"))
        self.assertEqual(self.answers(24), [A, B])
        self.assertEqual(json.loads(self.cli("drain", "pacs", "a", "--json"))["target"]["override"], "drained")
        done = lab.triagedns("drain", "pacs", "a", "--admin", "http://127.0.0.1:1")
        self.assertEqual((done.returncode, "is the server running" in done.stderr), (2, True))

    def test_the_last_target_stays(self):
        self.start_pools()
        self.order("drain", "b")
        problem = self.order("drain", "a", status=409)
        self.assertEqual((problem["code"], problem["in_service"], problem["required"], problem["status"]),
                         ("last_target", ["a"], 1, 409))
        self.assertIn("(b is drained)", problem["detail"])
        self.assertEqual(self.answers(24), [A])
        error = self.cli("drain", "pacs", "a", code=1)
        self.assertIn("a is the last target of the pool pacs in service (b is drained)", error)
        self.assertIn("--force", error)
        # Never an empty answer: where all are drained, some answer is better than none.
        self.cli("drain", "pacs", "a", "--force")
        self.assertEqual(self.answers(24), [A, B])
        self.assertTrue(self.events()[-1]["reason"].endswith("(forced)"))

    def test_min_healthy(self):
        targets = "{a: %s, b: %s, c: %s}" % (A, B, C)
        self.start_pools(f"pools:\n  pacs: {{min_healthy: 2, targets: {targets}}}\n")
        self.order("force", "a", state="down")
        problem = self.order("force", "b", status=409, state="down")
        self.assertEqual((problem["code"], problem["in_service"], problem["required"]), ("min_healthy", ["b", "c"], 2))
        self.assertEqual(self.answers(), [B, C])
        # Who is out already takes nothing more out.
        self.order("drain", "a")
        self.assertEqual(self.order("force", "a", state="up")["answers"]["members"], [A, B, C])
        self.assertEqual(self.order("force", "a", state="off")["target"].get("orders"), None)

    def test_migration_by_weight(self):
        self.start_pools()
        shares = lambda: self.server.pool("pacs")["answers"]["weights"]
        self.assertEqual(shares(), [3, 1])
        for first, second in ((90, 10), (50, 50)):
            self.order("weight", "b", weight=second)
            self.assertEqual(self.order("weight", "a", weight=first)["answers"]["weights"], [first, second])
            seen = [self.server.short("pacs.example.test")[0] for _ in range(20)]
            self.assertAlmostEqual(seen.count(A), 20 * first / 100, delta=4)
        self.assertEqual(self.order("weight", "a", weight=0)["answers"]["weights"], [0, 50])
        self.assertEqual(self.answers(20), [B])
        problem = self.order("weight", "b", weight=0, status=409)
        self.assertEqual((problem["code"], problem["in_service"]), ("last_weight", ["a", "b"]))
        self.cli("weight", "pacs", "a", "file")
        self.order("weight", "b", weight=None)
        self.assertEqual(shares(), [3, 1])

    def test_restore_by_the_command_line(self):
        self.start_pools()
        self.assertIn("does not wait to be restored", self.cli("restore", "pacs", "a", code=1))

    def test_orders_outlive_a_reload_and_the_target(self):
        self.start_pools()
        self.order("drain")
        self.order("weight", weight=7)
        self.write("zones/triagedns.yaml", f"pools:\n  pacs: {{policy: weighted, targets: {{b: {B}, c: {C}}}}}\n")
        self.cli("reload")
        self.assertEqual(self.answers(24), [B, C])
        overrides = json.loads(self.server.get("/v1/overrides")[1])["overrides"]
        self.assertEqual([(x["orders"]["target"], x["is_there"]) for x in overrides], [("a", False)])
        self.write("zones/triagedns.yaml", POOLS)
        self.cli("reload")
        self.assertEqual(self.answers(24), [B])
        self.assertEqual(self.order("undrain")["answers"]["weights"], [7, 1])
        # What is ordered for somebody who is gone can be taken back.
        self.write("zones/triagedns.yaml", f"pools:\n  pacs: {{policy: weighted, targets: {{b: {B}, c: {C}}}}}\n")
        self.cli("reload")
        self.order("drain", status=404)
        self.cli("clear", "pacs", "a")
        self.assertEqual(json.loads(self.server.get("/v1/overrides")[1]), {"overrides": []})

    def test_what_cannot_be_understood(self):
        self.start_pools()
        path = "/v1/pools/pacs/targets/a/"
        for verb, body, words in (
                ("drain", "[", "JSON object"), ("drain", {"resaon": "x"}, "unknown key resaon"),
                ("drain", {"force": 1}, "true or false"), ("drain", {"reason": "x\ny"}, "control characters"),
                ("drain", {"by": "x" * 201}, "200 octets"), ("drain", {"reason": 3}, "must be a string"),
                ("weight", {}, "weight is missing"), ("weight", {"weight": -1}, "0 to 1000000"),
                ("weight", {"weight": 1.5}, "whole number"), ("weight", {"weight": True}, "whole number"),
                ("force", {"state": "left"}, "up, down or off"), ("force", {}, "state is missing"),
                ("maintenance", {}, "until is missing"), ("maintenance", {"until": "soon"}, "but is soon"),
                ("maintenance", {"until": "2026-02-30T00:00:00Z"}, "but is"),
                ("maintenance", {"until": "2020-01-01T00:00:00Z"}, "would be over"),
                ("maintenance", {"from": "2h", "until": "0s"}, "before it begins"),
                ("maintenance", {"until": "9000h"}, "366 days")):
            with self.subTest(verb=verb, body=body):
                status, kind, problem = self.post(path + verb, body)
                self.assertEqual((status, kind, problem["code"]), (400, "application/problem+json", "bad_request"))
                self.assertIn(words, problem["detail"])
        self.assertEqual(self.events(), [])
        self.order("drain", "x", status=404)
        self.order("drain", "a", "x", status=404)
        self.order("maintenance/1/end", status=404)
        self.assertEqual(self.post(path + "drain", None, Authorization=None)[2]["code"], "unauthorized")
        self.assertEqual(self.post(path + "drain", None, Authorization=None, Host="evil.example")[2]["code"], "misdirected")
        self.assertEqual(self.server.get(path + "drain")[0], 405)
        self.assertIn("the pool pacs has no target b/c", self.cli("drain", "pacs", "b/c", code=1))
        self.cli("drain", "pacs", "b")
        self.assertIn("is drained, not forced", self.cli("force", "pacs", "b", "off", code=1))


class DrainClock(Operators):
    """Times are counted on the server's clock, from what the response said: nothing here depends on how fast we are."""

    records = "pacs 4 IN POOL pacs\nother 2 IN POOL pacs\n"

    def clock(self, target="a"):
        return next(t for t in self.server.pool("pacs")["targets"] if t["name"] == target)["drain_clock"]

    def test_wait_returns_when_no_resolver_has_it_any_more(self):
        self.start_pools(records=self.records)
        self.assertEqual(self.clock(), {"is_answered": True, "ttl": 4, "is_safe": False, "also_answered_as": []})
        before = time.time()
        text = self.cli("drain", "pacs", "a", "--wait")
        self.assertGreaterEqual(time.time() - before, 4)
        self.assertRegex(text, r"pacs a: safe to stop at \d\d:\d\d:\d\d \(in [567] s\)\n(.|\n)*pacs a: safe to stop now\n$")
        self.assertEqual(self.clock(), {"is_answered": False, "is_safe": True, "also_answered_as": []})
        # It has been out for longer than the TTL: at once.
        self.assertIn("safe to stop now", self.cli("drain", "pacs", "a", "--wait"))

    def test_waiting_in_vain(self):
        self.start_pools(records="pacs 30 IN POOL pacs\nother 2 IN POOL pacs\n")
        error = self.cli("drain", "pacs", "a", "--wait", "--timeout", "500ms", code=4)
        self.assertRegex(error, r"error: safe to stop at \d\d:\d\d:\d\d \(in \d+ s\), which is later than --timeout")
        waiting = self.start(lab.binary(), "drain", "pacs", "a", "--wait", "--admin", self.admin, name="wait")
        lab.eventually(5, "it waits", lambda: "safe to stop at" in waiting.output())
        self.order("undrain")
        self.assertEqual(waiting.wait(10), 3)
        self.assertIn("a is answered with, so it is not safe to stop", waiting.output())
        # All are drained, so all are answered with.
        self.order("drain", "b")
        self.assertIn("still answered with", self.cli("drain", "pacs", "a", "--force"))
        self.cli("drain", "pacs", "a", "--force", "--wait", code=3)

    def test_migration_ends_with_a_clock(self):
        self.start_pools(records=self.records)
        text = self.cli("weight", "pacs", "a", "0")
        self.assertRegex(text, r"pacs a: safe to stop at ")
        self.assertRegex(self.cli("status"), r"pacs a: weight 0 since (.|\n)*pacs a: safe to stop at ")

    def test_an_address_of_two_pools(self):
        self.start_pools(POOLS + f"  dicom: {{targets: {{a: {A}, b: {B}}}}}\n", self.records + "dicom 4 IN POOL dicom\n")
        text = self.cli("drain", "pacs", "a")
        self.assertIn("as far as this pool goes\nthe same address is still answered as dicom a", text)

    def test_a_pool_in_a_pool(self):
        self.start_pools(
            POOLS + f"  outer: {{policy: failover, targets: {{site: {{pool: pacs}}, own: {C}}}}}\n",
            self.records + "outer 8 IN POOL outer\n")
        self.assertEqual(self.answers(24, "outer.example.test"), [A, B])
        self.assertEqual(self.clock()["ttl"], 8)
        text = self.cli("drain", "outer", "site")
        self.assertIn(f"outer answers {C}", text)
        self.assertEqual(self.answers(24, "outer.example.test"), [C])
        self.assertEqual(self.answers(24), [A, B])
        self.assertEqual(self.clock()["ttl"], 4)


class Maintenance(Operators):
    def test_a_window_begins_and_ends_by_itself(self):
        self.start_pools()
        window = self.order("maintenance", status=201, until="8s", reason="disk", by="anna")
        self.assertEqual(window["target"]["override"], "maintenance")
        self.assertEqual(self.answers(12), [B])
        later = self.order("maintenance", status=201, **{"from": "1s", "until": "8s"})
        self.assertEqual([w["id"] for w in later["target"]["orders"]["maintenance"]], [1, 2])
        self.assertIn("in maintenance until", self.cli("status"))
        self.assertIn("is in maintenance until", self.order("undrain", status=409)["detail"])
        lab.eventually(30, "both are over", lambda: self.answers(24) == [A, B])
        self.assertEqual(self.server.pool("pacs")["targets"][0].get("orders"), None)
        kinds = [(e["kind"], e.get("to")) for e in self.events()]
        self.assertEqual(kinds, [
            ("maintenance_begin", "maintenance"), ("maintenance_scheduled", None), ("maintenance_begin", None),
            ("maintenance_end", None), ("maintenance_end", "none")])

    def test_windows_that_would_take_out_the_last(self):
        self.start_pools()
        self.cli("maintenance", "pacs", "a", "--from", "2h", "--until", "1h")
        problem = self.order("maintenance", "b", status=409, **{"from": "150min", "until": "3h"})
        self.assertEqual((problem["code"], problem["in_service"]), ("last_target", []))
        self.order("maintenance", "b", status=201, **{"from": "4h", "until": "1h"})
        self.order("maintenance", "b", status=201, until="1h")
        self.assertEqual(self.answers(24), [A])
        self.cli("maintenance", "pacs", "b", "--end", "2")
        self.assertEqual(self.answers(24), [A, B])
        # Forced: whoever is well goes on, rather than nobody.
        self.order("maintenance", "a", status=201, until="1h")
        self.order("maintenance", "b", status=201, until="1h", force=True)
        self.assertEqual(self.answers(24), [A, B])
