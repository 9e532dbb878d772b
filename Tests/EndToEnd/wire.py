"""Just enough of RFC 1035 to say to the server what no well-behaved client would say, and to read its answer."""
import random
import socket
import struct

A, NS, CNAME, SOA, TXT, AAAA, OPT, ANY = 1, 2, 5, 6, 16, 28, 41, 255
IN, CH = 1, 3
NOERROR, FORMERR, SERVFAIL, NXDOMAIN, NOTIMP, REFUSED, BADVERS = 0, 1, 2, 3, 4, 5, 16


def name(text):
    """A name in wire form; bytes of the text are kept as they are."""
    labels = [label.encode() for label in text.rstrip(".").split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def question(text, kind=A, klass=IN):
    return name(text) + struct.pack(">HH", kind, klass)


def header(flags=0, questions=1, answers=0, authorities=0, additional=0, ident=None):
    ident = random.randrange(65536) if ident is None else ident
    return struct.pack(">HHHHHH", ident, flags, questions, answers, authorities, additional)


def query(text, kind=A, klass=IN, flags=0, ident=None):
    return header(flags, ident=ident) + question(text, kind, klass)


def opt(size=1232, version=0, flags=0, options=b"", owner=b"\0"):
    return owner + struct.pack(">HHBBHH", OPT, size, 0, version, flags, len(options)) + options


class Answer:
    """A response, read independently of any library."""

    def __init__(self, message):
        self.message = message
        self.ident, self.flags, *counts = struct.unpack_from(">HHHHHH", message)
        self.rcode = self.flags & 15
        self.opcode = self.flags >> 11 & 15
        self.is_response, self.authoritative = bool(self.flags & 0x8000), bool(self.flags & 0x0400)
        self.truncated = bool(self.flags & 0x0200)
        at = 12
        self.questions = []
        for _ in range(counts[0]):
            start = at
            _, at = self._name(at)
            at += 4
            self.questions.append(message[start:at])
        self.sections = []
        for count in counts[1:]:
            section = []
            for _ in range(count):
                owner, at = self._name(at)
                kind, klass, ttl, length = struct.unpack_from(">HHIH", message, at)
                if at + 10 + length > len(message):
                    raise ValueError("record runs past the end")
                section.append((owner, kind, klass, ttl, message[at + 10:at + 10 + length]))
                at += 10 + length
                if kind == OPT:
                    self.rcode |= ttl >> 24 << 4
            self.sections.append(section)
        if at != len(message):
            raise ValueError(f"{len(message) - at} octets after the last record")

    def _name(self, at):
        labels, end, limit = [], None, at
        while True:
            length = self.message[at]
            if length & 0xC0 == 0xC0:
                target = (length & 0x3F) << 8 | self.message[at + 1]
                end = at + 2 if end is None else end
                if target >= limit:
                    raise ValueError("compression pointer does not point backwards")
                limit = at = target
                continue
            if length & 0xC0:
                raise ValueError("label type")
            at += 1
            if length == 0:
                return b".".join(labels) + b".", end if end is not None else at
            labels.append(self.message[at:at + length])
            at += length

    @property
    def addresses(self):
        family = {A: socket.AF_INET, AAAA: socket.AF_INET6}
        return [socket.inet_ntop(family[kind], data) for _, kind, _, _, data in self.sections[0] if kind in family]


def udp_socket(address, port, seconds=10):
    s = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
    s.settimeout(seconds)
    s.connect((address, port))
    return s


def ask_udp(message, port, address="127.0.0.1", seconds=10):
    """The first datagram that comes back, or None."""
    with udp_socket(address, port, seconds) as s:
        s.send(message)
        try:
            return s.recv(65535)
        except (TimeoutError, ConnectionRefusedError):
            return None


def framed(message):
    return struct.pack(">H", len(message)) + message


def read_framed(s):
    """One message off a TCP stream; None at its end."""
    def exactly(count):
        data = b""
        while len(data) < count:
            more = s.recv(count - len(data))
            if not more:
                return None
            data += more
        return data
    length = exactly(2)
    return None if length is None else exactly(struct.unpack(">H", length)[0])


def tcp_socket(port, address="127.0.0.1", seconds=10):
    return socket.create_connection((address, port), timeout=seconds)
