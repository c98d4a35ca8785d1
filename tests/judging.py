"""What the rules say of a dossier, in the short forms that their tests ask in."""

import validators
from schemas.dossier import Dossier
from schemas.finding import Finding, Outcome
from schemas.programme import Programme
from validators import programmes

PASS, FAIL, REVIEW, NOT_APPLICABLE = Outcome.PASS, Outcome.FAIL, Outcome.REVIEW, Outcome.NOT_APPLICABLE


def check(one: Dossier, programme: Programme | None = None) -> list[Finding]:
    """All findings under a programme, or else the dossier's own."""
    return validators.check(one, programme or programmes.load(one.programme))


def outcomes(one: Dossier, rule: str, programme: Programme | None = None) -> dict[str | None, Outcome]:
    """The outcomes of one rule, by subject."""
    return {finding.subject: finding.outcome for finding in check(one, programme) if finding.rule == rule}


def outcome(one: Dossier, rule: str) -> Outcome:
    """The outcome of a rule that gives one finding."""
    found = outcomes(one, rule)
    assert len(found) == 1, found
    return next(iter(found.values()))
