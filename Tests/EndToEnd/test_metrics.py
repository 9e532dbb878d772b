"""Debian's Prometheus scrapes a server while a target dies; the dashboard, the alert rules and the table in
docs/monitoring.md say of metrics nothing that is not so."""
import json
import os
import re
import shutil
import urllib.error
import urllib.parse
import urllib.request

import lab
from test_health import WebServer
from test_notify import Receiver

MONITORING = os.path.join(lab.ROOT, "docs", "monitoring")
DOCUMENT = os.path.join(lab.ROOT, "docs", "monitoring.md")
A, B = "127.0.0.141", "127.0.0.142"
READ, OPERATE = "r" * 32, "o" * 32
NAME = r"\b(?:triagedns|process)_[a-z0-9_]+\b"
ZONE = """\
$TTL 300
@     IN SOA ns1 hostmaster 7 7200 900 1209600 30
@     IN NS  ns1
ns1   IN A   192.0.2.53
pacs  30 IN POOL pacs
"""
CONFIGURATION = """\
server:
  identity: ns1
  admin: {{tokens_file: admin.tokens}}
  query_log: {{dnstap: {{file: queries.fstrm}}}}
  rate_limit: 1000
checks:
  web: {{type: http, port: 8071, interval: 200ms, recheck: 100ms, fall: 2, rise: 2}}
  cert: {{type: tls, port: 8443, min_days: 0, role: advisory, interval: 1s, recheck: 500ms}}
pools:
  pacs: {{policy: round-robin, checks: [web, cert], targets: {{a: {a}, b: {b}}}}}
notify:
  ops: {{webhook: "{hook}"}}
"""


def read(*path):
    with open(os.path.join(*path)) as file:
        return file.read()


def dashboard_queries():
    """(title, query) of all panels, variables and all."""
    panels = json.loads(read(MONITORING, "grafana-dashboard.json"))["panels"]
    return [(panel["title"], target["expr"]) for panel in panels for target in panel.get("targets", [])]


def documented():
    """The table of docs/monitoring.md: {name: (type, labels, help)}."""
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \|([^|]*)\| (.+) \|$", read(DOCUMENT), re.M)
    return {name: (kind, frozenset(re.findall(r"`(\w+)`", labels)), text) for name, kind, labels, text in rows}


def emitted(text):
    """The same of a scrape."""
    kinds = dict(re.findall(r"^# TYPE (\w+) (\w+)$", text, re.M))
    helps = dict(re.findall(r"^# HELP (\w+) (.+)$", text, re.M))
    labels = {name: set() for name in kinds}
    for name, found in re.findall(r"^(\w+)(?:\{(.*)\})? \S+$", text, re.M):
        family = name if name in kinds else re.sub(r"_(bucket|sum|count)$", "", name)
        labels[family] |= set(re.findall(r'(\w+)="', found)) - {"le"}
    return {name: (kinds[name], frozenset(labels[name]), helps[name]) for name in kinds}


def counters(text):
    """The values of all counters."""
    return {series: float(value) for series, value in re.findall(r"^(\w+_total(?:\{.*\})?) (\S+)$", text, re.M)}


class Rules(lab.LabCase):
    def test_alerts(self):
        """Each is silent in one case of alerts-test.yml and fires in another, and docs/monitoring.md says what to do."""
        for arguments in (["check", "rules", "alerts.yml"], ["test", "rules", "alerts-test.yml"]):
            done = lab.run("promtool", *arguments, cwd=MONITORING, seconds=60)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        names = re.findall(r"- alert: (\w+)", read(MONITORING, "alerts.yml"))
        self.assertGreater(len(names), 20)
        tests = re.split(r"^  - name: ", read(MONITORING, "alerts-test.yml"), flags=re.M)[1:]
        self.assertEqual([test.split()[0] for test in tests], names)
        for name, test in zip(names, tests):
            self.assertEqual(test.count("eval_time:"), 2, name)
            self.assertEqual(re.findall(r'alertname="(\w+)"', test), [name])
        self.assertEqual(re.findall(r"^### (TriageDNS\w+)$", read(DOCUMENT), re.M), names)
        runbooks = re.findall(r"runbook: docs/monitoring\.md#(\w+)", read(MONITORING, "alerts.yml"))
        self.assertEqual(runbooks, [name.lower() for name in names])

    def test_the_example_is_the_file(self):
        example = read(MONITORING, "prometheus.yml")
        scrape = example[example.index("scrape_configs:"):example.index("\n\nrule_files")]
        self.assertIn(f"```yaml\n{scrape}\n```", read(DOCUMENT))


