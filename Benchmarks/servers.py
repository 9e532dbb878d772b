"""One running server: start, wait for the first answer, what it has used, end. Signals only pids that were started."""
import contextlib
import ctypes
import fcntl
import os
import pathlib
import re
import signal
import socket
import struct
import subprocess
import threading
import time

import peers
import zones as zone_files

TICK = os.sysconf("SC_CLK_TCK")


def raise_loopback():
    """A new network namespace starts with its loopback down. Elsewhere this changes nothing."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        get_flags, set_flags, up = 0x8913, 0x8914, 1
        flags = struct.unpack("16sh22x", fcntl.ioctl(s, get_flags, struct.pack("16s24x", b"lo")))[1]
        if not flags & up:
            fcntl.ioctl(s, set_flags, struct.pack("16sh22x", b"lo", flags | up))


def listen_as_targets():
    """The targets of the pool: ports that open, for the probes of those who probe."""
    def accept(listener):
        while True:
            listener.accept()[0].close()
    for address in peers.POOL_TARGETS:
        listener = socket.create_server((address, peers.POOL_PORT), backlog=128)
        threading.Thread(target=accept, args=(listener,), daemon=True).start()


def ask(port, name, kind="A", seconds=0.3):
    """One question over UDP; the answer as it came."""
    query = os.urandom(2) + zone_files.packet(name, kind)[2:]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(seconds)
        s.connect((peers.ADDRESS, port))
        s.send(query)
        return s.recv(65_535)


def is_answer(message):
    """NOERROR with records; a server that still loads says SERVFAIL or REFUSED."""
    return message[3] & 15 == 0 and message[7] > 0


def die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def leave_core_to_load():
    """For the server of a steady load, which takes all of the last core (load.py)."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, cores[:-1] or cores)


class Server:
    """`kind` is one of peers.SETUPS, `zones` are (origin, path) pairs; `steady`: a steady load is to come."""

    def __init__(self, kind, directory, zones, port, threads=1, pool=False, expect=("pacs.example.com",), steady=False):
        self.kind, self.port, self.expect = kind, port, expect
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True)
        argv = peers.SETUPS[kind](str(self.directory), zones, port, threads, pool)
        self.log = self.directory / "log"
        self.started = time.monotonic()
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(
                [str(word) for word in argv], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
                preexec_fn=lambda: (die_with_parent(), steady and leave_core_to_load()))
        self.pid = self.process.pid

    def wait_up(self, limit=180):
        """Seconds from the start until all of `expect` have answers."""
        waiting = [] if self.kind == "echo" else list(self.expect)
        while waiting:
            if self.process.poll() is not None:
                raise SystemExit(f"error: {self.kind} ended with {self.process.returncode}:\n{self.end_of_log()}")
            if time.monotonic() - self.started > limit:
                raise SystemExit(f"error: {self.kind} has no answer after {limit} s:\n{self.end_of_log()}")
            with contextlib.suppress(OSError):
                if is_answer(ask(self.port, waiting[0])):
                    waiting.pop(0)
                    continue
            time.sleep(0.005)
        return time.monotonic() - self.started

    def end_of_log(self):
        return self.log.read_text(errors="replace")[-2000:]

    def family(self):
        """Its pid, and those of its children and theirs."""
        found, todo = [], [self.pid]
        while todo:
            pid = todo.pop()
            found.append(pid)
            with contextlib.suppress(OSError):
                for task in os.listdir(f"/proc/{pid}/task"):
                    todo += map(int, pathlib.Path(f"/proc/{pid}/task/{task}/children").read_text().split())
        return found

    def cpu(self):
        """(user, system) seconds so far, of all its processes."""
        total = [0, 0]
        for pid in self.family():
            with contextlib.suppress(OSError):
                fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                total = [total[0] + int(fields[11]), total[1] + int(fields[12])]
        return total[0] / TICK, total[1] / TICK

    def memory(self):
        """Proportional set size in MB: what is shared between its processes counts once."""
        total = 0
        for pid in self.family():
            with contextlib.suppress(OSError):
                text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
                total += int(re.search(r"^Pss:\s+(\d+)", text, re.M)[1])
        return total / 1024

    def stop(self):
        for pid in reversed(self.family()):
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextlib.contextmanager
def running(servers):
    """Ends all of them, whatever happens."""
    try:
        yield servers
    finally:
        for server in servers:
            server.stop()
