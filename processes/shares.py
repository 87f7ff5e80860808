"""Turning numbers of people into shares of groups that tell nothing about any one of them. No queries here.

People are divided among groups, so that no two cells overlap. Groups of fewer than five people are put together; where
they are still fewer, the smallest other group joins them. So every published cell has five people or more, and
because the cells of a kind are all there is of it, taking some away from others leaves cells again. Shares are told in
steps of five per cent and without any total, so that two publications hardly tell what one person did in between.
"""

import uuid
from collections.abc import Mapping

# DESIGN: no cell with fewer people.
SMALLEST_CELL = 5
STEP_PERCENT = 5
OTHERS = "others"


def cells_of(
    numbers: Mapping[uuid.UUID, int], groups: Mapping[uuid.UUID, str]
) -> dict[str, set[uuid.UUID]]:
    """Divide the people with a number above nothing into publishable cells; {} when there is nothing to tell."""
    cells: dict[str, set[uuid.UUID]] = {}
    for person, number in numbers.items():
        if number > 0:
            cells.setdefault(groups.get(person, "none"), set()).add(person)
    small = [name for name, people in cells.items() if len(people) < SMALLEST_CELL]
    others = set().union(*(cells.pop(name) for name in small)) if small else set()
    while others and len(others) < SMALLEST_CELL and cells:
        smallest = min(cells, key=lambda name: (len(cells[name]), name))
        others |= cells.pop(smallest)
    if others:
        cells[OTHERS] = others
    # "Others have it all" says nothing, and of fewer than five nothing is said.
    return {} if set(cells) <= {OTHERS} else cells


def shares_of(
    numbers: Mapping[uuid.UUID, int], groups: Mapping[uuid.UUID, str]
) -> list[dict[str, object]]:
    """Return [{"group", "percent"}] in steps of five that add up to 100, the largest first; [] when withheld."""
    cells = cells_of(numbers, groups)
    sums = {name: sum(numbers[person] for person in people) for name, people in cells.items()}
    total = sum(sums.values())
    if not total:
        return []
    steps = 100 // STEP_PERCENT
    parts = {name: number * steps // total for name, number in sums.items()}
    # What rounding down left over goes to those that lost most by it.
    by_loss = sorted(sums, key=lambda name: (-(sums[name] * steps % total), name))
    for name in by_loss[: steps - sum(parts.values())]:
        parts[name] += 1
    ranked = sorted(parts, key=lambda name: (name == OTHERS, -parts[name], name))
    return [{"group": name, "percent": parts[name] * STEP_PERCENT} for name in ranked]
