"""EDNS options as dig sees them, DNS cookies shared between servers, rate limit, allow and deny, class CH."""
import contextlib
import re
import select
import struct
import time

import lab
import wire

ZONE = """\
$TTL 300
@    IN SOA ns1 hostmaster 7 7200 900 1209600 30
@    IN NS  ns1
ns1  IN A   192.0.2.53
one  IN A   192.0.2.1
*.w  IN A   192.0.2.2
"""
SECRET = "e5e973e5a6b2a43f48e7dc849e37bfcf"
OTHER = "445536bcd2513298075a5d379663c962"


class ProtectionCase(lab.LabCase):
    def start_server(self, keys, name="zones"):
        self.write(f"{name}/example.test.zone", ZONE)
        self.write(f"{name}/triagedns.yaml", f"server: {keys}\n")
        return self.serve(self.path(name), flags=["--workers", "2"])

    def metric(self, server, line):
        status, body = server.get("/metrics")
        self.assertEqual(status, 200)
        return float(re.search(rf"^{re.escape(line)} (\S+)$", body, re.M).group(1))


class Identity(ProtectionCase):
    def test_name_server_identifier(self):
        server = self.start_server("{identity: ns1.hospital}")
        self.assertIn('("ns1.hospital")', server.dig("one.example.test", "+nsid"))
        self.assertNotIn("NSID", server.dig("one.example.test", "+nonsid"))

    def test_what_the_server_says_of_itself(self):
        server = self.start_server("{identity: ns1.hospital}")
        version = lab.triagedns("--version").stdout.strip()
        self.assertEqual(server.dig("+short", "version.bind", "CH", "TXT").strip(), f'"TriageDNS {version}"')
        for name in ("id.server", "hostname.bind"):
            self.assertEqual(server.dig("+short", name, "CH", "TXT").strip(), '"ns1.hospital"')

    def test_nothing_is_said_that_is_off(self):
        server = self.start_server('{version: "off"}')
        for name in ("version.bind", "version.server", "id.server", "hostname.bind"):
            self.assertIn("status: REFUSED", server.dig(name, "CH", "TXT"))
        self.assertNotIn("NSID: ", server.dig("one.example.test", "+nsid"))

    def test_client_subnet_is_echoed_with_scope_0(self):
        server = self.start_server("{}")
        for subnet, echoed in (("192.0.2.0/24", "192.0.2.0/24/0"), ("2001:db8::/56", "2001:db8::/56/0"), ("0", "0.0.0.0/0/0")):
            self.assertIn(f"CLIENT-SUBNET: {echoed}", server.dig("one.example.test", f"+subnet={subnet}"))

    def test_keepalive(self):
        server = self.start_server("{tcp_idle_timeout: 7s}")
        self.assertIn("TCP KEEPALIVE: 7.0 secs", server.dig("one.example.test", "+tcp", "+keepalive").replace("TCP-", "TCP "))
        self.assertNotIn("KEEPALIVE", server.dig("one.example.test", "+keepalive"))

    def test_extended_errors(self):
        server = self.start_server("{}")
        self.assertRegex(server.dig("elsewhere.test"), r"EDE: 20 \(Not Authoritative\)")
        self.assertRegex(server.dig("+opcode=notify", "example.test", "SOA"), r"NOTIMP(?s:.*)EDE: 21 \(Not Supported\)")


class Cookies(ProtectionCase):
    def cookie(self, server, *arguments):
        """The cookie that dig got, and what it says of it."""
        output = server.dig("one.example.test", *arguments)
        self.assertIn("status: NOERROR", output)
        match = re.search(r"COOKIE: ([0-9a-f]+)(?: \((\w+)\))?", output)
        return match.group(1, 2) if match else (None, None)

    def test_dig_takes_them_for_good(self):
        server = self.start_server("{}")
        value, verdict = self.cookie(server, "+cookie")
        self.assertEqual((len(value), verdict), (48, "good"))
        # What was given is given back as long as it is fresh.
        self.assertEqual(self.cookie(server, f"+cookie={value}"), (value, "good"))
        self.assertEqual(self.cookie(server, f"+cookie={value}", "+tcp"), (value, "good"))

    def test_off(self):
        server = self.start_server('{cookies: "off"}')
        self.assertEqual(self.cookie(server, "+cookie"), (None, None))

    def test_two_servers_with_one_secret(self):
        self.write("one/cookies.secret", SECRET + "\n")
        self.write("two/cookies.secret", f"{OTHER}\n{SECRET}\n")
        one = self.start_server("{cookies: {secret_file: cookies.secret}}", "one")
        two = self.start_server("{cookies: {secret_file: cookies.secret}}", "two")
        alone = self.start_server("{}", "alone")
        value, _ = self.cookie(one, "+cookie")
        for server, code in ((one, "NOERROR"), (two, "NOERROR"), (alone, "BADCOOKIE")):
            output = server.dig("+header-only", f"+cookie={value}", "+nobadcookie")
            self.assertIn(f"status: {code}", output)
        # The one that has rolled over gives a cookie of its new secret.
        renewed, _ = self.cookie(two, f"+cookie={value}")
        self.assertNotEqual(renewed, value)
        self.assertIn("status: BADCOOKIE", one.dig("+header-only", f"+cookie={renewed}", "+nobadcookie"))

    def test_bad_secret_is_named_but_not_shown(self):
        self.write("zones/cookies.secret", SECRET[:-1] + "\n")
        self.write("zones/example.test.zone", ZONE)
        self.write("zones/triagedns.yaml", "server: {cookies: {secret_file: cookies.secret}}\n")
        done = lab.triagedns("check", self.path("zones"))
        self.assertEqual(done.returncode, 1)
        self.assertIn("cookies.secret:1: error: a cookie secret is 32 hexadecimal digits", done.stderr)
        self.assertNotIn(SECRET[:-1], done.stderr + done.stdout)


