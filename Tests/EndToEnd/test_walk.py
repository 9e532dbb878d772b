"""docs/walk.md is true: its commands, run one after the other, say what it shows.

Times, process numbers and which check was first are left out of the comparison. `DOCS=write Tests/EndToEnd/run test_walk`
writes what the commands say now into the document.
"""
import os
import re
import signal

import lab
from test_demo import children

WALK = os.path.join(lab.ROOT, "docs", "walk.md")
BLOCK = re.compile(r"```console\n(.*?)```", re.S)


def steps(block):
    """[(command, what it said)] of one block."""
    parts = re.split(r"^\$ (.*)\n", block, flags=re.M)
    return list(zip(parts[1::2], parts[2::2]))


def shape(text):
    """What must be the same in each run: lines without their times, in any order."""
    for pattern, word in [
        (r"\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME"), (r"\d+(\.\d+)? (ms|s|min)\b", "SPAN"), (r"in SPAN|now", "SOON"),
        (r"process \d+", "process"), (r"#\d+ ", "# "), (r"\d\d:\d\d:\d\d", "TIME"),
        (r"((web|echo), tcp: connection refused(; )?)+", "CHECK, tcp: connection refused"), (r"[ \t]+", " "),
    ]:
        text = re.sub(pattern, word, text)
    return sorted(line.strip() for line in text.strip().splitlines())


class Walk(lab.LabCase):
    def setUp(self):
        super().setUp()
        self.demo = self.start(lab.binary(), "demo", os.path.join(lab.ROOT, "zones"), name="demo")
        self.addCleanup(self.end)
        self.environment = dict(os.environ, PATH=os.path.dirname(lab.binary()) + ":" + os.environ["PATH"])

    def end(self):
        offspring = children(self.demo.pid)
        self.demo.stop(signal.SIGINT, seconds=10)
        for pid in offspring:
            if os.path.exists(f"/proc/{pid}"):
                os.kill(pid, signal.SIGKILL)

    def make_run(self):
        """What the demo says of its stand-ins, instead of a build."""
        return lab.eventually(20, "the demo has started", lambda: "".join(
            re.findall(r"^Two stand-ins.*\n|^  orthanc-.* process \d+\n", self.demo.output(), re.M)
            if "Ctrl-C ends" in self.demo.output() else []))

    def own(self, command):
        """The command with the process number of this run."""
        victim = next((pid for pid, line in children(self.demo.pid).items() if "127.0.0.11" in line), 0)
        return re.sub(r"^kill \d+$", f"kill {victim}", command)

    def say(self, command):
        if command == "make run":
            return self.make_run()
        if command.startswith("export PATH="):
            return ""
        done = lab.run("bash", "-c", command, cwd=lab.ROOT, env=self.environment)
        return done.stdout + done.stderr

    def test_every_command_says_what_is_written(self):
        with open(WALK) as file:
            text = file.read()
        walk = [step for block in BLOCK.findall(text) for step in steps(block)]
        self.assertGreater(len(walk), 8)
        if os.environ.get("DOCS") == "write":
            return self.write_down(text)
        for command, expected in walk:
            if command.startswith("kill"):
                self.say(self.own(command))
                continue
            lab.eventually(12, f"$ {command}\n{expected}", lambda: self.compare(command, expected))

    def compare(self, command, expected):
        self.assertEqual(shape(self.say(command)), shape(expected))
        return True

    def write_down(self, text):
        def block(match):
            said = []
            for command in (self.own(command) for command, _ in steps(match[1])):
                said.append(f"$ {command}\n{self.say(command)}")
                if command.startswith("kill"):
                    lab.eventually(12, "three pools know", lambda: self.say("triagedns events").count("-> down") == 3)
            return "```console\n" + "".join(said) + "```"

        with open(WALK, "w") as file:
            file.write(BLOCK.sub(block, text))


if __name__ == "__main__":
    lab.unittest.main()
