"""Fitting the thresholds of confidence to what reviewers said of readings.

What people say of readings is no fair sample: a wrong one is corrected, a right one is seldom confirmed. So what they
said is joined by what stood, uncorrected, in the dossiers that they decided: there a wrong reading may have been
overlooked. A threshold is tightened where the readings that it lets through are wrong more often than they should be
even by the kinder count, with what stood; it is loosened only where what was said alone shows, with 95 % certainty,
that what this lets through in addition is right as often as it should be.
"""

import re
import tomllib
from bisect import bisect_left
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import ceil, inf, sqrt
from pathlib import Path
from statistics import NormalDist
from typing import Any

from flows.desk.corrections import Labelled
from flows.errors import UsageError
from schemas.report import Report
from schemas.thresholds import Thresholds

MINIMUM, MINIMUM_SAID = 300, 30
"""So many readings are needed, and so many of them that somebody said something of: of 300 without a wrong one among
them, 99 in 100 are right with 95 % certainty."""

BINS = (0.0, 0.4, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 1.0)
"""Bounds of the reliability table; a reading of 1.0 is of the last bin."""

# Readings are put aside by dossier, a part at a time, to measure what was fitted on the others.
PARTS = 5
_STEP = 0.001
# Fewer readings just above a threshold say nothing.
_FEW = 10
# One-sided.
_DEVIATIONS = NormalDist().inv_cdf(0.95)
# Numbers with a check character, of which a fail may rest on that it does not hold.
_NUMBERS = re.compile(r"(?:^|\.)(?:credit_code|id_number)$")
_TABLE = re.compile(r"(?ms)^\[confidence\][^\n]*\n.*?(?=^\[|\Z)")


@dataclass(frozen=True)
class Sample:
    """A reading that is right or wrong; `group` is the dossier it is of.

    `is_said` where somebody said so; else it stood, uncorrected, in a dossier that was decided.
    """

    group: str
    confidence: float
    is_right: bool
    is_number: bool = False
    is_said: bool = True


@dataclass(frozen=True)
class Share:
    """How many readings there are, how many of them are right, and how many in 100 are so with 95 % certainty."""

    count: int
    right: int

    def __add__(self, other: "Share") -> "Share":
        return Share(self.count + other.count, self.right + other.right)

    @property
    def part(self) -> float | None:
        """Return the part that is right; None of no readings."""
        return self.right / self.count if self.count else None

    @property
    def least(self) -> float:
        """Return the least part that is right with 95 % certainty: Wilson's bound."""
        if not self.count:
            return 0.0
        part, square = self.right / self.count, _DEVIATIONS**2 / self.count
        spread = _DEVIATIONS * sqrt(part * (1 - part) / self.count + square / (4 * self.count))
        return (part + square / 2 - spread) / (1 + square)


@dataclass(frozen=True)
class Goal:
    """What a threshold is for: of the readings at or above it `right` have to be right.

    Those that are surer by far are the most. So of the readings just above it, by no more than `near`, `near_right`
    have to be right, too. `of` are the readings it is for.
    """

    name: str
    title: str
    right: float
    near: float
    near_right: float
    of: Callable[[Sample], bool]

    @property
    def bounds(self) -> tuple[float, float]:
        """Return the least and the greatest value that the setting may have."""
        least, most = Thresholds.model_fields[self.name].metadata
        return least.ge, most.le


GOALS = (
    Goal("sure", "承载结论（sure）", 0.99, 0.02, 5 / 6, lambda _: True),
    Goal("checked", "校验码判错（checked）", 0.998, 0.002, 0.98, lambda one: one.is_number),
)


@dataclass(frozen=True)
class Fitted:
    """A threshold before and after: what lies at or above each, and what part of all goes to a person.

    `why` says in a line why it is as it is. `held_out` is what thresholds that were fitted without a dossier let
    through of it, over all dossiers.
    """

    goal: Goal
    samples: int
    before: float
    after: float
    above_before: Share
    above_after: Share
    held_out: Share
    why: str

    @property
    def review_before(self) -> float:
        """Return the part of readings that goes to a person now."""
        return 1 - self.above_before.count / self.samples if self.samples else 0.0

    @property
    def review_after(self) -> float:
        """Return the part of readings that will go to a person."""
        return 1 - self.above_after.count / self.samples if self.samples else 0.0


