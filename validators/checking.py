"""Checking a dossier: every rule of the programme answers, under the use that fits the dossier's scope and type."""

from collections.abc import Sequence

from schemas.dossier import Dossier
from schemas.finding import Finding, Outcome
from schemas.programme import Programme, RuleUse
from schemas.report import Verdict
from validators.case import Case
from validators.finding import Clause
from validators.rules import rules


def check(dossier: Dossier, programme: Programme) -> list[Finding]:
    """Return the findings of all rules of the programme, in its order; each rule gives at least one."""
    case = Case(dossier, programme)
    findings: list[Finding] = []
    for rule_id in dict.fromkeys(use.rule for use in programme.rules):
        uses = [use for use in programme.rules if use.rule == rule_id]
        use = _fitting(uses, case)
        if use is None:
            findings.extend(_undecided(uses, case))
        else:
            findings.extend(rules()[rule_id](case, Clause(use)))
    return findings


def verdict(findings: Sequence[Finding]) -> Verdict:
    """Return what the findings come to."""
    outcomes = {finding.outcome for finding in findings}
    if Outcome.FAIL in outcomes:
        return Verdict.RETURN
    return Verdict.REVIEW if Outcome.REVIEW in outcomes or not findings else Verdict.ACCEPT


def _fitting(uses: Sequence[RuleUse], case: Case) -> RuleUse | None:
    """Return the first use that fits; None where scope or type decide and are not known."""
    scope, applicant_type = case.dossier.envelope.scope, case.applicant_type
    for use in uses:
        if (use.scopes and scope is None) or (use.applicant_types and applicant_type is None):
            return None
        if (not use.scopes or scope in use.scopes) and (
            not use.applicant_types or applicant_type in use.applicant_types
        ):
            return use
    return uses[-1]


def _undecided(uses: Sequence[RuleUse], case: Case) -> list[Finding]:
    missing: list[str] = []
    if any(use.scopes for use in uses) and case.dossier.envelope.scope is None:
        missing.append("申请开展认定的范围（全国／全区／盟市）")
    if any(use.applicant_types for use in uses) and case.applicant_type is None:
        missing.append("申请单位的类型（信封与申请表均未写明，或两者不一致）")
    return Clause(uses[0]).review(f"要求因{'、'.join(missing)}而异，无法确定，请人工核对")
