"""Medians, ratios within a round, and Markdown."""
import math
import statistics

import samples

# Without perf it is the kernel that tells user from system time, by what runs at each of its ticks, so one round has few
# samples: for these the mean of all rounds says more than the median. Their sum, "total ns", is exact.
SAMPLED = () if samples.are_there() else ("user ns", "system ns")


def median(rounds, key):
    """The middle of all rounds; of what is sampled, the mean."""
    middle = statistics.mean if key in SAMPLED else statistics.median
    return middle(one[key] for one in rounds)


def ratio(ours, theirs, key):
    """Ours to theirs, each pair from the same round, as a slow moment of the machine hits both; the median of them."""
    if key in SAMPLED:
        return median(ours, key) / (median(theirs, key) or float("nan"))
    return statistics.median(ratios_of(ours, theirs, key))


def ratios_of(ours, theirs, key):
    """One for each round in which both have something to show."""
    pairs = [(a[key], b[key]) for a, b in zip(ours, theirs)]
    return [a / b for a, b in pairs if b and not math.isnan(a) and not math.isnan(b)] or [float("nan")]


def spread(ours, theirs, key):
    """The ratio as text, and between what the middle half of the rounds' ratios lie."""
    text = f"{ratio(ours, theirs, key):.2f}x"
    ratios = ratios_of(ours, theirs, key)
    if key in SAMPLED or len(ratios) < 4:
        return text
    low, _, high = statistics.quantiles(ratios)
    return f"{text} ({low:.2f}-{high:.2f})"


def interval(ours, theirs, key):
    """Between what the true median of the ratios lies in 19 of 20 such runs: if 1 is in it, nobody is ahead."""
    ratios = sorted(ratios_of(ours, theirs, key))
    reach = 0.98 * math.sqrt(len(ratios))
    low, high = math.floor(len(ratios) / 2 - reach) - 1, math.ceil(len(ratios) / 2 + reach)
    return ratios[max(0, low)], ratios[min(len(ratios) - 1, high)]


def number(value):
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def markdown(head, rows):
    """A table; numbers to the right."""
    text = [[number(cell) for cell in row] for row in [head, *rows]]
    widths = [max(len(row[column]) for row in text) for column in range(len(head))]
    align = lambda row: "| " + " | ".join(
        cell.ljust(width) if column == 0 else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(row, widths))) + " |"
    rule = "|" + "|".join("-" * (width + 2) if column == 0 else "-" * (width + 1) + ":"
                          for column, width in enumerate(widths)) + "|"
    return "\n".join([align(text[0]), rule, *map(align, text[1:])])


def compare(results, keys, ratios):
    """One row a server with the medians of `keys`, and ours to it for each of `ratios`.

    `results` has the rounds of each server by its name; ours must be among them if there are ratios.
    """
    ours = results.get("triagedns", [])
    rows = []
    for name, rounds in results.items():
        row = [name] + [median(rounds, key) for key in keys]
        row += ["" if name == "triagedns" else f"{ratio(ours, rounds, key):.2f}" for key in ratios]
        rows.append(row)
    return markdown(["server", *keys, *(f"ours / its {key}" for key in ratios)], rows)


def best(results, key, highest=False):
    """The best peer by its median: (name, value); the echo server is none."""
    values = {name: median(rounds, key) for name, rounds in results.items() if name not in ("triagedns", "echo")}
    if not values:
        return None
    pick = max if highest else min
    name = pick(values, key=values.get)
    return name, values[name]
