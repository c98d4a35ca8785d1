"""Planted mistakes: each spoils the papers so that one rule of the contract must say so.

A mistake is a function of (random, organisation, papers); it returns every finding that it entails, or raises `Unfit`
where the dossier gives no room for it. About a third of them lie just beyond a threshold.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from samples.generator import invented, notices, organisation
from samples.generator.organisation import UNLISTED, Organisation
from samples.generator.papers import SEALED_COPIES, Paper, lease_end


class Unfit(Exception):
    """The dossier gives no room for the mistake."""


@dataclass(frozen=True)
class Planted:
    """A finding that the dossier must give: `fail`, or `review` where paper or notice leave it open."""

    rule: str
    subject: str | None = None
    outcome: str = "fail"


Mistake = Callable[[Random, Organisation, list[Paper]], list[Planted]]
_MISTAKES: dict[str, tuple[Mistake, tuple[str, ...]]] = {}
_ALL = notices.PROGRAMMES
_NEIMENGGU = ("neimenggu-2020", "chifeng-2020")
_FULL_FORM = ("jilin-2022", "tianjin-2020", *_NEIMENGGU)
_AUDITED = ("tianjin-2020", *_NEIMENGGU)
# These are done by what gathers the pages, not on paper.
DUPLICATE, UNREADABLE = "file.duplicate_page", "file.unreadable"
PAGE_REUSED, PERSON_REUSED = "cross.page_reused", "cross.person_reused"
# These ask for an applicant made for them.
WINDOW = "window.outside"


def _mistake(rule: str, programmes: tuple[str, ...] = _ALL) -> Callable[[Mistake], Mistake]:
    def register(function: Mistake) -> Mistake:
        _MISTAKES[rule] = (function, programmes)
        return function

    return register


def rules(programme: str) -> list[str]:
    """Return the rules that can be broken on purpose in a programme."""
    return [rule for rule, (_, programmes) in _MISTAKES.items() if programme in programmes]


def choose(random: Random, programme: str, count: int) -> list[str]:
    """Choose so many rules to break, none of which may hide another."""
    chosen: list[str] = []
    for rule in random.sample(rules(programme), len(rules(programme))):
        if len(chosen) < count and not any(_clash(rule, other) for other in chosen):
            chosen.append(rule)
    return chosen


def plant(random: Random, one: Organisation, papers: list[Paper], which: Sequence[str]) -> list[Planted]:
    """Break these rules and return what must be found. Raises Unfit."""
    return [planted for rule in which for planted in _MISTAKES[rule][0](random, one, papers)]


def _clash(rule: str, other: str) -> bool:
    """Say whether two mistakes may hide one another: those of one family, and a missing paper with any other."""
    alone = {"material.missing", "organisation.ineligible", "name.mismatch", "file.unreadable"}
    return rule.partition(".")[0] == other.partition(".")[0] or bool({rule, other} & alone)


def _first(papers: Sequence[Paper], kind: str) -> Paper:
    for paper in papers:
        if paper.kind == kind:
            return paper
    raise Unfit(kind)


def _near(random: Random) -> bool:
    return random.random() < 0.35


@_mistake("certificate.expired")
def _expired(random: Random, one: Organisation, papers: list[Paper]) -> list[Planted]:
    end = one.received - timedelta(days=1 if _near(random) else random.randint(20, 400))
    paper = random.choice([paper for paper in papers if paper.kind in {"registration_certificate", "school_permit"}])
    paper.fields["valid_to"] = end.isoformat()
    if one.certificate_type != "business_licence":
        start = (end - timedelta(days=365 * 4)).isoformat()
        paper.fields["valid_from"] = start
        if "issued" in paper.fields:
            paper.fields["issued"] = start
    return [Planted("certificate.expired", paper.kind)]


@_mistake("credit_code.invalid")
def _code_invalid(random: Random, one: Organisation, papers: list[Paper]) -> list[Planted]:
    wrong = invented.wrong_credit_code(random, one.credit_code)
    form, certificate = _first(papers, "application_form"), _first(papers, "registration_certificate")
    if random.random() < 0.4:
        # Only the form's: it then agrees with nothing, or was misread.
        form.fields["credit_code"] = wrong
        return [Planted("credit_code.invalid", form.kind), Planted("credit_code.mismatch", outcome="review")]
    for paper in papers:
        if "credit_code" in paper.fields:
            paper.fields["credit_code"] = wrong
    certificate.style["qr_code"] = wrong
    return [Planted("credit_code.invalid", paper.kind) for paper in (form, certificate)]


@_mistake("credit_code.mismatch")
def _code_mismatch(random: Random, one: Organisation, papers: list[Paper]) -> list[Planted]:
    form = _first(papers, "application_form")
    form.fields["credit_code"] = invented.credit_code(random, one.province, one.credit_code[:2])
    return [Planted("credit_code.mismatch")]


@_mistake("name.mismatch")
def _name(random: Random, one: Organisation, papers: list[Paper]) -> list[Planted]:
    field = {
        "registration_certificate": "name",
        "lease_contract": "lessee",
        "audit_report": "auditee",
        "credit_report": "name",
        "financial_statements": "entity",
    }
    paper = random.choice([paper for paper in papers if paper.kind in field])
    other = _other(one.name, lambda: invented.organisation_name(random, one.province, "school"))
    paper.fields[field[paper.kind]] = other
    return [Planted("name.mismatch", paper.kind)]


def _other(value: str, draw: Callable[[], str]) -> str:
    """Draw until it is another."""
    while True:
        other = draw()
        if other != value:
            return other


@_mistake("legal_representative.mismatch", _FULL_FORM)
def _representative(random: Random, one: Organisation, papers: list[Paper]) -> list[Planted]:
    form = _first(papers, "application_form")
    form.fields["legal_representative"] = _other(one.legal_representative, lambda: invented.person(random))
    return [Planted("legal_representative.mismatch")]


@_mistake("address.mismatch")
def _address(random: Random, one: Organisation, papers: list[Paper]) -> list[Planted]:
    paper = random.choice([paper for paper in papers if paper.kind in {"lease_contract", "property_certificate"}])
    paper.fields["address"] = _other(one.address, lambda: invented.address(random, one.province))
    return [Planted("address.mismatch", paper.kind)]


def _term(lease: Paper, start: date, months: int) -> None:
    lease.fields |= {
        "lease_start": start.isoformat(),
        "lease_end": lease_end(start, months).isoformat(),
        "lease_months": months,
        "signed": (start - timedelta(days=9)).isoformat(),
    }


@_mistake("lease.term_too_short", ("jilin-2022",))
def _short(random: Random, one: Organisation, papers: list[Paper]) -> list[Planted]:
    lease = _first(papers, "lease_contract")
    start = one.received - timedelta(days=random.randint(30, 300))
    _term(lease, start, random.choice((24, 36, 48)))
    if _near(random):
        _term(lease, start, 59)
        if random.random() < 0.5:
            # Days short of sixty months: only the dates tell.
            lease.style["term"] = "dates"
            end = lease_end(start, 60) - timedelta(days=random.randint(1, 12))
            lease.fields["lease_end"] = end.isoformat()
    return [Planted("lease.term_too_short")]


@_mistake("lease.term_inconsistent")
def _inconsistent(random: Random, one: Organisation, papers: list[Paper]) -> list[Planted]:
    lease = _first(papers, "lease_contract")
    stated = random.choice([months for months in (60, 72, 84, 120) if months != one.lease_months])
    lease.style |= {"term": "both", "stated_months": stated}
    lease.fields["lease_months"] = stated
    return [Planted("lease.term_inconsistent")]


@_mistake("lease.expired")
def _lease_expired(random: Random, one: Organisation, papers: list[Paper]) -> list[Planted]:
    lease = _first(papers, "lease_contract")
    if _near(random):
        # The term's last day is the one before the day of receipt.
        start = date(one.received.year - 5, one.received.month, min(one.received.day, 28))
        one.received = start.replace(year=one.received.year)
    else:
        end = one.received - timedelta(days=random.randint(25, 300))
        start = date(end.year - 5, end.month, 1)
    _term(lease, start, 60)
    return [Planted("lease.expired")]


@_mistake("lease.lessor_not_owner")
def _not_owner(random: Random, one: Organisation, papers: list[Paper]) -> list[Planted]:
    _first(papers, "lease_contract")
    deed = _first(papers, "property_certificate")
    kinds = (lambda: invented.person(random), lambda: invented.organisation_name(random, one.province, "owner"))
    deed.fields["owner"] = _other(one.owner, random.choice(kinds))
    return [Planted("lease.lessor_not_owner")]


@_mistake("premises.area_too_small", ("jilin-2022",))
def _small(random: Random, one: Organisation, papers: list[Paper]) -> list[Planted]:
    area = random.choice((random.randint(300, 960), round(random.uniform(300, 990), 2)))
    if _near(random):
        area = random.choice((999.5, 999, 998.96, 999.9))
    for paper in papers:
        if paper.kind in {"lease_contract", "property_certificate"}:
            paper.fields["floor_area"] = area
    return [Planted("premises.area_too_small")]


@_mistake("audit.wrong_year", _AUDITED)
def _audit_year(random: Random, one: Organisation, papers: list[Paper]) -> list[Planted]:
    audit = _first(papers, "audit_report")
    if any(paper.kind == "financial_statements" for paper in papers):
        raise Unfit("the statements may stand for the audit")
    year = one.audit_year - random.choice((1, 2))
    audit.fields |= {
        "fiscal_year": year,
        "signed": f"{year + 1}-0{random.randint(2, 5)}-{random.randint(10, 28)}",
        "report_number": audit.fields["report_number"].replace(str(one.audit_year + 1), str(year + 1)),
    }
    return [Planted("audit.wrong_year")]


@_mistake("audit.opinion_adverse", _AUDITED)
def _adverse(random: Random, one: Organisation, papers: list[Paper]) -> list[Planted]:
    opinion = random.choice(("adverse", "disclaimer", "qualified"))
    _first(papers, "audit_report").fields["opinion"] = opinion
    return [Planted("audit.opinion_adverse", outcome="review" if opinion == "qualified" else "fail")]


def _rows(papers: Sequence[Paper]) -> list[dict[str, Any]]:
    return _first(papers, "application_form").fields["occupations"]


@_mistake("occupation.not_in_catalogue")
def _unlisted(random: Random, one: Organisation, papers: list[Paper]) -> list[Planted]:
    row = random.choice(_rows(papers))
    row["name"], row["code"] = random.choice(UNLISTED)
    # Where the notice has no closed list of its own, the occupation may exist all the same.
    is_open = one.scope == "national" or one.programme in {"jilin-2022", "neimenggu-enterprise-2019"}
    return [Planted("occupation.not_in_catalogue", str(row["row"]), "review" if is_open else "fail")]


@_mistake("occupation.scale_too_small", _AUDITED)
def _scale(random: Random, one: Organisation, papers: list[Paper]) -> list[Planted]:
    rows, scale = _rows(papers), one.scale
    if scale.each and random.random() < 0.7:
        row = random.choice(rows)
        short = scale.each - (1 if _near(random) else random.randint(scale.each // 10, scale.each * 8 // 10))
        for other in rows:
            # The others carry the total, so that the row alone is short.
            other["trained"] = max(other["trained"], scale.total, scale.each)
        row["trained"] = short
        subjects = [str(row["row"]), None] if len(rows) == 1 and scale.total else [str(row["row"])]
        return [Planted("occupation.scale_too_small", subject) for subject in subjects]
    if scale.total <= scale.each * len(rows):
        raise Unfit("nothing is asked of the total alone")
    total = scale.total - (1 if _near(random) else random.randint(1, (scale.total - scale.each * len(rows)) // 2 + 1))
    for row in rows:
        row["trained"] = max(scale.each, total // len(rows))
    rows[0]["trained"] += total - sum(row["trained"] for row in rows)
    return [Planted("occupation.scale_too_small")]


@_mistake("occupation.experience_too_short", _AUDITED)
def _experience(random: Random, one: Organisation, papers: list[Paper]) -> list[Planted]:
    years = one.scale.years
    if not years:
        raise Unfit("no years are asked")
    row = random.choice(_rows(papers))
    started = one.received - timedelta(days=random.randint(200, years * 365 - 150))
    if _near(random):
        # A month short: the month after the one that would do.
        year, month = one.received.year - years, one.received.month + 1
        started = date(year + (month > 12), (month - 1) % 12 + 1, 1)
    row["started"] = f"{started:%Y-%m}"
    return [Planted("occupation.experience_too_short", str(row["row"]))]


@_mistake("occupation.level_not_allowed", _NEIMENGGU)
def _level(random: Random, one: Organisation, papers: list[Paper]) -> list[Planted]:
    if one.scope != "league":
        raise Unfit("every level is open")
    row = random.choice(_rows(papers))
    row["levels"] = random.choice(([5, 4, 3, 2], [4, 3, 2, 1], [5, 4, 3, 2, 1], [2]))
    return [Planted("occupation.level_not_allowed", str(row["row"]))]


@_mistake("occupation.too_many", ("chifeng-2020",))
def _too_many(random: Random, one: Organisation, papers: list[Paper]) -> list[Planted]:
    rows = _rows(papers)
    count = 6 if _near(random) else random.randint(6, 9)
    taken = {row["code"] for row in rows}
    drawn = organisation.draw_occupations(random, one.province, 20)
    for name, code in [pair for pair in drawn if pair[1] not in taken][: count - len(rows)]:
        rows.append({**rows[0], "row": len(rows) + 1, "name": name, "code": code})
    return [Planted("occupation.too_many")]


@_mistake("occupation.code_mismatch")
def _occupation_code(random: Random, one: Organisation, papers: list[Paper]) -> list[Planted]:
    rows = _rows(papers)
    row = random.choice(rows)
    taken = {other["code"] for other in rows}
    drawn = organisation.draw_occupations(random, one.province, 20)
    row["code"] = random.choice([code for _, code in drawn if code not in taken])
    return [Planted("occupation.code_mismatch", str(row["row"]))]


@_mistake("occupation.duplicate")
def _duplicate(random: Random, one: Organisation, papers: list[Paper]) -> list[Planted]:
    rows = _rows(papers)
    # One more row must not carry the form over to the other threshold.
    if len(rows) < 2:
        raise Unfit("only one occupation")
    first, later = sorted(random.sample(range(len(rows)), 2))
    rows[later] |= {"name": rows[first]["name"], "code": rows[first]["code"]}
    return [Planted("occupation.duplicate", str(rows[later]["row"]))]


@_mistake("staff.too_few", ("jilin-2022",))
def _too_few(random: Random, one: Organisation, papers: list[Paper]) -> list[Planted]:
    for paper in papers:
        if paper.kind == "staff_roster" and paper.fields["role"] == "full_time":
            del paper.fields["people"][4 if _near(random) else random.randint(2, 4) :]
    return [Planted("staff.too_few")]


def _people(papers: Sequence[Paper]) -> list[dict[str, Any]]:
    """Return the people of every roster, and of the form where it lists them."""
    rosters = [paper.fields["people"] for paper in papers if paper.kind == "staff_roster"]
    forms = [people for paper in papers for people in paper.style.get("staff", {}).values()]
    return [person for people in (*rosters, *forms) for person in people]


@_mistake("staff.id_number_invalid")
def _identity(random: Random, one: Organisation, papers: list[Paper]) -> list[Planted]:
    people = _people(papers)
    if not people:
        raise Unfit("no list of people")
    person = random.choice(people)
    person["id_number"] = invented.wrong_identity_number(random, person["id_number"])
    return [Planted("staff.id_number_invalid", person["name"])]


# By programme: materials each of which may be left out; the first kind of each is what the finding names.
_LEFT_OUT: dict[str, tuple[tuple[str, ...], ...]] = {
    "jilin-2022": (("application_report",), ("implementation_plan",), ("management_system",), ("integrity_pledge",)),
    "tianjin-2020": (("implementation_plan",), ("asset_list",), ("audit_report",), ("informatisation_statement",)),
    "neimenggu-2020": (
        ("implementation_plan",),
        ("asset_list",),
        ("skill_certificate",),
        ("audit_report", "financial_statements"),
        ("credit_report", "integrity_pledge"),
        ("lease_contract", "property_certificate"),
    ),
    "neimenggu-enterprise-2019": (
        ("registration_certificate",),
        ("management_system",),
        ("lease_contract", "property_certificate"),
    ),
}
_LEFT_OUT["chifeng-2020"] = _LEFT_OUT["neimenggu-2020"]


@_mistake("material.missing")
def _missing(random: Random, one: Organisation, papers: list[Paper]) -> list[Planted]:
    choices = list(_LEFT_OUT[one.programme])
    if one.programme == "jilin-2022" and one.rents:
        choices.append(("property_certificate",))
    kinds = random.choice(choices)
    papers[:] = [paper for paper in papers if paper.kind not in kinds]
    return [Planted("material.missing", kinds[0])]


@_mistake("form.field_missing")
def _blank(random: Random, one: Organisation, papers: list[Paper]) -> list[Planted]:
    fields = ["address", "registration_authority", "contact", "position", "phone", "email"]
    if one.programme == "jilin-2022":
        fields = ["address", "credit_code", "legal_representative"]
    elif one.programme == "neimenggu-enterprise-2019":
        fields = ["address", "contact", "position", "email"]
    field = random.choice(fields)
    _first(papers, "application_form").fields[field] = None
    return [Planted("form.field_missing", field)]


@_mistake(WINDOW)
def _window(random: Random, one: Organisation, papers: list[Paper]) -> list[Planted]:
    """Nothing on paper: the applicant was invented with a day of receipt outside."""
    return [Planted(WINDOW)]


@_mistake("organisation.ineligible", ("jilin-2022", "neimenggu-enterprise-2019"))
def _ineligible(random: Random, one: Organisation, papers: list[Paper]) -> list[Planted]:
    if any(paper.kind == "school_permit" for paper in papers):
        raise Unfit("it is a school")
    sort, prefix, authority, kind = (
        ("institution", "12", "事业单位登记管理局", "public_institution")
        if one.programme == "jilin-2022"
        else ("association", "51", "民政局", "social_organisation")
    )
    certificate = _first(papers, "registration_certificate")
    certificate.fields |= {
        "certificate_type": kind,
        "established": None,
        "valid_to": certificate.fields["valid_to"] or (one.received + timedelta(days=900)).isoformat(),
    }
    _rename(one, papers, invented.organisation_name(random, one.province, sort))
    code = invented.credit_code(random, one.province, prefix)
    for paper in papers:
        for field, value in (("credit_code", code), ("registration_authority", one.city + authority)):
            if paper.fields.get(field):
                paper.fields[field] = value
    certificate.style["qr_code"] = code
    if one.boxes:
        _first(papers, "application_form").fields["organisation_type"] = "其他"
    return [Planted("organisation.ineligible")]


def _rename(one: Organisation, papers: Sequence[Paper], name: str) -> None:
    """Let the applicant bear another name on every paper."""
    for paper in papers:
        for words in (paper.fields, paper.style):
            for key, value in words.items():
                if value == one.name:
                    words[key] = name
        rosters = [paper.fields.get("people", ()), *paper.style.get("staff", {}).values()]
        for person in (person for roster in rosters for person in roster):
            if person["employer"] == one.name:
                person["employer"] = name
    if one.owner == one.name:
        one.owner = name
    one.name = name


def _sealed(random: Random, one: Organisation, papers: Sequence[Paper]) -> Paper:
    """Choose a paper that must bear the applicant's seal."""
    kinds = {"application_form"}
    if one.programme != "tianjin-2020":
        kinds.add("integrity_pledge")
    if one.programme in _NEIMENGGU:
        kinds.update(SEALED_COPIES)
        if any(paper.kind == "audit_report" for paper in papers):
            # Beside a report nobody asks for statements.
            kinds.discard("financial_statements")
    return random.choice([paper for paper in papers if paper.kind in kinds])


