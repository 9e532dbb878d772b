"""What clients see on the wire: dig and kdig over UDP, TCP and IPv6, and raw sockets for what they would never send."""
import concurrent.futures
import random
import re
import signal
import socket
import struct
import time

import lab
import wire

ZONE = """\
$TTL 300
@          IN SOA   ns1 hostmaster 7 7200 900 1209600 30
@          IN NS    ns1
@          IN NS    ns2
@          IN MX    10 mail
@          IN CAA   0 issue "ca.example.net"
ns1        IN A     192.0.2.53
ns2        IN A     192.0.2.54
ns2        IN AAAA  2001:db8::54
mail       IN A     192.0.2.25
one        IN A     192.0.2.1
one        IN TXT   "single" "strings"
first      IN CNAME second
second     IN CNAME one
away       IN CNAME www.example.net.
*.wild     IN A     192.0.2.99
*.wild     IN MX    5 mail
exact.wild IN TXT   "no address here"
a.b.deep   IN A     192.0.2.3
child      IN NS    ns1.child
child      IN NS    ns.example.net.
ns1.child  IN A     192.0.2.60
_dicom._tcp IN SRV  0 0 11112 one
unknown    IN TYPE65400 \\# 3 abcdef
"""
LARGE = "".join(f'large IN TXT "{i:02d}-{"x" * 90}"\n' for i in range(12))


class WithoutPrivileges(lab.LabCase):
    """As a container or a service unit starts it: no capability at all."""

    def test_both_transports(self):
        self.write("zones/example.test.zone", ZONE)
        start = self.start
        self.start = lambda *argv, **options: start(
            "setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs", *argv, **options)
        server = self.serve(self.path("zones"))
        for transport in ("+notcp", "+tcp"):
            self.assertEqual(server.short(transport, "one.example.test"), ["192.0.2.1"])


