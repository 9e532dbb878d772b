"""What checks can ask, against servers that are not ours: nginx, dcmtk, Python's HTTP server, and programs."""
import base64
import http.server
import json
import os
import re
import shutil
import threading
import time
import unittest

import lab
from certificates import Certificates
from orthanc import STREAM_MODULE

NAME = "pacs.example.test"

ZONE = """\
$TTL 300
@        IN SOA ns1 hostmaster 1 7200 900 1209600 30
@        IN NS  ns1
ns1      IN A   127.0.0.1
pacs  30 IN POOL web
dicom 30 IN POOL dicom
"""
PACE = "interval: 300ms, recheck: 100ms, timeout: 2s, fall: 2, rise: 2"


class Web(http.server.BaseHTTPRequestHandler):
    """Answers /secret to who knows the secret, and tells of every request."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.requests.append((self.path, dict(self.headers)))
        known = self.headers.get("Authorization") == self.server.authorization
        status = 200 if self.path != "/secret" or known else 401
        body = self.server.body
        time.sleep(self.server.delay)
        self.send_response(status)
        self.send_header("Content-Length", len(body))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class CheckCase(lab.LabCase):
    @classmethod
    def setUpClass(cls):
        cls.holder = lab.LabCase()
        cls.holder.setUp()
        cls.addClassCleanup(cls.holder.doCleanups)
        cls.certificates = Certificates(cls.holder.path("certificates"))

    def certificate(self, name):
        return self.certificates.path(name + ".crt"), self.certificates.path(name + ".key")

    def probe(self, *arguments, code=0):
        done = lab.triagedns("probe", *arguments)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def web(self, address="127.0.0.1", port=0):
        server = http.server.ThreadingHTTPServer((address, port), Web)
        server.requests, server.authorization, server.body, server.delay = [], None, b"Orthanc is up\n", 0
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        self.addCleanup(lambda: (server.shutdown(), server.server_close(), thread.join(5)))
        return server

    def nginx(self, certificate="good", clients=None, forward=None):
        """Starts nginx with TLS; returns its port for HTTPS, or for a stream to the port `forward`."""
        port, scratch = lab.free_port(), self.path(f"nginx-{time.monotonic_ns()}")
        os.makedirs(scratch)
        crt, key = self.certificate(certificate)
        asks = f"ssl_verify_client on; ssl_client_certificate {self.certificates.path(clients)};" if clients else ""
        listen = f"listen 127.0.0.1:{port} ssl; ssl_certificate {crt}; ssl_certificate_key {key}; {asks}"
        paths = "".join(f"{kind}_temp_path {scratch}/{kind}; "
                        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        block = (f"stream {{ server {{ {listen} proxy_pass 127.0.0.1:{forward}; }} }}" if forward else
                 f"http {{ access_log {scratch}/access.log; {paths} server {{ {listen} return 200 'names $ssl_server_name "
                 "$host'; } }")
        load = f"load_module {STREAM_MODULE};\n" if forward else ""
        file = self.write(f"{os.path.basename(scratch)}.conf", (
            f"{load}daemon off; master_process off; pid {scratch}/pid; error_log {scratch}/error.log;\n"
            f"events {{ worker_connections 64; }}\n{block}\n"))
        self.start("nginx", "-e", f"{scratch}/error.log", "-c", file, name="nginx")
        self.wait_tcp(port)
        return port

    def storescp(self, *options):
        port = lab.free_port()
        self.start("storescp", *options, port, name="storescp")
        self.wait_tcp(port)
        return port

    def wait_tcp(self, port, address="127.0.0.1"):
        def connects():
            with lab.socket.create_connection((address, port), timeout=1):
                return True
        lab.eventually(60, f"{address}:{port} listens", connects)

    def serve_pools(self, checks, pools):
        self.write("zones/example.test.zone", ZONE)
        self.write("zones/triagedns.yaml", f"checks:\n{checks}\npools:\n{pools}\n")
        return self.serve(self.path("zones"))

    def check_of(self, server, check, address="127.0.0.1", pool="web"):
        return server.checks(pool, address)[check]


class Certificate(CheckCase):
    def test_each_kind_of_certificate(self):
        ca = ["--verify", "strict", "--ca-file", self.certificates.path("ca.crt"), "--min-days", "0"]
        for certificate, strict, mild in (
                ("good", "passed", "passed"),
                ("expired", "failed at tls: certificate expired on", "degraded at tls: certificate expired on"),
                ("wrong-name", "degraded at tls: certificate is for other.example.test, not pacs.example.test",
                 "degraded at tls: certificate is for other.example.test, not pacs.example.test"),
                ("untrusted", "failed at tls: certificate is from an authority that is not trusted: Test other-ca",
                 "passed")):
            place = f"127.0.0.1:{self.nginx(certificate)}"
            with self.subTest(certificate):
                code = 1 if strict.startswith("failed") else 0
                self.assertIn(strict, self.probe("https", place, "--name", NAME, *ca, code=code))
                self.assertIn(mild, self.probe("https", place, "--name", NAME, "--cover-name", "--min-days", "0"))
                self.assertIn("passed", self.probe("https", place))
                if certificate == "wrong-name":
                    self.assertIn("failed at tls: certificate is for other.example.test",
                                  self.probe("tls", place, "--server-name", NAME, *ca, code=1))

    def test_days_to_go(self):
        place = f"127.0.0.1:{self.nginx()}"
        self.assertRegex(self.probe("tls", place, "--min-days", "31"),
                         r"degraded at tls: certificate expires on \d{4}-\d\d-\d\d, in 29 days")
        self.assertRegex(self.probe("tls", place, "--min-days", "20"), r"tls .*certificate for .*, until .*\npassed")

    def test_pins_of_the_certificate_and_of_its_key(self):
        place = f"127.0.0.1:{self.nginx('untrusted')}"
        crt, _ = self.certificate("untrusted")
        fingerprint = lab.run("openssl", "x509", "-in", crt, "-noout", "-fingerprint", "-sha256").stdout.split("=")[1]
        key = lab.run("sh", "-c", f"openssl x509 -in {crt} -pubkey -noout | openssl pkey -pubin -outform der "
                                  "| openssl dgst -sha256 -binary | base64").stdout.strip()
        for pin in (fingerprint.strip(), fingerprint.strip().replace(":", "").lower(), f"sha256//{key}"):
            self.assertIn("passed", self.probe("https", place, "--verify", "pin", "--pin", pin))
            other = f"127.0.0.1:{self.nginx('good')}"
            self.assertIn("failed at tls: the certificate for pacs.example.test, 127.0.0.11, 127.0.0.12 is not the one",
                          self.probe("https", other, "--verify", "pin", "--pin", pin, code=1))

    def test_server_sees_the_name_that_clients_use(self):
        port = self.nginx()
        server = self.serve_pools(
            f'  web: {{type: https, port: {port}, body_contains: "names pacs.example.test pacs.example.test", {PACE}}}\n'
            f'  cert: {{type: tls, port: {port}, verify: strict, ca_file: "{self.certificates.path("ca.crt")}", {PACE}}}',
            "  web: {checks: [web, cert], targets: {a: 127.0.0.1}}\n"
            "  dicom: {checks: [cert], targets: {a: 127.0.0.1}}")
        def seen():
            self.assertEqual(self.check_of(server, "web")["outcome"], "passed")
            self.assertEqual(self.check_of(server, "cert")["outcome"], "passed")
            # The other name of the same host is not in the certificate.
            other = self.check_of(server, "cert", pool="dicom")
            self.assertEqual((other["outcome"], other["layer"]), ("degraded", "tls"), other)
            self.assertIn("not dicom.example.test", other["error"])
            return True
        lab.eventually(6, "each pool's own name", seen)
        self.assertEqual(server.short("dicom.example.test"), ["127.0.0.1"])


class ClientCertificate(CheckCase):
    def test_dicom_against_storescp(self):
        # storescp asks for a certificate of an authority that it trusts.
        crt, key = self.certificate("client")
        server = self.certificate("good")
        port = self.storescp("+tls", server[1], server[0], "+cf", self.certificates.path("ca.crt"))
        arguments = ["dicom", f"127.0.0.1:{port}", "--tls"]
        output = self.probe(*arguments, "--client-certificate", crt, "--client-key", key)
        self.assertRegex(output, r"(?s)tcp .*tls .*dicom .*A-ASSOCIATE-AC after.*passed")
        self.assertRegex(self.probe(*arguments, code=1), "failed at tls: the server wants a client certificate")
        stranger = self.certificate("untrusted")
        refused = self.probe(*arguments, "--client-certificate", stranger[0], "--client-key", stranger[1], code=1)
        self.assertRegex(refused, "failed at tls: the server (refuses|does not trust the authority of) our client cert")
        echo = lab.run("echoscu", "+tls", key, crt, "+cf", self.certificates.path("ca.crt"), "127.0.0.1", port)
        self.assertEqual(echo.returncode, 0, echo.stderr)

    def test_dicom_against_orthanc(self):
        # Orthanc has no option for the address to bind, so it takes free ports of all of them.
        key, crt = self.path("orthanc.key"), self.path("orthanc.crt")
        for source, copy in zip(self.certificate("good"), (crt, key)):
            shutil.copy(source, copy)
        http_port, port = lab.free_port(), lab.free_port()
        configuration = self.write("orthanc.json", json.dumps({
            "Name": "mutual", "StorageDirectory": self.path("db"), "IndexDirectory": self.path("db"),
            "HttpPort": http_port, "DicomPort": port, "DicomAet": "ORTHANC", "DicomCheckCalledAet": True,
            "DicomTlsEnabled": True, "DicomTlsCertificate": crt, "DicomTlsPrivateKey": key,
            "DicomTlsTrustedCertificates": self.certificates.path("ca.crt"), "SaveJobs": False}))
        orthanc = self.start("Orthanc", configuration, name="orthanc")
        self.addCleanup(orthanc.kill)
        self.wait_tcp(port)
        crt, key = self.certificate("client")
        strict = ["--verify", "strict", "--ca-file", self.certificates.path("ca.crt"), "--name", NAME]
        arguments = ["dicom", f"127.0.0.1:{port}", "--tls", *strict, "--client-certificate", crt, "--client-key", key]
        self.assertRegex(self.probe(*arguments),
                         r"(?s)tcp .*tls .*certificate for pacs.example.test.*dicom .*A-ASSOCIATE-AC after.*passed")
        self.assertIn("failed at dicom: association rejected: called AE title not recognized (OTHER)",
                      self.probe(*arguments, "--called-aet", "OTHER", code=1))
        self.assertIn("failed at tls: the server wants a client certificate",
                      self.probe("dicom", f"127.0.0.1:{port}", "--tls", code=1))

    def test_dicom_behind_nginx(self):
        crt, key = self.certificate("client")
        port = self.nginx(clients="ca.crt", forward=self.storescp())
        arguments = ["dicom", f"127.0.0.1:{port}", "--tls"]
        self.assertIn("passed", self.probe(*arguments, "--client-certificate", crt, "--client-key", key))
        self.assertIn("failed at", self.probe(*arguments, code=1))

    def test_https(self):
        crt, key = self.certificate("client")
        place = f"127.0.0.1:{self.nginx(clients='ca.crt')}"
        # nginx shakes hands with anybody, and then answers 400.
        self.assertIn("HTTP status 400", self.probe("https", place, code=1))
        self.assertIn("passed", self.probe("https", place, "--client-certificate", crt, "--client-key", key))
        wrong = self.certificate("good")[1]
        self.assertIn("not run: TLS cannot be set up (does client_key belong to client_certificate?)",
                      self.probe("https", place, "--client-certificate", crt, "--client-key", wrong, code=1))


class Answers(CheckCase):
    def test_secrets_are_read_again_and_never_shown(self):
        web = self.web()
        port = web.server_address[1]
        secret = self.write("zones/secret", "operator:first-Secret\n")
        os.chmod(secret, 0o600)

        def expect(credentials):
            web.authorization = "Basic " + base64.b64encode(credentials.encode()).decode()
        expect("operator:first-Secret")
        server = self.serve_pools(
            f"  web: {{type: http, port: {port}, path: /secret, basic_auth_file: secret, {PACE}}}",
            "  web: {checks: [web], targets: {a: 127.0.0.1}}\n  dicom: {targets: {a: 127.0.0.1}}")
        passed = lambda: self.check_of(server, "web")["outcome"] == "passed"
        lab.eventually(6, "the secret is right", passed)
        expect("operator:second-Secret")
        lab.eventually(6, "the secret is wrong", lambda: "401" in self.check_of(server, "web").get("error", ""))
        self.write("zones/secret", "operator:second-Secret\n")
        lab.eventually(6, "the new secret is read", passed)
        shown = server.process.output() + "".join(server.get(path)[1] for path in ("/v1/pools", "/v1/hosts", "/metrics"))
        shown += self.probe("http", f"127.0.0.1:{port}", "--path", "/secret", "--basic-auth-file", secret)
        for word in ("first-Secret", "second-Secret", web.authorization.split()[1]):
            self.assertNotIn(word, shown)
        # One pass is not enough to be up again.
        lab.eventually(6, "the target is up", lambda: server.pool("web")["targets"][0]["state"] == "up")
        # What cannot be read is our trouble: the target stays as it is.
        os.remove(secret)
        lab.eventually(6, "it says so", lambda: "cannot read a secret from" in server.process.output())
        self.assertEqual(server.pool("web")["targets"][0]["state"], "up")

    def test_bodies_headers_and_statuses(self):
        web = self.web()
        web.authorization = "nobody knows"
        place = f"127.0.0.1:{web.server_address[1]}"
        self.assertIn("passed", self.probe("http", place, "--body-contains", "Orthanc is", "--header", "X-Test: 1"))
        self.assertEqual(web.requests[-1][1]["X-Test"], "1")
        self.assertIn("HTTP status 200, but \"nginx\" is not in the body (14 octets)",
                      self.probe("http", place, "--body-contains", "nginx", code=1))
        self.assertIn("does not match ^up", self.probe("http", place, "--body-matches", "^up", code=1))
        self.assertIn("HTTP status 401, expected 200-299",
                      self.probe("http", place, "--path", "/secret", "--expect-status", "200-299", code=1))
        self.assertIn("passed", self.probe("http", place, "--path", "/secret", "--expect-status", "200-299, 401"))
        web.delay = 0.3
        self.assertRegex(self.probe("http", place, "--slow", "200ms"), "degraded at http: slow: .* in all, 200 ms would")

    def test_wrong_options_are_explained(self):
        for arguments, words in (
                (["http", "127.0.0.1:1", "--path", "x"], "path must start with /"),
                (["tcp", "127.0.0.1:1", "--verify", "off"], "verify does not apply to type tcp"),
                (["dicom", "127.0.0.1:1", "--verify", "off"], "verify needs TLS"),
                (["exec", "127.0.0.1"], "has no command"),
                (["tcp", "127.0.0.1"], "is not HOST:PORT")):
            done = lab.triagedns("probe", *arguments)
            self.assertEqual(done.returncode, 64, done.stdout + done.stderr)
            self.assertIn(words, done.stderr)

    def test_every_key_is_an_option(self):
        with open(os.path.join(lab.ROOT, "docs/configuration.md")) as f:
            section = f.read().split("\n## `checks: NAME`\n")[1].split("\n## ")[0]
        keys = re.findall(r"^\| `(\w+)` \|", section.split("\n| key | ")[1], re.MULTILINE)
        self.assertGreater(len(keys), 25)
        usage = lab.triagedns("probe", "--help").stdout
        # Not of one probe, or written as an argument.
        for key in set(keys) - {"type", "port", "role", "interval", "recheck", "fall", "rise", "command"}:
            option = {"headers": "header", "pins": "pin"}.get(key, key).replace("_", "-")
            self.assertRegex(usage, rf"--{option}\b")


class Programs(CheckCase):
    def test_exit_codes_and_evidence(self):
        self.assertRegex(self.probe("exec", "127.0.0.1", "--", "/bin/echo", "{address}"), r"exec .*127\.0\.0\.1\npassed")
        self.assertIn("failed at exec: exit code 1", self.probe("exec", "127.0.0.1", "--", "/bin/false", code=1))
        plugin = ["exec", "127.0.0.1:22", "--exit-codes", "nagios", "--", "/bin/sh", "-c"]
        self.assertIn("degraded at exec: warning: disk 91%", self.probe(*plugin, "echo 'disk 91%|x=1'; exit 1"))
        self.assertIn("not run: /bin/sh does not know: eh", self.probe(*plugin, "echo eh; exit 3", code=1))
        self.assertIn("no end within 300 ms, killed",
                      self.probe("exec", "127.0.0.1", "--timeout", "300ms", "--", "/bin/sleep", "60", code=1))

    def test_echoscu_as_a_check(self):
        port = self.storescp()
        arguments = ["exec", f"127.0.0.1:{port}", "--", "/usr/bin/echoscu", "{address}", "{port}"]
        self.assertIn("passed", self.probe(*arguments))
        arguments[1] = f"127.0.0.1:{lab.free_port()}"
        self.assertIn("failed at exec: exit code", self.probe(*arguments, code=1))

    def test_takes_a_target_out(self):
        flag = self.write("flag", "")
        script = self.write("check", f"#!/bin/sh\necho $TRIAGEDNS_NAME is looked at\ntest -e {flag}\n")
        os.chmod(script, 0o755)
        web = self.web("127.0.0.2")
        server = self.serve_pools(
            f"  program: {{type: exec, command: [{script}], {PACE}}}\n"
            f"  port: {{type: tcp, port: {web.server_address[1]}, {PACE}}}",
            "  web: {checks: [program], targets: {a: 127.0.0.1, b: {address: 127.0.0.2, checks: [port]}}}\n"
            "  dicom: {targets: {a: 127.0.0.1}}")
        lab.eventually(6, "both", lambda: set(server.short(NAME)) == {"127.0.0.1", "127.0.0.2"})
        os.remove(flag)
        lab.eventually(6, "one", lambda: set(server.short(NAME)) == {"127.0.0.2"})
        check = self.check_of(server, "program")
        self.assertEqual(check["error"], f"exit code 1: {NAME} is looked at")
        self.assertEqual(set(server.checks("web", "127.0.0.2")), {"port"})
        open(flag, "w").close()
        lab.eventually(8, "both again", lambda: set(server.short(NAME)) == {"127.0.0.1", "127.0.0.2"})


class Services(CheckCase):
    def test_one_service_of_a_host_down_and_the_other_answered(self):
        web = self.web("127.0.0.2")
        port = web.server_address[1]
        other = self.web("127.0.0.3", port)
        dicom = self.storescp()
        targets = "targets: {a: 127.0.0.2, b: 127.0.0.3}"
        server = self.serve_pools(
            f"  web: {{type: http, port: {port}, {PACE}}}\n  echo: {{type: dicom, port: {dicom}, {PACE}}}",
            f"  web: {{checks: [web, echo], {targets}}}\n  dicom: {{checks: [echo], {targets}}}")
        both = {"127.0.0.2", "127.0.0.3"}
        answers = lambda name: set(server.short(f"{name}.example.test"))
        lab.eventually(6, "both in both", lambda: answers("pacs") == answers("dicom") == both)
        web.shutdown()
        web.server_close()
        lab.eventually(6, "one for the web", lambda: answers("pacs") == {"127.0.0.3"})
        self.assertEqual(answers("dicom"), both)

        def told():
            # One host, and each of its checks, once.
            status = lab.triagedns("hosts", "--admin", "http://%s:%d" % server.admin)
            self.assertEqual(status.returncode, 0, status.stderr)
            lines = [line for line in status.stdout.splitlines() if line.startswith("127.0.0.2 ")]
            self.assertEqual(len(lines), 2, status.stdout)
            self.assertRegex(lines[0], r"web .*failed at tcp: connection refused .*web \(down\)$")
            self.assertRegex(lines[1], r"echo .*passed .*web \(down\), dicom \(up\)$")
            return True
        lab.eventually(6, "what each check finds", told)

    def test_probes_of_two_pools_are_one(self):
        web = self.web("127.0.0.2")
        port = web.server_address[1]
        server = self.serve_pools(
            f"  web: {{type: http, port: {port}, host: same, interval: 1s}}",
            "  web: {checks: [web], targets: {a: 127.0.0.2}}\n"
            "  dicom: {checks: [web], targets: {x: 192.0.2.1, y: {address: 192.0.2.2, probe: {address: 127.0.0.2}}}}")
        # Of one moment: the next probe changes both.
        checks = {(pool["name"], entry["address"]): entry["checks"]
                  for pool in json.loads(server.get("/v1/pools")[1])["pools"]
                  for target in pool["targets"] for entry in target["addresses"]}
        self.assertEqual(checks["web", "127.0.0.2"], checks["dicom", "192.0.2.2"])
        lab.eventually(6, "what is answered is not what is probed",
                       lambda: "192.0.2.2" in server.short("dicom.example.test"))
        address = next(t for t in server.pool("dicom")["targets"] if t["name"] == "y")["addresses"][0]
        self.assertEqual((address["probed_address"], address["state"]), ("127.0.0.2", "up"))

    def test_advice_degrades(self):
        web = self.web("127.0.0.2")
        server = self.serve_pools(
            f"  web: {{type: http, port: {web.server_address[1]}, {PACE}}}\n"
            f"  body: {{type: http, port: {web.server_address[1]}, body_contains: up, role: advisory, {PACE}}}",
            "  web: {checks: [web, body], targets: {a: 127.0.0.2}}\n  dicom: {targets: {a: 127.0.0.2}}")
        state = lambda: server.pool("web")["targets"][0]["state"]
        lab.eventually(6, "up", lambda: state() == "up")
        web.body = b"Welcome to nginx!\n"
        lab.eventually(6, "degraded", lambda: state() == "degraded")
        self.assertEqual(server.short(NAME), ["127.0.0.2"])
        self.assertEqual(self.check_of(server, "body", "127.0.0.2")["outcome"], "failed")


del CheckCase  # not a test itself

if __name__ == "__main__":
    unittest.main()
