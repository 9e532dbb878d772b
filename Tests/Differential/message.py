"""Queries as octets, and answers read into a normal form: names in lower case and whole, RDATA without compression.

A reader of its own, so that what is compared does not depend on a library (dnspython is the second opinion on ours).
"""
import struct
from typing import NamedTuple

TYPES = {
    "A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "MB": 7, "PTR": 12, "HINFO": 13, "MX": 15, "TXT": 16, "RP": 17, "AFSDB": 18,
    "AAAA": 28, "LOC": 29, "SRV": 33, "NAPTR": 35, "KX": 36, "CERT": 37, "DNAME": 39, "OPT": 41, "DS": 43, "SSHFP": 44,
    "RRSIG": 46, "NSEC": 47, "DNSKEY": 48, "TLSA": 52, "SVCB": 64, "HTTPS": 65, "SPF": 99, "ANY": 255, "URI": 256,
    "CAA": 257}
RCODES = {
    0: "NOERROR", 1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED", 6: "YXDOMAIN", 9: "NOTAUTH",
    16: "BADVERS", 23: "BADCOOKIE"}
CNAME, NS, SOA, DNAME, OPT, DS, ANY = 5, 2, 6, 39, 41, 43, 255

# Where names stand in RDATA: octets before the first, how many names, octets after (None: the rest as it is).
_NAMES = {
    2: (0, 1, 0), 3: (0, 1, 0), 4: (0, 1, 0), 5: (0, 1, 0), 6: (0, 2, 20), 7: (0, 1, 0), 8: (0, 1, 0), 9: (0, 1, 0),
    12: (0, 1, 0), 14: (0, 2, 0), 15: (2, 1, 0), 17: (0, 2, 0), 18: (2, 1, 0), 21: (2, 1, 0), 26: (2, 2, 0),
    33: (6, 1, 0), 36: (2, 1, 0), 39: (0, 1, 0), 46: (18, 1, None), 47: (0, 1, None), 64: (2, 1, None),
    65: (2, 1, None), 107: (2, 1, 0)}
# RFC 3597 section 4: only the types of RFC 1035 may be compressed.
COMPRESSIBLE = {2, 3, 4, 5, 6, 7, 8, 9, 12, 14, 15}


class Broken(ValueError):
    """The message does not hold what its header promises."""


class Record(NamedTuple):
    owner: bytes
    type: int
    klass: int
    ttl: int
    data: bytes