class Static(lab.LabCase):
    """A directory of zone files alone: no triagedns.yaml."""

    def setUp(self):
        super().setUp()
        self.write("zones/example.test.zone", ZONE + LARGE)
        self.server = self.serve(self.path("zones"), flags=["--workers", "2"])

    def ask(self, message, **options):
        data = wire.ask_udp(message, self.server.port, **options)
        self.assertIsNotNone(data, "no answer")
        return wire.Answer(data)

    def test_address_with_authority(self):
        output = self.server.dig("one.example.test", "A", "+norec")
        self.assertIn("status: NOERROR", output)
        self.assertRegex(output, r"flags: qr aa;")
        self.assertRegex(output, r"one\.example\.test\.\s+300\s+IN\s+A\s+192\.0\.2\.1\n")

    def test_recursion_is_not_available_but_its_wish_is_echoed(self):
        self.assertRegex(self.server.dig("one.example.test", "+rec"), r"flags: qr aa rd;")

    def test_record_types(self):
        for kind, owner, wanted in [
            ("NS", "example.test", r"NS\s+ns2\.example\.test\."),
            ("MX", "example.test", r"MX\s+10 mail\.example\.test\."),
            ("CAA", "example.test", r'CAA\s+0 issue "ca\.example\.net"'),
            ("TXT", "one.example.test", r'TXT\s+"single" "strings"'),
            ("AAAA", "ns2.example.test", r"AAAA\s+2001:db8::54"),
            ("SRV", "_dicom._tcp.example.test", r"SRV\s+0 0 11112 one\.example\.test\."),
            ("TYPE65400", "unknown.example.test", r"TYPE65400\s+\\# 3 ABCDEF"),
        ]:
            for transport in ("+notcp", "+tcp"):
                with self.subTest(kind=kind, transport=transport):
                    self.assertRegex(self.server.dig(owner, kind, transport), wanted)

    def test_no_such_name(self):
        output = self.server.dig("nobody.example.test", "A")
        self.assertIn("status: NXDOMAIN", output)
        self.assertRegex(output, r"AUTHORITY SECTION:\nexample\.test\.\s+30\s+IN\s+SOA\s+ns1\.example\.test\.")

    def test_no_such_type(self):
        for owner in ("one.example.test", "b.deep.example.test", "x.wild.example.test"):
            with self.subTest(owner):
                output = self.server.dig(owner, "AAAA")
                self.assertIn("status: NOERROR", output)
                self.assertIn("ANSWER: 0", output)
                self.assertRegex(output, r"AUTHORITY SECTION:\nexample\.test\.\s+30\s+IN\s+SOA")

    def test_outside_our_zones(self):
        for owner in ("example.net", "test", "."):
            with self.subTest(owner):
                self.assertIn("status: REFUSED", self.server.dig(owner, "A"))

    def test_wildcard(self):
        self.assertRegex(self.server.dig("any.thing.wild.example.test", "A"),
                         r"any\.thing\.wild\.example\.test\.\s+300\s+IN\s+A\s+192\.0\.2\.99")
        # RFC 4592 §2.2.1: a name that exists is not covered, whatever types it has.
        output = self.server.dig("exact.wild.example.test", "A")
        self.assertIn("status: NOERROR", output)
        self.assertIn("ANSWER: 0", output)
        self.assertIn("status: NXDOMAIN", self.server.dig("below.exact.wild.example.test", "A"))

    def test_delegation_with_glue(self):
        output = self.server.dig("www.child.example.test", "A", "+norec")
        self.assertIn("status: NOERROR", output)
        self.assertRegex(output, r"flags: qr;")
        self.assertRegex(output, r"AUTHORITY SECTION:\n(.*\n)*child\.example\.test\.\s+300\s+IN\s+NS\s+ns1\.child")
        self.assertRegex(output, r"ADDITIONAL SECTION:\nns1\.child\.example\.test\.\s+300\s+IN\s+A\s+192\.0\.2\.60")

    def test_alias_chain(self):
        self.assertEqual(self.server.short("first.example.test", "A"),
                         ["second.example.test.", "one.example.test.", "192.0.2.1"])
        self.assertEqual(self.server.short("away.example.test", "A"), ["www.example.net."])
        self.assertEqual(self.server.short("first.example.test", "CNAME"), ["second.example.test."])

    def test_spelling_is_echoed(self):
        asked = wire.question("oNe.ExAmPlE.tEsT")
        answer = self.ask(wire.header() + asked)
        self.assertEqual(answer.questions, [asked])
        self.assertEqual(answer.addresses, ["192.0.2.1"])
        self.assertEqual(answer.sections[0][0][0], b"oNe.ExAmPlE.tEsT.")

    def test_large_answer_is_cut_and_fetched_again(self):
        cut = self.server.dig("large.example.test", "TXT", "+bufsize=512", "+ignore")
        self.assertRegex(cut, r"flags: qr aa tc")
        self.assertLessEqual(int(re.search(r"MSG SIZE\s+rcvd: (\d+)", cut)[1]), 512)
        whole = self.server.dig("large.example.test", "TXT", "+bufsize=512")
        self.assertIn("Truncated, retrying in TCP mode", whole)
        self.assertIn("ANSWER: 12", whole)
        self.assertIn("ANSWER: 12", self.server.dig("large.example.test", "TXT", "+bufsize=4096", "+tcp"))
        # Without EDNS the limit is 512 too (RFC 1035 §4.2.1).
        plain = self.ask(wire.query("large.example.test", wire.TXT))
        self.assertTrue(plain.truncated)
        self.assertLessEqual(len(plain.message), 512)

    def test_edns(self):
        self.assertRegex(self.server.dig("one.example.test", "+edns=0"), r"EDNS: version: 0")
        self.assertNotIn("EDNS", self.server.dig("one.example.test", "+noedns"))
        self.assertIn("status: BADVERS", self.server.dig("one.example.test", "+edns=1", "+noednsnegotiation"))

    def test_kept_connection(self):
        output = self.server.dig("+tcp", "+keepopen", "one.example.test", "A", "mail.example.test", "A", "+short")
        self.assertEqual(output.split(), ["192.0.2.1", "192.0.2.25"])
        output = lab.run("kdig", "@127.0.0.1", "-p", self.server.port, "+tcp", "+keepopen", "+short",
                         "one.example.test", "mail.example.test").stdout
        self.assertEqual(output.split(), ["192.0.2.1", "192.0.2.25"])

    def test_pipelined_queries(self):
        owners = ["one", "mail", "ns1", "nobody", "large", "x.wild"] * 5
        messages = [wire.query(f"{owner}.example.test", ident=i) for i, owner in enumerate(owners)]
        with wire.tcp_socket(self.server.port) as s:
            s.sendall(b"".join(wire.framed(m) for m in messages))
            answers = [wire.Answer(wire.read_framed(s)) for _ in messages]
        self.assertEqual({a.ident for a in answers}, set(range(len(owners))))

    def test_query_in_pieces(self):
        message = wire.framed(wire.query("one.example.test"))
        with wire.tcp_socket(self.server.port) as s:
            for octet in message:
                s.sendall(bytes([octet]))
                time.sleep(0.002)
            self.assertEqual(wire.Answer(wire.read_framed(s)).addresses, ["192.0.2.1"])

    def test_second_opinions(self):
        """Two other implementations read our answers, over both transports, without a complaint."""
        for owner, kind in [("one.example.test", "A"), ("example.test", "SOA"), ("nobody.example.test", "A"),
                            ("x.wild.example.test", "MX"), ("first.example.test", "A"), ("large.example.test", "TXT"),
                            ("www.child.example.test", "A"), ("_dicom._tcp.example.test", "SRV")]:
            for flag in ("-u", "-t"):
                with self.subTest(tool="drill", owner=owner, flag=flag):
                    done = lab.run("drill", flag, "-p", self.server.port, "@127.0.0.1", owner, kind)
                    self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                    self.assertIn("opcode: QUERY", done.stdout)
            for flag in ("+notcp", "+tcp"):
                with self.subTest(tool="kdig", owner=owner, flag=flag):
                    done = lab.run("kdig", "@127.0.0.1", "-p", self.server.port, flag, owner, kind)
                    self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                    self.assertNotRegex(done.stdout + done.stderr, r"(?i)warning|malformed|\berror")

    # What comes back for each malformed or odd message. None: nothing at all.
    ODD = [
        ("empty", b"", None),
        ("one octet", b"\0", None),
        ("eleven octets", b"\0" * 11, None),
        ("a response", wire.query("one.example.test", flags=0x8000), None),
        ("a response with garbage", wire.header(0x8180) + b"\xff" * 40, None),
        ("no question", wire.header(questions=0), wire.FORMERR),
        ("two questions", wire.header(questions=2) + wire.question("one.example.test") * 2, wire.FORMERR),
        ("question missing", wire.header(), wire.FORMERR),
        ("name cut", wire.header() + b"\3one\7exam", wire.FORMERR),
        ("type cut", wire.header() + wire.name("one.example.test") + b"\0\1\0", wire.FORMERR),
        ("label type 01", wire.header() + b"\x41a\0\0\1\0\1", wire.FORMERR),
        ("label type 10", wire.header() + b"\x81a\0\0\1\0\1", wire.FORMERR),
        ("pointer to itself", wire.header() + b"\xc0\x0c\0\1\0\1", wire.FORMERR),
        ("pointers in a ring", wire.header() + b"\xc0\x0e\xc0\x0c\0\1\0\1", wire.FORMERR),
        ("pointer past the end", wire.header() + b"\xff\xff\0\1\0\1", wire.FORMERR),
        ("name of 256 octets", wire.header() + (b"\x3f" + b"a" * 63) * 4 + b"\0\0\1\0\1", wire.FORMERR),
        ("OPT cut", wire.header(additional=1) + wire.question("one.example.test") + wire.opt()[:-3], wire.FORMERR),
        ("OPT missing", wire.header(additional=1) + wire.question("one.example.test"), wire.FORMERR),
        ("two OPT", wire.header(additional=2) + wire.question("one.example.test") + wire.opt() * 2, wire.FORMERR),
        ("OPT with a name", wire.header(additional=1) + wire.question("one.example.test") + wire.opt(owner=b"\1a\0"),
         wire.FORMERR),
        ("OPT option runs out", wire.header(additional=1) + wire.question("one.example.test")
         + wire.opt(options=b"\0\3\0\x09ab"), wire.FORMERR),
        ("OPT as an answer", wire.header(answers=1) + wire.question("one.example.test") + wire.opt(), wire.FORMERR),
        ("octets after the end", wire.query("one.example.test") + b"more", wire.FORMERR),
        ("question for OPT", wire.query("one.example.test", wire.OPT), wire.FORMERR),
        ("transfer", wire.query("example.test", 252), wire.REFUSED),
        ("EDNS version 1", wire.header(additional=1) + wire.question("one.example.test") + wire.opt(version=1),
         wire.BADVERS),
        ("EDNS version 255", wire.header(additional=1) + wire.question("one.example.test") + wire.opt(version=255),
         wire.BADVERS),
        ("EDNS size 0", wire.header(additional=1) + wire.question("one.example.test") + wire.opt(size=0),
         wire.NOERROR),
        ("opcode IQUERY", wire.query("one.example.test", flags=1 << 11), wire.NOTIMP),
        ("opcode STATUS", wire.query("one.example.test", flags=2 << 11), wire.NOTIMP),
        ("opcode UPDATE", wire.query("one.example.test", flags=5 << 11), wire.NOTIMP),
        ("opcode 15", wire.query("one.example.test", flags=15 << 11), wire.NOTIMP),
        ("class CH", wire.query("one.example.test", klass=wire.CH), wire.REFUSED),
        ("unknown type", wire.query("one.example.test", kind=65300), wire.NOERROR),
    ]

    def test_odd_messages_over_udp(self):
        for what, message, outcome in self.ODD:
            with self.subTest(what):
                seconds = 0.3 if outcome is None else 10
                data = wire.ask_udp(message, self.server.port, seconds=seconds)
                if outcome is None:
                    self.assertIsNone(data)
                else:
                    self.check_outcome(message, data, outcome)
        self.assertEqual(self.server.short("one.example.test"), ["192.0.2.1"])

    def test_odd_messages_over_tcp(self):
        for what, message, outcome in self.ODD:
            if outcome is None:
                continue
            with self.subTest(what), wire.tcp_socket(self.server.port) as s:
                s.sendall(wire.framed(message))
                self.check_outcome(message, wire.read_framed(s), outcome)
        self.assertEqual(self.server.short("one.example.test", "+tcp"), ["192.0.2.1"])

    def test_responses_over_tcp_draw_nothing(self):
        with wire.tcp_socket(self.server.port) as s:
            s.sendall(wire.framed(wire.query("one.example.test", flags=0x8000, ident=1)))
            s.sendall(wire.framed(wire.query("one.example.test", ident=2)))
            # Either it is skipped, or the connection is closed; never answered.
            data = wire.read_framed(s)
            self.assertTrue(data is None or wire.Answer(data).ident == 2)

    def check_outcome(self, message, data, outcome):
        self.assertIsNotNone(data, "no answer")
        answer = wire.Answer(data)
        self.assertTrue(answer.is_response)
        self.assertEqual(answer.ident, struct.unpack_from(">H", message)[0])
        self.assertEqual(answer.opcode, message[2] >> 3 & 15)
        self.assertEqual(answer.rcode, outcome)
        self.assertLessEqual(len(data), 512)
        if outcome != wire.NOERROR:
            self.assertEqual(answer.sections[0], [])

    def test_damaged_messages_harm_nobody(self):
        """3,000 good queries with octets changed, cut or added: answers are well formed, and all is well after."""
        seeded = random.Random(20)
        good = [wire.query("one.example.test"), wire.query("large.example.test", wire.TXT),
                wire.query("first.example.test"), wire.query("a.wild.example.test"),
                wire.header(additional=1) + wire.question("www.child.example.test") + wire.opt(options=b"\0\3\0\2ab")]
        with wire.udp_socket("127.0.0.1", self.server.port, 0.5) as s:
            s.setblocking(False)
            for _ in range(3000):
                message = bytearray(seeded.choice(good))
                for _ in range(seeded.randint(1, 6)):
                    kind, at = seeded.randrange(3), seeded.randrange(len(message))
                    if kind == 0:
                        message[at] = seeded.randrange(256)
                    elif kind == 1:
                        del message[max(at, 1):]
                    else:
                        message[at:at] = seeded.randbytes(seeded.randint(1, 20))
                s.send(message)
                try:
                    while True:
                        answer = wire.Answer(s.recv(65535))
                        self.assertTrue(answer.is_response)
                except BlockingIOError:
                    pass
        self.assertTrue(self.server.process.running, self.server.process.output())
        self.assertEqual(self.server.short("one.example.test"), ["192.0.2.1"])

    def test_many_clients_at_once(self):
        def client(_):
            with wire.udp_socket("127.0.0.1", self.server.port) as s:
                for i in range(50):
                    s.send(wire.query("one.example.test", ident=i))
                    if wire.Answer(s.recv(4096)).ident != i:
                        return False
            with wire.tcp_socket(self.server.port, seconds=10) as s:
                s.sendall(wire.framed(wire.query("mail.example.test")))
                return wire.Answer(wire.read_framed(s)).addresses == ["192.0.2.25"]
        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            self.assertEqual(set(pool.map(client, range(60))), {True})

    def test_ends_on_request(self):

        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number):
                server = self.serve(self.path("zones"))
                started = time.monotonic()
                server.process.stop(number, seconds=8)
                self.assertLess(time.monotonic() - started, 5)
                self.assertEqual(server.process.child.returncode, 0, server.process.output())


