"""The normal form of an answer, in which servers may be compared, and the majority of several.

What may differ without anybody being wrong is left out here; everything else is a disagreement:
- NS of the zone beside a positive answer, and addresses beside it: room permitting, or minimal responses (RFC 2181 §9);
- how a server answers ANY that has something (RFC 8482 §4): that there is something must agree;
- what is in an answer with TC, which is to be ignored and asked for over TCP (RFC 2181 §9): that it has TC must agree;
- whether an alias is followed from one zone of a server into the next (RFC 1034 §4.3.2 step 3a says to, but a resolver
  asks there in any case): the part up to there must agree.
"""
from typing import NamedTuple

import message
from message import ANY, CNAME, DNAME, DS, NS

LOST = "no answer"


class Chain(NamedTuple):
    """The aliases of an answer: the name that they lead to, and those that still stand in the first zone."""
    end: bytes
    crossed: bool
    inside: frozenset


class View(NamedTuple):
    """What of an answer is compared: all, or the part up to where an alias leaves its zone."""
    code: object
    aa: bool = False
    tc: bool = False
    answer: object = frozenset()
    authority: frozenset = frozenset()
    glue: frozenset = frozenset()
    chain: object = None

    @property
    def crossed(self):
        return self.chain is not None and self.chain.crossed

    @property
    def key(self):
        if self.crossed:
            return "leaves its zone", self.aa, self.chain.inside
        return (self.code, self.aa, self.tc, self.answer, self.authority, self.glue)


def zone_of(name, apexes, kind=0):
    """The apex of the zone that has records of a type of `name`: for DS of an apex it is the zone above."""
    if kind == DS and name in apexes and name != b"\0":
        name = message.parent(name)
    while name not in apexes:
        if name == b"\0":
            return None
        name = message.parent(name)
    return name


def follow(found, name, kind, apexes):
    """Walks from `name` along the CNAMEs of an answer; for ANY, only along those that a DNAME makes (RFC 6672 §3.2)."""
    aliases = {record.owner: record for record in found.answer if record.type == CNAME}
    home, seen, inside = zone_of(name, apexes, kind), set(), set()
    while name in aliases and name not in seen and kind != CNAME:
        seen.add(name)
        redirections = [record for record in found.answer
                        if record.type == DNAME and name != record.owner and message.is_below(name, record.owner)]
        if kind == ANY and not redirections:
            break
        inside.update([aliases[name], *redirections])
        name = aliases[name].data.lower()
        if zone_of(name, apexes, kind) != home:
            return Chain(name, True, frozenset(inside))
    return Chain(name, False, frozenset(inside))


def view(wire, question, apexes):
    """The normal form of one answer to `question`; `apexes` are the zones of the server."""
    if wire is None:
        return View(LOST)
    try:
        found = message.Message(wire)
    except message.Broken as error:
        return View(f"broken: {error}")
    code = message.RCODES.get(found.rcode, found.rcode)
    if found.tc:
        return View("TC", found.aa, True)
    chain = follow(found, question.name.lower(), question.type, apexes)
    answer, authority = frozenset(found.answer), frozenset(found.authority)
    if found.answer and (question.type == ANY or any(
            record.owner == chain.end and record.type == question.type for record in found.answer)):
        authority = frozenset(record for record in authority if record.type != NS)
    if question.type == ANY and found.answer:
        answer = "something"
    glue = _glue(found) if not found.aa or found.answer else frozenset()
    return View(code, found.aa, False, answer, authority, glue, chain)


def _glue(found):
    """Addresses of name servers that lie at or below the cut of a referral: without them it leads nowhere."""
    cuts = {record.owner for record in found.authority if record.type == NS}
    hosts = {record.data.lower() for record in found.authority if record.type == NS}
    return frozenset(record for record in found.additional if record.type in (1, 28) and record.owner in hosts
                     and any(message.is_below(record.owner, cut) for cut in cuts))


def majority(views):
    """The keys that most of the peers share: one, or several if they are even."""
    counts = {}
    for entry in views:
        counts[entry.key] = counts.get(entry.key, 0) + 1
    most = max(counts.values(), default=0)
    return {key for key, count in counts.items() if count == most}


def difference(ours, theirs):
    """In a few words, how one view differs from another: disagreements are grouped by this."""
    if isinstance(ours.code, str) and (ours.code == LOST or ours.code.startswith("broken")):
        return ours.code
    words = []
    if ours.code != theirs.code:
        words.append(f"{ours.code} not {theirs.code}")
    if ours.aa != theirs.aa:
        words.append("AA" if ours.aa else "no AA")
    if ours.tc != theirs.tc:
        words.append("TC" if ours.tc else "no TC")
    if ours.crossed != theirs.crossed:
        words.append("alias leaves the zone" if ours.crossed else "alias does not leave the zone")
    for section in ("answer", "authority", "glue"):
        if getattr(ours, section) != getattr(theirs, section):
            words.append(section + " " + _sets(getattr(ours, section), getattr(theirs, section)))
    return ", ".join(words) or "the part up to where the alias leaves its zone"


def _sets(ours, theirs):
    if isinstance(ours, str) or isinstance(theirs, str):
        return "empty" if not ours else "not empty"
    more = sorted({message.type_text(record.type) for record in ours - theirs})
    less = sorted({message.type_text(record.type) for record in theirs - ours})
    return " ".join(["+" + kind for kind in more] + ["-" + kind for kind in less])
