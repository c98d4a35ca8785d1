"""A value and its place in the text it was found in."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

Value = TypeVar("Value", covariant=True)


@dataclass(frozen=True)
class Found(Generic[Value]):
    """A value that stands at `text[start:end]`."""

    value: Value
    start: int
    end: int


def apart(found: Iterable[Found[Value]]) -> list[Found[Value]]:
    """Return what was found in the order of the text; of several that overlap only the one named first stays."""
    kept: list[Found[Value]] = []
    for one in found:
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)