class Addresses(lab.LabCase):
    """The answer comes from the address that was asked."""

    def setUp(self):
        super().setUp()
        self.write("zones/example.test.zone", ZONE)

    def expect(self, server, at):
        for transport in ("+notcp", "+tcp"):
            output = server.dig("one.example.test", transport, at=at)
            self.assertIn("192.0.2.1", output)
            self.assertNotIn("unexpected source", output)

    def test_every_ipv4_address(self):
        port = lab.free_port("0.0.0.0")
        server = self.serve(self.path("zones"), listen=[f"0.0.0.0:{port}"])
        for at in ("127.0.0.1", "127.0.0.77", "127.9.8.7"):
            with self.subTest(at):
                self.expect(server, at)

    @lab.unittest.skipUnless(lab.has_ipv6(), "no IPv6 here")
    def test_every_address_of_both_families(self):
        port = lab.free_port("::")
        server = self.serve(self.path("zones"), listen=[f"0.0.0.0:{port}", f"[::]:{port}"])
        for at in ("::1", "127.0.0.1", "127.0.0.77"):
            with self.subTest(at):
                self.expect(server, at)

    def test_named_addresses(self):
        addresses = ["127.0.0.1", "127.0.0.77"] + ["[::1]"] * lab.has_ipv6()
        port = lab.free_port("0.0.0.0")
        server = self.serve(self.path("zones"), listen=[f"{address}:{port}" for address in addresses])
        for address in addresses:
            with self.subTest(address):
                self.expect(server, address.strip("[]"))


