"""Rows on EDNS options: RFC 5001, 7828, 7830, 7871, 7873, 8914, 9018."""
import struct
import time

from message import opt, option, query
from probe import expect, options, rcode_text
from protocol_messages import FORMERR, REFUSED, head
from rows import MAY, MUST, SHOULD, row

NSID, ECS, COOKIE, KEEPALIVE, PADDING, ERROR = 3, 8, 10, 11, 12, 15
BADCOOKIE = 23
CLIENT = b"\1\2\3\4\5\6\7\x08"


@row("5001 2.2", SHOULD, "NSID: in the answer if asked for")
def _(p):
    expect(options(p.ask("www", edns=opt(options=option(NSID))), NSID), "not there")


@row("5001 2.2", MUST, "NSID: not in the answer if not asked for")
def _(p):
    expect(not options(p.ask("www", edns=opt()), NSID), "there")


@row("5001 2.1", MUST, "NSID with data in the query: the data is ignored")
def _(p):
    expect(p.ask("www", edns=opt(options=option(NSID, b"data"))).rcode == 0, "an error code")


def cookie(p, data, **more):
    answer = p.ask("www", edns=opt(options=option(COOKIE, data)), **more)
    return answer, options(answer, COOKIE)


@row("7873 5.2.1", MUST, "no cookie in the query, none in the answer")
def _(p):
    expect(not options(p.ask("www", edns=opt()), COOKIE), "cookie")


@row("7873 5.2.3", SHOULD, "a client cookie: answered, with client and server cookie")
def _(p):
    answer, found = cookie(p, CLIENT)
    expect(answer.rcode in (0, BADCOOKIE) and len(found) == 1, f"{rcode_text(answer)}, {len(found)} cookies")
    expect(found[0][:8] == CLIENT and 16 <= len(found[0]) <= 40, found[0].hex())


for length in (0, 1, 7, 9, 15, 41):
    @row("7873 5.2.2", MUST, f"a cookie of {length} octets: FORMERR")
    def _(p, length=length):
        answer, _ = cookie(p, b"c" * length)
        expect(answer.rcode == FORMERR, rcode_text(answer))


@row("7873 5.2.5", SHOULD, "the server's own cookie comes back: NOERROR")
def _(p):
    _, found = cookie(p, CLIENT)
    expect(found, "no cookie")
    answer, again = cookie(p, found[0])
    expect(answer.rcode == 0 and answer.answer and again and again[0][:8] == CLIENT, rcode_text(answer))


@row("7873 5.2.4", SHOULD, "a wrong server cookie: answered or BADCOOKIE, with a right one")
def _(p):
    answer, found = cookie(p, CLIENT + b"\1\0\0\0" + b"\xee" * 12)
    expect(answer.rcode in (0, BADCOOKIE) and found and found[0][8:] != b"\1\0\0\0" + b"\xee" * 12, rcode_text(answer))


@row("7873 5.2.4", MUST, "a server cookie of another length (8 octets) is not malformed")
def _(p):
    answer, _ = cookie(p, CLIENT + b"\xee" * 8)
    expect(answer.rcode in (0, BADCOOKIE), rcode_text(answer))


@row("7873 5.4", SHOULD, "QDCOUNT 0 with a cookie: answered with a cookie, no question")
def _(p):
    edns = opt(options=option(COOKIE, CLIENT))
    answer = p.code(head(counts=(0, 0, 0, 1)) + edns, 0, BADCOOKIE)
    expect(options(answer, COOKIE) and not answer.questions, "no cookie")


@row("9018 4", SHOULD, "a server cookie of version 1: 16 octets, reserved ones 0, the time of now")
def _(p):
    _, found = cookie(p, CLIENT)
    expect(found and len(found[0]) == 24, "no cookie of 24 octets")
    number, reserved, stamp = struct.unpack_from(">B3sI", found[0], 8)
    expect(number == 1 and reserved == b"\0\0\0" and abs(stamp - time.time()) < 5, found[0].hex())


