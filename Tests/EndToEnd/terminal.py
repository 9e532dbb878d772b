"""A program at a terminal: a pseudo-terminal whose window has a size, and what stands on it."""
import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """Runs `argv` at a terminal of its own, as its session leader, until the test is over."""

    def __init__(self, case, *argv, columns=100, rows=30, env=None):
        # The size is there before the program is: it waits for the octet.
        ready, go = os.pipe()
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            try:
                os.read(ready, 1)
                os.execve(argv[0], [str(a) for a in argv], os.environ | {"TERM": "xterm-256color"} | (env or {}))
            finally:
                os._exit(127)
        self.resize(columns, rows)
        self.before = self.settings()
        os.write(go, b".")
        os.close(ready)
        os.close(go)
        self.seen = ""
        self.status = None
        case.addCleanup(self.close)

    def close(self):
        if self.status is None:
            with contextlib.suppress(OSError):
                os.kill(self.pid, signal.SIGKILL)
            with contextlib.suppress(OSError):
                os.waitpid(self.pid, 0)
        os.close(self.master)

    def resize(self, columns, rows):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def settings(self):
        """Echo and the like, as a shell would find them."""
        return termios.tcgetattr(self.master)[:6]

    def type(self, text):
        os.write(self.master, text.encode())

    def read(self, patience=0):
        """All that was written up to now; with `patience`, until nothing can come any more, or so many seconds."""
        while select.select([self.master], [], [], patience)[0]:
            try:
                data = os.read(self.master, 65536)
            except OSError:
                break
            if not data:
                break
            self.seen += data.decode(errors="replace")
        return self.seen

    @property
    def picture(self):
        """The lines of the last whole picture: from the cursor's way home to the cleaning of what is below."""
        pictures = re.findall(r"\x1b\[H(.*?)\x1b\[J", self.read(), re.S)
        return re.split("\r*\n", ESCAPES.sub("", pictures[-1])) if pictures else []

    def wait(self, seconds=10, options=0):
        """How it has ended, as waitpid says it; what it writes meanwhile is read, so that it is not held up."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.read()
            pid, status = os.waitpid(self.pid, os.WNOHANG | options)
            if pid and os.WIFSTOPPED(status):
                self.read(patience=0.2)
            elif pid:
                # What a process wrote last may come after the news of its end.
                self.read(patience=5)
                self.status = status
            if pid:
                return status
            time.sleep(0.02)
        raise AssertionError(f"it still runs after {seconds} s: {self.seen[-500:]!r}")