@dataclass(frozen=True)
class Calibration:
    """What was fitted, and the reliability of the readings it was fitted on.

    `reliability` has the bounds of each bin, how many are right of what was said, and of all.
    """

    samples: int
    said: int
    wrong: int
    dossiers: int
    thresholds: Thresholds
    fitted: Sequence[Fitted]
    reliability: Sequence[tuple[float, float, Share, Share]]


def samples_of(labelled: Iterable[Labelled]) -> list[Sample]:
    """Return what people said of readings, as samples; what was not read at all says nothing of confidence."""
    return [
        Sample(
            group=f"{one.programme}/{one.dossier}",
            confidence=one.confidence,
            is_right=one.is_right,
            is_number=one.field is not None and _NUMBERS.search(one.field) is not None,
        )
        for one in labelled
        if one.value is not None
    ]


def standing(report: Report, corrected: Container[tuple[str | None, int | None, str]]) -> list[Sample]:
    """Return the single values of a decided dossier's report that nobody corrected: (file, page, field) of those are.

    Lists are left out: what was corrected of them is said entry by entry.
    """
    return [
        Sample(
            group=f"{report.programme}/{report.dossier}",
            confidence=field.confidence,
            is_right=True,
            is_number=_NUMBERS.search(name) is not None,
            is_said=False,
        )
        for document in report.documents
        for name, field in document.fields.items()
        if field.value is not None
        and field.text is not None
        and not isinstance(field.value, list)
        and (field.file, field.page, name) not in corrected
    ]


def calibrate(samples: Sequence[Sample], current: Thresholds) -> Calibration:
    """Fit the thresholds. Raises UsageError where there are too few readings to fit anything to."""
    said = [one for one in samples if one.is_said]
    if len(samples) < MINIMUM or len(said) < MINIMUM_SAID:
        raise UsageError(
            f"可用的读数只有 {len(samples)} 个（其中更正或确认过的 {len(said)} 个），至少需要 {MINIMUM} 个"
            f"（其中 {MINIMUM_SAID} 个）才能重新拟合阈值：请在复核台继续办理，阈值保持不变"
        )
    fitted = [_fitted(goal, samples, current) for goal in GOALS]
    values = {one.goal.name: one.after for one in fitted}
    values["checked"] = max(values["checked"], values["sure"])
    return Calibration(
        samples=len(samples),
        said=len(said),
        wrong=sum(not one.is_right for one in samples),
        dossiers=len({one.group for one in samples}),
        thresholds=Thresholds(**values),
        fitted=fitted,
        reliability=_reliability(said, samples),
    )


def with_thresholds(text: str, thresholds: Thresholds) -> str:
    """Return heyan.toml's text with the thresholds as its table [confidence]; all else stays as it is."""
    table = "[confidence]\n" + "".join(f"{name} = {value:g}\n" for name, value in thresholds.model_dump().items())
    if _TABLE.search(text):
        return _TABLE.sub(f"{table}\n", text, count=1).rstrip("\n") + "\n"
    return f"{text.rstrip()}\n\n{table}".lstrip("\n")


def write_thresholds(path: Path, thresholds: Thresholds) -> None:
    """Put thresholds into a settings file, which is made where there is none.

    Raises UsageError where the file is no TOML, or says the same in a way that is not understood.
    """
    try:
        text = with_thresholds(path.read_text(encoding="utf-8") if path.is_file() else "", thresholds)
        written: dict[str, Any] = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"设置文件 {path} 不能改写（{error}）：请把上面的 [confidence] 自行写入") from error
    if written.get("confidence") != thresholds.model_dump():
        raise UsageError(f"设置文件 {path} 里的 confidence 写法不同，不能改写：请把上面的 [confidence] 自行写入")
    unfinished = path.with_name(f".{path.name}.new")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)