@row("9018 4", SHOULD, "server cookies depend on the client cookie")
def _(p):
    found = [cookie(p, bytes([n]) * 8)[1] for n in (1, 2)]
    expect(all(found) and found[0][0][8:] != found[1][0][8:], "the same")


@row("7873 5.2", SHOULD, "cookies over TCP")
def _(p):
    answer, found = cookie(p, CLIENT, tcp=True)
    expect(answer.rcode == 0 and found, rcode_text(answer))


@row("7828 3.3.1", MUST, "keepalive over UDP is ignored")
def _(p):
    answer = p.ask("www", edns=opt(options=option(KEEPALIVE)))
    expect(answer.rcode == 0 and not options(answer, KEEPALIVE), rcode_text(answer))


@row("7828 3.3.2", MAY, "keepalive over TCP: its idle timeout in 2 octets")
def _(p):
    answer = p.ask("www", edns=opt(options=option(KEEPALIVE)), tcp=True)
    expect(answer.rcode == 0 and [len(data) for data in options(answer, KEEPALIVE)] == [2], "not there")


@row("7830 4", MUST, "padding in a query over UDP: answered, and what is returned is not longer than allowed")
def _(p):
    answer = p.ask("www", edns=opt(512, options=option(PADDING, b"\0" * 300)))
    expect(answer.rcode == 0 and len(answer.wire) <= 512, rcode_text(answer))


@row("8914 2", MUST, "no EDNS, no extended error; with EDNS it is 2 octets or more")
def _(p):
    expect(not p.code(query(b"\x07invalid\0", 1, 7), REFUSED).opts, "OPT")
    answer = p.code(query(b"\x07invalid\0", 1, 7, edns=opt()), REFUSED)
    expect(all(len(data) >= 2 for data in options(answer, ERROR)), "shorter")


@row("8914 3", MAY, "REFUSED for a name in no zone says why (20, Not Authoritative)")
def _(p):
    answer = p.code(query(b"\x07invalid\0", 1, 7, edns=opt()), REFUSED)
    expect([data[:2] for data in options(answer, ERROR)] == [b"\0\x14"], "does not")


SUBNET = struct.pack(">HBB3s", 1, 24, 0, b"\xc0\0\2")


@row("7871 7.2.1", MUST, "client subnet: if repeated, with family, prefix and address as they came")
def _(p):
    answer = p.ask("www", edns=opt(options=option(ECS, SUBNET)))
    for data in options(answer, ECS):
        expect(data[:3] == SUBNET[:3] and data[4:] == SUBNET[4:], data.hex())
    expect(answer.rcode == 0 and answer.answer, rcode_text(answer))


@row("7871 7.2.1", SHOULD, "client subnet is repeated")
def _(p):
    expect(options(p.ask("www", edns=opt(options=option(ECS, SUBNET))), ECS), "not there")


@row("7871 7.2.1", MUST, "no client subnet in the query, none in the answer")
def _(p):
    expect(not options(p.ask("www", edns=opt()), ECS), "there")


for data, what in ((struct.pack(">HBB", 1, 33, 0) + b"\1" * 5, "33 bits of IPv4"), (b"\0\1\x18", "3 octets"),
                   (struct.pack(">HBB4s", 1, 24, 0, b"\1\2\3\4"), "an address longer than its prefix"),
                   (struct.pack(">HBB2s", 1, 24, 0, b"\1\2"), "an address shorter than its prefix"),
                   (struct.pack(">HBB3s", 1, 20, 0, b"\1\2\xff"), "bits set behind its prefix"),
                   (struct.pack(">HBB3s", 1, 24, 8, b"\1\2\3"), "a scope in the query")):
    @row("7871 6", SHOULD, f"client subnet with {what}: FORMERR")
    def _(p, data=data):
        answer = p.ask("www", edns=opt(options=option(ECS, data)))
        expect(answer.rcode in (FORMERR, REFUSED), rcode_text(answer))
