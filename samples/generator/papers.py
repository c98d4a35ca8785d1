"""The documents of a dossier before they are set: what each says, and how it is to be printed."""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from samples.generator import invented, printing
from samples.generator.organisation import Organisation

ROLE_TITLES = {
    "full_time": ("专职工作人员名单", "专职工作人员情况一览表", "专职工作人员花名册"),
    "expert": ("专家团队名单", "专家队伍名单", "专家信息表"),
    "assessor": ("考评员名单", "考评人员名单", "考评员一览表"),
    "supervisor": ("质量督导员名单", "内部质量督导员名单", "督导人员名单"),
}
AUDIT_FIRMS = ("样例会计师事务所（普通合伙）", "样例正信会计师事务所有限公司", "天衡样例会计师事务所（特殊普通合伙）")


@dataclass
class Paper:
    """One document: its kind, its truth (as the contract normalises it), and what only the printing needs."""

    kind: str
    fields: dict[str, Any]
    style: dict[str, Any] = field(default_factory=dict[str, Any])


def lease_end(start: date, months: int) -> date:
    """Return the last day of a term of whole months."""
    year, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + year, month + 1
    return date(year, month, min(start.day, monthrange(year, month)[1])) - timedelta(days=1)


def write(random: Random, one: Organisation, *, brief: bool = False) -> list[Paper]:
    """Write every document that the applicant's programme asks for; `brief`: on as few pages as may be."""
    papers = [_form(random, one), _certificate(random, one), _prose("implementation_plan", one)]
    papers += [_prose("management_system", one), *_rosters(random, one), *_premises(random, one)]
    papers.append(Paper("integrity_pledge", {"name": one.name, "signed": _before(random, one.received)}))
    if one.programme == "jilin-2022":
        papers.insert(0, _prose("application_report", one))
    else:
        papers += [
            Paper("certificate_specimen", {}),
            *(
                _skill_certificate(random, person)
                for person in one.staff["assessor"][: 1 if brief else random.choice((1, 1, 2))]
            ),
            _prose("asset_list", one),
            _audit(random, one),
            _prose("informatisation_statement", one),
            Paper(
                "trainee_roster",
                {"rows": random.randint(16, 20) if brief else random.randint(24, 56)},
                {"occupations": one.occupations},
            ),
        ]
        papers = [
            paper for paper in papers if paper.kind != "integrity_pledge" or (not brief and random.random() < 0.5)
        ]
    if one.certificate_type == "private_nonenterprise" and random.random() < 0.5:
        papers.insert(2, _permit(random, one))
    if brief:
        for paper in papers:
            paper.style["brief"] = True
    elif random.random() < 0.3:
        papers.append(_statements(random, one))
    return papers


def _before(random: Random, day: date) -> str:
    return (day - timedelta(days=random.randint(2, 12))).isoformat()


def _prose(kind: str, one: Organisation) -> Paper:
    return Paper(kind, {"entity": one.name})


def _form(random: Random, one: Organisation) -> Paper:
    fields = {
        "name": one.name,
        "address": one.address,
        "registration_authority": one.registration_authority,
        "organisation_type": one.organisation_type,
        "credit_code": one.credit_code,
        "legal_representative": one.legal_representative,
        "registered_capital": one.capital,
        "contact": one.contact,
        "position": one.position,
        "phone": one.phone,
        "email": one.email,
        "occupations": [dict(row) for row in one.occupations],
    }
    style = {
        "capital_form": random.choice(("ten_thousand", "ten_thousand", "capital", "plain")),
        "month_form": random.choice(("plain", "dot", "dash")),
        "level_form": random.choice(("range", "list", "numbers")),
        "title": "社会培训评价组织备案申请表"
        if one.programme == "tianjin-2020"
        else "社会培训评价组织职业技能等级认定机构申请表",
        "dash": random.choice(("-", "-", "-", "－", "—")),
        "tick": random.choice(("☑", "■", "√")),
        "spaced_code": random.random() < 0.1,
    }
    return Paper("application_form", fields, style)


def _certificate(random: Random, one: Organisation) -> Paper:
    issued = max(one.established, one.received - timedelta(days=random.randint(100, 1300)))
    valid_from = one.established if one.certificate_type == "business_licence" else issued
    fields = {
        "certificate_type": one.certificate_type,
        "name": one.name,
        "credit_code": one.credit_code,
        "legal_representative": one.legal_representative,
        "registered_capital": one.capital,
        "established": one.established.isoformat() if one.certificate_type == "business_licence" else None,
        "valid_from": valid_from.isoformat(),
        "valid_to": one.valid_to.isoformat() if one.valid_to else None,
        "address": one.address,
        "business_scope": _scope(random, one),
        "registration_authority": one.registration_authority,
        "issued": issued.isoformat(),
    }
    return Paper("registration_certificate", fields, {"edition": random.choice(("副本", "副本", "正本"))})


def _scope(random: Random, one: Organisation) -> str:
    scope = random.choice(
        (
            "职业技能培训；教育咨询服务；会议服务",
            "职业技能培训、职业技能等级评价服务",
            "技能人才培养、技术交流、咨询服务",
        )
    )
    if one.certificate_type == "business_licence" and random.random() < 0.6:
        return f"{scope}。（依法须经批准的项目，经相关部门批准后方可开展经营活动）"
    return scope


