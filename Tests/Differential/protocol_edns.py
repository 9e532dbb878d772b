"""Rows on EDNS itself: RFC 3225, 6891, 8906 section 8.2."""
import struct

from message import opt, option, query
from probe import ZONE, expect, has_soa, options, rcode_text
from protocol_messages import FORMERR, REFUSED, SOA, head, question
from rows import MUST, SHOULD, row

NSID, ECS, COOKIE, EXPIRE = 3, 8, 10, 9
BADVERS = 16


def version(answer):
    return answer.opt[2] >> 16 & 0xFF


@row("8906 8.2.1", MUST, "EDNS 0: NOERROR, SOA, OPT of version 0")
def _(p):
    answer = has_soa(p.ask(kind=SOA, edns=opt()))
    expect(len(answer.opts) == 1 and version(answer) == 0, "no OPT, or another version")


for number in (1, 100, 255):
    @row("8906 8.2.2", MUST, f"EDNS version {number}: BADVERS, OPT of version 0, no data")
    def _(p, number=number):
        answer = p.ask(kind=SOA, edns=opt(version=number))
        expect(answer.rcode == BADVERS and not answer.answer, rcode_text(answer))
        expect(version(answer) == 0, f"version {version(answer)}")


@row("8906 8.2.3", MUST, "an unknown option is ignored and not repeated")
def _(p):
    answer = has_soa(p.ask(kind=SOA, edns=opt(options=option(100, b"x"))))
    expect(answer.opt and not options(answer, 100), "no OPT, or repeated")


@row("8906 8.2.4", MUST, "unknown EDNS flags are ignored and clear in the answer")
def _(p):
    answer = has_soa(p.ask(kind=SOA, edns=opt(flags=0x7FFF)))
    expect(answer.opt and not answer.opt[2] & 0x7FFF, "no OPT, or flags set")


@row("8906 8.2.5", MUST, "EDNS version 1 and unknown flags: BADVERS, flags clear")
def _(p):
    answer = p.ask(kind=SOA, edns=opt(version=1, flags=0x40))
    expect(answer.rcode == BADVERS and not answer.opt[2] & 0x40, rcode_text(answer))


@row("8906 8.2.6", MUST, "EDNS version 1 and an unknown option: BADVERS, not repeated")
def _(p):
    answer = p.ask(kind=SOA, edns=opt(version=1, options=option(100)))
    expect(answer.rcode == BADVERS and not options(answer, 100), rcode_text(answer))


@row("8906 8.2.7", MUST, "what does not fit: TC, and OPT all the same")
def _(p):
    answer = p.ask("big", kind=16, edns=opt(512))
    expect(answer.tc and answer.opt and len(answer.wire) <= 512, f"TC {answer.tc}, {len(answer.wire)} octets")


@row("8906 8.2.8, 3225 3", MUST, "DO is repeated")
def _(p):
    expect(has_soa(p.ask(kind=SOA, edns=opt(flags=0x8000))).opt[2] & 0x8000, "clear")


@row("3225 3", MUST, "DO clear: clear in the answer")
def _(p):
    expect(not has_soa(p.ask(kind=SOA, edns=opt())).opt[2] & 0x8000, "set")


@row("8906 8.2.9", MUST, "EDNS version 1 and DO: BADVERS")
def _(p):
    expect(p.ask(kind=SOA, edns=opt(version=1, flags=0x8000)).rcode == BADVERS, "another code")


@row("8906 8.2.10", MUST, "several known options at once: answered")
def _(p):
    several = option(NSID) + option(ECS, b"\0\1\0\0") + option(EXPIRE) + option(COOKIE, b"\1\2\3\4\5\6\7\x08")
    has_soa(p.ask(kind=SOA, edns=opt(options=several)))


@row("8906 8.2.2", MUST, "EDNS version 1 over TCP: BADVERS")
def _(p):
    expect(p.ask(kind=SOA, edns=opt(version=1), tcp=True).rcode == BADVERS, "another code")


@row("6891 6.1.1", MUST, "no OPT in the query, none in the answer")
def _(p):
    expect(not p.ask("www").opts and not p.ask("nothing").opts, "OPT")


@row("6891 6.1.1", MUST, "two OPT records: FORMERR")
def _(p):
    p.code(head(counts=(1, 0, 0, 2)) + question() + opt() + opt(), FORMERR)


@row("6891 6.1.2", SHOULD, "OPT at another name than the root: FORMERR")
def _(p):
    p.code(head(counts=(1, 0, 0, 1)) + question() + b"\1x" + opt(), FORMERR)


@row("6891 6.1.1", SHOULD, "OPT in the answer section: FORMERR or ignored, never silence")
def _(p):
    p.code(head(counts=(1, 1, 0, 0)) + question() + opt(), FORMERR, 0)


@row("6891 6.1.1", MUST, "OPT before another record of the additional section is found")
def _(p):
    record = b"\0" + struct.pack(">HHIH4s", 1, 1, 0, 4, b"\1\2\3\4")
    answer = p.udp(head(counts=(1, 0, 0, 2)) + question() + opt() + record)
    expect(answer and (answer.rcode == FORMERR or answer.opt), "no answer, or no OPT")


@row("6891 6.1.2", MUST, "an option that is longer than OPT: FORMERR")
def _(p):
    p.code(query(ZONE, SOA, 7, edns=opt(options=struct.pack(">HH", 100, 9) + b"x")), FORMERR)


@row("6891 6.1.2", MUST, "OPT that is longer than the message: FORMERR")
def _(p):
    p.code(query(ZONE, SOA, 7, edns=opt(options=b"\0\0\0\0\0")[:-2]), FORMERR)


for size in (0, 100, 511):
    @row("6891 6.2.3", MUST, f"a payload size of {size} means 512")
    def _(p, size=size):
        answer = p.ask("mid", kind=16, edns=opt(size))
        expect(answer.tc and len(answer.wire) <= 512, f"TC {answer.tc}, {len(answer.wire)} octets")
        expect(p.ask("www", edns=opt(size)).answer, "no data")


@row("6891 6.2.3", MUST, "900 octets fit 1,232")
def _(p):
    answer = p.ask("mid", kind=16, edns=opt(1232))
    expect(not answer.tc and len(answer.wire) > 800 and len(answer.answer) == 4, f"{len(answer.wire)} octets")


@row("6891 6.2.5", SHOULD, "a payload size of 65535: not more than the server's own maximum")
def _(p):
    answer = p.ask("big", kind=16, edns=opt(65535))
    expect(answer.tc and len(answer.wire) <= 1232, f"TC {answer.tc}, {len(answer.wire)} octets")


@row("6891 6.1.3", MUST, "an extended code in a query means nothing")
def _(p):
    has_soa(p.ask(kind=SOA, edns=opt(extended=5)))


@row("6891 7", SHOULD, "NXDOMAIN and REFUSED have OPT too")
def _(p):
    expect(p.ask("nothing", edns=opt()).opt, "NXDOMAIN without")
    expect(p.code(query(b"\x07invalid\0", 1, 7, edns=opt()), REFUSED).opt, "REFUSED without")
