"""How likely it is that a name stands on a seal's arc, by all that the recogniser saw there, not by its answer alone.

The recogniser gives, for every column of the arc, the probabilities of what may stand there; its answer is the
likeliest of each. Here a name is laid over the columns so that it loses as little as possible against that answer: each
of its characters in one column or more, nothing or more of nothing between (Graves et al. 2006, Connectionist Temporal
Classification). What is lost in one place tells a name that differs there; noise takes a little everywhere.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# The natural logarithm of the probability of what the recogniser does not see at all.
NOT_SEEN = -7.0
# A name is laid over so many readings, those on which it loses least: each errs in its own way, one is not enough.
READINGS = 2
# A space in a name stands for one of these.
_SIGNS = ("（", "）", "(", ")", "·")

_Floats = NDArray[np.float64]


class Loss(NamedTuple):
    """How much less likely a name is than the answer (natural logarithm): in its worst place, and in all of them."""

    place: float
    whole: float


def loss(readings: Sequence[Sequence[Mapping[str, float]]], name: str) -> Loss | None:
    """Return what a name loses on readings, given by their columns; None where too few of them have room for it."""
    laid = [_losses(columns, name) for columns in readings if len(columns) >= len(name)]
    if len(laid) < READINGS:
        return None
    mean = np.mean(sorted(laid, key=lambda one: float(one.sum()))[:READINGS], axis=0)
    return Loss(float(mean.max()), float(mean.sum()))


def _losses(columns: Sequence[Mapping[str, float]], name: str) -> _Floats:
    """Return what is lost in each place of a name and in the room before, between and behind them, in their order."""
    lost = _lost(columns, name)
    # Two of a kind need room between them.
    may_skip = np.array(
        [place % 2 == 1 and place > 1 and name[place // 2] != name[place // 2 - 1] for place in range(lost.shape[1])]
    )
    sums: _Floats = np.full(lost.shape[1], np.inf)
    sums[:2] = lost[0, :2]
    steps = np.zeros(lost.shape, np.int8)
    for column in range(1, len(lost)):
        ways = np.full((3, len(sums)), np.inf)
        ways[0], ways[1, 1:] = sums, sums[:-1]
        ways[2, 2:] = np.where(may_skip[2:], sums[:-2], np.inf)
        steps[column] = ways.argmin(axis=0)
        sums = ways.min(axis=0) + lost[column]
    found = np.zeros(len(sums))
    place = len(sums) - (1 if sums[-1] <= sums[-2] else 2)
    for column in range(len(lost) - 1, -1, -1):
        found[place] += lost[column, place]
        place -= int(steps[column, place])
    return found


def _lost(columns: Sequence[Mapping[str, float]], name: str) -> _Floats:
    """Return what is lost where a place of a name, or the room beside it, stands in a column: columns × places."""
    characters = [_SIGNS if character == " " else (character,) for character in name]
    places = [("",), *(one for character in characters for one in (character, ("",)))]
    seen = [[max(column.get(one, 0.0) for one in place) for place in places] for column in columns]
    best = [[max(column.values(), default=1.0)] for column in columns]
    return np.log(best) - np.maximum(np.log(np.maximum(seen, 1e-9)), NOT_SEEN)
