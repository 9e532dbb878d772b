"""Who gets which target: client networks, pools in pools, and records made from pools, as dig and kdig read them."""
import re

import lab

ZONE = """\
$TTL 30
@           IN SOA  ns1 hostmaster 1 7200 900 1209600 30
@           IN NS   ns1
ns1         IN A    127.0.0.1
@           IN POOL pacs
@           IN POOL pacs HTTPS 1 . alpn=h2 port=8443
sticky      IN POOL sticky
branch      IN POOL branch
*.any       IN POOL sites
sites       IN POOL sites
_dicom._tcp IN POOL pacs SRV 11112
a           IN A    127.0.0.31
b           IN A    127.0.0.32
c           IN A    127.0.0.33
"""

POOLS = """\
checks:
  port: {{type: tcp, port: {port}, interval: 300ms, recheck: 100ms, timeout: 1s, fall: 2, rise: 2}}
pools:
  pacs:
    policy: failover
    checks: [port]
    targets:
      a: {{address: 127.0.0.31, name: a.example.test}}
      b: {{address: [127.0.0.32, "::1"], name: b.example.test}}
  sticky:
    policy: sticky
    checks: [port]
    targets: {{a: 127.0.0.31, b: 127.0.0.32, c: 127.0.0.33}}
  branch:
    policy: failover
    checks: [port]
    targets: {{a: 127.0.0.31, b: 127.0.0.32, c: 127.0.0.33}}
    prefer:
      10.1.0.0/16: [b]
      10.1.128.0/17: [c]
      127.0.0.0/8: [c]
  site-a: {{checks: [port], targets: {{a: 127.0.0.31, b: 127.0.0.32}}}}
  site-b: {{checks: [port], targets: {{c: 127.0.0.33}}}}
  sites: {{policy: failover, targets: {{a: {{pool: site-a}}, b: {{pool: site-b}}}}}}
"""


