"""The same questions to triagedns and to its peers, and every disagreement with the majority of them."""
import argparse
import collections
import os
import random
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

import compare
import crossing
import exchange
import explained
import generate
import message
import peers
import questions
from case import Case, flaws
from world import World

HERE = os.path.dirname(os.path.abspath(__file__))
QUICK, FULL = 16_000, 60_000
#: The zones by hand, the root, the generated ones: which part of the questions each gets.
SHARES = {"plain": 0.55, "root": 0.1, "generated": 0.35}
SHOWN_OF_EACH_GROUP, LISTED_OF_EACH_GROUP = 2, 20


class Tally:
    """What came of all cases. `subject` is the server whose disagreements are told."""

    def __init__(self, subject):
        self.subject, self.asked = subject, 0
        self.compared, self.agreed, self.excused = (collections.Counter() for _ in range(3))
        self.groups, self.flaws, self.undecided = collections.defaultdict(list), collections.defaultdict(list), 0

    @property
    def passed(self):
        return self.subject != peers.OURS or not self.groups and not self.flaws


def ask_all(servers, asked):
    """{server name: answers}, each server asked in a thread of its own; and how many answers were lost at first."""
    results, lost = {}, {}

    def ask(server):
        wires = [question.wire(index % 65536) for index, question in enumerate(asked)]
        answers, lost[server.name] = [None] * len(asked), 0
        for tcp, exchanged in ((False, exchange.ask_udp), (True, exchange.ask_tcp)):
            indices = [index for index, question in enumerate(asked) if question.profile.tcp == tcp]
            some, missed = exchanged(server.address, [wires[index] for index in indices])
            lost[server.name] += missed
            for index, wire in zip(indices, some):
                answers[index] = wire
        results[server.name] = answers
    with ThreadPoolExecutor(len(servers)) as pool:
        list(pool.map(ask, servers))
    return results, lost


def run_world(directory, names, count, seed, tally):
    world = World(directory)
    chance = random.Random(f"{seed} {os.path.basename(directory)}")
    with tempfile.TemporaryDirectory(prefix="triagedns-differential-") as scratch:
        servers = peers.start([peers.OURS, *names], directory, scratch)
        try:
            cases, unconfirmed = ask_world(world, servers, questions.questions(world.zones, chance, count))
            if not servers[0].process.running:
                tally.flaws["triagedns ended"].append(cases[-1])
        finally:
            peers.stop(servers)
    for case in cases:
        judge(case, tally)
    for case in unconfirmed:
        tally.groups["behind an alias out of the zone: not what the peers have there"].append(case)


def ask_world(world, servers, asked):
    """All cases, and those whose part behind an alias out of its zone the peers do not confirm."""
    unserved = world.unserved(servers)
    for name, zones in sorted(unserved.items()):
        print(f"  {name} does not load {', '.join(sorted(map(message.text, zones)))}: no vote there")
    results, lost = ask_all(servers, asked)
    print(f"  {len(world.zones)} zones, {len(asked)} questions; answers that came at the second try: {lost}")

    def cases_of(asked, results):
        return [Case(question, {name: answers[index] for name, answers in results.items()
                                if not unserved[name] & world.enclosing(question.name.lower())}, world)
                for index, question in enumerate(asked)]
    cases = cases_of(asked, results)
    truncated = [case for case in cases if case.ours.tc
                 or not case.agrees(peers.OURS) and any(view.tc for view in case.views.values())]
    over_tcp = [case.question._replace(profile=case.question.profile._replace(tcp=True)) for case in truncated]
    for case, whole in zip(truncated, cases_of(over_tcp, ask_all(servers, over_tcp)[0])):
        case.whole = whole
    return cases, crossing.unconfirmed(cases, lambda more: ask_all(servers, more)[0])


def judge(case, tally):
    for flaw in flaws(case):
        tally.flaws[flaw].append(case)
    tally.asked += 1
    tally.undecided += len(case.majority) > 1
    for name in case.wires if len(case.majority) == 1 else ():
        tally.compared[name] += 1
        tally.agreed[name] += case.agrees(name)
    subject = tally.subject
    if subject not in case.views or case.agrees(subject):
        return
    rule = next((rule for rule in explained.RULES if subject == peers.OURS and rule.matches(case)), None)
    if rule:
        tally.excused[rule.name] += 1
    else:
        tally.groups[compare.difference(case.views[subject], case.theirs)].append(case)


def report(tally, names, seconds):
    for title, groups in (("unexplained", tally.groups), ("wrong whoever agrees", tally.flaws)):
        for cause, cases in sorted(groups.items(), key=lambda entry: -len(entry[1])):
            print(f"\n{len(cases)} {title}: {cause}")
            for case in cases[:SHOWN_OF_EACH_GROUP]:
                print(case.text())
            for case in cases[SHOWN_OF_EACH_GROUP:SHOWN_OF_EACH_GROUP + LISTED_OF_EACH_GROUP]:
                print(f"  also: {case.question}")
    print(f"\nanswers: {tally.asked} questions in {seconds:.0f} s, "
          f"{tally.undecided} of them without a majority among the peers")
    for name in [peers.OURS, *names]:
        share = 100 * tally.agreed[name] / max(1, tally.compared[name])
        print(f"  {name:10} agrees with the majority in {share:.3f} % of {tally.compared[name]}")
    for rule, count in tally.excused.most_common():
        print(f"  explained {count:5}: {rule}")
    print(f"  unexplained: {sum(map(len, tally.groups.values()))}, wrong: {sum(map(len, tally.flaws.values()))}")


def main(arguments, full):
    parser = argparse.ArgumentParser(prog="run answers")
    parser.add_argument("--seed", type=int, default=1, help="of the generated zones and of which questions are drawn")
    parser.add_argument("--peers", default=",".join(peers.USUAL), help="of knot, nsd, named, pdns")
    parser.add_argument("--world", choices=SHARES, help="only this one")
    parser.add_argument("--count", type=int, default=FULL if full else QUICK, help="questions in all")
    parser.add_argument("--of", default=peers.OURS, help="tell the disagreements of this server instead")
    options = parser.parse_args(arguments)
    names = options.peers.split(",")
    started, tally = time.monotonic(), Tally(options.of)
    print(f"answers: seed {options.seed}, {options.count} questions, peers {', '.join(names)}")
    with tempfile.TemporaryDirectory(prefix="triagedns-worlds-") as scratch:
        worlds = {name: os.path.join(HERE, "zones", name) for name in ("plain", "root")}
        worlds["generated"] = generate.write_zones(os.path.join(scratch, "generated"), options.seed, full)
        for name, directory in worlds.items():
            if options.world in (None, name):
                print(f"world {name}:")
                run_world(directory, names, int(options.count * SHARES[name]), options.seed, tally)
    report(tally, names, time.monotonic() - started)
    return tally.passed
