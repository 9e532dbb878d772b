"""`triagedns top`: pictures of a running server, keys, and a terminal that is as it was before when it is over."""
import os
import re
import signal

import lab
import test_commands
from test_commands import A


class Top(test_commands.Commands):
    ENTER, LEAVE = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"

    def start_top(self, **options):
        self.start_server()
        self.top = self.terminal("top", "--interval", "200ms", **options)
        self.until_shown("both are in service", r"^pacs +weighted +2 of 2 in service")

    def until_shown(self, what, pattern, seconds=10):
        lab.eventually(seconds, f"top shows that {what}", lambda: any(
            re.search(pattern, line) for line in self.top.picture))

    def assert_restored(self):
        self.assertTrue(self.top.seen.startswith(self.ENTER), self.top.seen[:100])
        self.assertTrue(self.top.seen.endswith(self.LEAVE), self.top.seen[-100:])
        self.assertEqual(self.top.settings(), self.top.before)

    def test_a_target_dies_and_comes_back_without_a_key(self):
        self.start_top()
        self.a.stop()
        self.until_shown("a is down", rf"^  a +{re.escape(A)} +down at tcp +\d+ s +out +web: connection refused")
        self.until_shown("the pool has one", r"^pacs +weighted +1 of 2 in service +answers 127\.0\.0\.72")
        self.until_shown("it has happened", r"^\d\d:\d\d:\d\d +pacs a \S+: up -> down")
        # The worse one above.
        heads = [line.split()[0] for line in self.top.picture if " in service  answers" in line]
        self.assertEqual(heads, ["pacs", "spare"])
        self.a.start()
        self.until_shown("a is up", rf"^  a +{re.escape(A)} +up +\d+ s +in service +web [\d.]+ ms")

        def asked():
            for _ in range(5):
                self.server.short("pacs.example.test")
            self.until_shown("it was asked", r"^queries +[1-9][\d.]*/s.* NOERROR ", seconds=1)
            return True
        lab.eventually(10, "top shows queries", asked)
        self.command("drain", "pacs", "b", "--by", "anna")
        self.until_shown("b is drained", r"^pacs b: drained since \S+ \(by anna\)")
        self.top.resize(50, 12)
        lab.eventually(5, "it fits into the window", lambda: max(map(len, self.top.picture)) <= 50
                       and len(self.top.picture) <= 12 and any(x.startswith("pacs") for x in self.top.picture))
        self.assertNotEqual(self.top.settings(), self.top.before)
        self.top.type("xq")
        self.assertEqual(self.top.wait(), 0)
        self.assert_restored()

    def test_whatever_ends_it_restores_the_terminal(self):
        self.start_top()
        self.top.type("\x03")
        self.assertEqual(os.WTERMSIG(self.top.wait()), signal.SIGINT)
        self.assert_restored()
        self.top = self.terminal("top")
        self.until_shown("it runs", "^pacs")
        os.kill(self.top.pid, signal.SIGTERM)
        self.assertEqual(os.WTERMSIG(self.top.wait()), signal.SIGTERM)
        self.assert_restored()

    def test_it_can_be_stopped_and_goes_on(self):
        self.start_top()
        self.top.type("\x1a")
        self.assertTrue(os.WIFSTOPPED(self.top.wait(options=os.WUNTRACED)))
        self.assert_restored()
        self.top.seen = ""
        os.kill(self.top.pid, signal.SIGCONT)
        self.until_shown("it goes on", "^pacs")
        self.top.type("q")
        self.assertEqual(self.top.wait(), 0)
        self.assert_restored()

    def test_a_server_that_ends_is_told(self):
        self.start_top()
        self.server.process.stop()
        self.until_shown("there is no answer", r"^what follows is \d+ s old: no answer from ")
        self.until_shown("what was", r"^pacs +weighted +2 of 2 in service")
        self.top.type("q")
        self.assertEqual(self.top.wait(), 0)

    def test_one_picture_where_there_is_no_terminal(self):
        self.start_server()
        text = self.command("top", "--interval", "200ms")
        self.assertNotIn("\x1b", text)
        self.assertRegex(text, r"\npacs +weighted +2 of 2 in service +answers ")
        self.assertRegex(text, r"\nqueries +0/s\n")


if __name__ == "__main__":
    lab.unittest.main()
