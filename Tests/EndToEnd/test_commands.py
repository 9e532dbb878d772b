"""The command line: tables and JSON, exit codes, colours, progress."""
import http.server
import json
import os
import re
import signal
import threading

import lab
import test_health
from terminal import Terminal

A = test_health.A
NOBODY = "http://127.0.0.1:1"
DOCS = os.path.join(lab.ROOT, "docs")


class Commands(test_health.HealthCase):
    def start_server(self):
        self.start_targets()
        self.start_pool("policy: weighted", more=f"  spare:\n    targets: {{a: {A}, c: 192.0.2.3}}\n")
        self.settle()
        self.admin = "http://%s:%d" % self.server.admin

    def command(self, *arguments, code=0, env=None):
        done = lab.run(lab.binary(), *arguments, env=dict(os.environ, TRIAGEDNS_ADMIN=self.admin, **(env or {})))
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout if code == 0 else done.stderr

    def terminal(self, *arguments, **options):
        env = dict(TRIAGEDNS_ADMIN=self.admin, **options.pop("env", {}))
        return Terminal(self, lab.binary(), *arguments, env=env, **options)


class Reports(Commands):
    def test_tables_and_json(self):
        self.start_server()
        self.command("drain", "pacs", "b", "--reason", "disk", "--by", "anna")
        self.command("weight", "pacs", "b", "7", "--by", "bob")
        table = self.command("overrides").splitlines()
        self.assertEqual(table[0].split(), ["POOL", "TARGET", "IN", "SERVICE", "ORDER"])
        self.assertRegex(table[1], r"^pacs +b +no +drained since 20\S+Z \(disk, by anna\)$")
        self.assertRegex(table[2], r"^pacs +b +no +weight 7 since 20\S+Z \(by bob\)$")
        # The API's JSON, to the octet.
        self.assertEqual(self.command("overrides", "--json"), self.server.get("/v1/overrides")[1])
        self.command("clear", "pacs", "b")
        self.assertEqual(self.command("overrides"), "nothing is ordered\n")
        hosts = self.command("hosts").splitlines()
        self.assertEqual(hosts[0].split(), ["HOST", "CHECK", "VERDICT", "POOLS"])
        self.assertRegex(hosts[1], rf"^{re.escape(A)} +web 8071 +passed in [\d.]+ ms +pacs \(up\)$")
        for name, path, key in (("hosts", "/v1/hosts", "hosts"), ("status", "/v1/pools", "pools")):
            there, here = json.loads(self.server.get(path)[1]), json.loads(self.command(name, "--json"))
            self.assertEqual((here.keys(), len(here[key])), (there.keys(), len(there[key])))
        report = json.loads(self.command("reload", "--json"))
        self.assertEqual((report["result"], [z["status"] for z in report["zones"]]), ("loaded", ["unchanged"]))
        probe = json.loads(self.command("probe", "http", f"{A}:8071", "--json"))
        self.assertEqual((probe["outcome"], [l["layer"] for l in probe["layers"]]), ("passed", ["tcp", "http"]))
        self.a.stop()
        done = lab.triagedns("probe", "http", f"{A}:8071", "--json")
        failed = json.loads(done.stdout)
        self.assertEqual((done.returncode, failed["outcome"], failed["layer"], failed["error"]),
                         (1, "failed", "tcp", "connection refused"))

    def test_one_pool_and_one_target(self):
        self.start_server()
        self.assertEqual({line.split()[0] for line in self.command("status").splitlines()[1:]}, {"pacs", "spare"})
        rows = [line.split()[:3] for line in self.command("status", "spare").splitlines()[1:]]
        self.assertEqual(rows, [["spare", "a", A], ["spare", "c", "192.0.2.3"]])
        rows = [line.split()[:3] for line in self.command("status", "spare", "c").splitlines()[1:]]
        self.assertEqual(rows, [["spare", "c", "192.0.2.3"]])
        self.assertEqual(json.loads(self.command("status", "spare", "--json"))["name"], "spare")
        self.assertEqual(json.loads(self.command("status", "spare", "c", "--json"))["target"]["name"], "c")
        self.assertIn("error: ", self.command("status", "nobody", code=1))
        self.assertIn("error: ", self.command("status", "spare", "nobody", code=1))

    def test_zones_and_records(self):
        self.start_server()
        lines = "".join(f"n{number:04} IN A 192.0.2.1\n" for number in range(1500))
        self.write("zones/example.test.zone", test_health.ZONE + "pacs 300 IN POOL pacs\nx IN MX 10 nowhere\n" + lines)
        self.write("zones/broken.test.zone", test_health.ZONE + "x IN A 1.2.3\n")
        self.command("reload", code=1)
        zones = self.command("zones")
        self.assertRegex(zones, r"example\.test\. +yes +1 +1505 +20\S+Z +0 +1 +\S+/example\.test\.zone\n")
        self.assertRegex(zones, r"broken\.test\. +no +- +\d+ +- +1 +0 ")
        self.assertRegex(zones, r"\n\S+/broken\.test\.zone:5: error: ")
        self.assertEqual(self.command("zones", "--json"), self.server.get("/v1/zones")[1])
        one = self.command("zones", "example.test")
        self.assertNotIn("broken", one)
        # Page after page, in canonical order.
        records = self.command("records", "example.test").splitlines()
        self.assertEqual(len(records), 1505)
        self.assertRegex(records[0], r"^example\.test\. 300 IN \S+ ")
        self.assertEqual([line for line in records if " A 192.0.2.1" in line],
                         [f"n{number:04}.example.test. 300 IN A 192.0.2.1" for number in range(1500)])
        self.assertEqual(self.command("records", "example.test", "--name", "pacs"), "pacs.example.test. 300 IN POOL pacs\n")
        self.assertEqual(len(self.command("records", "example.test", "--type", "A", "--limit", "1200").splitlines()), 1200)
        self.assertEqual(self.command("records", "example.test", "--limit", "7", "--json"),
                         self.server.get("/v1/zones/example.test/records?limit=7")[1])
        pages = [json.loads(line) for line in self.command("records", "example.test", "--json").splitlines()]
        self.assertEqual([len(page["records"]) for page in pages], [1000, 505])
        self.assertIn("error: there is no zone nowhere", self.command("records", "nowhere", code=1))
        self.assertIn("error: ", self.command("zones", "nowhere", code=1))

    def test_checks_configuration_and_runtime(self):
        self.start_server()
        checks = self.command("checks").splitlines()
        self.assertEqual(checks[0].split(), ["CHECK", "TYPE", "PORT", "EVERY", "STATES", "TROUBLES", "POOLS"])
        self.assertRegex(checks[1], r"^web +http +8071 +200ms +2 up +- +pacs \(a, b\)$")

        def same():
            # It counts probes, and one may come in between.
            before, shown = self.server.get("/v1/checks")[1], self.command("checks", "--json")
            return shown in (before, self.server.get("/v1/checks")[1])
        lab.eventually(30, "the same", same)
        self.assertEqual(self.command("config", "--json"), self.server.get("/v1/config")[1])
        text = self.command("config")
        self.assertEqual(text.splitlines()[0], "# " + self.path("zones/triagedns.yaml"))
        self.assertIn("\npools:\n  pacs:\n    policy: weighted\n", text)
        self.assertIn("\n      a:\n        address: [127.0.0.71]\n", text)
        runtime = self.command("runtime")
        self.assertRegex(runtime, r"\nprocess +%d\n" % self.server.process.pid)
        self.assertRegex(runtime, r"\nready +yes\n")
        self.server.short("pacs.example.test")
        self.assertRegex(self.command("runtime"), r"\nudp +1 +0 +0 +0 +0 +0 +NOERROR 1\n")
        self.assertEqual(json.loads(self.command("runtime", "--json"))["pid"], self.server.process.pid)

    def test_findings_for_programs(self):
        self.write("zones/example.test.zone", test_health.ZONE + "www IN A 1.2.3\nmail IN MX 10 nowhere\n")
        done = lab.triagedns("check", self.path("zones"), "--json")
        report = json.loads(done.stdout)
        self.assertEqual((done.returncode, done.stderr, report["is_good"], report["errors"]), (1, "", False, 1))
        finding = report["findings"][0]
        self.assertEqual((finding["severity"], finding["file"], finding["line"]),
                         ("error", self.path("zones/example.test.zone"), 5))
        self.assertIn("1.2.3", finding["message"])
        self.write("zones/example.test.zone", test_health.ZONE + "mail IN MX 10 nowhere\n")
        report = json.loads(lab.triagedns("check", self.path("zones"), "--json").stdout)
        self.assertEqual((report["is_good"], report["errors"], report["warnings"], report["zones"], report["records"]),
                         (True, 0, 1, 1, 4))


