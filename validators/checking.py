"""Checking a dossier: every rule of the programme answers, under the use that fits the dossier's scope and type."""

from collections.abc import Sequence

from schemas.dossier import ApplicantType, Dossier, Scope
from schemas.finding import Finding, Outcome
from schemas.programme import Programme, RuleUse
from schemas.report import Verdict
from schemas.thresholds import Thresholds
from validators.case import Case
from validators.finding import Clause
from validators.rules import rules


def check(dossier: Dossier, programme: Programme, thresholds: Thresholds | None = None) -> list[Finding]:
    """Return the findings of all rules of the programme, in its order; each rule gives at least one."""
    case = Case(dossier, programme, thresholds or Thresholds())
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
    """Return a rule's findings under the use that fits; where several may, what they all come to."""
    answers = [
        rules()[use.rule](case, Clause(use, case.thresholds))
        if use is not None
        else Clause(uses[0]).not_applicable("此项要求不针对此类单位或范围")
        for use in _fitting(case, uses)
    ]
    return answers[0] if len(answers) == 1 else _common(answers, _unknown(case, uses))


def _fitting(case: Case, uses: Sequence[RuleUse]) -> list[RuleUse | None]:
    """Return the first use that fits, None where none does: one for each scope and type that the dossier may have."""
    applicant_type = case.applicant_type
    fitting: dict[int, RuleUse | None] = {}
    for scope in [case.scope] if case.scope is not None else Scope:
        for one in [applicant_type] if applicant_type is not None else ApplicantType:
            use = next((use for use in uses if _holds(use, scope, one)), None)
            fitting[id(use)] = use
    return list(fitting.values())


def _holds(use: RuleUse, scope: Scope, applicant_type: ApplicantType) -> bool:
    return (not use.scopes or scope in use.scopes) and (
        not use.applicant_types or applicant_type in use.applicant_types
    )


def _common(answers: Sequence[list[Finding]], unknown: str) -> list[Finding]:
    """Return what several answers come to, subject by subject: where they come to different ends, that is open."""
    subjects = dict.fromkeys(finding.subject for findings in answers for finding in findings)
    settled: list[Finding] = []
    opened: list[Finding] = []
    for subject in subjects:
        groups = [[one for one in findings if one.subject == subject] for findings in answers]
        worst = min(groups, key=_end)
        if _end(worst) != max(map(_end, groups)):
            message = f"{worst[0].message}；要求因{unknown}而异，无法确定，请人工核对"
            opened.append(worst[0].model_copy(update={"outcome": Outcome.REVIEW, "message": message}))
        elif all(groups):
            settled.extend(max(groups, key=_asked))
    # Where no subject is common to all and none is open, every answer is as good: the strictest says most.
    return [*settled, *opened] or max(answers, key=_asked)


def _asked(findings: Sequence[Finding]) -> int:
    """Count the findings that are about something the notice asks."""
    return sum(one.outcome is not Outcome.NOT_APPLICABLE for one in findings)


def _end(findings: Sequence[Finding]) -> int:
    """Return what findings come to, from broken to all well; what is not asked is well."""
    outcomes = {finding.outcome for finding in findings}
    return 0 if Outcome.FAIL in outcomes else 1 if Outcome.REVIEW in outcomes else 2


def _unknown(case: Case, uses: Sequence[RuleUse]) -> str:
    missing: list[str] = []
    if any(use.scopes for use in uses) and case.scope is None:
        missing.append("申请开展认定的范围（全国／全区／盟市；信封与申请表均未写明，或两者不一致）")
    if any(use.applicant_types for use in uses) and case.applicant_type is None:
        missing.append("申请单位的类型（信封与申请表均未写明，或两者不一致）")
    return "、".join(missing)
