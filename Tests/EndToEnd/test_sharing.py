"""What two workers change in the same cache lines while they answer: nothing, but whose turn it is under round-robin.

Seen from outside, in the memory of the process as it is before and after each worker has answered. It does not depend on
how busy the machine is, as a comparison of times would. What is put back as it was is not seen: locks and reference
counts, which the compiler keeps out of the query path.
"""
import contextlib
import os
import re
import socket
import struct

import lab
import wire

LINE, PAGE = 64, os.sysconf("SC_PAGE_SIZE")
ZONE = """\
$TTL 300
@     IN SOA ns1 hostmaster 7 7200 900 1209600 30
@     IN NS  ns1
ns1   IN A   192.0.2.53
www   IN A   192.0.2.1
*.any IN A   192.0.2.2
alias IN CNAME www
drawn IN POOL weighted
stuck IN POOL sticky
first IN POOL failover
turns IN POOL turns
"""
CONFIGURATION = "pools:\n" + "".join(
    f"  {name}: {{policy: {policy}, targets: {{a: 192.0.2.11, b: 192.0.2.12, c: 192.0.2.13}}}}\n"
    for name, policy in (("weighted", "weighted"), ("sticky", "sticky"), ("failover", "failover"),
                         ("turns", "round-robin")))
COOKIE = b"\0\x0a\0\x08abcdefgh"


class Workers(lab.LabCase):
    def setUp(self):
        super().setUp()
        self.write("zones/example.test.zone", ZONE)
        self.write("zones/triagedns.yaml", CONFIGURATION)
        self.server = self.serve(self.path("zones"), flags=["--workers", "2"])
        self.pid = self.server.process.child.pid
        try:
            self.memory()
        except PermissionError as error:
            self.skipTest(f"the memory of other processes cannot be read here: {error}")
        self.clients = self.client_of_each_worker()

    def test_they_write_nothing_in_common(self):
        names = ["www", "x.any", "alias", "nobody", "a.b.nobody", "drawn", "stuck", "first"]
        questions = [(name, kind) for name in names for kind in (wire.A, wire.AAAA)]
        self.assertEqual(self.shared_lines(questions), [])

    def test_but_whose_turn_it_is(self):
        """The order moves with each answer, whichever worker gives it. Also: this test sees what is shared."""
        self.assertEqual(len(self.shared_lines([("turns", wire.A)])), 1)

    def shared_lines(self, questions):
        """Those that are shared each time: what else the process does now and then may look so once."""
        for client in self.clients * 2:
            self.ask(client, questions)
        shared = []
        for _ in range(3):
            alone = [self.written(lambda: self.ask(client, questions)) for client in self.clients]
            self.assertTrue(all(alone), "each has at least counted its answers")
            shared.append(alone[0] & alone[1])
        return sorted(set.intersection(*shared))

    def client_of_each_worker(self):
        """Two sockets whose queries the kernel gives to different workers."""
        found = {}
        for _ in range(64):
            client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.addCleanup(client.close)
            client.settimeout(5)
            client.connect(("127.0.0.1", self.server.port))
            before = self.switches()
            self.ask(client, [("www", wire.A)] * 30)
            after = self.switches()
            busiest = max(after, key=lambda thread: after[thread] - before.get(thread, 0))
            found.setdefault(busiest, client)
            if len(found) == 2:
                return list(found.values())
        self.fail("all queries went to one worker")

    def switches(self):
        """By thread: how often it has waited."""
        def count(thread):
            with open(f"/proc/{self.pid}/task/{thread}/status") as file:
                return int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", file.read(), re.M)[1])
        return {thread: count(thread) for thread in os.listdir(f"/proc/{self.pid}/task")}

    def ask(self, client, questions):
        for name, kind in questions:
            message = wire.header(additional=1) + wire.question(f"{name}.example.test", kind) + wire.opt(options=COOKIE)
            client.send(message)
            self.assertEqual(client.recv(4096)[:2], message[:2])

    def written(self, action):
        """The cache lines that are others than before."""
        before = self.memory()
        action()
        after = self.memory()
        lines = set()
        for page, octets in after.items():
            former = before.get(page, bytes(PAGE))
            if octets != former:
                lines.update(page + start for start in range(0, PAGE, LINE)
                             if octets[start:start + LINE] != former[start:start + LINE])
        return lines

    def memory(self):
        """By address: the writable pages that are there."""
        pages = {}
        with open(f"/proc/{self.pid}/maps") as file:
            maps = re.findall(r"^(\w+)-(\w+) (?:rw.p|-w.p|rw.s) (?!.*\[v)", file.read(), re.M)
        with open(f"/proc/{self.pid}/pagemap", "rb") as table, \
                open(f"/proc/{self.pid}/mem", "rb", buffering=0) as memory:
            for start, end in ((int(start, 16), int(end, 16)) for start, end in maps):
                table.seek(start // PAGE * 8)
                entries = struct.unpack(f"{(end - start) // PAGE}Q", table.read((end - start) // PAGE * 8))
                for number, entry in enumerate(entries):
                    # What is unmapped meanwhile cannot be read.
                    with contextlib.suppress(OSError):
                        if entry >> 63:
                            memory.seek(start + number * PAGE)
                            pages[start + number * PAGE] = memory.read(PAGE)
        return pages
