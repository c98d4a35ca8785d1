"""Planted mistakes: each spoils the papers so that one rule of the contract must say so.

A mistake is a function of (random, organisation, papers); it returns the finding's subject, or raises `Unfit` where the
dossier gives no room for it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from samples.generator import invented
from samples.generator.organisation import OCCUPATIONS, UNLISTED, Organisation
from samples.generator.papers import Paper, lease_end


class Unfit(Exception):
    """The dossier gives no room for the mistake."""


@dataclass(frozen=True)
class Planted:
    """A finding that the dossier must give."""

    rule: str
    subject: str | None
    outcome: str = "fail"


Mistake = Callable[[Random, Organisation, list[Paper]], str | None]
_MISTAKES: dict[str, tuple[Mistake, tuple[str, ...]]] = {}
_BOTH = ("jilin-2022", "tianjin-2020")


def _mistake(rule: str, programmes: tuple[str, ...] = _BOTH) -> Callable[[Mistake], Mistake]:
    def register(function: Mistake) -> Mistake:
        _MISTAKES[rule] = (function, programmes)
        return function

    return register


def rules(programme: str) -> list[str]:
    """Return the rules that can be broken on purpose in a programme."""
    return [rule for rule, (_, programmes) in _MISTAKES.items() if programme in programmes]


def plant(random: Random, one: Organisation, papers: list[Paper], which: int | Sequence[str]) -> list[Planted]:
    """Plant so many mistakes on papers that no other one touched, or exactly those that are named."""
    names = (
        list(which) if not isinstance(which, int) else random.sample(rules(one.programme), len(rules(one.programme)))
    )
    planted: list[Planted] = []
    for rule in names:
        if isinstance(which, int) and (len(planted) == which or any(_clash(rule, done.rule) for done in planted)):
            continue
        try:
            planted.append(Planted(rule, _MISTAKES[rule][0](random, one, papers)))
        except Unfit:
            if not isinstance(which, int):
                raise
    return planted


def _clash(rule: str, other: str) -> bool:
    """Say whether two mistakes may hide one another: those of one family, and a missing paper with any other."""
    alone = {"material.missing", "organisation.ineligible", "name.mismatch"}
    return rule.partition(".")[0] == other.partition(".")[0] or bool({rule, other} & alone)


def _first(papers: Sequence[Paper], kind: str) -> Paper:
    for paper in papers:
        if paper.kind == kind:
            return paper
    raise Unfit(kind)


@_mistake("certificate.expired")
def _expired(random: Random, one: Organisation, papers: list[Paper]) -> str:
    certificate = _first(papers, "registration_certificate")
    end = one.received - timedelta(days=random.randint(20, 400))
    certificate.fields["valid_to"] = end.isoformat()
    start = end - timedelta(days=365 * 4)
    if one.certificate_type != "business_licence":
        certificate.fields |= {"valid_from": start.isoformat(), "issued": start.isoformat()}
    return certificate.kind


@_mistake("credit_code.invalid")
def _code_invalid(random: Random, one: Organisation, papers: list[Paper]) -> str:
    form, certificate = _first(papers, "application_form"), _first(papers, "registration_certificate")
    form.fields["credit_code"] = certificate.fields["credit_code"] = invented.wrong_credit_code(random, one.credit_code)
    return certificate.kind


@_mistake("credit_code.mismatch")
def _code_mismatch(random: Random, one: Organisation, papers: list[Paper]) -> None:
    form = _first(papers, "application_form")
    form.fields["credit_code"] = invented.credit_code(random, one.programme, one.credit_code[:2])


@_mistake("name.mismatch")
def _name(random: Random, one: Organisation, papers: list[Paper]) -> str:
    field = {"registration_certificate": "name", "lease_contract": "lessee", "audit_report": "auditee"}
    paper = random.choice([paper for paper in papers if paper.kind in field])
    other = one.name
    while other == one.name:
        other = invented.organisation_name(random, one.programme, "business")
    paper.fields[field[paper.kind]] = other
    return paper.kind


@_mistake("legal_representative.mismatch")
def _representative(random: Random, one: Organisation, papers: list[Paper]) -> None:
    form = _first(papers, "application_form")
    while form.fields["legal_representative"] == one.legal_representative:
        form.fields["legal_representative"] = invented.person(random)


@_mistake("address.mismatch")
def _address(random: Random, one: Organisation, papers: list[Paper]) -> str:
    paper = random.choice([paper for paper in papers if paper.kind in {"lease_contract", "property_certificate"}])
    while paper.fields["address"] == one.address:
        paper.fields["address"] = invented.address(random, one.programme)
    return paper.kind


def _term(lease: Paper, start: date, months: int) -> None:
    lease.fields |= {
        "lease_start": start.isoformat(),
        "lease_end": lease_end(start, months).isoformat(),
        "lease_months": months,
        "signed": (start - timedelta(days=9)).isoformat(),
    }


@_mistake("lease.term_too_short", ("jilin-2022",))
def _short(random: Random, one: Organisation, papers: list[Paper]) -> None:
    lease = _first(papers, "lease_contract")
    _term(lease, one.received - timedelta(days=random.randint(30, 300)), random.choice((24, 36, 48)))


@_mistake("lease.term_inconsistent")
def _inconsistent(random: Random, one: Organisation, papers: list[Paper]) -> None:
    lease = _first(papers, "lease_contract")
    stated = random.choice([months for months in (60, 72, 84, 120) if months != one.lease_months])
    lease.style |= {"term": "both", "stated_months": stated}
    lease.fields["lease_months"] = stated


@_mistake("lease.expired")
def _lease_expired(random: Random, one: Organisation, papers: list[Paper]) -> None:
    lease = _first(papers, "lease_contract")
    end = one.received - timedelta(days=random.randint(25, 300))
    start = date(end.year - 5, end.month, 1)
    _term(lease, start, 60)


@_mistake("lease.lessor_not_owner")
def _not_owner(random: Random, one: Organisation, papers: list[Paper]) -> None:
    _first(papers, "lease_contract")
    deed = _first(papers, "property_certificate")
    while deed.fields["owner"] == one.owner:
        deed.fields["owner"] = random.choice(
            (invented.person(random), invented.organisation_name(random, one.programme, "owner"))
        )


@_mistake("premises.area_too_small", ("jilin-2022",))
def _small(random: Random, one: Organisation, papers: list[Paper]) -> None:
    area = random.choice((random.randint(300, 960), round(random.uniform(300, 990), 2)))
    for paper in papers:
        if paper.kind in {"lease_contract", "property_certificate"}:
            paper.fields["floor_area"] = area


@_mistake("audit.wrong_year", ("tianjin-2020",))
def _audit_year(random: Random, one: Organisation, papers: list[Paper]) -> None:
    audit = _first(papers, "audit_report")
    year = one.audit_year - random.choice((1, 2))
    audit.fields |= {
        "fiscal_year": year,
        "signed": f"{year + 1}-0{random.randint(2, 5)}-{random.randint(10, 28)}",
        "report_number": audit.fields["report_number"].replace(str(one.audit_year + 1), str(year + 1)),
    }


@_mistake("audit.opinion_adverse", ("tianjin-2020",))
def _adverse(random: Random, one: Organisation, papers: list[Paper]) -> None:
    _first(papers, "audit_report").fields["opinion"] = random.choice(("adverse", "disclaimer"))


def _row(random: Random, papers: Sequence[Paper]) -> dict[str, object]:
    return random.choice(_first(papers, "application_form").fields["occupations"])


@_mistake("occupation.not_in_catalogue", ("tianjin-2020",))
def _unlisted(random: Random, one: Organisation, papers: list[Paper]) -> str:
    row = _row(random, papers)
    row["name"], row["code"] = random.choice(UNLISTED)
    return str(row["row"])


@_mistake("occupation.scale_too_small", ("tianjin-2020",))
def _scale(random: Random, one: Organisation, papers: list[Paper]) -> str | None:
    rows = _first(papers, "application_form").fields["occupations"]
    if one.applicant_type == "enterprise":
        for row in rows:
            row["trained"] = random.randint(10, 480 // len(rows))
        return None
    row = random.choice(rows)
    row["trained"] = random.randint(800, 4900)
    return str(row["row"])


@_mistake("occupation.experience_too_short", ("tianjin-2020",))
def _experience(random: Random, one: Organisation, papers: list[Paper]) -> str:
    if one.applicant_type == "enterprise":
        raise Unfit("no years are asked of enterprises")
    row = _row(random, papers)
    row["started"] = f"{one.received - timedelta(days=random.randint(400, 1900)):%Y-%m}"
    return str(row["row"])


@_mistake("occupation.code_mismatch")
def _occupation_code(random: Random, one: Organisation, papers: list[Paper]) -> str:
    row = _row(random, papers)
    taken = {other["code"] for other in _first(papers, "application_form").fields["occupations"]}
    row["code"] = random.choice([code for _, code in OCCUPATIONS if code not in taken])
    return str(row["row"])


@_mistake("occupation.duplicate")
def _duplicate(random: Random, one: Organisation, papers: list[Paper]) -> str:
    rows = _first(papers, "application_form").fields["occupations"]
    # One more row must not carry the form over to the other threshold.
    if len(rows) > 1:
        first, later = sorted(random.sample(range(len(rows)), 2))
    else:
        raise Unfit("only one occupation")
    rows[later] |= {"name": rows[first]["name"], "code": rows[first]["code"]}
    return str(rows[later]["row"])


@_mistake("staff.too_few", ("jilin-2022",))
def _too_few(random: Random, one: Organisation, papers: list[Paper]) -> None:
    for paper in papers:
        if paper.kind == "staff_roster" and paper.fields["role"] == "full_time":
            del paper.fields["people"][random.randint(2, 4) :]


@_mistake("staff.id_number_invalid")
def _identity(random: Random, one: Organisation, papers: list[Paper]) -> str:
    roster = random.choice([paper for paper in papers if paper.kind == "staff_roster"])
    person = random.choice(roster.fields["people"])
    person["id_number"] = invented.wrong_identity_number(random, person["id_number"])
    return person["name"]


@_mistake("material.missing")
def _missing(random: Random, one: Organisation, papers: list[Paper]) -> str:
    kinds = {
        "jilin-2022": ("application_report", "implementation_plan", "management_system", "integrity_pledge"),
        "tianjin-2020": ("implementation_plan", "asset_list", "audit_report", "informatisation_statement"),
    }[one.programme]
    if one.programme == "jilin-2022" and one.rents:
        kinds = (*kinds, "property_certificate")
    kind = random.choice(kinds)
    papers[:] = [paper for paper in papers if paper.kind != kind]
    return kind


@_mistake("form.field_missing")
def _blank(random: Random, one: Organisation, papers: list[Paper]) -> str:
    fields = {
        "jilin-2022": ("address", "credit_code", "legal_representative"),
        "tianjin-2020": ("address", "registration_authority", "contact", "position", "phone", "email"),
    }[one.programme]
    field = random.choice(fields)
    _first(papers, "application_form").fields[field] = None
    return field


# In Tianjin every other condition hangs on the day of receipt.
@_mistake("window.outside", ("jilin-2022",))
def _window(random: Random, one: Organisation, papers: list[Paper]) -> None:
    one.received += timedelta(days=random.randint(20, 60))


@_mistake("organisation.ineligible", ("jilin-2022",))
def _ineligible(random: Random, one: Organisation, papers: list[Paper]) -> None:
    certificate = _first(papers, "registration_certificate")
    if any(paper.kind == "school_permit" for paper in papers):
        raise Unfit("it is a school")
    name = invented.organisation_name(random, one.programme, "institution")
    code = invented.credit_code(random, one.programme, "12")
    authority = f"{one.city}事业单位登记管理局"
    certificate.fields |= {
        "certificate_type": "public_institution",
        "established": None,
        "valid_to": certificate.fields["valid_to"] or (one.received + timedelta(days=900)).isoformat(),
    }
    _rename(one, papers, name)
    for paper in papers:
        if paper.kind in {"application_form", "registration_certificate"}:
            paper.fields |= {"credit_code": code, "registration_authority": authority}
    _first(papers, "application_form").fields["organisation_type"] = "其他"


def _rename(one: Organisation, papers: Sequence[Paper], name: str) -> None:
    """Let the applicant bear another name on every paper."""
    for paper in papers:
        for key, value in paper.fields.items():
            if value == one.name:
                paper.fields[key] = name
        for person in paper.fields.get("people", ()):
            if person["employer"] == one.name:
                person["employer"] = name
        if paper.style.get("employer") == one.name:
            paper.style["employer"] = name
    if one.owner == one.name:
        one.owner = name
    one.name = name


@_mistake("file.duplicate_page")
def _page_again(random: Random, one: Organisation, papers: list[Paper]) -> None:
    """Nothing on paper: the packet gets a page twice when its pages are gathered."""
