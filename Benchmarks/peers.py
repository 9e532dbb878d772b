"""How each server is set up: as its packager ships it, one thread, no rate limit, no query log, loopback alone.

What is on by default stays on: PowerDNS's packet cache, DNS cookies, TriageDNS's probes and metrics. BIND answers
minimally, as the others do by default. Each function writes the server's files into `directory` and returns the
command that runs it in the foreground.
"""
import os
import pathlib
import shutil

ADDRESS = "127.0.0.1"
# Where the targets of the pool listen, for those who probe (zones.py, servers.py).
POOL_PORT = 15443
POOL_TARGETS = ("127.0.0.11", "127.0.0.12")


def write(directory, name, text):
    path = pathlib.Path(directory) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def nsd(directory, zones, port, threads, pool):
    """NSD 4: one server process; Debian's package limits the rate of answers, so that is off."""
    settings = f"""server:
  server-count: {threads}
  reuseport: yes
  ip-address: {ADDRESS}@{port}
  do-ip6: no
  username: ""
  zonesdir: "{directory}"
  database: ""
  pidfile: "{directory}/nsd.pid"
  xfrdfile: "{directory}/xfrd.state"
  zonelistfile: "{directory}/zone.list"
  rrl-ratelimit: 0
  verbosity: 0
remote-control:
  control-enable: no
"""
    each = "".join(f'zone:\n  name: {origin}\n  zonefile: "{file}"\n' for origin, file in zones)
    return ["nsd", "-d", "-c", write(directory, "nsd.conf", settings + each)]


def knot(directory, zones, port, threads, pool):
    """Knot DNS 3: no journal, as nothing changes its zones but their files."""
    settings = f"""server:
  rundir: "{directory}"
  listen: {ADDRESS}@{port}
  udp-workers: {threads}
  tcp-workers: {threads}
  background-workers: 1
database:
  storage: "{directory}"
log:
- target: stderr
  any: error
template:
- id: default
  zonefile-load: whole
  journal-content: none
zone:
"""
    each = "".join(f'- domain: {origin}\n  file: "{file}"\n' for origin, file in zones)
    return ["knotd", "-c", write(directory, "knot.conf", settings + each)]


def gdnsd(directory, zones, port, threads, pool):
    """gdnsd 3: the zone directory holds links to the files, named as the zones."""
    probes = f"""service_types => {{
  port => {{ plugin => tcp_connect, port => {POOL_PORT}, interval => 2, timeout => 1 }}
}}
plugins => {{ weighted => {{ multi => true, pacs => {{
  service_types => port, a => [ {POOL_TARGETS[0]}, 1 ], b => [ {POOL_TARGETS[1]}, 1 ]
}} }} }}
"""
    for part in ("zones", "run", "state"):
        (pathlib.Path(directory) / part).mkdir()
    for origin, file in zones:
        os.link(file, f"{directory}/zones/{origin}")
    write(directory, "config", f"""options => {{
  listen => "{ADDRESS}:{port}"
  run_dir => {directory}/run
  state_dir => {directory}/state
  udp_threads => {threads}
  tcp_threads => {threads}
}}
""" + (probes if pool else ""))
    return ["gdnsd", "-c", directory, "start"]


def bind(directory, zones, port, threads, pool):
    """BIND 9: nothing logged, no control channel; `minimal-responses` as the others do anyway."""
    settings = f"""options {{
  directory "{directory}"; pid-file "{directory}/named.pid"; session-keyfile "{directory}/session.key";
  listen-on port {port} {{ {ADDRESS}; }}; listen-on-v6 {{ none; }};
  recursion no; minimal-responses yes; querylog no;
}};
logging {{ category default {{ null; }}; }};
controls {{ }};
"""
    each = "".join(f'zone "{origin}" {{ type primary; file "{file}"; }};\n' for origin, file in zones)
    return ["named", "-f", "-n", str(threads), "-c", write(directory, "named.conf", settings + each)]


def pdns(directory, zones, port, threads, pool):
    """PowerDNS Authoritative 4 with the BIND backend; Lua records are what it has for pools (ifportup)."""
    each = "".join(f'zone "{origin}" {{ type master; file "{file}"; }};\n' for origin, file in zones)
    write(directory, "pdns.conf", f"""launch=bind
bind-config={write(directory, "zones.conf", each)}
local-address={ADDRESS}
local-port={port}
socket-dir={directory}
receiver-threads={threads}
reuseport=yes
max-tcp-connections=200
daemon=no
guardian=no
loglevel=0
enable-lua-records={"yes" if pool else "no"}
security-poll-suffix=
""")
    return ["pdns_server", f"--config-dir={directory}"]


def triagedns(directory, zones, port, threads, pool):
    """Ours: metrics and HTTP endpoint on, probes if there are pools, everything else as it comes."""
    served = pathlib.Path(directory) / "zones"
    served.mkdir()
    for origin, file in zones:
        os.link(file, served / f"{origin}.zone")
    if pool:
        write(served, "triagedns.yaml", f"""checks:
  port: {{type: tcp, port: {POOL_PORT}, interval: 2s}}
pools:
  pacs:
    policy: weighted
    answers: 2
    checks: [port]
    targets: {{a: {POOL_TARGETS[0]}, b: {POOL_TARGETS[1]}}}
""")
    return [os.environ["TRIAGEDNS"], "serve", served, "--listen", f"{ADDRESS}:{port}",
            "--admin", f"{ADDRESS}:{port + 10_000}", "--workers", str(threads),
            *os.environ.get("TRIAGEDNS_FLAGS", "").split()]


def echo(directory, zones, port, threads, pool):
    """The floor: sends each packet back (tools/echo.c)."""
    return [os.path.join(os.environ["BENCH_TOOLS"], "echo"), str(port)]


PEERS = {"nsd": nsd, "knot": knot, "gdnsd": gdnsd, "bind": bind, "pdns": pdns}
SETUPS = PEERS | {"triagedns": triagedns, "echo": echo}
PROGRAMS = {"nsd": "nsd", "knot": "knotd", "gdnsd": "gdnsd", "bind": "named", "pdns": "pdns_server"}
VERSIONS = {"nsd": ["nsd", "-v"], "knot": ["knotd", "-V"], "gdnsd": ["gdnsd"], "bind": ["named", "-v"],
            "pdns": ["pdns_server", "--version"]}
# What a health-checked name is written as; the others serve two plain addresses.
POOL_RECORDS = {
    "gdnsd": "pacs 30 DYNA weighted!pacs\n",
    "triagedns": "pacs 30 IN POOL pacs\n",
    "pdns": f"pacs 30 IN LUA A \"ifportup({POOL_PORT}, {{'{POOL_TARGETS[0]}','{POOL_TARGETS[1]}'}})\"\n",
}
PLAIN_RECORDS = "pacs 30 IN A {}\npacs 30 IN A {}\n".format(*POOL_TARGETS)


def installed(names):
    """Those of `names` whose program is here."""
    return [name for name in names if shutil.which(PROGRAMS[name])]
