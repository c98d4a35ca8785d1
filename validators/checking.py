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
    return [
        finding
        for rule_id in dict.fromkeys(use.rule for use in programme.rules)
        for finding in _answer(case, [use for use in programme.rules if use.rule == rule_id])
    ]


def verdict(findings: Sequence[Finding]) -> Verdict:
    """Return what the findings come to."""
    outcomes = {finding.outcome for finding in findings}
    if Outcome.FAIL in outcomes:
        return Verdict.RETURN
    return Verdict.REVIEW if Outcome.REVIEW in outcomes or not findings else Verdict.ACCEPT


def _answer(case: Case, uses: Sequence[RuleUse]) -> list[Finding]:
    """Return a rule's findings under the use that fits; where several may, only if they all come to the same."""
    fitting = _fitting(case, uses)
    if not fitting:
        return Clause(uses[0]).not_applicable("此项要求不针对此类单位或范围")
    answers = [rules()[use.rule](case, Clause(use)) for use in fitting]
    # The strictest says most.
    strictest = max(answers, key=lambda findings: sum(one.outcome is not Outcome.NOT_APPLICABLE for one in findings))
    if len({_comes_to(findings) for findings in answers}) == 1:
        return strictest
    return Clause(fitting[-1]).review(f"要求因{_unknown(case, uses)}而异，无法确定，请人工核对")


def _fitting(case: Case, uses: Sequence[RuleUse]) -> list[RuleUse]:
    """Return the first use that fits; all that may be it where scope or type decide and are not known."""
    scope, applicant_type = case.dossier.envelope.scope, case.applicant_type
    fitting: list[RuleUse] = []
    for use in uses:
        if (use.scopes and scope is not None and scope not in use.scopes) or (
            use.applicant_types and applicant_type is not None and applicant_type not in use.applicant_types
        ):
            continue
        fitting.append(use)
        if not (use.scopes and scope is None) and not (use.applicant_types and applicant_type is None):
            break
    return fitting


def _comes_to(findings: Sequence[Finding]) -> frozenset[tuple[str | None, Outcome]]:
    """Return what is open or broken, by subject; nothing where all is well or not asked."""
    return frozenset((one.subject, one.outcome) for one in findings if one.outcome in {Outcome.FAIL, Outcome.REVIEW})


def _unknown(case: Case, uses: Sequence[RuleUse]) -> str:
    missing: list[str] = []
    if any(use.scopes for use in uses) and case.dossier.envelope.scope is None:
        missing.append("申请开展认定的范围（全国／全区／盟市）")
    if any(use.applicant_types for use in uses) and case.applicant_type is None:
        missing.append("申请单位的类型（信封与申请表均未写明，或两者不一致）")
    return "、".join(missing)
