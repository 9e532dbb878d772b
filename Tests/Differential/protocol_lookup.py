"""Rows on what is answered: RFC 1034, 2181, 2308, 3597, 4343, 4592, 4892, 5936, 6604, 6672, 8482, 8945."""
import struct

import message
from message import query
from probe import ZONE, expect, name, nodata, rcode_text
from protocol_messages import FORMERR, NOTAUTH, NOTIMP, NXDOMAIN, REFUSED, SOA, head, question
from rows import MAY, MUST, SHOULD, row


@row("1034 4.3.1", MUST, "a name in no zone: REFUSED, AA clear, no records")
def _(p):
    answer = p.code(query(b"\x05other\x07invalid\0", 1), REFUSED)
    expect(not answer.aa and not answer.answer and not answer.authority, "AA or records")


@row("2308 2.1, 3", MUST, "NXDOMAIN: AA, SOA in authority, TTL = min(SOA TTL, MINIMUM)")
def _(p):
    answer = p.ask("nothing")
    expect(answer.rcode == NXDOMAIN and answer.aa and not answer.answer, rcode_text(answer))
    expect([r.ttl for r in answer.authority if r.type == SOA] == [60], answer.authority)


@row("2308 2.2, 3", MUST, "NODATA: AA, SOA in authority, TTL = min(SOA TTL, MINIMUM)")
def _(p):
    answer = nodata(p.ask("mail", kind=28))
    expect(answer.aa and [r.ttl for r in answer.authority if r.type == SOA] == [60], answer.authority)


@row("8020 2", MUST, "an empty non-terminal: NODATA, not NXDOMAIN")
def _(p):
    nodata(p.ask("ent"))


@row("1034 4.3.2", MUST, "a referral: AA clear, NS in authority, glue")
def _(p):
    answer = p.ask("x", "del")
    expect(answer.rcode == 0 and not answer.aa and not answer.answer, rcode_text(answer))
    expect([r.type for r in answer.authority] == [2] and [r.type for r in answer.additional] == [1], "no NS or no glue")


@row("4592 3.3.1", MUST, "a wildcard: the answer has the name that was asked for")
def _(p):
    answer = p.ask("q", "wild")
    expect([r.owner for r in answer.answer] == [name("q", "wild")], answer.answer)


@row("6672 3.1", MUST, "below a DNAME: DNAME, and a CNAME made of it")
def _(p):
    expect([r.type for r in p.ask("q", "dn").answer][:2] == [39, 5], "other records")


@row("4343 4.1", MUST, "letters of any case find a name, and come back as they were sent (0x20)")
def _(p):
    wire = query(b"\x03wWw\x08pRoToCoL\x04TeSt\0", 1)
    answer = p.code(wire, 0)
    expect(answer.questions[0][3] == wire[12:] and answer.answer, "other letters, or not found")


@row("3597 3", MUST, "a record of an unknown type is served as it is")
def _(p):
    expect([r.data for r in p.ask("unknown", kind=65400).answer] == [b"\1\2\3\4"], "other data")


@row("3597 4", MUST, "the target of SRV is not compressed")
def _(p):
    expect(not p.ask("srv", kind=33).badly_compressed, "compressed")


for klass, what in ((0, "0"), (2, "CS"), (4, "HS"), (254, "NONE"), (65000, "65000")):
    @row("3597 1", SHOULD, f"class {what}: an error code, never silence or data")
    def _(p, klass=klass):
        expect(not p.code(query(name("www"), 1, 7, klass), FORMERR, NOTIMP, REFUSED, NOTAUTH).answer, "data")


@row("1035 3.2.5", SHOULD, "class ANY: answered (AA clear) or an error code")
def _(p):
    p.code(query(name("www"), 1, 7, 255), 0, FORMERR, NOTIMP, REFUSED)


for kind, what in ((41, "OPT"), (249, "TKEY"), (250, "TSIG"), (0, "0"), (253, "MAILB"), (254, "MAILA"), (128, "128")):
    @row("6895 3.1", SHOULD, f"QTYPE {what}, which is no data: an answer without data or an error code, never silence")
    def _(p, kind=kind):
        expect(not p.code(query(name("www"), kind, 7), 0, FORMERR, NOTIMP, REFUSED, NOTAUTH).answer, "data")