POOLS_ZONE = """\
$TTL 300
@        IN SOA ns1 hostmaster 1 7200 900 1209600 30
@        IN NS  ns1
ns1      IN A   127.0.0.1
turns    20 IN POOL turns
share    20 IN POOL share
ranks    20 IN POOL ranks
hosts    20 IN POOL hosts
hidden      IN CNAME turns
host-a      IN A   192.0.2.71
host-b      IN A   192.0.2.72
"""

POOLS = """\
checks:
  port: {{type: tcp, port: {port}, interval: 300ms, recheck: 100ms, timeout: 1s, fall: 2, rise: 2}}
pools:
  turns:
    policy: round-robin
    checks: [port]
    targets:
      a: {{address: 127.0.0.31}}
      b: {{address: 127.0.0.32}}
      c: {{address: 127.0.0.33}}
  share:
    policy: weighted
    checks: [port]
    targets:
      a: {{address: 127.0.0.31, weight: 3}}
      b: {{address: 127.0.0.32, weight: 1}}
  ranks:
    policy: failover
    checks: [port]
    targets:
      a: {{address: 127.0.0.31, tier: 0}}
      b: {{address: 127.0.0.32, tier: 1}}
  hosts:
    policy: failover
    targets:
      a: {{host: host-a.example.test, tier: 0}}
      b: {{host: host-b.example.test, tier: 1}}
"""


