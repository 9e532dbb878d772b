"""Which questions are worth asking about a zone: every name that could be mistaken for another, every type and flag."""
import random
from typing import NamedTuple

import dns.name
import dns.rdatatype
import dns.zonefile
import dns.zone

import message

COMMON = ["A", "AAAA", "NS", "SOA", "CNAME", "DNAME", "DS", "MX", "SRV", "TXT", "PTR", "HTTPS", "SVCB", "ANY", "RRSIG",
          "NSEC"]
SIG, KEY, NXT, UNKNOWN = 24, 25, 30, 65400
COMMON_TYPES = [*(message.TYPES[name] for name in COMMON), SIG, KEY, NXT, UNKNOWN]


class Profile(NamedTuple):
    """How a question is put: header flags, EDNS payload size (0: no EDNS), DO, transport."""
    flags: int
    payload: int
    dnssec: bool
    tcp: bool

    def edns(self):
        return message.opt(self.payload, flags=0x8000 if self.dnssec else 0) if self.payload else b""

    def __str__(self):
        words = ["tcp" if self.tcp else "udp", f"edns={self.payload}" if self.payload else "no edns"]
        words += ["do"] * self.dnssec + ["rd"] * bool(self.flags & 0x100)
        return " ".join(words + ["cd"] * bool(self.flags & 0x10))


RD, CD = 0x100, 0x10
PROFILES = [
    Profile(0, 0, False, False), Profile(0, 1232, False, False), Profile(RD, 1232, True, False),
    Profile(0, 512, True, False), Profile(RD, 4096, False, False), Profile(0, 0, False, True),
    Profile(RD | CD, 1232, True, True)]


class Question(NamedTuple):
    name: bytes
    type: int
    profile: Profile

    def wire(self, ident):
        return message.query(self.name, self.type, ident, flags=self.profile.flags, edns=self.profile.edns())

    def __str__(self):
        return f"{message.text(self.name)} {message.type_text(self.type)} ({self.profile})"


class Zone:
    """A zone file as dnspython reads it: apex, and {name in wire form, lower case: {type}}."""

    def __init__(self, text_name, path):
        origin = dns.name.from_text(text_name)
        self.apex = origin.to_wire().lower()
        zone = dns.zone.from_file(path, origin=origin, relativize=False, check_origin=False)
        self.nodes, self.records, self.spelling = {}, set(), {}
        for name, node in zone.nodes.items():
            wire = name.to_wire().lower()
            self.spelling[wire] = name.to_wire()
            self.nodes[wire] = {int(rdataset.rdtype) for rdataset in node}
            for rdataset in node:
                for rdata in rdataset:
                    self.records.add((wire, int(rdataset.rdtype), rdata.to_wire().lower()))

    @property
    def types(self):
        return sorted(set().union(*self.nodes.values()))

    def names(self):
        """Every interesting name, in a fixed order."""
        found = dict.fromkeys([self.apex])
        for name in self.nodes:
            found.update(dict.fromkeys(self._around(self.spelling[name])))
        found.update(dict.fromkeys(self._at_limits()))
        if self.apex != b"\0":
            above = message.labels(self.apex)[1:]
            found[message.join(above)] = None
            found[message.join([b"not-here", *above])] = None
            found[message.join([b"x" + message.labels(self.apex)[0][:62], *above])] = None
        return [name for name in found if name]

    def _around(self, name):
        yield name
        yield name.swapcase() if all(octet < 64 for octet in _lengths(name)) else name
        parts = message.labels(name)
        join = message.join
        for child in (b"nope", b"*", b"A", b"ns1", b"www"):
            yield join([child, *parts])
        yield join([b"a", b"b", b"c", *parts])
        yield join([b"x", b"*", *parts])
        if len(name) <= len(self.apex):
            return
        yield join([parts[0][:60] + b"0", *parts[1:]])
        yield join([b"0" + parts[0][:60], *parts[1:]])
        while len(parts) > 1 and len(name) > len(self.apex):
            parts, name = parts[1:], message.parent(name)
            yield name
            for child in (b"nope", b"*", b"zz\0z"):
                yield join([child, *parts])
            yield join([b"w", b"x", *parts])

    def _at_limits(self):
        apex = message.labels(self.apex)
        yield message.join([b"l" * 63, *apex])
        yield message.join([b"\0\xff.\\", *apex])
        parts, left = [], 255 - len(self.apex)
        while left > 1:
            size = min(63, left - 1)
            size -= 1 if left - 1 - size == 1 else 0
            parts.append(b"m" * size)
            left -= 1 + size
        yield message.join(parts + apex)
        for tail in [name for name, types in self.nodes.items() if types & {39, 2}]:
            left = 255 - len(tail)
            yield message.join([b"d" * min(63, left - 1), *message.labels(tail)]) if left > 1 else None
            parts = []
            while left > 1:
                size = min(63, left - 1)
                size -= 1 if left - 1 - size == 1 else 0
                parts.append(b"m" * size)
                left -= 1 + size
            yield message.join(parts + message.labels(tail))


def _lengths(name):
    at = 0
    while name[at]:
        yield name[at]
        at += 1 + name[at]


def questions(zones, chance: random.Random, count):
    """`count` questions about `zones`, drawn from all; all of them in each profile if there are not more."""
    plain = []
    for zone in zones:
        types = sorted(set(COMMON_TYPES) | set(zone.types))
        for name in zone.names():
            present = zone.nodes.get(name.lower(), set())
            plain += [(name, kind, kind in present) for kind in types]
    weighted = [(name, kind, profile) for name, kind, _ in plain for profile in PROFILES]
    if len(weighted) <= count:
        return [Question(*entry) for entry in weighted]
    # What exists is asked in any case; the rest is drawn, each name and type in one profile as long as there are more.
    chosen = [(name, kind, chance.choice(PROFILES)) for name, kind, exists in plain if exists]
    rest = [(name, kind, chance.choice(PROFILES)) for name, kind, exists in plain if not exists]
    chance.shuffle(rest)
    chosen += rest[:max(0, count - len(chosen))]
    if len(chosen) < count:
        taken = set(chosen)
        chosen += chance.sample([entry for entry in weighted if entry not in taken], count - len(chosen))
    return [Question(*entry) for entry in chosen[:count]]
