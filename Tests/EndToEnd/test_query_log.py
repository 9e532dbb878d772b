"""The query log, received by others: fstrm_capture on a unix socket, files decoded by dnstap-ldns; and the server's own
log, as lines and as JSON.
"""
import json
import os
import re
import signal

import lab

ZONE = """\
$TTL 300
@    IN SOA ns1 hostmaster 7 7200 900 1209600 30
@    IN NS  ns1
ns1  IN A   192.0.2.53
one  IN A   192.0.2.1
"""


class QueryLog(lab.LabCase):

    def serve_with(self, settings, flags=()):
        self.write("zones/example.test.zone", ZONE)
        self.write("zones/triagedns.yaml", f"server:\n  identity: ns1\n  query_log: {settings}\n")
        self.server = self.serve(self.path("zones"), flags=["--workers", "1", *flags])

    def capture(self, number):
        """fstrm_capture, once it listens, and the file it writes."""
        socket, file = self.path("tap.sock"), self.path(f"captured-{number}")
        if os.path.exists(socket):
            os.unlink(socket)
        process = self.start("fstrm_capture", "-t", "protobuf:dnstap.Dnstap", "-u", socket, "-w", file, "-c", "1",
                             "-dddd", name="capture")
        lab.eventually(5, "fstrm_capture listens", lambda: os.path.exists(socket))
        return process, file

    def metric(self, result):
        _, body = self.server.get("/metrics")
        return int(re.search(rf'^triagedns_query_log_messages_total{{result="{result}"}} (\d+)$', body, re.M)[1])

    def wait_written(self, count):
        lab.eventually(10, f"{count} messages are written", lambda: self.metric("written") == count)

    def decode(self, file):
        """What dnstap-ldns makes of a file: a document for each message."""
        done = lab.run("dnstap-ldns", "-y", "-r", file)
        self.assertEqual(done.returncode, 0, done.stderr)
        return [part for part in done.stdout.split("---\n") if part.strip()]

    def test_a_receiver_decodes_what_was_asked(self):
        process, file = self.capture(1)
        self.serve_with(f"{{dnstap: {{socket: {self.path('tap.sock')}}}}}")
        self.assertEqual(self.server.short("one.example.test"), ["192.0.2.1"])
        self.server.dig("+tcp", "none.example.test", "TXT")
        self.server.dig("+subnet=198.51.100.77/32", "one.example.test", "A")
        self.wait_written(3)
        process.stop()
        # Each worker's messages are in their order; those of UDP and TCP may change places.
        texts = self.decode(file)
        self.assertEqual(len(texts), 3)
        one, subnet = [text for text in texts if "socket_protocol: UDP" in text]
        none = next(text for text in texts if "socket_protocol: TCP" in text)
        self.assertRegex(one, r"identity: .?ns1")
        self.assertRegex(one, r"version: .?TriageDNS")
        for text in (one, none, subnet):
            self.assertRegex(text, r"type: AUTH_RESPONSE")
            self.assertRegex(text, r"query_address: .?127\.0\.0\.0\b")
            self.assertRegex(text, r"response_address: .?127\.0\.0\.1\b")
            self.assertRegex(text, rf"response_port: {self.server.port}\b")
            self.assertRegex(text, r"(?s)query_message.*response_message")
        self.assertRegex(one, r"rcode: NOERROR")
        self.assertRegex(one, r"one\.example\.test\.\s+300\s+IN\s+A\s+192\.0\.2\.1")
        self.assertRegex(none, r"rcode: NXDOMAIN")
        self.assertRegex(none, r"none\.example\.test\.\s+IN\s+TXT")
        # The client's subnet, 198.51.100.77, is no more to be seen than its address: c633644d in the OPT record.
        self.assertNotRegex(subnet.replace(" ", "").lower(), r"198\.51\.100\.77|c633644d")
        with open(file, "rb") as f:
            octets = f.read()
        self.assertNotIn(bytes([198, 51, 100, 77]), octets)
        self.assertEqual(octets.count(bytes([0, 1, 32, 0, 198, 51, 100, 0])), 2)

    def test_a_receiver_that_comes_back(self):
        process, file = self.capture(1)
        self.serve_with(f"{{dnstap: {{socket: {self.path('tap.sock')}}}, messages: [auth_query, auth_response], "
                        "client_prefix: full}")
        self.server.short("one.example.test")
        self.wait_written(2)
        process.stop()
        self.assertEqual(len(self.decode(file)), 2)
        lab.eventually(5, "the loss is told", lambda: "is lost" in self.server.process.output())
        # Nobody is there: the server answers, and keeps what it can.
        for _ in range(3):
            self.assertEqual(self.server.short("one.example.test"), ["192.0.2.1"])
        process, file = self.capture(2)
        self.wait_written(8)
        self.assertEqual(self.metric("dropped"), 0)
        # At its end it says so to the receiver, which has then got everything.
        self.server.short("ns1.example.test")
        self.server.process.send(signal.SIGTERM)
        self.assertEqual(self.server.process.wait(10), 0)
        process.stop()
        texts = self.decode(file)
        self.assertEqual([re.search(r"type: (AUTH_\w+)", text)[1] for text in texts],
                         ["AUTH_QUERY", "AUTH_RESPONSE"] * 4)
        self.assertTrue(all(re.search(r"query_address: .?127\.0\.0\.1\b", text) for text in texts))
        self.assertIn("ns1.example.test.", texts[-1])
        self.assertEqual(self.server.process.output().count("is lost"), 1)

    def test_nobody_there_at_the_start(self):
        self.serve_with(f"{{dnstap: {{socket: {self.path('tap.sock')}}}}}")
        self.assertEqual(self.server.short("one.example.test"), ["192.0.2.1"])
        lab.eventually(5, "it is told", lambda: "cannot connect" in self.server.process.output())
        process, file = self.capture(1)
        self.wait_written(1)
        process.stop()
        self.assertIn("one.example.test.", self.decode(file)[0])

    def test_files_rotate(self):
        self.serve_with("{dnstap: {file: ../queries.fstrm, max_size: 100kB, keep: 2}}")
        names = self.write("names", "one.example.test A\nnone.example.test TXT\n" * 1000)
        for _ in range(2):
            done = lab.run("dig", "@127.0.0.1", "-p", self.server.port, "+noall", "-f", names, seconds=60)
            self.assertEqual(done.returncode, 0, done.stderr)
        self.wait_written(4000)
        files = sorted(name for name in os.listdir(self.directory) if name.startswith("queries.fstrm"))
        self.assertEqual(files, ["queries.fstrm", "queries.fstrm.1", "queries.fstrm.2"])
        full = os.path.getsize(self.path("queries.fstrm.1"))
        self.assertTrue(30_000 < full <= 100_012, full)
        # The newest messages are in the newest file, and each file is a stream of its own.
        times = []
        for name in reversed(files):
            times += [re.search("response_time: (.*)", text)[1] for text in self.decode(self.path(name))]
        self.assertEqual(times, sorted(times))

    def test_a_share(self):
        self.serve_with("{dnstap: {file: ../queries.fstrm}, sample: 0.2}")
        names = self.write("names", "one.example.test A\n" * 2000)
        lab.run("dig", "@127.0.0.1", "-p", self.server.port, "+noall", "-f", names, seconds=60)
        self.server.process.send(signal.SIGTERM)
        self.assertEqual(self.server.process.wait(10), 0)
        # 400, and a standard deviation of 18.
        self.assertTrue(300 < len(self.decode(self.path("queries.fstrm"))) < 500)


