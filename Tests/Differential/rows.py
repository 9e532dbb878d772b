"""The table of protocol rows: a row is a section, a level, a sentence and a function that raises `Missed`."""
from typing import Callable, NamedTuple

MUST, SHOULD, MAY = "MUST", "SHOULD", "MAY"
ROWS = []


class Row(NamedTuple):
    section: str
    level: str
    text: str
    check: Callable


def row(section, level, text):
    def add(check):
        ROWS.append(Row(section, level, text, check))
        return check
    return add
