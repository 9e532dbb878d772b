"""Each fault of faults.py, on real hosts at the other end of a cable: the broken address leaves the answers, and the
check says at which layer it fails. One server for all of them, each fault with a host and a pool of its own."""
import re
import unittest

import faults
import lab
import remote

PACE = ", interval: 500ms, recheck: 200ms, timeout: {tcp: 1s, tls: 2s, http: 2s, dicom: 1s}, fall: 2, rise: 2"


class Faults(lab.LabCase):
    @classmethod
    def setUpClass(cls):
        if reason := remote.obstacle():
            raise unittest.SkipTest(reason)
        cls.holder = lab.LabCase()
        cls.holder.setUp()
        cls.addClassCleanup(cls.holder.doCleanups)
        cls.everything = [*faults.FAULTS, faults.FLAPPING]
        site = remote.Site(cls.holder, "DNS:*.example.test")
        cls.hosts = faults.start(site, cls.everything)
        cls.holder.write("zones/example.test.zone", faults.zone(cls.everything))
        authority = site.certificates.path("ca.crt")
        cls.holder.write("zones/triagedns.yaml", faults.settings(cls.everything, authority, PACE))
        cls.server = cls.holder.serve(cls.holder.path("zones"))

    def answers(self, fault):
        return set(self.server.short(f"{fault.label}.example.test"))

    def expect_answers(self, fault, *addresses):
        lab.eventually(20, f"{fault.label}: answers are {addresses}", lambda: self.answers(fault) == set(addresses))

    def verdicts(self, fault, address):
        checks = self.server.checks(fault.label, address)
        return {name.removesuffix("-tls"): check for name, check in checks.items()}

    def expect_out(self, fault):
        """The good host alone is answered with; every check says what it should."""
        good, broken = faults.good_address(fault), self.hosts[fault.label].address
        self.expect_answers(fault, good, broken)
        fault.hurt(self.hosts[fault.label])
        self.expect_answers(fault, good)

        def seen():
            for name, check in self.verdicts(fault, broken).items():
                layer, words = fault.seen.get(name, (None, ""))
                self.assertEqual(check.get("layer"), layer, check)
                self.assertEqual(check["outcome"] == "passed", layer is None, check)
                self.assertTrue(re.search(words, (check.get("error") or "").lower()), check)
            self.assertRegex(self.targets(fault)["broken"]["state"], fault.state)
            self.assertEqual(self.targets(fault)["good"]["state"], "up")
            self.assertEqual(self.answers(fault), {good})
            return True
        lab.eventually(20, f"{fault.label}: {fault.seen}", seen)

    def targets(self, fault):
        return {target["name"]: target for target in self.server.pool(fault.label)["targets"]}

    def test_flapping_is_held(self):
        # At this pace the checks see every change, and damping keeps the address out.
        fault = faults.FLAPPING
        self.expect_answers(fault, faults.GOOD, self.hosts[fault.label].address)
        fault.hurt(self.hosts[fault.label])
        lab.eventually(60, "it is held", lambda: "flap" in str(self.targets(fault)["broken"]).lower())
        self.assertEqual(self.answers(fault), {faults.GOOD})


for _fault in faults.FAULTS:
    setattr(Faults, f"test_{_fault.label.replace('-', '_')}", lambda self, fault=_fault: self.expect_out(fault))

if __name__ == "__main__":
    unittest.main()