def _reliability(said: Iterable[Sample], samples: Iterable[Sample]) -> Sequence[tuple[float, float, Share, Share]]:
    """Return how many are right by bins of confidence."""
    own, every = _Ordered(said), _Ordered(samples)
    return [
        (low, min(below, BINS[-1]), own.share(low, below), every.share(low, below))
        for low, below in pairwise((*BINS[:-1], inf))
    ]


class _Ordered:
    """Readings in the order of their confidence, to be counted between any two."""

    def __init__(self, samples: Iterable[Sample]) -> None:
        ordered = sorted(samples, key=lambda one: one.confidence)
        self._confidences = [one.confidence for one in ordered]
        self._rights = [0, *accumulate(one.is_right for one in ordered)]

    def share(self, least: float, below: float = inf) -> Share:
        """Return how many there are, from one confidence on and below another, and how many of them are right."""
        start, end = bisect_left(self._confidences, least), bisect_left(self._confidences, below)
        return Share(end - start, self._rights[end] - self._rights[start])


def _fitted(goal: Goal, samples: Sequence[Sample], current: Thresholds) -> Fitted:
    own = [one for one in samples if goal.of(one)]
    before = float(getattr(current, goal.name))
    after, why = _fit(goal, own, before)
    every = _Ordered(own)
    return Fitted(
        goal=goal,
        samples=len(own),
        before=before,
        after=after,
        above_before=every.share(before),
        above_after=every.share(after),
        held_out=_held_out(goal, own, before),
        why=why,
    )


def _fit(goal: Goal, samples: Sequence[Sample], before: float) -> tuple[float, str]:
    """Return the threshold, and why it is this one."""
    if len(samples) < MINIMUM:
        return before, f"只有 {len(samples)} 个读数，不足 {MINIMUM} 个：保持不变"
    least, most = goal.bounds
    every = _Ordered(samples)
    if not _is_right(goal, every, before):
        for threshold in _steps(before, most):
            if _is_right(goal, every, threshold):
                return threshold, f"达到现用阈值的读数错得多于 {1 - goal.right:.1%}，或紧靠阈值的错得太多：收紧"
        return most, f"达到 {most:g} 的读数也不足 {goal.right:.1%} 正确：收紧到上限，多出的错误不在置信度上"
    said = _Ordered(one for one in samples if one.is_said)
    for threshold in _steps(least, before):
        # What a looser one lets in has to reach the goal by itself, not in the company of surer ones.
        if said.share(threshold, before).least >= goal.right and _is_right(goal, said, threshold):
            return threshold, f"放宽后多承载的读数，有 95% 的把握认为至少 {goal.right:.1%} 正确"
    return before, "没有必要收紧，证据也不足以放宽：保持不变"


def _is_right(goal: Goal, samples: _Ordered, threshold: float) -> bool:
    """Say whether a threshold reaches its goal, by what was counted; where nothing was, it does not."""
    above, near = samples.share(threshold).part, samples.share(threshold, threshold + goal.near)
    if above is None or above < goal.right:
        return False
    return near.part is None or near.count < _FEW or near.part >= goal.near_right


def _held_out(goal: Goal, samples: Sequence[Sample], before: float) -> Share:
    """Return what thresholds let through of dossiers that they were not fitted on."""
    groups = sorted({one.group for one in samples})
    count = right = 0
    for part in range(PARTS):
        aside = set(groups[part::PARTS])
        threshold, _ = _fit(goal, [one for one in samples if one.group not in aside], before)
        share = _Ordered(one for one in samples if one.group in aside).share(threshold)
        count, right = count + share.count, right + share.right
    return Share(count, right)


def _steps(least: float, most: float) -> list[float]:
    """Return the thresholds from one to another, both with them."""
    return [*(round(least + step * _STEP, 4) for step in range(ceil((most - least) / _STEP - 1e-9))), most]
