"""What every end-to-end test stands on: processes that are sure to end, waits that are sure to end, and the binary.

Nothing here knows a DNS message (wire.py) or an Orthanc (orthanc.py).
"""
import contextlib
import ctypes
import fcntl
import functools
import http.client
import json
import os
import random
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
TOOLS = ["chromedriver", "chromium", "dig", "kdig", "drill", "echoscu", "Orthanc", "nginx", "prometheus", "promtool",
         "openssl", "cc", "fstrm_capture", "dnstap-ldns", "mandoc"]


def missing_tools():
    return [tool for tool in TOOLS if not shutil.which(tool)]


def raise_loopback():
    """A new network namespace starts with its loopback down. Elsewhere this changes nothing."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1
        flags = struct.unpack("16sh22x", fcntl.ioctl(s, SIOCGIFFLAGS, struct.pack("16s24x", b"lo")))[1]
        if not flags & IFF_UP:
            fcntl.ioctl(s, SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", flags | IFF_UP))


@functools.cache
def binary():
    """The program under test, as an absolute path."""
    if path := os.environ.get("TRIAGEDNS"):
        return os.path.abspath(path)
    built = [os.path.join(ROOT, ".build", kind, "triagedns") for kind in ("release", "debug")]
    built = [path for path in built if os.path.exists(path)]
    if not built:
        raise SystemExit("error: no .build/{release,debug}/triagedns: run make build, or set TRIAGEDNS")
    return max(built, key=os.path.getmtime)


@functools.cache
def has_ipv6():
    """False in most containers: their loopback has no ::1."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as s:
        s.bind(("::1", 0))
        return True
    return False


def eventually(seconds, what, predicate):
    """Waits until `predicate` returns something true, and returns that; fails with `what` after `seconds`.

    An AssertionError or a refused connection inside it means: not yet.
    """
    deadline = time.monotonic() + seconds
    last = None
    while True:
        try:
            last = predicate()
            if last:
                return last
        except (AssertionError, OSError, http.client.HTTPException) as error:
            last = error
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}; last seen: {last!r}")
        time.sleep(0.03)


_given = set()  # by free_port


def free_port(address="127.0.0.1"):
    """A port that is free for UDP and for TCP at this moment, and another one each time. The system gives it to nobody
    by itself: those begin at 32768, and a client that has one keeps a server from listening there on all addresses.
    Files that run at the same time have different ports, as some files of theirs are named after them."""
    lane = int(os.environ.get("LANE", 0))
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    for port in random.sample(range(10_000 + lane, 32_000, 4), 50):
        if port in _given:
            continue
        with socket.socket(family, socket.SOCK_STREAM) as tcp, socket.socket(family, socket.SOCK_DGRAM) as udp:
            with contextlib.suppress(OSError):
                udp.bind((address, port))
                tcp.bind((address, port))
                _given.add(port)
                return port
    raise AssertionError("no free port")


def die_with_parent():
    # Even if the test run itself is killed, nothing that it started stays behind.
    PR_SET_PDEATHSIG = 1
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Process:
    """A child in the background, its output in a file; only ever signalled by its own pid."""

    def __init__(self, argv, log, env=None):
        self.argv, self.log = argv, log
        with open(log, "ab") as out:
            self.child = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                env=dict(os.environ, **(env or {})), start_new_session=True, preexec_fn=die_with_parent)
        self.pid = self.child.pid

    @property
    def running(self):
        return self.child.poll() is None

    def output(self):
        with open(self.log, errors="replace") as f:
            return f.read()

    def send(self, number):
        if self.running:
            self.child.send_signal(number)

    def freeze(self):
        self.send(signal.SIGSTOP)

    def thaw(self):
        self.send(signal.SIGCONT)

    def kill(self):
        self.send(signal.SIGKILL)
        self.child.wait(10)

    def stop(self, number=signal.SIGTERM, seconds=15):
        """Asks it to end, insists after `seconds`; returns its exit code."""
        self.thaw()
        self.send(number)
        try:
            return self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            return self.child.returncode

    def wait(self, seconds):
        """Its exit code, if it ends by itself in time."""
        try:
            return self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.argv} still runs after {seconds} s:\n{self.output()}") from None