class RateLimit(ProtectionCase):
    def ask(self, server, count, name="one.example.test", seconds=2):
        """How many of `count` queries at once were answered in full, and how many with TC alone, until nothing has come
        for `seconds`."""
        answered = truncated = 0
        with contextlib.ExitStack() as sockets:
            waiting = [sockets.enter_context(wire.udp_socket("127.0.0.1", server.port)) for _ in range(count)]
            for number, s in enumerate(waiting):
                s.send(wire.query(name.replace("#", str(number)), ident=number))
            while waiting and (ready := select.select(waiting, [], [], seconds)[0]):
                for s in ready:
                    waiting.remove(s)
                    data = s.recv(65535)
                    if struct.unpack_from("!H", data, 2)[0] & 0x0200:
                        truncated += 1
                        self.assertEqual(struct.unpack_from("!HHHH", data, 4)[1:], (0, 0, 0))
                    else:
                        answered += 1
        return answered, truncated

    def test_slip_and_tcp(self):
        server = self.start_server("{rate_limit: {responses_per_second: 2, slip: 2, window: 60s}}")
        started = time.monotonic()
        answered, truncated = self.ask(server, 40)
        # Two a second, for the few seconds that this takes; of the others every second one is cut short.
        self.assertTrue(2 <= answered <= 2 * (time.monotonic() - started) + 4, answered)
        self.assertTrue((40 - answered) // 2 - 4 <= truncated <= 20, (answered, truncated))
        # Names that do not exist share an account, with another one than those that do.
        started = time.monotonic()
        answered, _ = self.ask(server, 20, "no-#.example.test")
        self.assertTrue(2 <= answered <= 2 * (time.monotonic() - started) + 4, answered)
        # Who comes back over TCP, or with a cookie, is served.
        for _ in range(10):
            self.assertEqual(server.short("one.example.test", "+tcp"), ["192.0.2.1"])
        cookie = re.search(r"COOKIE: ([0-9a-f]{48})", server.dig("one.example.test", "+tcp", "+cookie")).group(1)
        for _ in range(10):
            self.assertEqual(server.short("one.example.test", "+notcp", f"+cookie={cookie}"), ["192.0.2.1"])
        limited = self.metric(server, 'triagedns_rate_limited_queries_total{answer="none",transport="udp"}')
        slipped = self.metric(server, 'triagedns_rate_limited_queries_total{answer="truncated",transport="udp"}')
        self.assertGreaterEqual(slipped, truncated)
        self.assertGreaterEqual(limited, 8)

    def test_off_by_default(self):
        server = self.start_server("{}")
        # No more at once than a socket holds.
        for _ in range(5):
            self.assertEqual(self.ask(server, 100, seconds=10), (100, 0))

    def test_exempt(self):
        server = self.start_server("{rate_limit: {responses_per_second: 1, exempt: [127.0.0.0/8]}}")
        self.assertEqual(self.ask(server, 100, seconds=10), (100, 0))


class Access(ProtectionCase):
    def test_deny(self):
        server = self.start_server("{access: {deny: [127.0.0.0/8], allow: [127.0.0.2]}}")
        self.assertRegex(server.dig("one.example.test"), r"status: REFUSED(?s:.*)EDE: 18 \(Prohibited\)")
        self.assertRegex(server.dig("one.example.test", "+tcp"), r"status: REFUSED(?s:.*)EDE: 18 \(Prohibited\)")
        self.assertEqual(server.short("-b", "127.0.0.2", "one.example.test"), ["192.0.2.1"])
        self.assertEqual(server.short("-b", "127.0.0.2", "+tcp", "one.example.test"), ["192.0.2.1"])
        self.assertEqual(self.metric(server, 'triagedns_denied_queries_total{transport="udp"}'), 1)
        self.assertEqual(self.metric(server, 'triagedns_denied_queries_total{transport="tcp"}'), 1)

    def test_drop(self):
        server = self.start_server("{access: {deny: 127.0.0.0/8, allow: 127.0.0.2, denied: drop}}")
        self.assertIsNone(wire.ask_udp(wire.query("one.example.test"), server.port, seconds=0.5))
        self.assertEqual(server.short("-b", "127.0.0.2", "one.example.test"), ["192.0.2.1"])
