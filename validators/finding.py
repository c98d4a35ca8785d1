"""Making findings: what carries them, and what they come to where the evidence is not sure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Protocol

from schemas.base import Box
from schemas.document import Document
from schemas.finding import Evidence, Finding, Outcome
from schemas.programme import RuleUse
from schemas.thresholds import Thresholds
from validators.case import Value


class Carrier(Protocol):
    """What a finding may rest on: a value, a row of a list, a document."""

    @property
    def confidence(self) -> float:
        """Return how sure it is, 0 to 1."""
        ...

    @property
    def evidence(self) -> Evidence:
        """Return where it stands."""
        ...


@dataclass(frozen=True)
class Whole:
    """A document as a whole, at its first page."""

    document: Document

    @property
    def confidence(self) -> float:
        """Return how sure the document's kind is."""
        return self.document.confidence

    @property
    def evidence(self) -> Evidence:
        """Return the document's first page."""
        page = next(iter(self.document.pages), None)
        if page is None:
            return Evidence(document=self.document.id)
        return Evidence(document=self.document.id, file=page.file, page=page.page)


@dataclass(frozen=True)
class Written:
    """A field of which only counts that something stands there, whatever it is."""

    value: Value

    @property
    def confidence(self) -> float:
        """Return how sure the document's kind is."""
        return self.value.document.confidence

    @property
    def evidence(self) -> Evidence:
        """Return where it stands."""
        return self.value.evidence


@dataclass(frozen=True)
class Agreeing:
    """One of several values that were read apart and say the same."""

    value: Value
    confidence: float

    @property
    def evidence(self) -> Evidence:
        """Return where it stands."""
        return self.value.evidence


def agreeing(values: Sequence[Value]) -> list[Agreeing]:
    """Return values that say the same as evidence of it: they are wrong only where all were misread, and alike."""
    doubt = prod(1 - one.field.confidence for one in values)
    return [Agreeing(one, min(1 - doubt, one.document.confidence)) for one in values]


@dataclass(frozen=True)
class Stated:
    """What is known without reading: a file of the packet, a page or a mark on it, the envelope (dossier.toml)."""

    file: str
    page: int | None = None
    box: Box | None = None
    document: str | None = None
    confidence: float = 1.0

    @property
    def evidence(self) -> Evidence:
        """Return the place."""
        return Evidence(document=self.document, file=self.file, page=self.page, box=self.box)


ENVELOPE = Stated("dossier.toml")


@dataclass(frozen=True)
class Clause:
    """A rule as a programme uses it: makes the findings of that rule under that clause."""

    use: RuleUse
    thresholds: Thresholds = field(default_factory=Thresholds)

    def passes(self, message: str, on: Sequence[Carrier], **more: str | None) -> list[Finding]:
        """Say that the condition holds; where the evidence is not sure, a person must look."""
        return self._sure(Outcome.PASS, message, on, more)

    def fails(self, message: str, on: Sequence[Carrier], **more: str | None) -> list[Finding]:
        """Say that the condition is broken; where the evidence is not sure, a person must look."""
        return self._sure(Outcome.FAIL, self._but(message), on, more)

    def fails_by_absence(self, message: str, confidence: float, **more: str | None) -> list[Finding]:
        """Say that something is not in a packet that was read to the last page: no page can show that."""
        return [self._finding(Outcome.FAIL, message, (), more).model_copy(update={"confidence": confidence})]

    def review(self, message: str, on: Sequence[Carrier] = (), **more: str | None) -> list[Finding]:
        """Say that the pages do not carry certainty."""
        return [self._finding(Outcome.REVIEW, message, on, more)]

    def not_applicable(self, message: str, on: Sequence[Carrier] = (), **more: str | None) -> list[Finding]:
        """Say that the condition is not asked of this dossier."""
        return [self._finding(Outcome.NOT_APPLICABLE, message, on, more)]

    def has(self, need: str) -> bool:
        """Say whether the programme sets a threshold."""
        return need in self.use.needs

    def is_set(self, need: str) -> bool:
        """Say whether a threshold that is yes or no is yes; one that is not given is no."""
        return self.use.needs.get(need) is True

    def number(self, need: str) -> float:
        """Return a threshold that is a number; the programme was checked for it when it was loaded."""
        value = self.use.needs[need]
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise TypeError(f"{self.use.rule}：needs.{need} 应为数字")
        return value

    def texts(self, need: str) -> list[str]:
        """Return a threshold that is a list of words; none where it is not given."""
        value = self.use.needs.get(need)
        return [str(one) for one in value] if isinstance(value, list) else []

    def _but(self, message: str) -> str:
        return f"{message}；{self.use.exception}" if self.use.exception is not None else message

    def _sure(
        self, outcome: Outcome, message: str, on: Sequence[Carrier], more: dict[str, str | None]
    ) -> list[Finding]:
        if min((one.confidence for one in on), default=0.0) < self.thresholds.sure:
            return [self._finding(Outcome.REVIEW, f"{message}（识别把握不足，请人工核对）", on, more)]
        return [self._finding(outcome, message, on, more)]

    def _finding(self, outcome: Outcome, message: str, on: Sequence[Carrier], more: dict[str, str | None]) -> Finding:
        # Nothing to rest on is certain only where nothing is asked.
        without = 1.0 if outcome is Outcome.NOT_APPLICABLE else 0.0
        return Finding(
            rule=self.use.rule,
            outcome=outcome,
            message=message,
            expected=more.get("expected"),
            actual=more.get("actual"),
            subject=more.get("subject"),
            basis=self.use.basis,
            confidence=round(min((one.confidence for one in on), default=without), 4),
            evidence=[one.evidence for one in on],
        )
