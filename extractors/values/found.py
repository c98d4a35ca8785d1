"""A value and its place in the text it was found in."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Value_co = TypeVar("Value_co", covariant=True)


@dataclass(frozen=True)
class Found(Generic[Value_co]):
    """A value that stands at `text[start:end]`."""

    value: Value_co
    start: int
    end: int


Some = TypeVar("Some", bound=Found[Any])


def apart(found: Iterable[Some]) -> list[Some]:
    """Return what was found in the order of the text; of several that overlap only the one named first stays."""
    kept: list[Some] = []
    for one in found:
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)
