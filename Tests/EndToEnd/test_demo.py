"""`triagedns demo zones/`, as `make run` starts it: what the README promises in the first half minute."""
import os
import re
import signal
import time

import lab

NAME = "pacs.example.org"


def children(pid):
    """The pids of the live children of a process, with their command lines."""
    found = {}
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{entry}/stat") as f:
                state, parent = f.read().rpartition(")")[2].split()[:2]
            if int(parent) == pid and state != "Z":
                with open(f"/proc/{entry}/cmdline") as f:
                    found[int(entry)] = f.read().replace("\0", " ")
        except OSError:
            continue  # it ended while we looked
    return found


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as f:
            return f.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Demo(lab.LabCase):
    def setUp(self):
        super().setUp()
        self.demo = self.start(lab.binary(), "demo", os.path.join(lab.ROOT, "zones"), name="demo")
        self.addCleanup(self.end)

    def end(self):
        # If a test has failed half way, the demo still takes its children along.
        offspring = children(self.demo.pid)
        self.demo.stop(signal.SIGINT, seconds=10)
        for pid in filter(alive, offspring):
            os.kill(pid, signal.SIGKILL)

    def addresses(self):
        self.assertTrue(self.demo.running, self.demo.output())
        done = lab.run("dig", "@127.0.0.1", "-p", "5300", "+short", "+tries=1", "+time=1", NAME)
        return [line for line in done.stdout.split() if re.fullmatch(r"[0-9.]+", line)]

    def stand_ins(self):
        """pid -> address, of the children that stand in for an Orthanc."""
        return {pid: re.search(r"127\.0\.0\.\d+", line)[0]
                for pid, line in children(self.demo.pid).items() if "stand-in" in line}

    def test_the_first_half_minute(self):
        both = lab.eventually(20, "two addresses", lambda: len(a := self.addresses()) == 2 and a)
        firsts = [self.addresses()[0] for _ in range(6)]
        self.assertEqual(firsts[0::2], [firsts[0]] * 3)
        self.assertEqual(firsts[1::2], [firsts[1]] * 3)
        self.assertEqual(set(firsts[:2]), set(both))
        lab.eventually(5, "it says what to type", lambda: re.search(
            r"dig @127\.0\.0\.1 -p 5300 (\+short )?pacs\.example\.org", self.demo.output()))

        stand_ins = self.stand_ins()
        self.assertEqual(set(stand_ins.values()), set(both))
        victim, address = next(iter(stand_ins.items()))
        started = time.monotonic()
        os.kill(victim, signal.SIGKILL)
        lab.eventually(15, f"{address} leaves", lambda: self.addresses() == [a for a in both if a != address])
        print(f"\n  {address} left {time.monotonic() - started:.1f} s after its end", end="")
        lab.eventually(60, f"{address} comes back", lambda: set(self.addresses()) == set(both))
        print(f", was back at {time.monotonic() - started:.1f} s ... ", end="", flush=True)

        offspring = children(self.demo.pid)
        self.assertTrue(offspring)
        self.assertEqual(self.demo.stop(signal.SIGINT, seconds=10), 0, self.demo.output())
        lab.eventually(10, "no child is left", lambda: not any(map(alive, offspring)))

    def test_ends_on_terminate(self):
        lab.eventually(20, "two addresses", lambda: len(self.addresses()) == 2)
        offspring = children(self.demo.pid)
        self.demo.stop(signal.SIGTERM, seconds=10)
        lab.eventually(10, "no child is left", lambda: not any(map(alive, offspring)))


if __name__ == "__main__":
    lab.unittest.main()
