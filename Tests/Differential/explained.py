"""Disagreements with the majority in which we are right, or free to differ. docs/conformance.md tells them at length.

A rule is as narrow as it can be: what it does not match fails the run.
"""
from typing import Callable, NamedTuple

from message import CNAME
from peers import OURS

MANY_ALIASES = 11


class Rule(NamedTuple):
    name: str
    matches: Callable


def _glue_does_not_fit(case):
    """RFC 9471 §3.1: if not all glue for in-domain name servers fits, TC must be set. The others leave it out."""
    if not case.whole or not case.ours.tc or case.theirs.tc or not case.whole.agrees(OURS):
        return False
    return case.theirs.glue < case.whole.ours.glue


def _less_compressed(case):
    """RFC 1035 §4.1.4: compression is a matter of choice. We compress less than the others, and so set TC a little
    earlier where they just fit all that they have."""
    if not case.whole or not case.ours.tc or case.theirs.tc or not case.whole.agrees(OURS):
        return False
    return case.theirs.key in case.whole.majority


def _hidden_below_dname(case):
    """RFC 6672 §2.4 and §3.2: below a DNAME nothing may stand, and what does is not reached: as BIND, we redirect. Knot
    answers with it, PowerDNS too; NSD does not load such a zone."""
    if not case.world.hides_under_dname(case.question.name.lower()):
        return False
    named = case.views.get("named")
    return named is not None and (named.key == case.ours.key or case.whole is not None
                                  and case.whole.views["named"].key == case.whole.ours.key)


def _long_chain(case):
    """RFC 1034 §4.3.2 gives no limit to a chain of aliases, and every server has one. From there a resolver asks on."""
    aliases = [r for r in case.ours.answer if r.type == CNAME] if isinstance(case.ours.answer, frozenset) else []
    if len(aliases) < MANY_ALIASES:
        return False
    theirs = [view.answer for name, view in case.views.items() if name != OURS and isinstance(view.answer, frozenset)]
    return any(answer and (answer >= case.ours.answer or answer <= case.ours.answer) for answer in theirs)


RULES = [
    Rule("TC where in-domain glue does not fit (RFC 9471 section 3.1)", _glue_does_not_fit),
    Rule("TC a little earlier, as we compress less (RFC 1035 section 4.1.4)", _less_compressed),
    Rule("data below a DNAME is hidden (RFC 6672 sections 2.4, 3.2)", _hidden_below_dname),
    Rule("chain of more aliases than are followed (RFC 1034 section 4.3.2)", _long_chain),
]
