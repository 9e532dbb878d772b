"""Rows on messages, good and broken: RFC 1035, 8906 section 8.1, 9619."""
import struct

import message
from message import query
from probe import ZONE, expect, has_soa, name, nodata
from rows import MUST, SHOULD, row

FORMERR, NXDOMAIN, NOTIMP, REFUSED, NOTAUTH = 1, 3, 4, 5, 9
SOA = 6


def head(ident=7, flags=0, counts=(1, 0, 0, 0)):
    return struct.pack(">HHHHHH", ident, flags, *counts)


def question(owner=ZONE, kind=SOA, klass=1):
    return owner + struct.pack(">HH", kind, klass)


@row("8906 8.1.1", MUST, "SOA of a zone: NOERROR, AA, SOA, no OPT")
def _(p):
    expect(not has_soa(p.ask(kind=SOA)).opts, "OPT")


@row("8906 8.1.2", MUST, "unknown type: NOERROR, AA, no data")
def _(p):
    expect(nodata(p.ask("www", kind=1000)).aa, "no AA")


@row("8906 8.1.3.1", MUST, "CD set: answered as without")
def _(p):
    has_soa(p.ask(kind=SOA, flags=0x10))


@row("8906 8.1.3.2", MUST, "AD set in the query: answered, AD clear as nothing is signed")
def _(p):
    expect(not has_soa(p.ask(kind=SOA, flags=0x20)).flags & 0x20, "AD set")


@row("8906 8.1.3.3", MUST, "the reserved bit Z set: answered, Z clear")
def _(p):
    expect(not has_soa(p.ask(kind=SOA, flags=0x40)).flags & 0x40, "Z set")


@row("8906 8.1.3.4", MUST, "RD set: answered, RD repeated, RA clear")
def _(p):
    answer = has_soa(p.ask(kind=SOA, flags=0x100))
    expect(answer.rd and not answer.ra, f"RD {answer.rd}, RA {answer.ra}")


@row("1035 4.1.1", MUST, "RD clear: clear in the answer")
def _(p):
    expect(not p.ask(kind=SOA).rd, "RD set")


for bits, what in ((0x400, "AA"), (0x80, "RA"), (0x200, "TC"), (0x5, "a code"), (0x7F5, "every flag and a code")):
    @row("1035 4.1.1", SHOULD, f"{what} set in a query, where it has no meaning: answered as without")
    def _(p, bits=bits):
        has_soa(p.ask(kind=SOA, flags=bits))

for opcode in [1, 2, 3, *range(6, 16)]:
    @row("8906 8.1.4", MUST, f"opcode {opcode}, header alone: NOTIMP, opcode repeated, AA clear")
    def _(p, opcode=opcode):
        answer = p.code(head(flags=opcode << 11, counts=(0, 0, 0, 0)), NOTIMP, *([FORMERR] if opcode == 6 else []))
        expect(answer.opcode == opcode and not answer.aa, f"opcode {answer.opcode}")

for opcode in (2, 15):
    @row("8906 8.1.4", MUST, f"opcode {opcode} with a question and EDNS: NOTIMP")
    def _(p, opcode=opcode):
        p.code(query(ZONE, SOA, 7, flags=opcode << 11, edns=message.opt()), NOTIMP)

for opcode, what in ((4, "NOTIFY (1996)"), (5, "UPDATE (2136)")):
    @row("8906 8.1.4", MUST, f"{what} of a stranger: answered (UPDATE: an error code), opcode repeated")
    def _(p, opcode=opcode):
        codes = [FORMERR, NOTIMP, REFUSED, NOTAUTH] + [0] * (opcode == 4)
        answer = p.code(query(ZONE, SOA, 7, flags=opcode << 11), *codes)
        expect(answer.opcode == opcode, f"opcode {answer.opcode}")


@row("8906 8.1.5", MUST, "SOA over TCP")
def _(p):
    has_soa(p.ask(kind=SOA, tcp=True))


@row("9619 4", MUST, "QDCOUNT 2: FORMERR")
def _(p):
    p.code(head(counts=(2, 0, 0, 0)) + question() * 2, FORMERR)


@row("9619 4", MUST, "QDCOUNT 2 with other names: FORMERR")
def _(p):
    p.code(head(counts=(2, 0, 0, 0)) + question() + question(name("www"), 1), FORMERR)


@row("9619 4", MUST, "QDCOUNT 65535: FORMERR")
def _(p):
    p.code(head(counts=(65535, 0, 0, 0)) + question(), FORMERR)


@row("9619 4", SHOULD, "QDCOUNT 0 without a cookie: FORMERR")
def _(p):
    p.code(head(counts=(0, 0, 0, 0)), FORMERR)


@row("1035 4.1.1", MUST, "QDCOUNT 1 without a question: FORMERR")
def _(p):
    p.code(head(), FORMERR)


@row("1035 4.1.1", MUST, "half a question: FORMERR")
def _(p):
    p.code(head() + question()[:-3], FORMERR)


for label, what in ((b"\xc0\x0c", "a pointer to itself"), (b"\xc0\xff", "a pointer beyond the end"),
                    (b"\x40" + b"a" * 64 + b"\0", "label type 01"), (b"\x80aa\0", "label type 10"),
                    ((b"\x3f" + b"a" * 63) * 4 + b"\0", "257 octets long")):
    @row("1035 4.1.4", MUST, f"the question's name is {what}: FORMERR")
    def _(p, label=label):
        p.code(head() + label + b"\0\1\0\1", FORMERR)


@row("1035 4.1.1", SHOULD, "octets after the message: FORMERR or ignored, never silence")
def _(p):
    p.code(query(ZONE, SOA) + b"garbage", FORMERR, 0)


@row("1035 4.1.1", SHOULD, "a count that promises more records than there are: FORMERR")
def _(p):
    p.code(head(counts=(1, 0, 0, 3)) + question(), FORMERR)


@row("1035 4.1.1", SHOULD, "records in a query's answer section: an answer or FORMERR, never silence")
def _(p):
    record = b"\xc0\x0c" + struct.pack(">HHIH4s", 1, 1, 60, 4, b"\1\2\3\4")
    p.code(head(counts=(1, 1, 0, 0)) + question() + record, 0, FORMERR)


@row("1035 7.3", MUST, "an answer (QR set) is not answered: no loops")
def _(p):
    expect(p.udp(query(ZONE, SOA, flags=0x8000), 0.4, 1) is None, "answered")


@row("1035 4.1.1", MUST, "11 octets are not answered")
def _(p):
    expect(p.udp(head()[:11], 0.4, 1) is None, "answered")
    p.alive()


@row("1035 4.1.1", MUST, "an empty datagram is not answered")
def _(p):
    expect(p.udp(b"", 0.4, 1) is None, "answered")
    p.alive()


for ident in (0, 65535):
    @row("1035 4.1.1", MUST, f"ID {ident} is repeated")
    def _(p, ident=ident):
        has_soa(p.ask(kind=SOA, ident=ident))