class Foreign(http.server.BaseHTTPRequestHandler):
    """Something else that speaks HTTP."""

    def do_GET(self):
        body = b"<html>\n<title>router</title>\n</html>\n"
        self.send_response(404 if "explain" in self.path else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *_):
        pass


class ExitCodes(Commands):
    ASKING = (["status"], ["top"], ["hosts"], ["events"], ["overrides"], ["explain", "example.test"], ["reload"],
              ["zones"], ["records", "example.test"], ["checks"], ["config"], ["runtime"], ["drain", "pacs", "a"], ["undrain", "pacs", "a"], ["force", "pacs", "a", "up"], ["weight", "pacs", "a", "1"],
              ["maintenance", "pacs", "a", "--until", "1h"], ["clear", "pacs", "a"], ["restore", "pacs", "a"])

    def test_unreachable_is_2_for_all(self):
        foreign = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Foreign)
        threading.Thread(target=foreign.serve_forever, daemon=True).start()
        self.addCleanup(foreign.server_close)
        self.addCleanup(foreign.shutdown)
        for arguments in self.ASKING:
            with self.subTest(arguments[0]):
                self.admin = NOBODY
                error = self.command(*arguments, code=2)
                self.assertRegex(error, r"^error: no answer from \S+: connection refused; is the server running")
                self.admin = "http://127.0.0.1:%d" % foreign.server_address[1]
                error = self.command(*arguments, code=2)
                self.assertRegex(error, r"^error: \S+ does not answer as triagedns \S+ does")

    def test_refused_is_1(self):
        self.start_server()
        self.assertIn("error: there is no pool x", self.command("drain", "x", "a", code=1))
        self.assertIn("error: ", self.command("explain", "example.test", "NOPE", code=1))
        self.command("drain", "pacs", "a")
        self.assertIn("(--force)", self.command("drain", "pacs", "b", code=1))
        self.assertEqual(lab.triagedns("check", self.path("nowhere")).returncode, 1)
        self.assertEqual(lab.triagedns("serve", self.path("nowhere")).returncode, 1)
        # 3 and 4 are those of drain --wait: test_operators.

    def test_usage_is_64(self):
        self.admin = NOBODY
        for arguments in (["nonsense"], ["status", "--nonsense"], ["drain", "pacs"], ["check"], ["top", "--interval", "1ms"],
                          ["status", "--color", "blue"], ["status", "--admin", "nowhere"]):
            with self.subTest(arguments):
                self.command(*arguments, code=64)

    def test_documented(self):
        """Each number with its meaning: in the help, the manual page and docs/commands.md."""
        help_text = " ".join(lab.triagedns("--help").stdout.split())
        with open(os.path.join(DOCS, "commands.md")) as f:
            page = f.read()
        codes = re.search(r"EXIT CODES: (.*?) ENVIRONMENT:", help_text)[1]
        self.assertEqual(re.findall(r"(?:^| )(\d+) [A-Zd]", codes), ["0", "1", "2", "3", "4", "64"])
        for number in (0, 1, 2, 3, 4, 64):
            self.assertIn(f"| {number} |", page)
        for name in re.findall(r"[A-Z_]{6,}", help_text.split("ENVIRONMENT:")[1].split("USAGE:")[0]):
            self.assertIn(f"`{name}`", page)


