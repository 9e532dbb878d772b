"""Who may use the admin endpoint: tokens by role, rotated while the server runs, TLS whose certificate is replaced, limits."""
import http.client
import os
import socket
import ssl
import time

import lab
from certificates import Certificates

ZONE = """\
$TTL 300
@     IN SOA ns1 hostmaster 1 7200 900 1209600 30
@     IN NS  ns1
ns1   IN A   127.0.0.1
"""
READ, OPERATE = "r" * 32, "o" * 32


class Access(lab.LabCase):
    def start_server(self, admin):
        self.write("zones/example.test.zone", ZONE)
        self.write("zones/triagedns.yaml", f"server:\n  admin: {{{admin}}}\n")
        self.write("zones/admin.tokens", f"# ours\nviewer read {READ}\nanna operate {OPERATE}\n")

    def status(self, method, path, token=None, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return self.server.post(path, headers=headers, method=method)[0]

    def test_roles_and_rotation(self):
        self.start_server("tokens_file: admin.tokens")
        self.server = self.serve(self.path("zones"))
        self.assertEqual(self.status("POST", "/v1/reload", READ), 403)
        self.assertEqual(self.status("POST", "/v1/reload", OPERATE), 200)
        self.assertEqual(self.status("GET", "/v1/pools", "x" * 32), 401)
        # A proxy's clients are not this machine.
        self.assertEqual(self.status("GET", "/v1/pools", X_Forwarded_For="192.0.2.1"), 401)
        self.assertEqual(self.status("GET", "/v1/pools", READ, X_Forwarded_For="192.0.2.1"), 200)
        # Whatever the router takes for the page's live parts; its files are everybody's.
        for path in ("/page/live", "/page//live", "//page/live", "/page/live/", "/page/live//", "/page/%6cive", "/page/x/../live"):
            self.assertIn(self.status("GET", path, X_Forwarded_For="192.0.2.1"), (401, 404), path)
        self.assertEqual(self.status("GET", "/page/page.css", X_Forwarded_For="192.0.2.1"), 200)
        self.assertEqual(self.status("GET", "/v1/pools", Host="evil.example"), 421)
        self.write("zones/admin.tokens", f"viewer read {READ}\nbob operate {'b' * 32}\n")
        lab.eventually(5, "the new token holds", lambda: self.status("POST", "/v1/reload", "b" * 32) == 200)
        self.assertEqual(self.status("POST", "/v1/reload", OPERATE), 401)
        # Half a file changes nothing.
        self.write("zones/admin.tokens", "viewer re")
        time.sleep(1.5)
        self.assertEqual(self.status("POST", "/v1/reload", "b" * 32), 200)
        self.assertRegex(self.server.process.output(), r"admin\.tokens:1: a token is a line of three words")

    def test_certificate_is_replaced(self):
        self.start_server("tokens_file: admin.tokens, certificate_file: chain.pem, key_file: key.pem")
        made = Certificates(self.path("pki"), names="IP:127.0.0.1")

        def install(name):
            for source, target in ((f"{name}.key", "key.pem"), (f"{name}.crt", "chain.pem")):
                with open(made.path(source)) as f:
                    self.write(f"zones/{target}", f.read())

        def name():
            context = ssl.create_default_context(cafile=made.path("ca.crt"))
            context.check_hostname = False
            with socket.create_connection(self.server.admin, timeout=5) as plain, context.wrap_socket(plain) as tls:
                return dict(pair[0] for pair in tls.getpeercert()["subject"])["commonName"]

        def status():
            return lab.run(lab.binary(), "status", "--admin", "https://127.0.0.1:%d" % self.server.admin[1],
                           env=dict(os.environ, TRIAGEDNS_CA_FILE=made.path("ca.crt"), TRIAGEDNS_TOKEN=READ))

        install("good")
        self.server = self.serve(self.path("zones"), wait=False)
        lab.eventually(10, "TLS", lambda: name() == "good")
        self.assertEqual(status().returncode, 0, status().stderr)
        install("wrong-name")
        lab.eventually(10, "the new certificate", lambda: name() == "wrong-name")
        refused = status()
        self.assertEqual(refused.returncode, 2)
        self.assertIn("certificate", refused.stderr)
        with self.assertRaises((http.client.HTTPException, OSError)):
            self.server.get("/healthz")

    def test_what_is_too_much(self):
        self.start_server("tokens_file: admin.tokens")
        self.server = self.serve(self.path("zones"))
        self.assertEqual(self.server.post("/v1/pools/p/targets/t/drain", {"reason": "x" * 20_000})[0], 413)
        connection = http.client.HTTPConnection(*self.server.admin, timeout=5)
        self.addCleanup(connection.close)
        with self.assertRaises((http.client.HTTPException, OSError, AssertionError)):
            connection.request("GET", "/healthz", headers={"X": "x" * 40_000})
            self.assertEqual(connection.getresponse().status, 200)
        self.assertEqual(self.server.get("/healthz")[0], 200)

    def test_check_reads_the_files_too(self):
        self.start_server("tokens_file: admin.tokens, certificate_file: none.pem, key_file: none.key")
        self.write("zones/admin.tokens", "anna operate short\n")
        done = lab.triagedns("check", self.path("zones"))
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"admin\.tokens:1: error: the token of anna is too short")
        self.assertRegex(done.stderr, r"none\.pem: error: .*PEM")
