"""Disagreements with the majority in which we are right, or free to differ. docs/conformance.md tells them at length.

A rule is as narrow as it can be: what it does not match fails the run.
"""
from typing import Callable, NamedTuple

from message import ANY, CNAME
from peers import OURS

MANY_ALIASES = 11
#: Knot's, after which it leaves an alias where it is.
STEPS_OF_THE_SHORTEST = 5


class Rule(NamedTuple):
    name: str
    matches: Callable


def _glue_does_not_fit(case):
    """RFC 9471 §3.1: if not all glue for in-domain name servers fits, TC must be set. The others leave it out."""
    if not case.whole or not case.ours.tc or case.theirs.tc or not case.whole.agrees(OURS):
        return False
    return case.theirs.glue < case.whole.ours.glue


def _glue_of_a_wildcard(case):
    """RFC 4592 §3.3.1: a wildcard answers questions for names in the zone. One below a cut is hidden, and makes no
    glue: as BIND, we give what stands there by name."""
    more = case.theirs.glue - case.ours.glue
    same = case.ours._replace(glue=case.theirs.glue).key == case.theirs.key
    return bool(more) and same and not any(map(case.world.holds, more))


def _just_fits(case):
    """RFC 1035 §4.1.4: compression is a matter of choice, so what just fits for one has TC with another."""
    if not case.whole or not case.whole.agrees(OURS):
        return False
    theirs = [view for name, view in case.views.items() if name != OURS]
    if case.ours.tc:
        return any(view.key in case.whole.majority for view in theirs)
    return case.ours.key in case.whole.majority and any(view.tc for view in theirs)


def _hidden_below_dname(case):
    """RFC 6672 §2.4 and §3.2: below a DNAME nothing may stand, and what does is not reached: as BIND, we redirect. Knot
    answers with it, PowerDNS too; NSD does not load such a zone."""
    if not case.world.hides_under_dname(case.question.name.lower()):
        return False
    if "named" not in case.views:
        return False
    both = [(entry.ours, entry.views["named"]) for entry in (case, case.whole) if entry]
    if case.question.type == ANY:
        return any(ours.aa and named.aa and ours.answer == named.answer for ours, named in both)
    return any(ours.key == named.key for ours, named in both)


def _long_chain(case):
    """RFC 1034 §4.3.2 gives no limit to a chain of aliases, and every server has one. From there a resolver asks on."""
    case = case.whole or case
    aliases = [r for r in case.ours.answer if r.type == CNAME] if isinstance(case.ours.answer, frozenset) else []
    if len(aliases) < MANY_ALIASES:
        return False
    theirs = [view.answer for name, view in case.views.items() if name != OURS and isinstance(view.answer, frozenset)]
    return any(answer and (answer >= case.ours.answer or answer <= case.ours.answer) for answer in theirs)


RULES = [
    Rule("TC where in-domain glue does not fit (RFC 9471 section 3.1)", _glue_does_not_fit),
    Rule("a wildcard below a cut makes no glue (RFC 4592 section 3.3.1)", _glue_of_a_wildcard),
    Rule("what just fits with one compression has TC with another (RFC 1035 section 4.1.4)", _just_fits),
    Rule("data below a DNAME is hidden (RFC 6672 sections 2.4, 3.2)", _hidden_below_dname),
    Rule("chain of more aliases than are followed (RFC 1034 section 4.3.2)", _long_chain),
]
