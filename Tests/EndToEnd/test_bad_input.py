"""Bad input: each mistake draws one clear message with file and line, and exit code 1, from check and serve alike."""
import re

import lab

ZONE = """\
$TTL 300
@     IN SOA ns1 hostmaster 1 7200 900 1209600 30
@     IN NS  ns1
ns1   IN A   127.0.0.1
pacs  IN POOL orthanc
"""
SETTINGS = """\
checks:
  port: {type: tcp, port: 11112}
pools:
  orthanc:
    policy: round-robin
    checks: [port]
    targets:
      a: {address: 192.0.2.11}
      b: {address: 192.0.2.12}
"""


class BadInput(lab.LabCase):
    def refuse(self, where, words, zone=ZONE, settings=SETTINGS, count=1):
        """Both commands end with 1 and `count` errors on stderr; one is at `where` and has `words`."""
        self.write("zones/example.test.zone", zone)
        if settings is not None:
            self.write("zones/triagedns.yaml", settings)
        port = lab.free_port()
        for command in (["check", self.path("zones")],
                        ["serve", self.path("zones"), "--listen", f"127.0.0.1:{port}", "--admin", "off"]):
            with self.subTest(command[0]):
                done = lab.triagedns(*command)
                self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
                errors = [line for line in done.stderr.splitlines() if re.search(r"(?i)(^|: )error: ", line)]
                self.assertEqual(len(errors), count, done.stderr)
                matching = [line for line in errors if f"{where}: error: " in line]
                self.assertTrue(matching, f"no error at {where} in:\n{done.stderr}")
                self.assertTrue(any(re.search(words, line, re.IGNORECASE) for line in matching), done.stderr)
                self.assertNotRegex(done.stderr, r"(?i)fatal|stack|trace|Swift\.|Optional\(")

    def test_good_input_is_summed_up(self):
        self.write("zones/example.test.zone", ZONE)
        self.write("zones/triagedns.yaml", SETTINGS)
        done = lab.triagedns("check", self.path("zones"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr, "")
        self.assertRegex(done.stdout, r"\b1 zone\b")
        self.assertRegex(done.stdout, r"\b1 pool\b")
        self.assertRegex(done.stdout, r"\b\d+ records\b")

    def test_many_zones_are_told_of_in_order(self):
        """Several threads read them; what is said is as if one did."""
        names = [f"z{number:03}.test" for number in range(200)]
        for number, name in enumerate(names):
            # Of very different sizes, so that threads that were not waited for would show.
            lines = "".join(f"h{i} IN A 192.0.2.1\n" for i in range(1000 if number % 7 == 0 else 1))
            self.write(f"zones/{name}.zone", ZONE.replace("pacs  IN POOL orthanc\n", lines) + "bad IN A 192.0.2.300\n")
        done = lab.triagedns("check", self.path("zones"))
        self.assertEqual(done.returncode, 1)
        told = re.findall(r"(z\d+\.test)\.zone:\d+: error: ", done.stderr)
        self.assertEqual(told, names)

    def test_broken_record(self):
        self.refuse("example.test.zone:6", "address|IPv4|A ", zone=ZONE + "www IN A 192.0.2.300\n")

    def test_unknown_type(self):
        self.refuse("example.test.zone:6", "ADRESS|type", zone=ZONE + "www IN ADRESS 192.0.2.3\n")

    def test_open_parenthesis(self):
        self.refuse("example.test.zone:6", r"parenthes|\)", zone=ZONE + "www IN TXT ( \"never closed\"\n")

    def test_every_mistake_is_told(self):
        zone = ZONE + "www IN A 192.0.2.300\nok IN A 192.0.2.3\nv6 IN AAAA 192.0.2.3\n"
        self.refuse("example.test.zone:6", "", zone=zone, count=2)
        self.refuse("example.test.zone:8", "", zone=zone, count=2)

    def test_no_soa(self):
        zone = "".join(line + "\n" for line in ZONE.splitlines() if "SOA" not in line)
        self.refuse("example.test.zone", "SOA", zone=zone)

    def test_alias_beside_data(self):
        self.refuse("example.test.zone:6", "CNAME.*line 7", zone=ZONE + "www IN A 192.0.2.3\nwww IN CNAME pacs\n")

    def test_missing_include(self):
        self.refuse("example.test.zone:6", "nowhere", zone=ZONE + "$INCLUDE nowhere.inc\n")

    def test_broken_yaml(self):
        self.refuse("triagedns.yaml:2", "YAML", settings=SETTINGS.replace("type: tcp,", "type: tcp: ,"))

    def test_unknown_key(self):
        self.refuse("triagedns.yaml:5", "polcy", settings=SETTINGS.replace("policy:", "polcy:"))

    def test_unknown_policy(self):
        self.refuse("triagedns.yaml:5", "round-robin", settings=SETTINGS.replace("round-robin", "robin-round"))

    def test_unknown_check(self):
        self.refuse("triagedns.yaml:6", "prot", settings=SETTINGS.replace("[port]", "[prot]"))

    def test_bad_duration(self):
        self.refuse("triagedns.yaml:2", "interval|duration",
                    settings=SETTINGS.replace("port: 11112", "port: 11112, interval: 10 parsecs"))

    def test_bad_port(self):
        self.refuse("triagedns.yaml:2", "port", settings=SETTINGS.replace("11112", "111120"))

    def test_bad_address(self):
        self.refuse("triagedns.yaml:9", "192.0.2.1x", settings=SETTINGS.replace("192.0.2.12", "192.0.2.1x"))

    def test_address_used_twice(self):
        self.refuse("triagedns.yaml:9", r"192\.0\.2\.11", settings=SETTINGS.replace("192.0.2.12", "192.0.2.11"))

    def test_pool_that_no_record_names(self):
        extra = "  spare:\n    policy: failover\n    checks: [port]\n    targets:\n      c: {address: 192.0.2.13}\n"
        self.write("zones/example.test.zone", ZONE)
        self.write("zones/triagedns.yaml", SETTINGS + extra)
        done = lab.triagedns("check", self.path("zones"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stderr, r"triagedns\.yaml:10: warning: .*spare")

    def test_record_that_names_no_pool(self):
        self.refuse("example.test.zone:6", "orthank", zone=ZONE + "www IN POOL orthank\n")

    def test_record_that_names_a_pool_without_yaml(self):
        self.refuse("example.test.zone:5", "orthanc", settings=None)

    def test_missing_directory(self):
        for command in ("check", "serve"):
            with self.subTest(command):
                done = lab.triagedns(command, self.path("nowhere"))
                self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
                self.assertRegex(done.stderr, "nowhere.*error|error.*nowhere")

    def test_directory_without_a_zone(self):
        self.write("zones/README", "nothing here\n")
        for command in ("check", "serve"):
            with self.subTest(command):
                done = lab.triagedns(command, self.path("zones"))
                self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
                self.assertRegex(done.stderr, r"\.zone")

    def test_bad_flags(self):
        self.write("zones/example.test.zone", ZONE)
        self.write("zones/triagedns.yaml", SETTINGS)
        for flags in (["--listen", "127.0.0.1"], ["--listen", "nonsense:53"], ["--workers", "0"], ["--admin", "maybe"]):
            with self.subTest(flags):
                done = lab.triagedns("serve", self.path("zones"), *flags)
                self.assertNotIn(done.returncode, (0, -6, -5, -11), done.stderr)
                self.assertIn(flags[0] if flags[0] == "--workers" else flags[1], done.stderr)

    def test_help_reads_well(self):
        for command in ([], ["serve"], ["check"], ["reload"], ["status"], ["probe"], ["probe", "dicom"], ["stand-in"], ["demo"]):
            with self.subTest(command):
                done = lab.triagedns(*command, "--help")
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn("USAGE:", done.stdout)
                self.assertIn("OVERVIEW:", done.stdout)


if __name__ == "__main__":
    lab.unittest.main()
