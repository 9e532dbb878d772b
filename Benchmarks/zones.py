"""Zones and questions: the same ones for every server, made from seeds."""
import pathlib
import random

TYPES = {"A": 1, "MX": 15, "AAAA": 28}
HEAD = """$TTL 300
@ IN SOA ns1 hostmaster {serial} 7200 900 1209600 60
@ IN NS ns1
ns1 IN A 192.0.2.1
"""
EXTRAS = """www IN A 192.0.2.80
www IN A 192.0.2.81
mail IN MX 10 ns1
alias IN CNAME h1
*.wild IN A 192.0.2.99
"""


def write_zone(path, names, pool_record, serial=1):
    """example.com with `names` hosts, h0 to h(N-1), and what the mixes ask for."""
    with open(path, "w") as file:
        file.write("$ORIGIN example.com.\n" + HEAD.format(serial=serial) + EXTRAS + pool_record)
        file.writelines(f"h{i} IN A 198.{i >> 16 & 255}.{i >> 8 & 255}.{i & 255}\n" for i in range(names))
    return pathlib.Path(path)


def write_small_zones(directory, count):
    """`count` zones of 10 names each; returns (origin, path) pairs."""
    directory.mkdir()
    zones = []
    for number in range(count):
        path = directory / f"z{number}.test"
        hosts = "".join(f"h{i} IN A 198.51.{number & 255}.{i}\n" for i in range(9))
        path.write_text(f"$ORIGIN z{number}.test.\n" + HEAD.format(serial=1) + hosts)
        zones.append((f"z{number}.test", path))
    return zones


def questions(mix, names, count=100_000):
    """(name, type) pairs. hit: names that exist; mixed: as a server out there sees; pool: one health-checked name."""
    r = random.Random(7)
    hit = lambda: (f"h{r.randrange(names)}.example.com", "A")
    kinds = {
        "hit": [(1, hit)],
        "pool": [(1, lambda: ("pacs.example.com", "A"))],
        "mixed": [
            (60, hit),
            (15, lambda: ("www.example.com", "A")),
            (10, lambda: (f"nx{r.randrange(10**9)}.example.com", "A")),
            (5, lambda: (f"w{r.randrange(10**6)}.wild.example.com", "A")),
            (3, lambda: ("mail.example.com", "MX")),
            (3, lambda: ("alias.example.com", "A")),
            (4, lambda: (f"h{r.randrange(names)}.example.com", "AAAA")),
        ],
    }[mix]
    weights, makers = zip(*kinds)
    return [make() for make in r.choices(makers, weights, k=count)]


def packet(name, kind):
    """A query with the ID 0 and no OPT record."""
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return b"\0\0\0\0\0\1\0\0\0\0\0\0" + labels + b"\0" + TYPES[kind].to_bytes(2, "big") + b"\0\1"


def write_text(path, asked):
    """For dnsperf."""
    pathlib.Path(path).write_text("".join(f"{name} {kind}\n" for name, kind in asked))
    return path


def write_packets(path, asked):
    """For tools/load.c and tools/watch.c."""
    packets = (packet(name, kind) for name, kind in asked)
    pathlib.Path(path).write_bytes(b"".join(len(p).to_bytes(2, "big") + p for p in packets))
    return path
