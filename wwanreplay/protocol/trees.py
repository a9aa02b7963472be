"""Nested dictionaries and lists by dotted paths."""

from typing import Any


def put(tree: dict[str, Any], path: str, value: Any) -> None:
    """Set the value at a dotted path of nested dictionaries and lists."""
    *parents, last = path.split(".")
    for name in parents:
        head, bracket, position = name.partition("[")
        if bracket:
            items = tree.setdefault(head, [])
            while len(items) <= int(position[:-1]):
                items.append({})
            tree = items[int(position[:-1])]
        else:
            tree = tree.setdefault(head, {})
    head, bracket, position = last.partition("[")
    if bracket:
        tree.setdefault(head, []).append(value)
    else:
        tree[last] = value
