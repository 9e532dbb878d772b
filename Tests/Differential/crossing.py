"""Aliases that lead from one zone of a server into the next: few peers follow them, so what we add there is held
against what the peers' majority says when it is asked for each step by itself."""
import compare
import explained
import message
import peers
import questions

ROUNDS = 10
OVER_TCP = questions.Profile(0, 1232, False, True)


class Walk:
    """What the peers say step by step: the records so far, and the name to ask for next (None at the end)."""

    def __init__(self, case):
        self.case = case
        self.records = frozenset(case.theirs.chain.inside)
        self.name, self.seen, self.end = case.theirs.chain.end, set(), None

    @property
    def is_going(self):
        return self.end is None

    def question(self):
        return questions.Question(self.name, self.case.question.type, OVER_TCP)

    def step(self, views):
        keys = compare.majority(views)
        view = next(view for view in views if view.key in keys)
        if not view.crossed:
            self.records |= view.answer
            self.end = (view.code, view.authority, view.glue)
            return
        self.records |= view.chain.inside
        self.seen.add(self.name)
        self.go_on(view.chain.end)

    def go_on(self, name):
        self.name = name
        if name in self.seen or compare.zone_of(name, self.case.world.apexes, self.case.question.type) is None:
            self.end = ("NOERROR", frozenset(), frozenset())

    @property
    def confirms_ours(self):
        """Ours goes all the way, or stops where it leaves its zone, or after as many steps as it takes."""
        ours = self.case.ours
        if ours.answer == self.case.theirs.chain.inside:
            return True
        if self.end and (ours.code, ours.authority, ours.glue) == self.end and ours.answer == self.records:
            return True
        is_long = min(len(ours.answer), len(self.records)) > explained.STEPS_OF_THE_SHORTEST
        return is_long and (ours.answer <= self.records or ours.answer >= self.records)


def unconfirmed(cases, ask):
    """Those of `cases` in which what we add behind the first zone is not what the peers have there."""
    walks = [Walk(case) for case in cases
             if case.ours.crossed and case.theirs.crossed and case.question.type != message.ANY]
    for walk in walks:
        walk.go_on(walk.name)
    for _ in range(ROUNDS):
        going = [walk for walk in walks if walk.is_going]
        if not going:
            break
        results = ask([walk.question() for walk in going])
        for index, walk in enumerate(going):
            question = walk.question()
            walk.step([compare.view(answers[index], question, walk.case.world.apexes)
                       for name, answers in results.items() if name in walk.case.wires and name != peers.OURS])
    return [walk.case for walk in walks if not walk.confirms_ours]