def _permit(random: Random, one: Organisation) -> Paper:
    fields = {
        "name": one.name,
        "permit_number": f"人社民{one.credit_code[2:8]}400{random.randint(1000, 9999)}号",
        "legal_representative": one.legal_representative,
        "address": one.address,
        "valid_from": (one.received - timedelta(days=500)).isoformat(),
        "valid_to": (one.received + timedelta(days=random.randint(300, 900))).isoformat(),
    }
    return Paper("school_permit", fields, {"authority": f"{one.city}人力资源和社会保障局"})


def _premises(random: Random, one: Organisation) -> list[Paper]:
    area = one.floor_area
    # What is rented may be a part of what the deed covers.
    is_part = one.rents and area > 1500 and random.random() < 0.3
    whole = round(area * random.uniform(1.2, 2), 2) if is_part else area
    deed = Paper(
        "property_certificate",
        {
            "owner": one.owner,
            "certificate_number": "",
            "address": one.address,
            "floor_area": whole,
        },
        {"registered": (one.established - timedelta(days=400)).isoformat()},
    )
    new = random.random() < 0.6
    year, serial = random.randint(2016, 2019), random.randint(1000, 99999)
    if new:
        short = "津" if one.programme == "tianjin-2020" else "吉"
        deed.style["registered"] = f"{year}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"
        deed.fields["certificate_number"] = f"{short}（{year}）样例区不动产权第{serial:07}号"
    else:
        deed.fields["certificate_number"] = f"{one.city[:1]}房权证样例字第{year - 10}{serial:06}号"
    deed.style["template"] = "new" if new else "old"
    if not one.rents:
        return [deed]
    return [_lease(random, one), *([deed] if one.programme == "jilin-2022" or random.random() < 0.4 else [])]


def _lease(random: Random, one: Organisation) -> Paper:
    start, months = one.lease_start, one.lease_months
    fields = {
        "lessor": one.owner,
        "lessee": one.name,
        "address": one.address,
        "floor_area": one.floor_area,
        "lease_start": start.isoformat(),
        "lease_end": lease_end(start, months).isoformat(),
        "lease_months": months,
        "annual_rent": one.annual_rent,
        "signed": (start - timedelta(days=random.randint(3, 20))).isoformat(),
    }
    style = {
        "date_form": random.choice(printing.DATE_FORMS),
        "signed_form": random.choice(printing.DATE_FORMS),
        "term": random.choice(("both", "dates", "length")),
        "rent_form": random.choice(("capital", "plain", "commas")),
        "signatory": invented.person(random),
        "cover": random.random() < 0.25,
    }
    return Paper("lease_contract", fields, style)


def _rosters(random: Random, one: Organisation) -> list[Paper]:
    papers: list[Paper] = []
    variant = random.randrange(3)
    for role, people in one.staff.items():
        keys = _COLUMNS[variant][role == "full_time"]
        # What the roster does not print, it does not say.
        rows = [{key: person[key] if key in keys else None for key in person} for person in people]
        style = {"columns": keys, "title": random.choice(ROLE_TITLES[role]), "employer": one.name}
        papers.append(Paper("staff_roster", {"role": role, "people": rows}, style))
    return papers


# By variant: (others, full-time staff).
_COLUMNS = (
    (
        ("name", "id_number", "employer", "title", "occupation"),
        ("name", "id_number", "title", "education", "occupation"),
    ),
    (("name", "id_number", "title", "occupation"), ("name", "education", "id_number", "title", "occupation")),
    (
        ("name", "education", "title", "id_number", "employer", "occupation"),
        ("name", "education", "title", "id_number", "occupation"),
    ),
)


def _skill_certificate(random: Random, person: dict[str, Any]) -> Paper:
    level = random.choice((2, 1, 3))
    fields = {
        "person": person["name"],
        "occupation": person["occupation"],
        "level": level,
        "certificate_number": f"{random.randint(10, 20)}0299000{random.choice('123')}{random.randint(100000, 999999)}",
    }
    return Paper("skill_certificate", fields, {"id_number": person["id_number"]})


def _audit(random: Random, one: Organisation) -> Paper:
    year = one.audit_year
    signed = date(year + 1, random.randint(2, 4), random.randint(1, 28))
    word = random.choice(("审字", "会审字", "财审字"))
    fields = {
        "audit_firm": random.choice(AUDIT_FIRMS),
        "report_number": f"样例{word}〔{year + 1}〕第{random.randint(1, 999):03}号",
        "auditee": one.name,
        "fiscal_year": year,
        "opinion": random.choice(("unqualified",) * 4 + ("unqualified_with_emphasis",)),
        "signed": min(signed, one.received - timedelta(days=5)).isoformat(),
    }
    style = {
        "cover": random.random() < 0.5,
        "accountants": [invented.person(random), invented.person(random)],
        "signed_form": random.choice(("plain", "chinese", "spaced", "padded")),
        "nonprofit": one.certificate_type != "business_licence",
    }
    return Paper("audit_report", fields, style)


def _statements(random: Random, one: Organisation) -> Paper:
    return Paper(
        "financial_statements",
        {"entity": one.name, "fiscal_year": one.audit_year, "total_assets": round(random.uniform(4e5, 9e6), 2)},
    )