class Metrics(lab.LabCase):
    def setUp(self):
        super().setUp()
        hook = Receiver(self)
        self.targets = [WebServer(self, address, 8071) for address in (A, B)]
        for address in (A, B):
            self.start(lab.binary(), "stand-in", "--address", address, name="stand-in")
        self.write("zones/example.test.zone", ZONE)
        self.write("zones/triagedns.yaml", CONFIGURATION.format(a=A, b=B, hook=hook.url))
        self.write("zones/admin.tokens", f"prometheus read {READ}\nanna operate {OPERATE}\n")
        self.server = self.serve(self.path("zones"), flags=["--state", self.path("state")])

    def metrics(self):
        status, text = self.server.get("/metrics")
        self.assertEqual(status, 200)
        return text

    def test_what_is_documented_is_there(self):
        """And what is there is documented: names, types, labels, meanings."""
        self.server.post("/v1/pools/pacs/targets/b/weight", {"weight": 5})
        lab.eventually(10, "certificates are known", lambda: "certificate_expiry" in self.metrics())
        text = self.metrics()
        self.assertEqual(emitted(text), documented())
        done = lab.run("promtool", "check", "metrics", input=text)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))

    def test_counters_survive_a_reload(self):
        for name in ("ns1.example.test", "none.example.test", "elsewhere.test"):
            self.server.dig(name)
        before = counters(self.metrics())
        zone = 'triagedns_zone_responses_total{rcode="%s",transport="udp",zone="%s"}'
        for code, name in (("NOERROR", "example.test."), ("NXDOMAIN", "example.test."), ("REFUSED", "none")):
            self.assertEqual(before[zone % (code, name)], 1, (code, name))
        # dig brings a cookie of its own, and has none of ours.
        self.assertEqual(before['triagedns_query_cookies_total{cookie="client_only",transport="udp"}'], 3)
        self.write("zones/another.test.zone", ZONE.replace("hostmaster 7", "hostmaster 8"))
        os.unlink(self.path("zones/example.test.zone"))
        self.assertEqual(self.server.post("/v1/reload")[0], 200)
        self.server.dig("ns1.another.test")
        text = self.metrics()
        after = counters(text)
        self.assertEqual([series for series in before if after.get(series, -1) < before[series]], [])
        self.assertEqual(after[zone % ("NOERROR", "another.test.")], 1)
        self.assertIn('triagedns_zone_serial{zone="another.test."} 8', text)
        self.assertNotIn("triagedns_zone_serial{zone=\"example.test.\"}", text)
        self.assertGreater(after['triagedns_admin_requests_total{code="200"}'], 1)

    # Prometheus.

    def start_prometheus(self):
        """Prometheus with the configuration of the docs, but for the place, TLS and the pace."""
        self.token = self.write("prometheus.token", "x" * 32)
        text = read(MONITORING, "prometheus.yml")
        for old, new in (('"ns1.hospital.example:8053", "ns2.hospital.example:8053"', '"%s:%d"' % self.server.admin),
                         ("/etc/prometheus/triagedns.token", self.token), ("scheme: https", "scheme: http"),
                         ("scrape_interval: 15s", "scrape_interval: 1s\n    scrape_timeout: 1s"),
                         ("    tls_config:\n      ca_file: /etc/prometheus/triagedns-ca.pem\n", "")):
            self.assertIn(old, text)
            text = text.replace(old, new)
        self.write("prometheus/prometheus.yml", "global: {evaluation_interval: 500ms}\n" + text)
        shutil.copy(os.path.join(MONITORING, "alerts.yml"), self.path("prometheus/alerts.yml"))
        self.port = lab.free_port()
        self.prometheus = self.start(
            "prometheus", f"--config.file={self.path('prometheus/prometheus.yml')}",
            f"--storage.tsdb.path={self.path('prometheus/data')}", f"--web.listen-address=127.0.0.1:{self.port}",
            name="prometheus")

    def ask(self, path, **parameters):
        """What Prometheus's API says."""
        url = f"http://127.0.0.1:{self.port}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                return json.load(response)["data"]
        except urllib.error.HTTPError as error:
            self.fail(f"{path} {parameters}: {error.read().decode()}")

    def result(self, query):
        return self.ask("query", query=query)["result"]

    def value(self, query):
        found = self.result(query)
        self.assertEqual(len(found), 1, query)
        return float(found[0]["value"][1])

    def until_value(self, query, value):
        lab.eventually(10, f"{query} is {value}", lambda: self.value(query) == value)

    def test_prometheus(self):
        self.start_prometheus()
        lab.eventually(15, "the token is refused", lambda: "401" in str(self.ask("targets")["activeTargets"]))
        self.until_value('up{job="triagedns"}', 0)
        self.write("prometheus.token", READ)
        self.until_value('up{job="triagedns"}', 1)
        self.server.post("/v1/pools/pacs/targets/b/weight", {"weight": 5})
        down = f'triagedns_target_state{{target="a",address="{A}",state="down"}}'
        self.until_value(down, 0)
        self.until_value('triagedns_pool_targets_in_service{pool="pacs"}', 2)
        self.targets[0].stop()
        self.until_value(down, 1)
        self.until_value('triagedns_pool_targets_in_service{pool="pacs"}', 1)
        self.until_value('triagedns_probes_total{check="web",outcome="failed",layer="tcp"} > bool 0', 1)
        self.check_dashboard()
        self.check_rules()

    def check_dashboard(self):
        """All of its queries have data."""
        queries = dashboard_queries()
        self.assertGreater(len(queries), 60)
        names = emitted(self.metrics())
        for title, query in queries:
            for name in re.findall(NAME, query):
                self.assertTrue(name in names or re.sub(r"_(bucket|sum|count)$", "", name) in names, (title, name))
        values = {"$job": "triagedns", "$instance": ".*", "$pool": ".*", "$__rate_interval": "5s"}
        for title, query in queries:
            for variable, value in values.items():
                query = query.replace(variable, value)
            self.assertNotIn("$", query)
            self.server.dig("ns1.example.test", *(["+tcp"] if "tcp" in query else []))
            lab.eventually(10, f"{title} has data: {query}", lambda: self.result(query))
        dashboard = json.loads(read(MONITORING, "grafana-dashboard.json"))
        for variable in dashboard["templating"]["list"]:
            if variable["type"] == "query":
                selector, label = re.fullmatch(r"label_values\((.+), (\w+)\)", variable["definition"]).groups()
                for name, value in values.items():
                    selector = selector.replace(name, value)
                self.assertTrue(all(label in series for series in self.ask("series", **{"match[]": selector})))

    def check_rules(self):
        """All can be evaluated, and look for what there is; what has happened is on its way to whom it concerns."""
        names = emitted(self.metrics())

        def evaluated():
            rules = [rule for group in self.ask("rules")["groups"] for rule in group["rules"]]
            for rule in rules:
                self.assertEqual((rule["health"], rule.get("lastError", "")), ("ok", ""), rule["name"])
                for name in re.findall(NAME, rule["query"]):
                    self.assertIn(re.sub(r"_bucket$", "", name), names, rule["name"])
            active = {rule["name"] for rule in rules if rule["state"] != "inactive"}
            self.assertEqual(active - {"TriageDNSNotScraped"}, {"TriageDNSTargetDown", "TriageDNSOneTargetLeft"})
            return True
        lab.eventually(15, "all are evaluated", evaluated)
