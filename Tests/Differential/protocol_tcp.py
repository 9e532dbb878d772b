"""Rows on TCP: RFC 7766, and RFC 1035 section 4.2.2."""
import socket
import struct
import time

from message import opt, query
from probe import ZONE, Missed, expect, framed, has_soa, name, read
from protocol_messages import SOA
from rows import MUST, SHOULD, row

WWW = name("www")


def idents(s, count):
    found = []
    for _ in range(count):
        answer = read(s)
        expect(answer is not None, f"closed after {len(found)}")
        found.append(answer.ident)
    return found


@row("7766 5", MUST, "answers over TCP are whole: 3,000 octets, no TC, without EDNS")
def _(p):
    answer = p.ask("big", kind=16, tcp=True)
    expect(not answer.tc and len(answer.answer) == 14, f"TC {answer.tc}, {len(answer.answer)} records")


@row("7766 5", MUST, "a payload size of 512 does not limit TCP")
def _(p):
    expect(not p.ask("big", kind=16, edns=opt(512), tcp=True).tc, "TC")


@row("7766 5", MUST, "what had TC over UDP comes whole over TCP")
def _(p):
    expect(p.ask("mid", kind=16).tc and len(p.ask("mid", kind=16, tcp=True).answer) == 4, "not so")


@row("7766 6.2.1", SHOULD, "a connection serves several queries, one after the other")
def _(p):
    with p.connect() as s:
        for ident in range(5):
            s.sendall(framed(query(WWW, 1, ident)))
            expect(idents(s, 1) == [ident], "another ID")


@row("7766 6.2.1.1", MUST, "20 queries sent at once are all answered")
def _(p):
    with p.connect() as s:
        for ident in range(20):
            s.sendall(framed(query(WWW, 1, ident)))
        expect(sorted(idents(s, 20)) == list(range(20)), "other IDs")


@row("7766 6.2.1.1", MUST, "100 queries in one write are all answered")
def _(p):
    with p.connect() as s:
        s.sendall(b"".join(framed(query(WWW, 1, ident)) for ident in range(100)))
        expect(sorted(idents(s, 100)) == list(range(100)), "other IDs")


@row("7766 7", MUST, "each answer to pipelined queries has the question of its own ID")
def _(p):
    names = {1: WWW, 2: name("nothing"), 3: name("q", "wild"), 4: ZONE}
    with p.connect() as s:
        s.sendall(b"".join(framed(query(owner, SOA, ident)) for ident, owner in names.items()))
        for _ in names:
            answer = read(s)
            expect(answer and answer.questions[0][0] == names[answer.ident], "another question")


@row("7766 6.2.1.1", MUST, "queries with large answers, pipelined, are all answered")
def _(p):
    with p.connect() as s:
        s.sendall(b"".join(framed(query(name("big"), 16, ident)) for ident in range(40)))
        expect(sorted(idents(s, 40)) == list(range(40)), "other IDs")


@row("7766 6.2.1.1", SHOULD, "one that cannot be read does not stop the others behind it")
def _(p):
    with p.connect() as s:
        s.sendall(framed(struct.pack(">HHHHHH", 1, 0, 1, 0, 0, 0)) + framed(query(WWW, 1, 2)))
        expect(2 in idents(s, 2), "not answered")


@row("7766 8", MUST, "the length in a segment of its own")
def _(p):
    wire = framed(query(WWW, 1, 5))
    with p.connect() as s:
        s.sendall(wire[:2])
        time.sleep(0.05)
        s.sendall(wire[2:])
        expect(idents(s, 1) == [5], "another ID")


@row("7766 8", MUST, "the two octets of the length apart")
def _(p):
    wire = framed(query(WWW, 1, 5))
    with p.connect() as s:
        for part in (wire[:1], wire[1:2], wire[2:]):
            s.sendall(part)
            time.sleep(0.05)
        expect(idents(s, 1) == [5], "another ID")


@row("7766 8", MUST, "one octet at a time")
def _(p):
    with p.connect() as s:
        for octet in framed(query(WWW, 1, 5)):
            s.sendall(bytes([octet]))
            time.sleep(0.005)
        expect(idents(s, 1) == [5], "another ID")


