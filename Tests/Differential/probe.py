"""One server as the rows of protocol.py see it: ask it anything over UDP or TCP, and say what is expected."""
import socket
import struct

import message
import peers
from message import Message, query

ZONE = b"\x08protocol\x04test\x00"
#: How long to wait for an answer: long for ours, so that a busy machine fails no row; peers' figures are for the table.
PATIENCE, PATIENCE_WITH_PEERS = 2, 0.5


def name(*first):
    """A name in the zone, in wire form: name("www")."""
    return message.join([label.encode() for label in first] + message.labels(ZONE))


class Missed(AssertionError):
    """The server did something else than the row expects."""


def expect(condition, seen):
    if not condition:
        raise Missed(str(seen))


class Probe:
    def __init__(self, server):
        self.name, self.address = server.name, server.address
        self.seconds = PATIENCE if server.name == peers.OURS else PATIENCE_WITH_PEERS

    def udp(self, wire, seconds=None, tries=2):
        """The answer to one datagram, read; None if there is none."""
        for _ in range(tries):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
                s.settimeout(seconds or self.seconds)
                s.connect(self.address)
                s.send(wire)
                try:
                    return Message(s.recv(65535))
                except OSError:
                    continue
        return None

    def connect(self, seconds=3):
        s = socket.create_connection(self.address, timeout=seconds)
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return s

    def tcp(self, wire):
        with self.connect() as s:
            s.sendall(framed(wire))
            return read(s)

    def ask(self, *labels, kind=1, klass=1, flags=0, edns=b"", tcp=False, ident=0x1234):
        """An answer to a question about the zone, which must come."""
        wire = query(name(*labels), kind, ident, klass, flags, edns)
        answer = self.tcp(wire) if tcp else self.udp(wire)
        expect(answer is not None, "no answer")
        expect(answer.ident == ident and answer.qr, "another ID, or not an answer")
        return answer

    def code(self, wire, *codes):
        """Expects one of `codes` for a message; returns the answer."""
        answer = self.udp(wire)
        expect(answer is not None, "no answer")
        expect(answer.rcode in codes, rcode_text(answer))
        return answer

    def alive(self):
        answer = self.ask("www")
        expect(answer.rcode == 0 and answer.answer, f"then {rcode_text(answer)}")


def rcode_text(answer):
    return message.RCODES.get(answer.rcode, str(answer.rcode))


def framed(wire):
    return struct.pack(">H", len(wire)) + wire


def read(s):
    """One message off a TCP connection; None at its end."""
    def exactly(count):
        data = b""
        while len(data) < count:
            more = s.recv(count - len(data))
            if not more:
                return None
            data += more
        return data
    try:
        length = exactly(2)
        wire = exactly(struct.unpack(">H", length)[0]) if length else None
    except ConnectionError:
        return None
    except TimeoutError:
        raise Missed("no answer in time") from None
    return Message(wire) if wire else None


def options(answer, code):
    return [data for found, data in answer.options() if found == code]


def has_soa(answer):
    expect(answer.rcode == 0, rcode_text(answer))
    expect(answer.aa and any(r.type == message.SOA for r in answer.answer), "no SOA with AA")
    return answer


def nodata(answer):
    expect(answer.rcode == 0 and not answer.answer, f"{rcode_text(answer)}, {len(answer.answer)} answers")
    expect(any(r.type == message.SOA for r in answer.authority), "no SOA in authority")
    return answer
