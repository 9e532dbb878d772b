"""AF_XDP: the answers that plain sockets give, octet by octet, and everything else left to the kernel."""
import re
import socket
import struct
import unittest

import hosts
import lab
import test_serving
import wire

NAMES = ["one", "first", "away", "any.thing.wild", "exact.wild", "nobody", "b.deep", "www.child", "large", "oNe", "", "mail"]
KINDS = [wire.A, wire.AAAA, wire.NS, wire.SOA, 15, wire.TXT, wire.ANY, 33]
EDNS = [None, wire.opt(), wire.opt(512), wire.opt(4096), wire.opt(1232, flags=0x8000), wire.opt(1232, version=1)]


def queries():
    """Each name and type with a form of EDNS in turn, then what is not asked every day."""
    result = []
    for owner in NAMES:
        for kind in KINDS:
            edns = EDNS[len(result) % len(EDNS)]
            asked = wire.question(f"{owner}.example.test" if owner else "example.test", kind)
            result.append(wire.header(0x0100, additional=edns is not None, ident=len(result)) + asked + (edns or b""))
    odd = [wire.question("one.example.net"), wire.question("id.server", wire.TXT, wire.CH), wire.question(".", wire.NS)]
    for asked in odd:
        result.append(wire.header(ident=len(result)) + asked)
    for flags in (0x2800, 0x1000, 0x0200):
        result.append(wire.header(flags, ident=len(result)) + odd[0])
    result.append(wire.header(questions=2, ident=len(result)) + odd[0])
    result.append(wire.header(ident=len(result)) + b"\3cut")
    return result


class OverACable(lab.LabCase):
    def setUp(self):
        if reason := hosts.obstacle():
            self.skipTest(reason)
        super().setUp()
        self.write("zones/example.test.zone", test_serving.ZONE + test_serving.LARGE)

    def server(self, *flags, listen=hosts.Cable.here, xdp="port0", zones="zones", wait=True):
        port = lab.free_port()
        places = [f"[{address}]:{port}" if ":" in address else f"{address}:{port}" for address in listen]
        flags = [*flags, "--workers", "1"] + (["--xdp", xdp] if xdp else [])
        return lab.Server(self, self.path(zones), listen=places, flags=flags, wait=wait)

    def answered(self, server, transport):
        """How many answers a transport has given; None if it has no counters."""
        counts = re.findall(r'triagedns_responses_total\{rcode="\w+",transport="%s"\} (\d+)' % transport,
                            server.get("/metrics")[1])
        return sum(map(int, counts)) if counts else None

    def ask(self, cable, server, message, address="10.53.0.2"):
        with cable.udp(address, server.port) as s:
            s.send(message)
            return s.recv(65535)

    def both_answer(self, cable, server, transport):
        """IPv4 and IPv6 are answered, and by that transport."""
        before = self.answered(server, transport)
        for address in cable.here:
            answer = wire.Answer(self.ask(cable, server, wire.query("one.example.test"), address))
            self.assertEqual(answer.addresses, ["192.0.2.1"])
        self.assertEqual(self.answered(server, transport) - before, 2)


