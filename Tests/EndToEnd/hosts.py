"""A second host: a network namespace with no name, at the other end of a cable (veth) to the one the tests run in."""
import ctypes
import os
import shutil
import socket
import threading

import lab

CLONE_NEWNET = 0x40000000


def obstacle():
    """Why there can be no second host, no BPF program or no AF_XDP here; None if nothing is in the way."""
    if not shutil.which("ip") or not shutil.which("nsenter"):
        return "no ip or nsenter (iproute2, util-linux)"
    if not os.environ.get("OWN_NETWORK"):
        return "not in a network namespace of its own"
    with open("/proc/self/uid_map") as f:
        if f.read().split() != ["0", "0", "4294967295"]:
            return "in a user namespace, where BPF programs are not permitted"
    with open("/proc/self/status") as f:
        capabilities = int(next(line for line in f if line.startswith("CapEff")).split()[1], 16)
    for name, bit in (("CAP_NET_ADMIN", 12), ("CAP_NET_RAW", 13), ("CAP_SYS_ADMIN", 21), ("CAP_BPF", 39)):
        if not capabilities >> bit & 1:
            return f"without {name}"
    try:
        socket.socket(44, socket.SOCK_RAW).close()
    except OSError as error:
        return f"this kernel has no AF_XDP ({error.strerror})"
    return None


class Cable:
    """`port0` here, with 10.53.0.2 and fd53::2, to `eth0` of another host, with 10.53.0.1 and fd53::1."""

    here, there = ("10.53.0.2", "fd53::2"), ("10.53.0.1", "fd53::1")

    def __init__(self, case, options=()):
        self.case = case
        self.host = case.start("unshare", "--net", "sleep", "600", name="host")
        own = os.stat("/proc/self/ns/net").st_ino
        lab.eventually(5, "a second namespace", lambda: os.stat(f"/proc/{self.host.pid}/ns/net").st_ino != own)
        self.ip("link", "add", "port0", *options, "type", "veth", "peer", "name", "eth0", *options)
        # Closing the host's namespace removes both ends.
        self.ip("link", "set", "eth0", "netns", self.host.pid)
        for where, device, addresses in ((self.ip, "port0", self.here), (self.ip_there, "eth0", self.there)):
            where("addr", "add", addresses[0] + "/24", "dev", device)
            where("addr", "add", addresses[1] + "/64", "dev", device, "nodad")
            where("link", "set", device, "up")
        lab.eventually(5, "the cable carries", lambda: "LOWER_UP" in self.ip("link", "show", "port0"))
        case.addCleanup(self.cut)

    def cut(self):
        lab.run("ip", "link", "del", "port0")

    def ip(self, *arguments):
        done = lab.run("ip", *arguments)
        self.case.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def ip_there(self, *arguments):
        return self.there_run("ip", *arguments).stdout

    def there_run(self, *argv):
        done = lab.run("nsenter", f"--net=/proc/{self.host.pid}/ns/net", *argv)
        self.case.assertEqual(done.returncode, 0, done.stderr)
        return done

    def mtu(self, size):
        self.ip("link", "set", "port0", "mtu", size)
        self.ip_there("link", "set", "eth0", "mtu", size)

    def socket(self, *arguments, seconds=3):
        """A socket of the other host: it stays there, whoever uses it."""
        made = []

        def make():
            with open(f"/proc/{self.host.pid}/ns/net") as namespace:
                if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), CLONE_NEWNET) != 0:
                    raise OSError(ctypes.get_errno(), "setns")
            made.append(socket.socket(*arguments))

        thread = threading.Thread(target=make)
        thread.start()
        thread.join()
        made[0].settimeout(seconds)
        self.case.addCleanup(made[0].close)
        return made[0]

    def udp(self, address, port):
        s = self.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
        s.connect((address, port))
        return s