class Message:
    """One message. Sections are lists of `Record`; OPT stands apart."""

    def __init__(self, wire):
        self.wire = wire
        if len(wire) < 12:
            raise Broken("shorter than a header")
        self.ident, flags, *counts = struct.unpack_from(">HHHHHH", wire)
        self.flags = flags
        self.qr, self.aa, self.tc = bool(flags & 0x8000), bool(flags & 0x400), bool(flags & 0x200)
        self.rd, self.ra = bool(flags & 0x100), bool(flags & 0x80)
        self.opcode, self.rcode = flags >> 11 & 15, flags & 15
        self.counts, self.opts, self.badly_compressed = counts, [], []
        at = 12
        self.questions = []
        for _ in range(counts[0]):
            start = at
            name, at, _ = self._name(at)
            if at + 4 > len(wire):
                raise Broken("question runs past the end")
            self.questions.append((name, *struct.unpack_from(">HH", wire, at), wire[start:at + 4]))
            at += 4
        self.answer, at = self._section(at, counts[1])
        self.authority, at = self._section(at, counts[2])
        self.additional, at = self._section(at, counts[3])
        if at != len(wire):
            raise Broken(f"{len(wire) - at} octets after the last record")

    def _section(self, at, count):
        records, wire = [], self.wire
        for _ in range(count):
            owner, at, _ = self._name(at)
            if at + 10 > len(wire):
                raise Broken("record runs past the end")
            kind, klass, ttl, length = struct.unpack_from(">HHIH", wire, at)
            at += 10
            if at + length > len(wire):
                raise Broken("RDATA runs past the end")
            if kind == OPT:
                self.opts.append((owner, klass, ttl, wire[at:at + length]))
                self.rcode |= ttl >> 24 << 4
            else:
                records.append(Record(owner, kind, klass, ttl, self._data(kind, at, at + length)))
            at += length
        return records, at

    def _data(self, kind, at, end):
        layout = _NAMES.get(kind)
        if layout is None or at == end:
            return self.wire[at:end]
        before, names, after = layout
        parts = [self.wire[at:at + before]]
        at += before
        for _ in range(names):
            name, at, compressed = self._name(at)
            parts.append(name)
            if compressed and kind not in COMPRESSIBLE:
                self.badly_compressed.append(kind)
        if at > end or after is not None and at + after != end:
            raise Broken(f"RDATA of type {kind} is not whole")
        parts.append(self.wire[at:end])
        return b"".join(parts)

    def _name(self, at):
        """(name in wire form and lower case, where it ends, whether it was compressed)."""
        wire, parts, end, limit, length = self.wire, [], None, at, 0
        try:
            while True:
                octet = wire[at]
                if octet >= 0xC0:
                    target = (octet & 0x3F) << 8 | wire[at + 1]
                    end = at + 2 if end is None else end
                    if target >= limit or target < 12:
                        raise Broken("compression pointer does not point backwards to a name")
                    limit = at = target
                    continue
                if octet > 63:
                    raise Broken("label type")
                parts.append(wire[at:at + 1 + octet])
                length += 1 + octet
                at += 1 + octet
                if length > 255 or at > len(wire):
                    raise Broken("name too long")
                if octet == 0:
                    return b"".join(parts).lower(), at if end is None else end, end is not None
        except IndexError:
            raise Broken("name runs past the end") from None

    @property
    def opt(self):
        return self.opts[0] if self.opts else None

    def options(self):
        """[(code, data)] of the OPT record."""
        found, data = [], self.opt[3] if self.opt else b""
        while data:
            if len(data) < 4 or len(data) < 4 + struct.unpack_from(">H", data, 2)[0]:
                raise Broken("EDNS option runs past the end")
            code, length = struct.unpack_from(">HH", data)
            found.append((code, data[4:4 + length]))
            data = data[4 + length:]
        return found


def labels(name):
    """The labels of a name in wire form, without the root's."""
    found, at = [], 0
    while name[at]:
        found.append(name[at + 1:at + 1 + name[at]])
        at += 1 + name[at]
    return found


def join(parts):
    """The name in wire form of labels; None if it is none."""
    if any(not 0 < len(part) < 64 for part in parts):
        return None
    wire = b"".join(bytes([len(part)]) + part for part in parts) + b"\0"
    return wire if len(wire) <= 255 else None


def parent(name):
    return name[1 + name[0]:]


def is_below(name, top):
    """Whether `name` is `top` or below it."""
    while len(name) > len(top):
        name = parent(name)
    return name == top


def text(name):
    shown = ".".join("".join(chr(o) if 33 <= o < 127 and chr(o) not in '.\\"' else f"\\{o:03}" for o in label)
                     for label in labels(name))
    return shown + "."


def type_text(number):
    return next((known for known, value in TYPES.items() if value == number), f"TYPE{number}")


def opt(size=1232, version=0, flags=0, options=b"", extended=0):
    return b"\0" + struct.pack(">HHBBHH", OPT, size, extended, version, flags, len(options)) + options


def option(code, data=b""):
    return struct.pack(">HH", code, len(data)) + data


def query(name, kind, ident=0, klass=1, flags=0, edns=b""):
    """A query in octets; `edns` is a whole OPT record or nothing."""
    head = struct.pack(">HHHHHH", ident, flags, 1, 0, 0, 1 if edns else 0)
    return head + name + struct.pack(">HH", kind, klass) + edns
