"""The HTTP API as it describes itself: schemathesis over /openapi.yaml, and requests that no client would send."""
import contextlib
import http.client
import json
import os
import random
import socket

import lab

ZONE = """\
$TTL 300
@       IN SOA ns1 hostmaster 7 7200 900 1209600 30
@       IN NS  ns1
ns1     IN A   127.0.0.1
a       IN A   127.0.0.11
b       IN A   127.0.0.12
mail    IN A   192.0.2.1
mail    IN A   192.0.2.2
mail    IN TXT "two  blanks"
pacs 30 IN POOL orthanc
_dicom._tcp 30 IN POOL orthanc SRV 11112
"""
CONFIG = """\
server: {{watch: off, state: off}}
checks:
  web: {{type: tcp, port: {port}, interval: 1s}}
  run: {{type: exec, command: [/bin/true, "--token=hush"], role: advisory}}
pools:
  orthanc:
    policy: weighted
    checks: [web, run]
    targets:
      a: {{address: 127.0.0.11, weight: 3, name: a.hospital.example}}
      b: {{address: 127.0.0.12, name: b.hospital.example}}
"""
SCHEMATHESIS = os.path.join(lab.ROOT, ".build", "schemathesis", "bin", "python")


class ApiCase(lab.LabCase):
    def setUp(self):
        super().setUp()
        port = lab.free_port("127.0.0.11")
        for address in ("127.0.0.11", "127.0.0.12"):
            self.listener(address, port)
        self.write("zones/hospital.example.zone", ZONE)
        self.write("zones/0%2f25.2.0.192.in-addr.arpa.zone", ZONE.split("a  ")[0])
        self.write("zones/triagedns.yaml", CONFIG.format(port=port))
        self.server = self.serve(self.path("zones"))

    def get(self, path, **headers):
        """(status, headers, parsed body) of one request."""
        connection = http.client.HTTPConnection(*self.server.admin, timeout=5)
        with contextlib.closing(connection):
            connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            response = connection.getresponse()
            body = response.read().decode()
            return response.status, response.headers, json.loads(body) if body else None


