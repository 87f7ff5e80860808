"""Putting nodes in the order that their prerequisites give. No Django models here."""

from collections.abc import Callable, Mapping, Sequence

from django.utils.translation import gettext as _


def prerequisite_ids(raw: object) -> list[str]:
    """Return the ids in a `prerequisites` value, whatever shape it came in.

    Shapes met: a list of objects `{"item": id, …}`, a list of ids, one such object, an object whose keys are ids.
    Anything else gives none: an order is never worth losing a template for.
    """
    if isinstance(raw, str):
        raw = [raw]
    if isinstance(raw, Mapping):
        item = raw.get("item")
        raw = [item] if isinstance(item, str) else list(raw)
    if not isinstance(raw, list):
        return []
    found = []
    for entry in raw:
        item = (
            next((entry[k] for k in ("item", "id") if k in entry), None)
            if isinstance(entry, dict)
            else entry
        )
        if isinstance(item, str) and item.strip():
            found.append(item.strip())
    return list(dict.fromkeys(found))


def ordered(
    ids: Sequence[str],
    requires: Mapping[str, Sequence[str]],
    warn: Callable[[str], None],
    where: str,
) -> list[int]:
    """Return the positions of `ids` so that each comes after what it requires; otherwise as they came.

    Requirements outside of `ids` do not count. A circle is left in the order that it came in, with a warning.
    """
    position = {name: index for index, name in reversed(list(enumerate(ids)))}
    waits = [
        {position[other] for other in requires.get(name, ()) if other in position} - {index}
        for index, name in enumerate(ids)
    ]
    result: list[int] = []
    left = list(range(len(ids)))
    placed: set[int] = set()
    while left:
        index = next((index for index in left if waits[index] <= placed), None)
        if index is None:
            warn(
                _("%(where)s: the prerequisites go in a circle; the order of the file is kept")
                % {"where": where}
            )
            return list(range(len(ids)))
        left.remove(index)
        placed.add(index)
        result.append(index)
    return result