@_mistake("seal.missing", _FULL_FORM)
def _no_seal(random: Random, one: Organisation, papers: list[Paper]) -> list[Planted]:
    paper = _sealed(random, one, papers)
    paper.style |= {"seal": "", "copy_seal": False, "sealed": False}
    # Statements may be no copies: only those must be sealed.
    return [Planted("seal.missing", paper.kind, "review" if paper.kind == "financial_statements" else "fail")]


@_mistake("seal.name_mismatch", _FULL_FORM)
def _other_seal(random: Random, one: Organisation, papers: list[Paper]) -> list[Planted]:
    paper = _sealed(random, one, papers)
    if paper.kind not in {"application_form", "integrity_pledge"}:
        raise Unfit("others' seals stand on it too")
    paper.style["seal"] = _other(one.name, lambda: invented.organisation_name(random, one.province, "business"))
    return [Planted("seal.name_mismatch", paper.kind)]


@_mistake(DUPLICATE)
def _page_again(random: Random, one: Organisation, papers: list[Paper]) -> list[Planted]:
    """Nothing on paper: the packet gets a page twice when its pages are gathered."""
    return [Planted(DUPLICATE)]


@_mistake(UNREADABLE)
def _unreadable(random: Random, one: Organisation, papers: list[Paper]) -> list[Planted]:
    """Nothing on paper: a file that cannot be read is put beside the others."""
    return [Planted(UNREADABLE)]


def reuse_person(random: Random, lender: Organisation, papers: Sequence[Paper]) -> str:
    """Put one of another applicant's full-time staff among this one's; return the name. Raises Unfit."""
    for paper in papers:
        people = paper.style.get("staff", {}).get("full_time")
        if paper.kind == "staff_roster" and paper.fields["role"] == "full_time":
            people = paper.fields["people"]
        if people:
            person = random.choice(lender.staff["full_time"])
            people[random.randrange(len(people))] |= {key: person[key] for key in ("name", "id_number")}
            return person["name"]
    raise Unfit("no list of full-time staff")