class Taken(OverACable):
    def test_same_answers(self):
        cable = hosts.Cable(self)
        over, plain = self.server(), self.server(xdp=None)
        self.assertIn("AF_XDP on port0: native mode, copied, 1 queue", over.process.output())
        messages = queries()
        for address in cable.here:
            sockets = [cable.udp(address, server.port) for server in (over, plain)]
            for message in messages:
                answers = []
                for s in sockets:
                    s.send(message)
                    answers.append(s.recv(65535))
                self.assertEqual(answers[0], answers[1], f"{message!r} to {address}")
        count = 2 * len(messages)
        self.assertEqual((self.answered(over, "xdp"), self.answered(over, "udp")), (count, 0))
        self.assertEqual((self.answered(plain, "xdp"), self.answered(plain, "udp")), (None, count))

    def test_silence(self):
        cable = hosts.Cable(self)
        server = self.server()
        for address in cable.here:
            with cable.udp(address, server.port) as s:
                for noise in (b"", b"\1", b"\0" * 11, wire.query("one.example.test", flags=0x8000)):
                    s.send(noise)
                    s.send(wire.query("one.example.test", ident=7))
                    self.assertEqual(wire.Answer(s.recv(65535)).ident, 7)
        self.assertEqual(self.answered(server, "xdp"), 8)

    def test_many(self):
        """More packets than there are frames, in bursts that are larger than a batch, from many ports."""
        cable = hosts.Cable(self, ["numrxqueues", "2", "numtxqueues", "2"])
        server = self.server()
        self.assertIn("2 queues", server.process.output())
        total = 0
        for turn in range(30):
            with cable.udp(cable.here[turn % 2], server.port) as s:
                s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
                for ident in range(200):
                    s.send(wire.query("large.example.test" if ident % 5 else "one.example.test", wire.TXT, ident=ident))
                self.assertEqual({wire.Answer(s.recv(65535)).ident for _ in range(200)}, set(range(200)))
            total += 200
        self.assertEqual(self.answered(server, "xdp"), total)

    def test_wildcard_listener(self):
        cable = hosts.Cable(self)
        server = self.server(listen=("0.0.0.0", "::"))
        self.both_answer(cable, server, "xdp")

    def test_cable_out_and_in_again(self):
        cable = hosts.Cable(self)
        server = self.server(listen=("10.53.0.2",))
        ask = lambda: wire.Answer(self.ask(cable, server, wire.query("one.example.test"))).addresses
        self.assertEqual(ask(), ["192.0.2.1"])
        for where, device in ((cable.ip_there, "eth0"), (cable.ip, "port0")):
            where("link", "set", device, "down")
            where("link", "set", device, "up")
            lab.eventually(5, "the cable carries", lambda: "LOWER_UP" in cable.ip("link", "show", "port0"))
            self.assertEqual(ask(), ["192.0.2.1"])
        self.assertEqual(self.answered(server, "xdp"), 3)

    def test_interface_taken_away(self):
        """The server goes on with what it has left."""
        cable = hosts.Cable(self)
        server = self.server(listen=("10.53.0.2", "127.0.0.1"))
        cable.cut()
        self.assertIn("status: NOERROR", server.dig("one.example.test", "A"))
        self.assertEqual(server.process.stop(), 0)

    def test_vlan_tag_is_echoed(self):
        cable = hosts.Cable(self)
        server = self.server()
        ours, theirs = (re.search(r"link/ether ([0-9a-f:]+)", text).group(1).replace(":", "") for text in (
            cable.ip("link", "show", "port0"), cable.ip_there("link", "show", "eth0")))
        message = wire.query("one.example.test", ident=77)
        udp = struct.pack(">HHHH", 4321, server.port, 8 + len(message), 0) + message
        packet = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0,
                             socket.inet_aton("10.53.0.1"), socket.inet_aton("10.53.0.2"))
        total = sum(struct.unpack(">10H", packet))
        packet = packet[:10] + struct.pack(">H", ~(total + (total >> 16)) & 0xFFFF) + packet[12:]
        SOL_PACKET, PACKET_AUXDATA, ETH_P_ALL = 263, 8, 3
        with cable.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL)) as s:
            s.bind(("eth0", ETH_P_ALL))
            s.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
            s.send(bytes.fromhex(ours + theirs) + struct.pack(">HHH", 0x8100, 0x2005, 0x0800) + packet + udp)
            while True:
                frame, ancillary, _, _ = s.recvmsg(2048, 256)
                if frame[12:14] == b"\x08\x00" and frame[:6] == bytes.fromhex(theirs) and frame[23] == 17:
                    break
        # The kernel has taken the tag off, and says what it was.
        tag = struct.unpack_from("@IIIHHH", ancillary[0][2])[5]
        self.assertEqual(tag, 0x2005)
        self.assertEqual(wire.Answer(frame[42:]).ident, 77)
        self.assertEqual(self.answered(server, "xdp"), 1)


class LeftToTheKernel(OverACable):
    def test_tcp(self):
        cable = hosts.Cable(self)
        server = self.server()
        message = wire.query("large.example.test", wire.TXT)
        self.assertTrue(wire.Answer(self.ask(cable, server, message)).truncated)
        for address, family in zip(cable.here, (socket.AF_INET, socket.AF_INET6)):
            with cable.socket(family, socket.SOCK_STREAM) as s:
                s.connect((address, server.port))
                s.sendall(wire.framed(message))
                answer = wire.Answer(wire.read_framed(s))
                self.assertEqual(len(answer.sections[0]), 12)

    def test_other_ports_and_echo(self):
        cable = hosts.Cable(self)
        server = self.server()
        with cable.udp("10.53.0.2", lab.free_port()) as s:
            s.send(b"anybody?")
            # ICMP says that nobody is there.
            self.assertRaises(ConnectionRefusedError, s.recv, 1)
        with cable.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as s:
            s.connect(("10.53.0.2", 0))
            s.send(struct.pack(">BBHHH", 8, 0, ~(0x0800 + 0x1234 + 1) & 0xFFFF, 0x1234, 1))
            self.assertEqual(s.recv(64)[20:28], struct.pack(">BBHHH", 0, 0, ~(0x1234 + 1) & 0xFFFF, 0x1234, 1))
        self.assertEqual(self.answered(server, "xdp"), 0)

    def test_fragments(self):
        cable = hosts.Cable(self)
        server = self.server()
        padding = struct.pack(">HH", 12, 1600) + bytes(1600)
        message = wire.header(additional=1) + wire.question("one.example.test") + wire.opt(options=padding)
        for address in cable.here:
            self.assertEqual(wire.Answer(self.ask(cable, server, message, address)).addresses, ["192.0.2.1"])
        self.assertEqual((self.answered(server, "xdp"), self.answered(server, "udp")), (0, 2))

    def test_after_the_end(self):
        """However it ends, the program goes with it."""
        cable = hosts.Cable(self)
        for end in ("stop", "kill") * 3:
            server = self.server()
            self.both_answer(cable, server, "xdp")
            self.assertIn("xdp", cable.ip("link", "show", "port0"))
            getattr(server.process, end)()
            lab.eventually(10, "the program is gone", lambda: "xdp" not in cable.ip("link", "show", "port0"))
        self.both_answer(cable, self.server(xdp=None), "udp")