@row("5936 4.2", MUST, "AXFR over UDP: no zone; an error code or TC")
def _(p):
    answer = p.udp(query(ZONE, 252))
    expect(answer is not None, "no answer")
    expect(answer.rcode in (FORMERR, NOTIMP, REFUSED, NOTAUTH) or answer.tc, rcode_text(answer))


for kind, what in ((252, "AXFR"), (251, "IXFR")):
    @row("5936 2.2.1", SHOULD, f"{what} over TCP that is not allowed: REFUSED, NOTAUTH or NOTIMP")
    def _(p, kind=kind):
        answer = p.ask(kind=kind, tcp=True)
        expect(answer.rcode in (FORMERR, NOTIMP, REFUSED, NOTAUTH), rcode_text(answer))


@row("8482 4", SHOULD, "ANY: some data, no TC")
def _(p):
    answer = p.ask("www", kind=255)
    expect(answer.rcode == 0 and answer.answer and not answer.tc, rcode_text(answer))


@row("8482 4", SHOULD, "ANY of what has 3,000 octets fits 512: a part of it, or TC")
def _(p):
    expect(len(p.ask("big", kind=255).wire) <= 512, "longer")


@row("8482 4", MUST, "ANY of a name that does not exist: NXDOMAIN")
def _(p):
    expect(p.ask("nothing", kind=255).rcode == NXDOMAIN, "another code")


for chaos in ("version.bind", "version.server", "id.server", "hostname.bind"):
    @row("4892 2", MAY, f"{chaos} CH TXT: one text, or an error code; never silence")
    def _(p, chaos=chaos):
        wire = query(message.join([part.encode() for part in chaos.split(".")]), 16, 7, 3)
        answer = p.code(wire, 0, NOTIMP, REFUSED)
        expect(answer.rcode or [(r.type, r.klass) for r in answer.answer] == [(16, 3)], answer.answer)


@row("4892 2", SHOULD, "any other CH name: an error code")
def _(p):
    p.code(query(name("www"), 16, 7, 3), REFUSED, NOTIMP, NXDOMAIN)


@row("8945 5.2", SHOULD, "TSIG with an unknown key: NOTAUTH (BADKEY), or a code that says it is not known")
def _(p):
    data = b"\x0bhmac-sha256\0" + struct.pack(">HIHH32sHHH", 0, 0, 300, 32, b"\0" * 32, 7, 0, 0)
    tsig = b"\3key\0" + struct.pack(">HHIH", 250, 255, 0, len(data)) + data
    p.code(head(counts=(1, 0, 0, 1)) + question() + tsig, 0, FORMERR, NOTIMP, REFUSED, NOTAUTH)


@row("2181 9", MUST, "3,000 octets in 512: TC, not more than 512 octets, no part of an RRset in the answer")
def _(p):
    answer = p.ask("big", kind=16)
    expect(answer.tc and len(answer.wire) <= 512, f"TC {answer.tc}, {len(answer.wire)} octets")


@row("2181 9", MUST, "no TC where only additional addresses are left out or all fits")
def _(p):
    expect(not p.ask(kind=15).tc, "TC")


@row("1035 4.1.1", MUST, "AA in a positive answer through a CNAME (RFC 6604 section 2.1)")
def _(p):
    answer = p.ask("alias")
    expect(answer.aa and [r.type for r in answer.answer] == [5, 1], "other records")


@row("6604 3", MUST, "the code is that of the end of the chain: NODATA behind a CNAME is NOERROR")
def _(p):
    answer = p.ask("alias", kind=15)
    expect(answer.rcode == 0 and [r.type for r in answer.answer] == [5] and answer.authority, rcode_text(answer))


@row("2181 4", MUST, "the answer comes from the address and port that were asked")
def _(p):
    expect(p.udp(query(ZONE, SOA)) is not None, "no answer")  # the socket is connected: others are not seen
