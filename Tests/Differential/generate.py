"""Zones made by chance from a seed: few labels in many combinations, so that names meet, hide and shadow each other."""
import os
import random

LABELS = ["a", "b", "c", "*", "A", "_x", "0"]
TYPES = ["A", "AAAA", "TXT", "MX", "NS", "CNAME", "DNAME", "SRV", "DS"]
SIZES = [1, 13, 14, 27, 28, 29, 30, 70, 72, 74, 76, 98]


def write_zones(directory, seed, full):
    """Writes zone files; returns the directory."""
    os.makedirs(directory)
    chance = random.Random(seed)
    apexes = []
    for number in range(40 if full else 16):
        nested = apexes and chance.random() < 0.4
        prefix = chance.choice(["a", "b", "c", "a.b", "c.a"])
        apex = f"{prefix}.{chance.choice(apexes)}" if nested else f"g{number}.test"
        if apex not in apexes:
            apexes.append(apex)
    for apex in apexes:
        with open(os.path.join(directory, f"{apex}.zone"), "w") as file:
            file.write(_zone(apex, apexes, chance))
    with open(os.path.join(directory, "sizes.test.zone"), "w") as file:
        file.write(_sizes())
    return directory


def _zone(apex, apexes, chance):
    lines = [f"; made by generate.py", f"$TTL {chance.choice([0, 60, 3600])}",
             f"@ {chance.choice([30, 7200])} SOA ns hostmaster 1 7200 900 1209600 {chance.choice([0, 300, 86400])}",
             "@ NS ns", "ns A 192.0.2.53"]
    owned = {}
    for _ in range(chance.randrange(4, 26)):
        owner = ".".join(chance.choice(LABELS) for _ in range(chance.choice([1, 1, 2, 2, 3, 4])))
        if owner.startswith("*") and chance.random() < 0.3:
            owner = "x" + owner[1:]
        owned.setdefault(owner.lower(), set()).add(chance.choice(TYPES))
    for owner, types in owned.items():
        lines += _records(owner, _lawful(owner, types, owned), apex, apexes, chance)
    return "\n".join(lines) + "\n"


def _lawful(owner, types, owned):
    """What may stand together, and what every peer loads."""
    parts = owner.split(".")
    above = [".".join(parts[n:]) for n in range(1, len(parts))]
    if owner.startswith("*"):
        types = types - {"NS", "DNAME", "DS"}
    if any("DNAME" in owned.get(name, ()) for name in above):
        return set()  # NSD and Knot load nothing below a DNAME
    if "DNAME" in types:
        types = types - {"NS", "DS"}
    if "CNAME" in types:
        return {"CNAME"} if "DNAME" not in types else {"DNAME"}
    return types if "NS" in types else types - {"DS"}


def _records(owner, types, apex, apexes, chance):
    def target():
        name = ".".join(chance.choice(LABELS) for _ in range(chance.choice([1, 1, 2, 3])))
        where = chance.random()
        if where < 0.7:
            return name
        return f"{name}.{chance.choice(apexes)}." if where < 0.95 else "elsewhere.invalid."
    data = {
        "A": lambda: f"192.0.2.{chance.randrange(1, 255)}", "AAAA": lambda: f"2001:db8::{chance.randrange(1, 9999):x}",
        "TXT": lambda: '"' + "t" * chance.choice([0, 3, 200]) + '"', "MX": lambda: f"10 {target()}",
        "NS": target, "CNAME": target, "DNAME": target, "SRV": lambda: f"0 0 53 {target()}",
        "DS": lambda: "1 13 2 " + "00" * 32}
    for kind in sorted(types):
        many = 1 if kind in ("CNAME", "DNAME", "DS") else chance.choice([1, 1, 2, 3])
        for line in {f"{owner} {kind} {data[kind]()}" for _ in range(many)}:
            yield line


def _sizes():
    """RRsets that just fit and just do not, in 512 and in 1232 octets, alone and behind an alias."""
    lines = ["$TTL 300", "@ SOA ns hostmaster 1 7200 900 1209600 300", "@ NS ns", "ns A 192.0.2.53"]
    for size in SIZES:
        lines += [f"a{size} A 192.0.{n // 250}.{n % 250 + 1}" for n in range(size)]
        lines += [f"alias{size} CNAME a{size}"]
        lines += [f"mx{size} MX {n} host{n}" for n in range(size) if size <= 76]
        if 10 < size < 30:
            lines += [f"cut{size} NS {n}.cut{size}" for n in range(size)]
            lines += [f"{n}.cut{size} A 192.0.2.{n + 1}" for n in range(size)]
        lines += [f"t{size} TXT \"{'x' * min(255, size)}{n}\"" for n in range(4) if size < 200]
    for size in range(440, 500, 6):
        lines.append(f"s{size} TXT \"{'y' * 250}\" \"{'z' * (size - 251)}\"")
    for size in range(1150, 1232, 7):
        lines.append(f"s{size} TXT " + " ".join(['"' + "w" * 199 + '"'] * 5) + f" \"{'v' * (size - 1001)}\"")
    lines += [f"host{n} A 192.0.2.{n + 1}" for n in range(76)]
    return "\n".join(lines) + "\n"