class Pools(lab.LabCase):
    """Policies over targets that live and die."""

    def setUp(self):
        super().setUp()
        port = lab.free_port("0.0.0.0")
        self.targets = {n: self.listener(f"127.0.0.{n}", port) for n in (31, 32, 33)}
        self.port = port
        self.write("zones/example.test.zone", POOLS_ZONE)
        self.write("zones/triagedns.yaml", POOLS.format(port=port))
        self.server = self.serve(self.path("zones"), flags=["--workers", "2"])

    def test_strict_turns(self):
        """Whoever asks, from whatever port, over whatever transport: the order moves by one each time."""
        circle = ["127.0.0.31", "127.0.0.32", "127.0.0.33"]
        seen = [self.server.short("turns.example.test", "+tcp" if i % 5 == 4 else "+notcp") for i in range(15)]
        first = circle.index(seen[0][0])
        for i, answer in enumerate(seen):
            turn = (first + i) % 3
            self.assertEqual(answer, circle[turn:] + circle[:turn], f"answer {i} of {seen}")

    def test_share_by_weight(self):
        count = {"127.0.0.31": 0, "127.0.0.32": 0}
        for _ in range(800):
            answer = wire.Answer(wire.ask_udp(wire.query("share.example.test"), self.server.port))
            self.assertEqual(len(answer.addresses), 1)
            count[answer.addresses[0]] += 1
        # 600 expected; each of the two workers keeps to it by itself, but for the last few answers.
        self.assertAlmostEqual(count["127.0.0.31"], 600, delta=8)

    def test_ranks(self):
        self.assertEqual(self.server.short("ranks.example.test"), ["127.0.0.31"])
        self.targets[31].close()
        lab.eventually(5, "the second rank serves", lambda: self.server.short("ranks.example.test") == ["127.0.0.32"])
        self.listener("127.0.0.31", self.port)
        lab.eventually(5, "the first serves again", lambda: self.server.short("ranks.example.test") == ["127.0.0.31"])

    def test_host_names(self):
        self.assertEqual(self.server.short("hosts.example.test", "A"), ["host-a.example.test.", "192.0.2.71"])

    def test_alias_to_a_pool(self):
        self.assertEqual(set(self.server.short("hidden.example.test")[1:]),
                         {"127.0.0.31", "127.0.0.32", "127.0.0.33"})

    def test_pool_name_has_other_types_denied(self):
        output = self.server.dig("turns.example.test", "TXT")
        self.assertIn("status: NOERROR", output)
        self.assertIn("ANSWER: 0", output)
        self.assertIn("SOA", output)

    def test_dead_target_leaves_every_pool_and_comes_back(self):
        self.targets[32].close()
        lab.eventually(5, "31 and 33 are left",
                       lambda: set(self.server.short("turns.example.test")) == {"127.0.0.31", "127.0.0.33"})
        for _ in range(20):
            self.assertEqual(self.server.short("share.example.test"), ["127.0.0.31"])
        verdict = self.server.checks("turns", "127.0.0.32")["port"]
        self.assertEqual((verdict["outcome"], verdict["layer"]), ("failed", "tcp"))
        self.assertRegex(verdict["error"].lower(), "refused")
        self.listener("127.0.0.32", self.port)
        lab.eventually(5, "32 is back", lambda: len(self.server.short("turns.example.test")) == 3)

    def test_when_all_are_down_all_are_served(self):
        for target in self.targets.values():
            target.close()
        # Everything at once may also mean that the prober itself is cut off; either way there is an answer.
        deadline = time.monotonic() + 3
        while time.monotonic() < deadline:
            self.assertTrue(self.server.short("turns.example.test"))
            self.assertIn("status: NOERROR", self.server.dig("ranks.example.test"))
            time.sleep(0.05)
        self.assertEqual(len(self.server.short("turns.example.test")), 3)

    def test_pools_in_json(self):
        pool = self.server.pool("share")
        self.assertEqual((pool["policy"], pool["fail_open"]), ("weighted", False))
        first = pool["targets"][0]
        self.assertEqual((first["name"], first["state"], first["in_service"], first["weight"]), ("a", "up", True, 3))
        self.assertTrue(first["since"])
        check = first["addresses"][0]["checks"][0]
        wanted = ["port", "tcp", self.port, "passed"]
        self.assertEqual([check[key] for key in ("name", "type", "port", "outcome")], wanted)
        self.assertGreater(check["latency_ms"], 0)
        self.assertTrue(check["time"])

    def test_metrics(self):
        self.server.short("turns.example.test")
        status, text = self.server.get("/metrics")
        self.assertEqual(status, 200)
        done = lab.run("promtool", "check", "metrics", input=text)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertRegex(text, r"(?m)^triagedns_[a-z_]+(\{[^}]*\})? \d")
        # promtool does not notice a series that is there twice.
        series = [line.rsplit(" ", 1)[0] for line in text.splitlines() if line and not line.startswith("#")]
        self.assertEqual(len(series), len(set(series)))

    def test_health_pages(self):
        self.assertEqual(self.server.get("/healthz")[0], 200)
        self.assertEqual(self.server.get("/readyz")[0], 200)
        self.assertEqual(self.server.get("/nowhere")[0], 404)


