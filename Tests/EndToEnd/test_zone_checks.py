"""Warnings about a zone: told in the order of its lines and served all the same, but refused with --strict."""
import lab

ZONE = """\
$TTL 300
@     IN SOA ns1 hostmaster 1 7200 900 1209600 30
@     IN NS  ns1
@     IN MX  10 mail
ns1   IN A   127.0.0.1
sub   IN NS  ns.sub
www   IN A   127.0.0.1
WWW   IN A   127.0.0.1
"""
LINES = [4, 6, 8]


class ZoneChecks(lab.LabCase):
    def findings(self, output):
        return [line.split("example.test.zone:")[1] for line in output.splitlines() if "example.test.zone:" in line]

    def test_warnings_do_not_stop_a_zone(self):
        self.write("zones/example.test.zone", ZONE)
        done = lab.triagedns("check", self.path("zones"))
        self.assertEqual(done.returncode, 0, done.stderr)
        found = self.findings(done.stderr)
        self.assertEqual([line.split(":")[0] for line in found], [str(line) for line in LINES], done.stderr)
        self.assertTrue(all(": warning: " in line for line in found), done.stderr)

    def test_strict_makes_them_errors(self):
        self.write("zones/example.test.zone", ZONE)
        flags = ["--strict", "--listen", f"127.0.0.1:{lab.free_port()}", "--admin", "off"]
        for command in (["check", "--strict"], ["serve", *flags]):
            with self.subTest(command[0]):
                done = lab.triagedns(command[0], self.path("zones"), *command[1:])
                self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
                found = self.findings(done.stderr)
                self.assertEqual([line.split(":")[0] for line in found], [str(line) for line in LINES], done.stderr)
                self.assertTrue(all(": error: " in line for line in found), done.stderr)

    def test_strict_passes_what_has_no_warnings(self):
        self.write("zones/example.test.zone", "".join(
            line + "\n" for line in ZONE.splitlines() if not line.startswith(("@     IN MX", "sub", "WWW"))))
        done = lab.triagedns("check", "--strict", self.path("zones"))
        self.assertEqual((done.returncode, done.stderr), (0, ""))


if __name__ == "__main__":
    lab.unittest.main()
