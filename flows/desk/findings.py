"""Findings as people judge them: their keys, whether one is still the same, what a judgement makes of one."""

import re
from collections import Counter
from collections.abc import Sequence

from pydantic import JsonValue

from schemas.finding import Finding, Outcome

# What a finding says to whoever looks at it, and no more where somebody has.
_HINT = re.compile(r"（识别把握不足，请人工核对）|[，；]请人工核对$")
# What a finding says, and what it is about: where it says the same of the same, a judgement of it holds.
_SAYS = ("rule", "subject", "outcome", "message", "expected", "actual")


def keys_of(findings: Sequence[Finding]) -> list[str]:
    """Return a key for each finding: its rule and subject, and its number among those alike in both.

    >>> keys_of([Finding(rule='a.b', outcome=Outcome.PASS, message='', basis='', confidence=1, subject='x')] * 2)
    ['a.b/x', 'a.b/x#2']
    """
    seen: Counter[str] = Counter()
    keys: list[str] = []
    for finding in findings:
        key = finding.rule if finding.subject is None else f"{finding.rule}/{finding.subject}"
        seen[key] += 1
        keys.append(key if seen[key] == 1 else f"{key}#{seen[key]}")
    return keys


def said(finding: Finding) -> dict[str, JsonValue]:
    """Return what a finding says, for the record."""
    return {name: value for name, value in finding.model_dump(mode="json").items() if name in _SAYS}


def judged(finding: Finding, outcome: Outcome, reason: str) -> Finding:
    """Return a finding with the outcome that a person gave it, in words that fit."""
    message = finding.message
    if outcome is not finding.outcome:
        message = _HINT.sub("", message)
        if outcome is Outcome.FAIL:
            # Of what passed, or was left open, nothing says what is wrong with it but the reason.
            message = reason or message
        else:
            verdict = "不适用" if outcome is Outcome.NOT_APPLICABLE else "符合"
            message = f"{message}（人工认定{verdict}{'：' + reason if reason else ''}）"
    return finding.model_copy(update={"outcome": outcome, "message": message, "confidence": 1.0})
