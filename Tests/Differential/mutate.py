"""Packets that nobody should send: a right query, changed in one to six places, as the given chance has it."""
import struct

from message import join, opt, option, query
from probe import name

TYPES = [1, 2, 5, 6, 15, 16, 28, 33, 39, 41, 43, 46, 64, 65, 250, 251, 252, 255, 65400]
FIRST = [["www"], ["WWW"], ["alias"], ["q", "wild"], ["x", "del"], ["q", "dn"], ["big"], ["mid"], [], ["a" * 63],
         ["nothing"], ["ent"], ["unknown"]]
EDGES = [0, 1, 2, 11, 12, 63, 64, 127, 128, 191, 192, 193, 254, 255]


def seeds(chance):
    """A query that is right."""
    first = chance.choice(FIRST)
    owner = join([chance.choice([b"other", b"\0\xff."]), b"invalid"]) if chance.random() < 0.1 else name(*first)
    edns = b""
    if chance.random() < 0.6:
        known = [option(3), option(8, b"\0\1\x18\0\xc0\0\2"), option(10, chance.randbytes(8)),
                 option(10, chance.randbytes(24)), option(11), option(12, b"\0" * 20), option(100, b"x")]
        options = b"".join(chance.choice(known) for _ in range(chance.choice([0, 0, 1, 2])))
        edns = opt(chance.choice([0, 511, 512, 513, 1232, 4096, 65535]), chance.choice([0, 0, 0, 1, 255]),
                   chance.choice([0, 0x8000, 0xFFFF]), options)
    flags = chance.choice([0, 0, 0x100, 0x110, chance.randrange(0x8000)])
    return query(owner, chance.choice(TYPES), 0, chance.choice([1, 1, 1, 1, 3, 4, 254, 255]), flags, edns)


def _flip(wire, chance):
    at = chance.randrange(len(wire))
    wire[at] ^= 1 << chance.randrange(8)


def _edge(wire, chance):
    wire[chance.randrange(len(wire))] = chance.choice(EDGES)


def _cut(wire, chance):
    del wire[chance.randrange(len(wire)):]


def _append(wire, chance):
    wire += chance.randbytes(chance.choice([1, 2, 11, 12, 100, 600]))


def _insert(wire, chance):
    at = chance.randrange(len(wire))
    wire[at:at] = chance.randbytes(chance.choice([1, 2, 4]))


def _remove(wire, chance):
    at = chance.randrange(len(wire))
    del wire[at:at + chance.choice([1, 2, 4])]


def _count(wire, chance):
    at = chance.choice([4, 6, 8, 10])
    wire[at:at + 2] = struct.pack(">H", chance.choice([0, 1, 2, 3, 255, 65535]))


def _point(wire, chance):
    at = chance.randrange(12, max(13, len(wire)))
    target = chance.choice([0, 11, 12, at, at + 2, len(wire), 0x3FFF, chance.randrange(0x4000)])
    wire[at:at + 2] = struct.pack(">H", 0xC000 | target)


def _repeat(wire, chance):
    at = chance.randrange(12, max(13, len(wire)))
    wire += wire[at:]
    wire[10:12] = struct.pack(">H", chance.choice([1, 2, 3]))


def _opcode(wire, chance):
    wire[2] = wire[2] & 0x87 | chance.randrange(16) << 3


CHANGES = [_flip, _edge, _cut, _append, _insert, _remove, _count, _point, _repeat, _opcode]


def mutated(chance, ident):
    wire = bytearray(seeds(chance))
    for _ in range(chance.choice([1, 1, 2, 3, 6])):
        if len(wire) > 12:
            chance.choice(CHANGES)(wire, chance)
    wire[0:2] = struct.pack(">H", ident)
    return bytes(wire)
