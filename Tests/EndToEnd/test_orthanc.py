"""The main job: one name that follows the health of two real Orthanc servers behind real nginx.

Each test breaks the second instance in one way, and wants to see three things: its address leaves the answers of
dig, /v1/pools names the layer that failed, and after healing the address comes back. The first stays all the while.
"""
import unittest

import lab
from certificates import Certificates
from orthanc import DICOM_PORT, HTTPS_PORT, Instance, build_shim

GOOD, BROKEN = "127.0.0.11", "127.0.0.12"
NAME = "pacs.example.test"

ZONE = """\
$TTL 300
@       IN SOA ns1 hostmaster 1 7200 900 1209600 30
@       IN NS  ns1
ns1     IN A   127.0.0.1
pacs 30 IN POOL orthanc
"""

SETTINGS = """\
checks:
  web:
    {{type: https, port: {https}, path: "/changes?last", expect_status: [200], method: GET, verify: strict,
     server_name: pacs.example.test, ca_file: "{ca}", {pace}}}
  echo:
    {{type: dicom, port: {dicom}, called_aet: ORTHANC, calling_aet: PROBER, {tls}{pace}}}
pools:
  orthanc:
    policy: round-robin
    checks: [web, echo]
    targets:
      orthanc-a: {{address: 127.0.0.11}}
      orthanc-b: {{address: 127.0.0.12}}
"""
PACE = "interval: 500ms, recheck: 200ms, timeout: 1s, fall: 2, rise: 2"


class Layout(lab.LabCase):
    """Two instances per class, healthy before and after each test; a fresh server for each."""

    layout = None

    @classmethod
    def setUpClass(cls):
        # The instances live as long as the class: a LabCase that only holds them.
        cls.holder = lab.LabCase()
        cls.holder.setUp()
        cls.addClassCleanup(cls.holder.doCleanups)
        shim = build_shim(cls.holder)
        cls.certificates = Certificates(cls.holder.path("certificates"))
        cls.instances = [Instance(cls.holder, name, address, cls.layout, cls.certificates, shim)
                         for name, address in (("a", GOOD), ("b", BROKEN))]
        for instance in cls.instances:
            instance.start()
        cls.broken = cls.instances[1]

    def setUp(self):
        super().setUp()
        for instance in self.instances:
            instance.heal()
            lab.eventually(10, f"echoscu reaches {instance.address}", instance.echo)
        self.write("zones/example.test.zone", ZONE)
        tls = f'tls: true, verify: strict, server_name: {NAME}, ca_file: "{self.certificates.path("ca.crt")}", '
        self.write("zones/triagedns.yaml", SETTINGS.format(
            https=HTTPS_PORT, dicom=DICOM_PORT, ca=self.certificates.path("ca.crt"), pace=PACE,
            tls=tls if self.layout == "tls" else ""))
        self.server = self.serve(self.path("zones"))
        self.addCleanup(self.broken.heal)
        self.expect_answers({GOOD, BROKEN})

    def expect_answers(self, addresses, seconds=15):
        lab.eventually(seconds, f"dig answers {sorted(addresses)}\n{self.server.process.output()[-3000:]}",
                       lambda: set(self.server.short(NAME)) == addresses)

    def outcomes(self, address):
        return {name: check["outcome"] for name, check in self.server.checks("orthanc", address).items()}

    def expect_verdict(self, check, layer, error):
        """The last verdict of `check` on the broken address fails at `layer`, with words that match `error`."""
        def seen():
            verdict = self.server.checks("orthanc", BROKEN)[check]
            self.assertEqual(verdict["outcome"], "failed", verdict)
            self.assertEqual(verdict["layer"], layer, verdict)
            self.assertRegex((verdict["error"] or "").lower(), error)
            return True
        lab.eventually(6, f"{check} fails at layer {layer}", seen)

    def expect_out(self, **verdicts):
        """The broken address is out, for these reasons: check=(layer, words); a check not named passes."""
        self.expect_answers({GOOD})
        for check, (layer, error) in verdicts.items():
            self.expect_verdict(check, layer, error)
        lab.eventually(6, "everything else passes", lambda: {
            outcome
            for address in (GOOD, BROKEN)
            for check, outcome in self.outcomes(address).items()
            if address == GOOD or check not in verdicts
        } <= {"passed"})

        def settled():
            targets = {t["name"]: t for t in self.server.pool("orthanc")["targets"]}
            self.assertEqual(targets["orthanc-b"]["state"], "down")
            self.assertFalse(targets["orthanc-b"]["in_service"])
            self.assertEqual(targets["orthanc-a"]["state"], "up")
            return True
        lab.eventually(6, "the states follow", settled)

    def expect_back(self):
        self.expect_answers({GOOD, BROKEN})
        self.assertEqual({t["state"] for t in self.server.pool("orthanc")["targets"]}, {"up"})

    # How a dead Orthanc looks on port 11112 in this layout: (layer, words).
    dead_echo = ("dicom", "clos|reset|abort")

    def test_orthanc_killed_behind_a_living_nginx(self):
        self.broken.orthanc.kill()
        self.expect_out(web=("http", "502"), echo=self.dead_echo)
        self.broken.start_orthanc()
        self.expect_back()

    def test_orthanc_frozen(self):
        self.broken.orthanc.freeze()
        self.expect_out(web=("http", "time|answer|within"), echo=("dicom", "time|answer|within"))
        self.broken.orthanc.thaw()
        self.expect_back()

    def test_wrong_called_title(self):
        self.broken.orthanc.kill()
        self.broken.start_orthanc(title="SOMEBODY")
        self.expect_out(echo=("dicom", "ae title"))
        self.broken.orthanc.kill()
        self.broken.start_orthanc()
        self.expect_back()


