"""How likely it is that a name stands on a seal's arc, by all that the recogniser saw there, not by its answer alone.

The recogniser gives, for every column of the arc, the probabilities of what may stand there; its answer is the
likeliest of each. Here a name is laid over the columns so that it loses as little as possible against that answer: each
of its characters in one column or more, nothing or more of nothing between (Graves et al. 2006, Connectionist Temporal
Classification). What is lost in one place tells a name that differs there; noise takes a little everywhere.
"""

import math
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import NamedTuple

# The natural logarithm of the probability of what the recogniser does not see at all.
NOT_SEEN = -7.0
# A name is laid over so many readings, those on which it loses least: each errs in its own way, one is not enough.
READINGS = 2
# A space in a name stands for one of these.
_SIGNS = ("（", "）", "(", ")", "·")
_NOTHING = ("",)


class Loss(NamedTuple):
    """How much less likely a name is than the answer (natural logarithm): in its worst place, and in all of them."""

    place: float
    whole: float


def loss(readings: Sequence[Sequence[Mapping[str, float]]], name: str) -> Loss | None:
    """Return what a name loses on readings, given by their columns; None where too few of them have room for it."""
    laid = [_losses(columns, name) for columns in readings if len(columns) >= len(name)]
    if len(laid) < READINGS:
        return None
    places = [fmean(lost) for lost in zip(*sorted(laid, key=sum)[:READINGS], strict=True)]
    return Loss(max(places), sum(places))


def _losses(columns: Sequence[Mapping[str, float]], name: str) -> list[float]:
    """Return what is lost in each place of a name and in the room before, between and behind them, in their order."""
    stands = [_NOTHING, *(one for character in name for one in (_stands(character), _NOTHING))]
    lost = [[_lost(column, characters) for characters in stands] for column in columns]
    # The first place from which one comes to each: two of a kind need room between them.
    skips = [place % 2 == 1 and place > 1 and stands[place] != stands[place - 2] for place in range(len(stands))]
    first = [max(place - (2 if skip else 1), 0) for place, skip in enumerate(skips)]
    sums = lost[0][:2] + [math.inf] * (len(stands) - 2)
    ways: list[list[int]] = []
    for column in lost[1:]:
        ways.append([min(range(first[place], place + 1), key=sums.__getitem__) for place in range(len(stands))])
        sums = [sums[before] + here for before, here in zip(ways[-1], column, strict=True)]
    found = [0.0] * len(stands)
    place = min((len(stands) - 1, len(stands) - 2), key=sums.__getitem__)
    for column, way in zip(reversed(lost), [*reversed(ways), range(len(stands))], strict=True):
        found[place] += column[place]
        place = way[place]
    return found


def _stands(character: str) -> Sequence[str]:
    return _SIGNS if character == " " else (character,)


def _lost(column: Mapping[str, float], characters: Sequence[str]) -> float:
    """Return what is lost where one of some characters stands in a column."""
    seen, best = max(column.get(one, 0.0) for one in characters), max(column.values(), default=1.0)
    return math.log(best) - max(math.log(seen) if seen else -math.inf, NOT_SEEN)