class Reading(ApiCase):
    def test_records_are_paged(self):
        records, after = [], ""
        while True:
            status, _, page = self.get(f"/v1/zones/hospital.example/records?limit=2{after}")
            self.assertEqual((status, page["serial"], page["zone"]), (200, 7, "hospital.example."))
            records += page["records"]
            if "next" not in page:
                break
            after = f"&after={page['next']}"
        self.assertEqual([(r["name"].removesuffix("hospital.example."), r["type"], r["data"]) for r in records], [
            ("", "NS", "ns1.hospital.example."),
            ("", "SOA", "ns1.hospital.example. hostmaster.hospital.example. 7 7200 900 1209600 30"),
            ("_dicom._tcp.", "POOL", "orthanc SRV 11112"), ("a.", "A", "127.0.0.11"), ("b.", "A", "127.0.0.12"),
            ("mail.", "A", "192.0.2.1"), ("mail.", "A", "192.0.2.2"), ("mail.", "TXT", '"two  blanks"'),
            ("ns1.", "A", "127.0.0.1"), ("pacs.", "POOL", "orthanc")])
        self.assertEqual(self.get("/v1/zones/hospital.example/records?type=TXT&name=MAIL")[2]["records"],
                         [{"name": "mail.hospital.example.", "ttl": 300, "type": "TXT", "data": '"two  blanks"'}])
        self.assertEqual(self.get("/v1/zones/0%2F25.2.0.192.in-addr.arpa/records?limit=1")[2]["zone"],
                         "0/25.2.0.192.in-addr.arpa.")

    def test_zones_say_what_is_wrong_with_their_files(self):
        self.write("zones/hospital.example.zone", ZONE.replace(" 7 7200", " 8 7200") + "alone IN MX 10 nowhere\n")
        self.assertEqual(self.server.post("/v1/reload")[0], 200)
        zone = self.get("/v1/zones/hospital.example")[2]
        self.assertEqual((zone["serial"], zone["records"], zone["has_errors"]), (8, 11, False))
        self.assertEqual([(w["line"], w["severity"]) for w in zone["warnings"]], [(12, "warning")])
        self.assertEqual({p["pool"] for p in zone["pools"]}, {"orthanc"})
        self.write("zones/hospital.example.zone", "nonsense\n")
        self.server.post("/v1/reload")
        zone = self.get("/v1/zones/hospital.example")[2]
        self.assertEqual((zone["serial"], zone["has_errors"], zone["is_served"]), (8, True, True))
        self.assertGreater(len(zone["errors"]), 0)

    def test_what_has_not_changed_is_not_sent_again(self):
        for path in ("/v1/zones", "/v1/config", "/v1/zones/hospital.example/records", "/page/page.css"):
            connection = http.client.HTTPConnection(*self.server.admin, timeout=5)
            with contextlib.closing(connection):
                connection.request("GET", path)
                first = connection.getresponse()
                self.assertEqual(first.status, 200)
                first.read()
                connection.request("GET", path, headers={"If-None-Match": f'"x", {first.headers["ETag"]}'})
                second = connection.getresponse()
                self.assertEqual((second.status, second.read(), second.headers["ETag"]),
                                 (304, b"", first.headers["ETag"]), path)
        self.write("zones/hospital.example.zone", ZONE.replace(" 7 7200", " 8 7200"))
        self.server.post("/v1/reload")
        status, headers, _ = self.get("/v1/zones")
        self.assertEqual(self.get("/v1/zones", If_None_Match=headers["ETag"])[0], 304)
        self.write("zones/hospital.example.zone", ZONE.replace(" 7 7200", " 9 7200"))
        self.server.post("/v1/reload")
        self.assertEqual(self.get("/v1/zones", If_None_Match=headers["ETag"])[0], 200)

    def test_errors_are_problems_everywhere(self):
        for method, path, status, code in [
                ("GET", "/v1/explain", 400, "bad_request"), ("GET", "/v1/explain?name=x&at=2999-01-01T00:00:00Z", 400, "bad_request"),
                ("GET", "/v1/events?limit=0", 400, "bad_request"), ("GET", "/v1/events?x=1", 400, "bad_request"),
                ("GET", "/v1/pools/x", 404, "no_pool"), ("GET", "/v1/zones/x", 404, "no_zone"),
                ("GET", "/v1/zones/x/records", 404, "no_zone"), ("GET", "/v1/zones/a..b", 400, "bad_request"),
                ("GET", "/nowhere", 404, "not_found"), ("GET", "/v1/reload", 405, "method_not_allowed"),
                ("DELETE", "/v1/zones", 405, "method_not_allowed"), ("PUT", "/", 405, "method_not_allowed"),
                ("PATCH", "/metrics", 405, "method_not_allowed"), ("POST", "/healthz", 405, "method_not_allowed")]:
            with self.subTest(f"{method} {path}"):
                connection = http.client.HTTPConnection(*self.server.admin, timeout=5)
                with contextlib.closing(connection):
                    connection.request(method, path, headers={"Authorization": f"Bearer {self.server.token}"})
                    response = connection.getresponse()
                    problem = json.loads(response.read())
                self.assertEqual((response.status, problem["status"], problem["code"]), (status, status, code))
                self.assertEqual(response.headers["Content-Type"], "application/problem+json")
                self.assertEqual("Allow" in response.headers, status == 405)

    def test_streams_of_events_and_pages_are_counted_together(self):
        def stream(path):
            s = socket.create_connection(self.server.admin, timeout=5)
            self.addCleanup(s.close)
            s.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n".encode())
            status = s.recv(4096).decode().split()[1]
            if status != "200":
                s.close()
            return s, status
        streams = [stream(("/v1/events", "/page/live")[n % 2]) for n in range(64)]
        self.assertEqual({status for _, status in streams}, {"200"})
        self.assertEqual([stream(path)[1] for path in ("/v1/events", "/page/live")], ["503", "503"])
        streams[1][0].close()
        lab.eventually(20, "a place is free again", lambda: stream("/page/live")[1] == "200")

    def test_the_configuration_has_no_secrets(self):
        _, _, config = self.get("/v1/config")
        self.assertEqual(config["lines"]["pools.orthanc.targets.a"], 10)
        self.assertEqual(config["configuration"]["checks"]["run"]["command"], ["/bin/true", "--token=***"])
        self.assertEqual(config["configuration"]["server"]["listen"], self.server.listen)
        checks = self.get("/v1/checks")[2]["checks"]
        self.assertEqual([(c["name"], c["states"]) for c in checks], [("web", {"up": 2}), ("run", {"up": 2})])
        self.assertEqual([(r["outcome"], r["count"] >= 2) for r in checks[0]["results"]], [("passed", True)])
        self.assertEqual(checks[0]["pools"], [{"pool": "orthanc", "targets": ["a", "b"]}])
        self.assertNotIn("hush", json.dumps([config, checks]))

    def test_the_process_tells_of_itself(self):
        self.server.short("ns1.hospital.example")
        self.server.short("+tcp", "nowhere.hospital.example")
        runtime = self.get("/v1/runtime")[2]
        self.assertEqual(runtime["pid"], self.server.process.pid)
        counts = {queries["transport"]: queries["response_codes"] for queries in runtime["queries"]}
        self.assertEqual(counts, {"udp": {"NOERROR": 1}, "tcp": {"NXDOMAIN": 1}})
        self.assertEqual({l["transport"] for l in runtime["listeners"]}, {"udp", "tcp", "http"})

        def same():
            # Memory that only the start needed is given back at some moment.
            told = self.get("/v1/runtime")[2]["process"]["rss_bytes"]
            with open(f"/proc/{runtime['pid']}/status") as f:
                resident = next(int(line.split()[1]) for line in f if line.startswith("VmRSS:")) * 1024
            self.assertAlmostEqual(told / resident, 1, delta=0.3)
            return True
        lab.eventually(5, "the memory is what the kernel says", same)


