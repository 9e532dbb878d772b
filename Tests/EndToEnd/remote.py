"""A site of its own: real Orthanc and nginx in a second network namespace, at the other end of a cable, an address
each.

What is done to the network is done there, with nftables, to one address at a time.
"""
import contextlib
import os
import shutil
import socket
import sys
import threading

import hosts
import lab
import orthanc
from certificates import Certificates

# Who is dropped, muted (its answers are lost), refused and so on: sets of addresses.
RULES = """
table inet faults {
  set dropped { type ipv4_addr; }
  set muted { type ipv4_addr; }
  set refused { type ipv4_addr; }
  set unreachable { type ipv4_addr; }
  set narrow { type ipv4_addr; }
  map detour { type ipv4_addr . inet_service : ipv4_addr . inet_service; }
  chain in {
    type filter hook input priority 0;
    ip daddr @dropped drop
    ip daddr @refused meta l4proto tcp reject with tcp reset
    ip daddr @unreachable reject with icmp type host-unreachable
  }
  chain out {
    type filter hook output priority 0;
    ip saddr @muted drop
    ip saddr @narrow ip length > 600 drop
  }
  chain before {
    type nat hook prerouting priority -100;
    meta l4proto tcp dnat ip to ip daddr . tcp dport map @detour
  }
}
"""
DETOUR = 10_000


def obstacle():
    """Why there can be no such site here; None if nothing is in the way."""
    for tool in ("ip", "nsenter", "nft"):
        if not shutil.which(tool):
            return f"no {tool} (iproute2, util-linux, nftables)"
    if not os.environ.get("OWN_NETWORK"):
        return "not in a network namespace of its own"
    done = lab.run("unshare", "--net", "nft", "-f", "-", input=RULES)
    return None if done.returncode == 0 else f"this kernel does not take the rules: {done.stderr.strip()[:200]}"


class Site:
    """10.53.0.1 and what is added, as seen from 10.53.0.2. Lives as long as `case`, 10 minutes at most."""

    def __init__(self, case, names):
        self.case, self.cable = case, hosts.Cable(case)
        self.inside = ("nsenter", f"--net=/proc/{self.cable.host.pid}/ns/net")
        self.cable.ip_there("link", "set", "lo", "up")
        self.shim = orthanc.build_shim(case)
        self.certificates = Certificates(case.path("certificates"), names)
        self.nft(RULES)

    def add(self, name, address, layout="plain"):
        self.cable.ip_there("addr", "add", address + "/24", "dev", "eth0")
        return Host(self, name, address, layout)

    def nft(self, text):
        done = lab.run(*self.inside, "nft", "-f", "-", input=text)
        assert done.returncode == 0, done.stderr


class Host(orthanc.Instance):
    """One Orthanc and its nginx, and what can be done to them."""

    def __init__(self, site, name, address, layout):
        super().__init__(site.case, name, address, layout, site.certificates, site.shim, site.inside)
        self.site = site

    def put(self, name):
        """Into one of the sets of RULES."""
        self.site.nft(f"add element inet faults {name} {{ {self.address} }}\n")

    def take(self, name):
        self.site.nft(f"delete element inet faults {name} {{ {self.address} }}\n")

    def unplug(self):
        """Nobody has this address any more."""
        self.site.cable.ip_there("addr", "del", self.address + "/24", "dev", "eth0")

    def detour(self, port, *argv):
        """Starts a program on another port of this address, and leads those who want `port` there."""
        self.start_here(*argv, name=f"{self.name}-{port}")
        self._wait_tcp(port + DETOUR)
        here = f"{self.address} . {port} : {self.address} . {port + DETOUR}"
        self.site.nft(f"add element inet faults detour {{ {here} }}\n")

    def harm(self, port, *options, passes=True):
        """Puts proxy.py in front of a port."""
        to = ["--to", self.address, str(port)] if passes else []
        self.detour(port, sys.executable, os.path.join(lab.HERE, "proxy.py"), self.address, str(port + DETOUR),
                    *to, *options)

    def flap(self, seconds):
        """Refuses and accepts in turn, for as long each."""
        over = threading.Event()

        def turn():
            while not over.wait(seconds):
                self.put("refused")
                if over.wait(seconds):
                    break
                self.take("refused")
        thread = threading.Thread(target=turn, daemon=True)
        thread.start()
        self.case.addCleanup(lambda: (over.set(), thread.join(10)))

    def fill_queue(self, port, count=80):
        """Connections that nobody accepts, until no more fit; they stay."""
        held = [socket.socket() for _ in range(count)]
        for s in held:
            s.setblocking(False)
            s.connect_ex((self.address, port))
        self.case.addCleanup(lambda: [s.close() for s in held])

    def hog(self, count=3):
        """Clients that connect for DICOM and say nothing. Orthanc waits 30 s for one after the other, and they come
        back."""
        over = threading.Event()

        def hold():
            while not over.is_set():
                with contextlib.suppress(OSError), socket.create_connection((self.address, orthanc.DICOM_PORT), 5) as s:
                    s.settimeout(0.5)
                    while not over.is_set():
                        with contextlib.suppress(TimeoutError):
                            if not s.recv(1):
                                break
        threads = [threading.Thread(target=hold, daemon=True) for _ in range(count)]
        for thread in threads:
            thread.start()
        self.case.addCleanup(lambda: (over.set(), [thread.join(10) for thread in threads]))