class Colors(Commands):
    def shown(self, *arguments, **env):
        terminal = self.terminal("overrides", *arguments, env=env)
        self.assertEqual(terminal.wait(), 0)
        return "\x1b[" in terminal.seen

    def test_only_at_a_terminal_and_for_who_wants_them(self):
        self.start_server()
        self.command("drain", "pacs", "a")
        self.assertTrue(self.shown())
        self.assertFalse(self.shown(NO_COLOR="1"))
        self.assertFalse(self.shown(TERM="dumb"))
        self.assertFalse(self.shown("--color", "never"))
        self.assertTrue(self.shown("--color", "always", NO_COLOR="1"))
        self.assertNotIn("\x1b", self.command("overrides"))
        self.assertIn("\x1b[", self.command("overrides", "--color", "always"))
        self.assertNotIn("\x1b", self.command("overrides", "--json", "--color", "always"))


class Progress(Commands):
    def test_long_work_says_how_far_it_is(self):
        self.admin = NOBODY
        zones = os.path.join(lab.ROOT, "zones")
        arguments = ["simulate", zones, "--kill", "orthanc-a", "--runs", "100000"]
        terminal = self.terminal(*arguments)
        lab.eventually(20, "it is shown", lambda: re.search(r"\r\x1b\[K\d+ of 100000 runs", terminal.read()))
        os.kill(terminal.pid, signal.SIGKILL)
        terminal.wait()


if __name__ == "__main__":
    lab.unittest.main()