class LargestPacket(OverACable):
    def test_large_mtu(self):
        """Where the driver cannot have it in native mode, the kernel's generic one does."""
        cable = hosts.Cable(self)
        cable.mtu(9000)
        server = self.server()
        self.assertIn("AF_XDP on port0: generic mode, copied", server.process.output())
        self.both_answer(cable, server, "xdp")

    def test_small_mtu(self):
        """An answer that would not fit is cut short, not lost."""
        cable = hosts.Cable(self)
        cable.mtu(1280)
        server = self.server()
        for bits, size in ((4096, 1232), (700, 700)):
            message = wire.header(additional=1) + wire.question("large.example.test", wire.TXT) + wire.opt(bits)
            for address in cable.here:
                data = self.ask(cable, server, message, address)
                self.assertTrue(wire.Answer(data).truncated)
                self.assertLessEqual(len(data), size)

    def test_smallest_mtu(self):
        cable = hosts.Cable(self)
        cable.mtu(560)
        server = self.server(listen=("10.53.0.2",))
        message = wire.header(additional=1) + wire.question("large.example.test", wire.TXT) + wire.opt()
        data = self.ask(cable, server, message)
        self.assertTrue(wire.Answer(data).truncated)
        self.assertGreater(self.answered(server, "xdp"), 0)
        self.assertEqual(server.process.stop(), 0)
        cable.mtu(559)
        self.assertIn("its MTU is 559", self.server(listen=("10.53.0.2",)).process.output())


class Fallback(OverACable):
    def test_unknown_interface(self):
        done = lab.triagedns("serve", self.path("zones"), "--xdp", "nowhere0", "--admin", "off")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, "error: there is no network interface nowhere0 for AF_XDP; there are lo")

    def falls_back(self, cable, words, **options):
        server = self.server(**options)
        self.assertRegex(server.process.output(), f"warning.*no AF_XDP on .*{words}.*plain sockets")
        self.both_answer(cable, server, "udp")
        self.assertIsNone(self.answered(server, "xdp"))
        return server

    def test_without_privilege(self):
        cable = hosts.Cable(self)
        start = self.start
        self.start = lambda *argv, **options: start(
            "setpriv", "--bounding-set=-all", "--inh-caps=-all", *argv, **options)
        self.falls_back(cable, "CAP_NET_ADMIN")
        self.assertNotIn("prog/xdp", cable.ip("link", "show", "port0"))

    def test_two_servers(self):
        cable = hosts.Cable(self)
        first = self.server()
        self.falls_back(cable, "another program uses XDP there")
        self.both_answer(cable, first, "xdp")

    def test_not_ethernet_nor_listened_on(self):
        cable = hosts.Cable(self)
        self.falls_back(cable, "it is no Ethernet interface", xdp="lo")
        server = self.server(listen=("127.0.0.1",))
        self.assertRegex(server.process.output(), "warning.*none of the addresses")

    def test_tags_that_the_card_takes_off(self):
        cable = hosts.Cable(self)
        done = lab.run("ip", "link", "add", "link", "port0", "name", "port0.5", "type", "vlan", "id", "5")
        if done.returncode != 0:
            self.skipTest("this kernel has no VLANs")
        cable.ip_there("link", "add", "link", "eth0", "name", "eth0.5", "type", "vlan", "id", "5")
        for where, device, address in ((cable.ip, "port0.5", "10.54.0.2/24"), (cable.ip_there, "eth0.5", "10.54.0.1/24")):
            where("addr", "add", address, "dev", device)
            where("link", "set", device, "up")
        server = self.server(listen=("10.53.0.2", "10.54.0.2"))
        self.assertRegex(server.process.output(), "warning.*ethtool -K port0 rxvlan off")
        for address in ("10.53.0.2", "10.54.0.2"):
            self.assertEqual(wire.Answer(self.ask(cable, server, wire.query("one.example.test"), address)).addresses,
                             ["192.0.2.1"])

    def test_from_the_file(self):
        cable = hosts.Cable(self)
        self.write("zones/triagedns.yaml", "server: {xdp: port0}\n")
        self.both_answer(cable, self.server(xdp=None), "xdp")
        self.both_answer(cable, self.server(xdp="off"), "udp")


if __name__ == "__main__":
    unittest.main()