class Steering(lab.LabCase):
    def setUp(self):
        super().setUp()
        self.port = lab.free_port("0.0.0.0")
        self.targets = {n: self.listener(f"127.0.0.{n}", self.port) for n in (31, 32, 33)}
        self.write("zones/example.test.zone", ZONE)
        self.write("zones/triagedns.yaml", POOLS.format(port=self.port))
        self.server = self.serve(self.path("zones"), flags=["--workers", "2"])

    def steer(self, name, subnet):
        """The addresses for a network, and the scope of the answer."""
        output = self.server.dig(f"+subnet={subnet}", name, "A")
        scope = re.search(r"CLIENT-SUBNET: (\S+)/(\d+)/(\d+)", output)
        self.assertIsNotNone(scope, output)
        self.assertEqual(f"{scope[1]}/{scope[2]}", subnet)
        return re.findall(r"\sA\s+(127\.\S+)", output), int(scope[3])

    def test_only_the_clients_of_who_leaves_move(self):
        networks = [f"10.3.{n}.0/24" for n in range(60)]
        before = {network: self.steer("sticky.example.test", network) for network in networks}
        self.assertEqual({scope for _, scope in before.values()}, {24})
        self.assertEqual({address for address, in (addresses for addresses, _ in before.values())},
                         {"127.0.0.31", "127.0.0.32", "127.0.0.33"})
        self.targets[32].close()
        lab.eventually(5, "b has left", lambda: not self.server.pool("sticky")["targets"][1]["in_service"])
        after = {network: self.steer("sticky.example.test", network) for network in networks}
        moved = {network for network in networks if before[network] != after[network]}
        self.assertEqual(moved, {network for network in networks if before[network][0] == ["127.0.0.32"]})

    def test_preference_by_subnet_and_by_address(self):
        for subnet, address, scope in [
            ("10.1.2.0/24", "127.0.0.32", 17), ("10.1.200.0/24", "127.0.0.33", 17),
            ("10.2.0.0/24", "127.0.0.31", 15), ("0.0.0.0/0", "127.0.0.33", 0),
        ]:
            self.assertEqual(self.steer("branch.example.test", subnet), ([address], scope), subnet)
        # Without a subnet the address that asks counts.
        self.assertEqual(self.server.short("branch.example.test"), ["127.0.0.33"])
        self.targets[33].close()
        lab.eventually(5, "the others answer", lambda: self.server.short("branch.example.test") == ["127.0.0.31"])

    def test_sites(self):
        self.assertEqual(set(self.server.short("sites.example.test")), {"127.0.0.31", "127.0.0.32"})
        self.targets[31].close()
        lab.eventually(5, "half a site", lambda: self.server.short("sites.example.test") == ["127.0.0.32"])
        self.targets[32].close()
        lab.eventually(5, "the other site", lambda: self.server.short("x.y.any.example.test") == ["127.0.0.33"])
        site, other = self.server.pool("sites")["targets"]
        self.assertEqual((site["pool"], site["state"], site["in_service"]), ("site-a", "down", False))
        self.assertEqual((other["pool"], other["state"], other["in_service"]), ("site-b", "up", True))

    def test_services(self):
        for tool in ("dig", "kdig"):
            output = lab.run(tool, "@127.0.0.1", "-p", self.server.port, "_dicom._tcp.example.test", "SRV",
                             "+norec").stdout
            self.assertRegex(output, r"SRV\s+0 1 11112 a\.example\.test\.")
            self.assertRegex(output, r"SRV\s+1 1 11112 b\.example\.test\.")
            self.assertRegex(output, r"\na\.example\.test\.\s+30\s+IN\s+A\s+127\.0\.0\.31")
            self.assertRegex(output, r"\nb\.example\.test\.\s+30\s+IN\s+A\s+127\.0\.0\.32")
            self.assertNotRegex(output, r"(?i)malformed|warning|extra bytes")
        self.targets[31].close()
        lab.eventually(5, "a has left", lambda: self.server.short("_dicom._tcp.example.test", "SRV") == [
            "1", "1", "11112", "b.example.test."])

    def test_hints(self):
        for tool in ("dig", "kdig"):
            output = lab.run(tool, "@127.0.0.1", "-p", self.server.port, "example.test", "TYPE65").stdout
            self.assertRegex(output, r'HTTPS\s+1 \. alpn="?h2"? port="?8443"? ipv4hint="?127\.0\.0\.31"?\n')
        self.assertEqual(self.server.short("example.test"), ["127.0.0.31"])
        self.targets[31].close()
        lab.eventually(5, "b serves", lambda: "ipv4hint=127.0.0.32" in self.server.dig("example.test", "HTTPS"))

    def test_reload_looks_at_names_again(self):
        """The zone's file is as it was, and its SRV now points at a name that is not there."""
        config = POOLS.format(port=self.port).replace("name: a.example.test", "name: gone.example.test")
        self.write("zones/triagedns.yaml", config)
        done = lab.triagedns("reload", "--admin", "http://%s:%d" % self.server.admin)
        self.assertIn("example.test.zone:11: error: gone.example.test., the name of a of the pool pacs, does not exist in "
                      "the zone; add `gone.example.test. A 127.0.0.31`", done.stdout + done.stderr)


class Check(lab.LabCase):
    def test_what_to_add(self):
        self.write("zones/example.test.zone", ZONE.replace("a           IN A    127.0.0.31\n", ""))
        self.write("zones/triagedns.yaml", POOLS.format(port=1).replace("a: {{pool: site-a}}", "a: {pool: sites}")
                   .replace("pool: site-a", "pool: sites"))
        done = lab.triagedns("check", self.path("zones"))
        self.assertEqual(done.returncode, 1)
        self.assertIn("triagedns.yaml:24: error: the pool sites is nested in itself: sites > sites; "
                      "remove one of these targets", done.stderr)
        self.write("zones/triagedns.yaml", POOLS.format(port=1))
        done = lab.triagedns("check", self.path("zones"))
        self.assertEqual(done.returncode, 1)
        self.assertIn("example.test.zone:11: error: a.example.test., the name of a of the pool pacs, does not exist in the "
                      "zone; add `a.example.test. A 127.0.0.31`", done.stderr)


if __name__ == "__main__":
    lab.unittest.main()