def run(*argv, seconds=15, **options):
    """Runs a command to its end; output as text."""
    if "input" not in options:
        options["stdin"] = subprocess.DEVNULL
    return subprocess.run([str(a) for a in argv], capture_output=True, text=True, errors="replace",
                          timeout=seconds, **options)


def triagedns(*argv, seconds=15):
    return run(binary(), *argv, seconds=seconds)


class Listener:
    """A TCP port that accepts and closes (`mode` "open"), or accepts and says nothing ("silent")."""

    def __init__(self, address, port=0, mode="open"):
        self.mode, self.held = mode, []
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind((address, port))
        self.socket.listen(64)
        self.address, self.port = self.socket.getsockname()
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                peer, _ = self.socket.accept()
                if self.mode == "silent":
                    self.held.append(peer)
                else:
                    peer.close()

    def close(self):
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(5)
        for peer in self.held:
            peer.close()


class Server:
    """One `triagedns serve` over a directory, with its admin address."""

    def __init__(self, case, directory, listen=None, flags=(), wait=True):
        self.port = free_port() if listen is None else int(listen[0].rsplit(":", 1)[1])
        self.admin = ("127.0.0.1", free_port())
        self.listen = listen or [f"127.0.0.1:{self.port}"]
        argv = [binary(), "serve", directory, "--admin", "%s:%d" % self.admin, *flags]
        for address in self.listen:
            argv += ["--listen", address]
        self.process = case.start(*argv, name="triagedns")
        if wait:
            self.wait_ready()

    def wait_ready(self, seconds=12):
        def ready():
            if not self.process.running:
                raise SystemError(f"exit {self.process.child.returncode}:\n{self.process.output()}")
            return self.get("/readyz")[0] == 200
        eventually(seconds, "/readyz answers 200", ready)

    def get(self, path):
        """(status, body) of one request to the admin address."""
        connection = http.client.HTTPConnection(*self.admin, timeout=3)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    @property
    def token(self):
        """What the server has made for the commands of its user."""
        directories = ["/run/triagedns", os.environ.get("XDG_RUNTIME_DIR", "/nowhere") + "/triagedns",
                       f"/tmp/triagedns-{os.getuid()}"]
        for directory in directories:
            with contextlib.suppress(OSError), open(f"{directory}/admin-{self.admin[1]}.tokens") as f:
                return f.read().split()[2]
        raise AssertionError(f"no token in {directories}")

    def post(self, path, values=None, headers=None, method="POST"):
        """(status, body) of a request that changes something, with the server's own token unless `headers` say otherwise."""
        connection = http.client.HTTPConnection(*self.admin, timeout=20)
        headers = {"Authorization": f"Bearer {self.token}"} if headers is None else headers
        try:
            connection.request(method, path, json.dumps(values) if values is not None else None, headers)
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def pool(self, name):
        status, body = self.get("/v1/pools")
        assert status == 200, (status, body)
        return next(pool for pool in json.loads(body)["pools"] if pool["name"] == name)

    def checks(self, pool, address):
        """The last verdicts on one address, by the name of the check."""
        for target in self.pool(pool)["targets"]:
            for entry in target["addresses"]:
                if entry["address"] == address:
                    return {check["name"]: check for check in entry["checks"]}
        raise AssertionError(f"{address} is not in pool {pool}")

    def dig(self, *arguments, at="127.0.0.1", seconds=15):
        """What dig prints, warnings included."""
        done = run("dig", f"@{at}", "-p", self.port, "+tries=1", "+time=3", *arguments, seconds=seconds)
        return done.stdout + done.stderr

    def short(self, *arguments, at="127.0.0.1"):
        """The lines of `dig +short`, in the order of the answer."""
        return self.dig("+short", *arguments, at=at).split()


class LabCase(unittest.TestCase):
    """A test with a directory of its own, and processes that end with it."""

    maxDiff = None

    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="triagedns-e2e-")
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.directory, name)

    def write(self, name, text):
        """A file under the test's directory; returns its path."""
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as f:
            f.write(text)
        return path

    def start(self, *argv, name="process", env=None):
        process = Process([str(a) for a in argv], self.path(f"{name}-{time.monotonic_ns()}.log"), env)
        self.addCleanup(process.stop)
        return process

    def listener(self, *arguments, **options):
        listener = Listener(*arguments, **options)
        self.addCleanup(listener.close)
        return listener

    def serve(self, directory, **options):
        return Server(self, directory, **options)
