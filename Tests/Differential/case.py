"""One question with the answers of all servers: who agrees with whom, and what is wrong whoever agrees."""
import dns.message

import compare
import message
import peers
import questions

LINES_SHOWN = 18
#: SVCB, HTTPS, LP: types whose RDATA is compared octet by octet (RFC 3597 section 6, RFC 4034 section 6.2).
KEPT_IN_EITHER_CASE = {64, 65, 107}
#: Types whose targets' addresses go along, and the octets before the target.
TARGETS = {2: 0, 15: 2, 33: 6, 64: 2, 65: 2}


class Case:
    def __init__(self, question, wires, world):
        self.question, self.wires, self.world = question, wires, world
        self.views = {name: compare.view(wire, question, world.apexes) for name, wire in wires.items()}
        self.majority = compare.majority([view for name, view in self.views.items() if name != peers.OURS])
        #: The same over TCP, asked if somebody truncates.
        self.whole = None

    @property
    def ours(self):
        return self.views[peers.OURS]

    @property
    def theirs(self):
        """The view of one that is in the majority."""
        return next(view for name, view in self.views.items() if name != peers.OURS and view.key in self.majority)

    def agrees(self, name):
        return self.views[name].key in self.majority

    def text(self):
        lines, same = [f"  question: {self.question}"], {}
        for name, wire in self.wires.items():
            mark = "" if self.agrees(name) else "!"
            same.setdefault(tuple(line.lower() for line in shown(wire)), []).append(mark + name)
        for shown_lines, names in same.items():
            lines.append(f"    {', '.join(names)}:")
            lines += ["        " + line[:200] for line in shown_lines]
        return "\n".join(lines)


def shown(wire):
    """An answer as text, without what is the same in all."""
    if wire is None:
        return [compare.LOST]
    try:
        lines = dns.message.from_wire(wire).to_text().splitlines()
    except Exception as error:  # whatever dnspython says of it is worth showing
        return [f"not readable: {error!r}", wire.hex()]
    same = ("id ", "opcode ", ";QUESTION", "edns ", "payload ", "eflags ")
    lines = [line for line in lines if not line.startswith(same)]
    del lines[2]  # the question, which stands above
    lines = [line for line, after in zip(lines, lines[1:] + [";"]) if not line[0] == after[0] == ";"]
    if len(lines) > LINES_SHOWN:
        lines[LINES_SHOWN - 3:] = [f"... {len(lines) - LINES_SHOWN + 3} lines more"]
    return lines


def flaws(case):
    """What is wrong with our answer whatever the others say."""
    question, wire = case.question, case.wires.get(peers.OURS)
    if wire is None:
        return ["no answer"]
    try:
        found = message.Message(wire)
        dns.message.from_wire(wire)
    except Exception as error:  # dnspython's errors have no common base
        return [f"not readable: {error!r}"]
    limit = 65535 if question.profile.tcp else max(512, min(question.profile.payload, 1232))
    asked = question.wire(0)[12:12 + len(question.name) + 4]
    records = found.answer + found.authority + found.additional
    once = [record for record in records if record.type not in KEPT_IN_EITHER_CASE]
    whole = message.Message(case.whole.wires[peers.OURS]) if found.tc and case.whole else None
    wrong = {
        "the question is not repeated octet by octet": [entry[3] for entry in found.questions] != [asked],
        "OPT without being asked for, or none though asked for": len(found.opts) != bool(question.profile.payload),
        "longer than is allowed": len(wire) > limit,
        "RA or Z set": found.ra or found.flags & 0x40,
        "RD not repeated": found.rd != bool(question.profile.flags & questions.RD),
        "a compressed name in the RDATA of a type later than RFC 1035 (RFC 3597 section 4)": found.badly_compressed,
        "a record twice (RFC 2181 section 5)": len(set(once)) != len(once),
        "TC though all fits (RFC 2181 section 9)": whole and len(whole.wire) <= limit,
        "TC and a part of an RRset (RFC 2181 section 9)": whole and (
            _parts(found.answer, whole.answer) or _parts(found.authority, whole.authority)),
        "addresses of a target left out over TCP, where there is room":
            question.profile.tcp and _left_out(case, found),
        "a record in additional that is in no zone": not all(case.world.has(r) for r in found.additional)}
    return [flaw for flaw, is_so in wrong.items() if is_so]


def _parts(some, all_of_them):
    """Whether `some` has a part only of one of the RRsets of all."""
    sets = {(record.owner, record.type) for record in some}
    return {record for record in all_of_them if (record.owner, record.type) in sets} != set(some)


def _left_out(case, found):
    """Addresses, in the zone, of what NS, MX, SRV, SVCB and HTTPS records in the answer point at, but not in it."""
    wanted = set()
    for record in found.answer:
        before = TARGETS.get(record.type)
        if before is not None:
            target = _first_name(record.data[before:])
            # A target of "." in SVCB and HTTPS is the owner (RFC 9460 section 2.5.2).
            target = record.owner if target == b"\0" and record.type in (64, 65) else target
            wanted |= case.world.addresses(target, record.owner)
    return wanted - {(record.owner, record.type) for record in found.answer + found.additional}


def _first_name(data):
    at = 0
    while data[at]:
        at += 1 + data[at]
    return data[:at + 1]
