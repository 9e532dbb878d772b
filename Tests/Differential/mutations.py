"""Seeded mutated packets to every server over UDP, a share of them over TCP. Whatever comes in, an answer keeps to the
invariants of `broken`, and the server lives."""
import argparse
import collections
import os
import random
import struct
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

import exchange
import message
import peers
from message import Broken, Message
from mutate import mutated
from probe import ZONE

HERE = os.path.dirname(os.path.abspath(__file__))
QUICK, FULL = 5_000, 51_000
TCP_SHARE = 0.1
KNOWN_CODES = {0, 1, 2, 3, 4, 5, 6, 9, 16, 23}


def asked(wire):
    """The octets of the question, if there is one that can be read; None if not."""
    if len(wire) < 12 or struct.unpack_from(">H", wire, 4)[0] != 1:
        return None
    try:
        head = wire[:4] + b"\0\1" + b"\0" * 6
        at = 12
        while wire[at]:
            if wire[at] > 63:
                return None
            at += 1 + wire[at]
        found = Message(head + wire[12:at + 5])
        return found.questions[0][3]
    except (Broken, IndexError):
        return None


def allowed(wire):
    """The octets that an answer over UDP may have: what any OPT-like record in the query could mean, 512 at least."""
    sizes = [512]
    at = wire.find(b"\0\0\x29", 12)
    while at >= 0 and at + 5 <= len(wire):
        sizes.append(struct.unpack_from(">H", wire, at + 3)[0])
        at = wire.find(b"\0\0\x29", at + 1)
    return min(1232, max(sizes))


def broken(wire, reply, over_tcp):
    """The invariants that an answer breaks; "no answer" may be right or wrong, and is told apart by the caller."""
    flags = struct.unpack_from(">H", wire, 2)[0] if len(wire) >= 4 else 0
    if len(wire) < 12 or flags & 0x8000:
        return ["an answer to what must not be answered"]
    try:
        found = Message(reply)
    except Broken as error:
        return [f"not readable: {error}"]
    question = asked(wire)
    has_data = found.answer or any(r.type != message.SOA for r in found.authority)
    at_home = question is not None and message.is_below(question[:-4].lower(), ZONE)
    wrong = {
        "another ID": found.ident != struct.unpack_from(">H", wire)[0],
        "QR clear": not found.qr,
        "another opcode": found.opcode != flags >> 11 & 15,
        "another question": found.questions and question is not None and found.questions[0][3] != question,
        "a question made up": len(found.questions) > 1 and struct.unpack_from(">H", wire, 4)[0] < 2,
        "no question though it could be read":
            not found.questions and question is not None and found.rcode in (0, 3, 5),
        "RD not repeated": found.rd != bool(flags & 0x100) and not flags >> 11 & 15,
        "RA or Z set": found.flags & 0xC0,
        "too long": not over_tcp and len(reply) > allowed(wire),
        "TC over TCP": over_tcp and found.tc,
        "an unknown code": found.rcode not in KNOWN_CODES,
        "data with an error code": found.rcode in (1, 4, 5, 16, 23) and has_data,
        "AA for a name in no zone": found.aa and found.rcode in (0, 3) and question is not None and not at_home
        and question[-2:] == b"\0\1",
        "NOERROR to an unknown opcode": found.rcode == 0 and flags >> 11 & 15 in (1, 2, 3, *range(7, 16)),
        "two OPT records": len(found.opts) > 1,
        "OPT of another version": any(ttl >> 16 & 0xFF for _, _, ttl, _ in found.opts),
        "an option that is not whole": _broken_options(found)}
    return [invariant for invariant, is_so in wrong.items() if is_so]


def _broken_options(found):
    try:
        return not isinstance(found.options(), list)
    except Broken:
        return True


def must_answer(wire):
    """A plain query that is right must not go unanswered, whatever its flags are."""
    question = asked(wire)
    return question is not None and len(wire) == 12 + len(question) and wire[6:12] == b"\0" * 6 \
        and not wire[2] & 0xF8 and question[-4:-2] not in (b"\0\xfb", b"\0\xfc") and question[-2:] == b"\0\1"


class Result:
    def __init__(self):
        self.broken, self.answered, self.silent, self.examples = collections.Counter(), 0, 0, {}

    def add(self, invariant, wire, reply):
        self.broken[invariant] += 1
        self.examples.setdefault(invariant, (wire.hex(), reply.hex() if reply else "nothing"))


def throw(server, packets, result):
    """Sends all to one server. TCP gets each packet on a connection with others, as a length that is right."""
    split = int(len(packets) * (1 - TCP_SHARE))
    for part, over_tcp in ((packets[:split], False), (packets[split:], True)):
        # Peers drop some kinds of packets: each is waited for a short while only, and asked for again if it matters.
        ask = exchange.ask_tcp_one_by_one if over_tcp else exchange.ask_udp
        answers, _ = ask(server.address, part, seconds=0.15 if not over_tcp else 0.5, tries=1)
        again = [index for index, wire in enumerate(part) if answers[index] is None and must_answer(wire)]
        for index, reply in zip(again, ask(server.address, [part[index] for index in again], seconds=2, tries=2)[0]):
            answers[index] = reply
        for wire, reply in zip(part, answers):
            if reply is None:
                result.silent += 1
                if must_answer(wire):
                    result.add("no answer to a query that is right", wire, None)
                continue
            result.answered += 1
            for invariant in broken(wire, reply, over_tcp):
                result.add(invariant, wire, reply)
    if not server.process.running:
        result.broken["the server ended"] += 1
    elif server.probe(5) is None and server.probe(5) is None:
        result.broken["the server does not answer any more"] += 1


def main(arguments, full):
    parser = argparse.ArgumentParser(prog="run mutations")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=FULL if full else QUICK)
    parser.add_argument("--peers", default=",".join(peers.USUAL))
    options = parser.parse_args(arguments)
    chance, started = random.Random(options.seed), time.monotonic()
    packets = [mutated(chance, index % 65536) for index in range(options.count)]
    with tempfile.TemporaryDirectory(prefix="triagedns-mutations-") as scratch:
        names = [peers.OURS, *filter(None, options.peers.split(","))]
        servers = peers.start(names, os.path.join(HERE, "zones", "protocol"), scratch)
        results = {server.name: Result() for server in servers}
        try:
            with ThreadPoolExecutor(len(servers)) as pool:
                list(pool.map(lambda server: throw(server, packets, results[server.name]), servers))
        finally:
            peers.stop(servers)
    print(f"mutations: seed {options.seed}, {options.count} packets in {time.monotonic() - started:.0f} s")
    for server, result in results.items():
        print(f"  {server:10} {sum(result.broken.values()):5} broken invariants; "
              f"{result.answered} answered, {result.silent} not")
        for invariant, count in result.broken.most_common():
            print(f"    {count:6} {invariant}")
            if server == peers.OURS and invariant in result.examples:
                print("           packet %s\n           answer %s" % result.examples[invariant])
    return not results[peers.OURS].broken