@row("7766 8", MUST, "a query and the half of the next: the first is answered at once, the second when it is whole")
def _(p):
    wire = framed(query(WWW, 1, 5))
    with p.connect() as s:
        s.sendall(wire + wire[:9])
        expect(idents(s, 1) == [5], "another ID")
        s.sendall(wire[9:])
        expect(idents(s, 1) == [5], "another ID")


@row("7766 6.2.4", SHOULD, "a client that has sent all and closes its side gets all answers")
def _(p):
    with p.connect() as s:
        s.sendall(b"".join(framed(query(WWW, 1, ident)) for ident in range(10)))
        s.shutdown(socket.SHUT_WR)
        expect(sorted(idents(s, 10)) == list(range(10)), "other IDs")
        expect(read(s) is None, "more")


@row("7766 6.2.3", SHOULD, "a connection that is idle for a second stays open")
def _(p):
    with p.connect() as s:
        s.sendall(framed(query(WWW, 1, 1)))
        idents(s, 1)
        time.sleep(1)
        s.sendall(framed(query(WWW, 1, 2)))
        expect(idents(s, 1) == [2], "another ID")


@row("7766 6.1", SHOULD, "several connections of one client at once")
def _(p):
    connections = [p.connect() for _ in range(8)]
    try:
        for ident, s in enumerate(connections):
            s.sendall(framed(query(WWW, 1, ident)))
        expect([idents(s, 1)[0] for s in connections] == list(range(8)), "other IDs")
    finally:
        for s in connections:
            s.close()


@row("1035 4.2.2", MUST, "a connection opened and closed without a word does no harm")
def _(p):
    for _ in range(5):
        p.connect().close()
    p.alive()


@row("1035 4.2.2", MUST, "a connection closed in the middle of a message does no harm")
def _(p):
    with p.connect() as s:
        s.sendall(framed(query(WWW, 1, 5))[:10])
    p.alive()
    has_soa(p.ask(kind=SOA, tcp=True))


@row("1035 4.2.2", MUST, "a connection reset after a query does no harm")
def _(p):
    s = p.connect()
    s.sendall(framed(query(name("big"), 16, 5)))
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    s.close()
    p.alive()
    has_soa(p.ask(kind=SOA, tcp=True))


for length in (0, 5, 11):
    @row("1035 4.2.2", MUST, f"a message of {length} octets: ignored or the connection closed, and the server lives")
    def _(p, length=length):
        with p.connect() as s:
            s.sendall(framed(b"x" * length))
            s.settimeout(0.3)
            try:
                expect(read(s) is None, "answered")
            except Missed as missed:
                expect("in time" in str(missed), missed)
        has_soa(p.ask(kind=SOA, tcp=True))


@row("1035 4.2.2", MUST, "an answer (QR set) over TCP is not answered, and the server lives")
def _(p):
    with p.connect() as s:
        s.sendall(framed(query(WWW, 1, 5, flags=0x8000)))
        s.settimeout(0.3)
        try:
            expect(read(s) is None, "answered")
        except Missed as missed:
            expect("in time" in str(missed), missed)
    has_soa(p.ask(kind=SOA, tcp=True))


@row("1035 4.2.2", SHOULD, "a message of 65,535 octets: an answer or the connection closed, and the server lives")
def _(p):
    with p.connect() as s:
        try:
            s.sendall(framed(query(WWW, 1, 5) + b"\0" * (65535 - len(query(WWW, 1, 5)))))
            read(s)
        except (OSError, Missed):
            pass
    has_soa(p.ask(kind=SOA, tcp=True))


@row("7766 5", MUST, "UDP and TCP say the same")
def _(p):
    for labels in (("www",), ("nothing",), ("x", "del"), ("q", "dn")):
        udp, tcp = p.ask(*labels), p.ask(*labels, tcp=True)
        expect((udp.rcode, udp.aa, set(udp.answer), set(udp.authority)) ==
               (tcp.rcode, tcp.aa, set(tcp.answer), set(tcp.authority)), labels)