class ServerLog(lab.LabCase):

    def start_with(self, *flags):
        self.write("zones/example.test.zone", ZONE)
        self.write("zones/triagedns.yaml", """\
checks: {web: {type: tcp, port: 1, interval: 100ms, recheck: 100ms, fall: 1}}
pools: {p: {checks: [web], targets: {a: 127.0.0.11}}}
""")
        self.write("zones/example.test.zone", ZONE + "pacs IN POOL p\n")
        return self.serve(self.path("zones"), flags=flags)

    def test_json_where_nobody_looks(self):
        server = self.start_with()
        lab.eventually(5, "the transition is told", lambda: '"to":"down"' in server.process.output())
        self.assertEqual(server.short("one.example.test"), ["192.0.2.1"])
        server.process.stop()
        lines = [json.loads(line) for line in server.process.output().splitlines()]
        for line in lines:
            self.assertRegex(line["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
            self.assertIn(line["level"], ["info", "notice", "warning"])
            self.assertTrue(line["message"] and line["component"])
        down = next(line for line in lines if line.get("event") == "transition")
        self.assertEqual((down["pool"], down["target"], down["address"], down["to"], down["level"], down["component"]),
                         ("p", "a", "127.0.0.11", "down", "warning", "health"))
        self.assertIn("refused", down["reason"])
        self.assertTrue(any(line["component"] == "server" and "serving" in line["message"] for line in lines))
        # Never a line for a query.
        self.assertNotIn("one.example.test", server.process.output())

    def test_text_if_asked_for(self):
        server = self.start_with("--log-format", "text", "--log-level", "warning")
        lab.eventually(5, "the transition is told", lambda: "-> down" in server.process.output())
        server.process.stop()
        for line in server.process.output().splitlines():
            self.assertRegex(line, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (warning|error) [a-z_]+: \S")