class Readiness(lab.LabCase):
    def test_not_ready_before_the_first_round_is_over(self):
        """A target that accepts and says nothing keeps the first round open until the check's timeout."""
        silent = self.listener("127.0.0.31", mode="silent")
        self.write("zones/example.test.zone",
                   "$TTL 300\n@ IN SOA ns1 hostmaster 1 7200 900 1209600 30\n@ IN NS ns1\nns1 IN A 127.0.0.1\n"
                   "pacs 30 IN POOL pacs\n")
        self.write("zones/triagedns.yaml",
                   f"checks:\n  web: {{type: http, port: {silent.port}, path: /, timeout: 4s, interval: 60s}}\n"
                   "pools:\n  pacs:\n    policy: round-robin\n    checks: [web]\n    targets:\n"
                   "      a: {address: 127.0.0.31}\n")
        server = self.serve(self.path("zones"), wait=False)
        started = time.monotonic()
        lab.eventually(10, "/readyz answers 503", lambda: server.get("/readyz")[0] == 503)
        self.assertEqual(server.get("/healthz")[0], 200)
        server.wait_ready(30)
        self.assertLess(time.monotonic() - started, 30)
        # The only target of its pool has failed its first probe: nobody is up, so all are answered.
        self.assertEqual(server.short("pacs.example.test"), ["127.0.0.31"])