class Plain(Layout):
    """DICOM on Orthanc itself."""

    layout = "plain"
    dead_echo = ("tcp", "refused")

    def test_nginx_stopped(self):
        self.broken.nginx.stop()
        self.expect_out(web=("tcp", "refused"))
        self.broken.start_nginx()
        self.expect_back()

    def test_nginx_frozen(self):
        self.broken.nginx.freeze()
        self.expect_out(web=("tls", "time|answer|within"))
        self.broken.nginx.thaw()
        self.expect_back()

    def expect_bad_certificate(self, certificate, words):
        self.broken.restart_nginx(certificate)
        self.expect_out(web=("tls", words))
        self.broken.restart_nginx()
        self.expect_back()

    def test_expired_certificate(self):
        self.expect_bad_certificate("expired", "expired")

    def test_certificate_for_another_name(self):
        self.expect_bad_certificate("wrong-name", r"not pacs\.example\.test|name")

    def test_untrusted_certificate(self):
        self.expect_bad_certificate("untrusted", "trust|authority|issuer")

    def test_silent_service_on_the_dicom_port(self):
        self.broken.orthanc.kill()
        silent = self.listener(BROKEN, DICOM_PORT, mode="silent")
        self.expect_out(web=("http", "502"), echo=("dicom", "time|answer|within"))
        silent.close()
        self.broken.start_orthanc()
        self.expect_back()

    def test_status_and_probe_say_the_same(self):
        self.broken.orthanc.kill()
        self.expect_out(web=("http", "502"), echo=self.dead_echo)
        admin = "http://%s:%d" % self.server.admin
        status = lab.triagedns("status", "--admin", admin)
        self.assertEqual(status.returncode, 0, status.stderr)
        self.assertRegex(status.stdout, r"orthanc-b.*down")
        self.assertRegex(status.stdout, "502")
        ca = self.certificates.path("ca.crt")
        web = ["probe", "https", "--verify", "strict", "--server-name", NAME, "--ca-file", ca, "--path", "/system"]
        self.assertEqual(lab.triagedns(*web, f"{GOOD}:{HTTPS_PORT}").returncode, 0)
        dead = lab.triagedns(*web, f"{BROKEN}:{HTTPS_PORT}")
        self.assertEqual(dead.returncode, 1, dead.stdout)
        self.assertIn("502", dead.stdout + dead.stderr)
        echo = ["probe", "dicom", "--called-aet", "ORTHANC"]
        self.assertEqual(lab.triagedns(*echo, f"{GOOD}:{DICOM_PORT}").returncode, 0)
        self.assertEqual(lab.triagedns(*echo, f"{BROKEN}:{DICOM_PORT}").returncode, 1)
        self.broken.start_orthanc()
        self.expect_back()


class Stream(Layout):
    """nginx passes port 11112 on to Orthanc: it opens even when Orthanc is dead."""

    layout = "stream"


class TLS(Layout):
    """nginx takes TLS off port 11112 as well."""

    layout = "tls"

    def test_nginx_frozen(self):
        self.broken.nginx.freeze()
        self.expect_out(web=("tls", "time|answer|within"), echo=("tls", "time|answer|within"))
        self.broken.nginx.thaw()
        self.expect_back()

    def test_expired_certificate(self):
        self.broken.restart_nginx("expired")
        self.expect_out(web=("tls", "expired"), echo=("tls", "expired"))
        self.broken.restart_nginx()
        self.expect_back()


del Layout  # only its layouts are tests

if __name__ == "__main__":
    unittest.main()
