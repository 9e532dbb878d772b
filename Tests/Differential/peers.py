"""Starts triagedns and Debian's authoritative servers over the same zone files, each on a loopback port of its own."""
import os
import shutil
import socket
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "EndToEnd"))
import lab  # noqa: E402
import message  # noqa: E402

OURS = "triagedns"
PACKAGES = {"knot": "knotd", "nsd": "nsd", "named": "named", "pdns": "pdns_server"}
USUAL = ["knot", "nsd", "named"]


def zone_name(file):
    """The zone of a file, in text form: its name without `.zone`, %2f and %5c standing for / and \\."""
    name = os.path.basename(file).removesuffix(".zone")
    return "." if name == "root" else name.replace("%2f", "/").replace("%5c", "\\") + "."


def zone_files(directory):
    """{zone name: path} of a directory."""
    return {zone_name(f): os.path.join(directory, f) for f in sorted(os.listdir(directory)) if f.endswith(".zone")}


def missing(names):
    return [PACKAGES[name] for name in names if not shutil.which(PACKAGES[name])]


class Server:
    """One running server: `address` answers over UDP and TCP. `served` are the zones that it has."""

    def __init__(self, name, zones, scratch):
        self.name, self.directory = name, os.path.join(scratch, name)
        os.makedirs(self.directory)
        self.address = ("127.0.0.1", lab.free_port())
        self.process = lab.Process(START[name](self, zones), os.path.join(self.directory, "log"))

    def write(self, name, text):
        path = os.path.join(self.directory, name)
        with open(path, "w") as file:
            file.write(text)
        return path

    def wait_ready(self, seconds=20):
        def answers():
            assert self.process.running, f"{self.name} ended:\n{self.process.output()[-3000:]}"
            return self.probe() is not None
        lab.eventually(seconds, f"{self.name} answers", answers)

    def probe(self, seconds=0.2):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.settimeout(seconds)
            s.connect(self.address)
            try:
                s.send(message.query(b"\0", message.SOA, ident=7))
                return s.recv(4096)
            except OSError:
                return None

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def start(names, directory, scratch):
    """Starts `names` over the zones of a directory. The caller stops them."""
    copies = _plain_copies(directory, scratch)
    servers = []
    try:
        for name in names:
            servers.append(Server(name, zone_files(directory) if name == OURS else copies, scratch))
        for server in servers:
            server.wait_ready()
    except BaseException:
        stop(servers)
        raise
    return servers


def _plain_copies(directory, scratch):
    """The same files under names that no server reads a meaning into (`%` is one of NSD's)."""
    os.makedirs(os.path.join(scratch, "copies"))
    copies = {}
    for number, (zone, file) in enumerate(zone_files(directory).items()):
        copies[zone] = shutil.copy(file, os.path.join(scratch, "copies", f"{number}.zone"))
    return copies


def stop(servers):
    for server in servers:
        server.process.stop()


def _triagedns(server, zones):
    directory = os.path.dirname(next(iter(zones.values())))
    return [lab.binary(), "serve", directory, "--admin", "off", "--listen", "%s:%d" % server.address]


def _knot(server, zones):
    path = server.write("knot.conf", f"""\
server:
    rundir: "{server.directory}"
    listen: {server.address[0]}@{server.address[1]}
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
    udp-max-payload: 1232
    identity: "knot"
    nsid: "knot"
database:
    storage: "{server.directory}"
log:
  - target: stderr
    any: warning
mod-cookies:
  - id: default
template:
  - id: default
    global-module: mod-cookies/default
    semantic-checks: soft
    journal-content: none
    zonefile-sync: -1
zone:
""" + "".join(f"  - domain: \"{name}\"\n    file: \"{file}\"\n" for name, file in zones.items()))
    return ["knotd", "-c", path]


def _nsd(server, zones):
    path = server.write("nsd.conf", f"""\
server:
    ip-address: {server.address[0]}@{server.address[1]}
    server-count: 1
    username: ""
    chroot: ""
    pidfile: ""
    zonesdir: ""
    database: ""
    zonelistfile: "{server.directory}/zone.list"
    xfrdfile: "{server.directory}/xfrd.state"
    xfrdir: "{server.directory}"
    ipv4-edns-size: 1232
    tcp-count: 200
    rrl-ratelimit: 0
    minimal-responses: yes
    refuse-any: no
    identity: "nsd"
    nsid: "ascii_nsd"
    answer-cookie: yes
    verbosity: 1
remote-control:
    control-enable: no
""" + "".join(f"zone:\n    name: \"{name}\"\n    zonefile: \"{file}\"\n" for name, file in zones.items()))
    return ["nsd", "-d", "-c", path]


def _named(server, zones):
    path = server.write("named.conf", f"""\
options {{
    directory "{server.directory}";
    listen-on port {server.address[1]} {{ {server.address[0]}; }};
    listen-on-v6 {{ none; }};
    recursion no;
    allow-query {{ any; }};
    allow-transfer {{ none; }};
    pid-file none;
    session-keyfile "{server.directory}/session.key";
    managed-keys-directory "{server.directory}";
    minimal-responses yes;
    zero-no-soa-ttl no;
    check-names primary ignore;
    check-integrity no;
    check-mx ignore; check-mx-cname ignore; check-srv-cname ignore; check-wildcard no;
    empty-zones-enable no;
    notify no;
    dnssec-validation no;
    edns-udp-size 1232; max-udp-size 1232;
    server-id "named";
}};
controls {{ }};
logging {{ channel out {{ stderr; severity warning; }}; category default {{ out; }}; }};
""" + "".join(f"zone \"{name}\" {{ type primary; file \"{file}\"; }};\n" for name, file in zones.items()))
    return ["named", "-f", "-n", "1", "-c", path]


def _pdns(server, zones):
    bind = server.write("bind.conf", "".join(
        f"zone \"{name}\" {{ type master; file \"{file}\"; }};\n" for name, file in zones.items()))
    server.write("pdns.conf", f"""\
launch=bind
bind-config={bind}
bind-check-interval=0
local-address={server.address[0]}
local-port={server.address[1]}
socket-dir={server.directory}
guardian=no
daemon=no
udp-truncation-threshold=1232
cache-ttl=0
query-cache-ttl=0
negquery-cache-ttl=0
zone-cache-refresh-interval=0
dname-processing=yes
expand-alias=no
version-string=anonymous
server-id=pdns
loglevel=3
""")
    return ["pdns_server", f"--config-dir={server.directory}"]


START = {OURS: _triagedns, "knot": _knot, "nsd": _nsd, "named": _named, "pdns": _pdns}