class PortInUse(lab.LabCase):
    def expect_one_message(self, port, argv):
        self.write("zones/example.test.zone", ZONE)
        done = lab.triagedns("serve", self.path("zones"), *argv)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        errors = [line for line in done.stderr.splitlines() if re.search(r"(?i)(^|: )error: ", line)]
        self.assertEqual(len(errors), 1, done.stderr)
        self.assertRegex(errors[0], rf"127\.0\.0\.1:{port}.*(in use|another program)")

    def test_by_a_udp_socket(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.bind(("127.0.0.1", 0))
            port = s.getsockname()[1]
            self.expect_one_message(port, ["--listen", f"127.0.0.1:{port}", "--admin", "off"])

    def test_by_a_tcp_socket(self):
        port = self.listener("127.0.0.1").port
        self.expect_one_message(port, ["--listen", f"127.0.0.1:{port}", "--admin", "off"])

    def test_by_another_of_us(self):
        """SO_REUSEPORT must not let a second server share the first one's queries unnoticed."""
        self.write("zones/example.test.zone", ZONE)
        server = self.serve(self.path("zones"))
        self.expect_one_message(server.port, ["--listen", f"127.0.0.1:{server.port}", "--admin", "off"])
        self.assertEqual(server.short("one.example.test"), ["192.0.2.1"])

    def test_admin(self):
        port = self.listener("127.0.0.1").port
        free = lab.free_port()
        self.expect_one_message(port, ["--listen", f"127.0.0.1:{free}", "--admin", f"127.0.0.1:{port}"])


if __name__ == "__main__":
    lab.unittest.main()