class Description(ApiCase):
    def test_schemathesis(self):
        self.assertTrue(os.path.exists(SCHEMATHESIS), "run .ci/install test")
        url = "http://%s:%d" % self.server.admin
        done = lab.run(
            SCHEMATHESIS, "-m", "schemathesis.cli", "run", f"{url}/openapi.yaml", "--url", url, "--max-examples", 15, "--seed", 1, "--no-shrink",
            "--max-time", 25, "--continue-on-failure", "--phases", "examples,coverage,fuzzing",
            # Streams have no end to wait for.
            "--exclude-path", "/page/live", "--suppress-health-check", "all", "--warnings", "off",
            "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,"
            "response_headers_conformance,response_schema_conformance,unsupported_method,allow_header_conformance",
            "--header", f"Authorization: Bearer {self.server.token}", seconds=120, cwd=self.directory)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(self.server.get("/readyz")[0], 200)
        self.assertEqual(self.server.short("ns1.hospital.example"), ["127.0.0.1"])


class Garbage(ApiCase):
    """Octets that no client would send: the server answers or closes, never with its own failure."""

    def requests(self, random):
        token = self.server.token
        for path in ("/v1/pools", "/v1/pools/%2F", "/v1/pools/%00", "/v1/pools/%ff%fe", "/v1/zones/%2e%2e/records",
                     "/v1/zones/%5c%5c%5c/records?after=00&limit=99999999999999999999", "/v1/explain?name=%", "/%",
                     "/v1/explain?name=" + "a." * 400, "/v1/events?after=18446744073709551615", "//", "/?" + "&" * 999,
                     "/v1/pools/a%2F..%2F/targets/b", "*", "http://other/v1/pools", "/" + "x" * 9000):
            yield f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        order = f"POST /v1/pools/orthanc/targets/a/weight HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
        for tail in ("Content-Length: 1\r\n\r\n{", "Content-Length: -1\r\n\r\n", "Content-Length: 99\r\n\r\n{}",
                     "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"wei", "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
                     "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n", "Expect: 100-continue\r\n\r\n",
                     "Content-Length: 11\r\n\r\n[[[[[[[[[[[", "Content-Length: 15\r\n\r\n{\"weight\":1e99}",
                     "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", "Cookie: " + "a=b; " * 3000 + "\r\n\r\n"):
            yield (order + tail).encode()
        for field in (b"Host: [::1", b"Host: \xff\xfe", b"Host: a\x00b", b"Host: localhost\r\nHost: evil", b": x", b"Host",
                      b"Host: localhost\r\nAuthorization: Bearer ", b"Host: localhost\r\nIf-None-Match: \",,,W/\"*",
                      b"Host: localhost\r\nLast-Event-ID: -1\r\nAccept: text/event-stream", b"X: " + b"y" * 70_000):
            yield b"GET /v1/zones HTTP/1.1\r\n" + field + b"\r\n\r\n"
        seeds = [b"GET /v1/zones HTTP/1.1\r\nHost: localhost\r\n\r\n" * 3,
                 (order + 'Content-Length: 12\r\n\r\n{"weight":5}').encode(),
                 b"GET /v1/explain?name=pacs.hospital.example&type=A&client=10.0.0.1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
                 b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8\r\n\r\ntoken=%2"]
        for _ in range(300):
            octets = bytearray(random.choice(seeds))
            for _ in range(random.randint(1, 6)):
                place = random.randrange(len(octets))
                match random.randrange(4):
                    case 0: octets[place] = random.randrange(256)
                    case 1: octets[place:place] = random.choice([b"%", b"\0", b"\r\n", b"%2F", b"\xff", b"?", b"&", b"="])
                    case 2: del octets[place:place + random.randint(1, 9)]
                    case _: octets[place:place] = octets[:random.randint(1, 40)]
            yield bytes(octets)

    def test_streams_from_a_number_that_is_yet_to_come(self):
        self.server.post("/v1/pools/orthanc/targets/a/weight", {"weight": 5})
        self.assertTrue(json.loads(self.server.get("/v1/events")[1])["events"])
        for path, last in (("/v1/events?after=18446744073709551615", None), ("/v1/events", "18446744073709551615")):
            headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": last} if last else {})
            connection = http.client.HTTPConnection(*self.server.admin, timeout=5)
            self.addCleanup(connection.close)
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            self.assertEqual((response.status, response.readline()[:4]), (200, b"id: "))
        self.assertEqual(self.server.get("/healthz"), (200, "ok\n"))

    def test_garbage(self):
        count, statuses = 0, set()
        for octets in self.requests(random.Random(7)):
            count += 1
            with socket.create_connection(self.server.admin, timeout=5) as s:
                # What is whole is answered; what is cut short is ended by us.
                with contextlib.suppress(OSError):
                    s.sendall(octets)
                    s.shutdown(socket.SHUT_WR)
                answer = b""
                with contextlib.suppress(ConnectionError):
                    while piece := s.recv(65536):
                        answer += piece
            for line in answer.split(b"\r\n"):
                if line.startswith(b"HTTP/1.1 "):
                    statuses.add(int(line.split()[1]))
                    self.assertLess(int(line.split()[1]), 500, (octets[:300], answer[:300]))
            if count % 50 == 0:
                self.assertEqual(self.server.get("/healthz"), (200, "ok\n"))
        self.assertGreaterEqual(statuses, {200, 400, 404, 421})
        self.assertEqual(self.server.get("/healthz"), (200, "ok\n"))
        self.assertEqual(self.server.short("ns1.hospital.example"), ["127.0.0.1"])
        self.assertTrue(self.server.process.running)
        descriptors = len(os.listdir(f"/proc/{self.server.process.pid}/fd"))
        self.assertLess(descriptors, 100)
