"""The documents of a dossier before they are set: what each says, and how it is to be printed."""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from samples.generator import invented, notices, printing, prose
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
    papers = _MATERIALS[one.programme](random, one, brief)
    if one.certificate_type == "private_nonenterprise" and random.random() < 0.5:
        papers.append(_permit(random, one))
    if brief:
        for paper in papers:
            paper.style["brief"] = True
        return papers
    papers += _besides(random, one, papers)
    if random.random() < 0.3 and not any(paper.kind == "financial_statements" for paper in papers):
        papers.append(_statements(random, one, whole=False))
    return papers


def _besides(random: Random, one: Organisation, papers: list[Paper]) -> list[Paper]:
    """Write what no notice asks for and packets hold all the same: a cover, a list of contents, identity cards."""
    besides: list[Paper] = []
    date_text = printing.day(_before(random, one.received), "plain")
    if random.random() < 0.25:
        title = random.choice(("申报材料", "社会培训评价组织申报材料", "职业技能等级认定备案材料"))
        besides.append(
            Paper("other", {}, {"layout": "cover_letter", "title": title, "name": one.name, "date": date_text})
        )
    if random.random() < 0.2:
        titles = [paper.style.get("title", _TITLES[paper.kind]) for paper in papers if paper.kind in _TITLES]
        besides.append(Paper("other", {}, {"layout": "contents", "title": "目录", "titles": titles}))
    if random.random() < 0.2:
        besides.append(_identity_card(random, one))
    return besides


# As lists of contents name them.
_TITLES = {
    "application_form": "申请表",
    "registration_certificate": "法人登记证书复印件",
    "implementation_plan": "职业技能等级认定工作实施方案",
    "management_system": "管理制度",
    "staff_roster": "人员名单",
    "lease_contract": "房屋租赁合同",
    "property_certificate": "产权证明复印件",
    "audit_report": "审计报告",
    "asset_list": "固定资产清单",
    "integrity_pledge": "诚信承诺书",
}


def _identity_card(random: Random, one: Organisation) -> Paper:
    person = random.choice(one.staff["full_time"])
    number = person["id_number"]
    style = {
        "layout": "identity_card",
        "title": "身份证复印件",
        "name": person["name"],
        "id_number": number,
        "address": one.address,
        "sex": "男" if int(number[16]) % 2 else "女",
        "born": printing.day(f"{number[6:10]}-{number[10:12]}-{number[12:14]}", "plain"),
        "authority": "样例市公安局样例分局",
        "valid": f"{one.received.year - 3}.06.01-{one.received.year + 17}.06.01",
    }
    return Paper("other", {}, style)


def _jilin(random: Random, one: Organisation, brief: bool) -> list[Paper]:
    return [
        _prose("application_report", one),
        _form(random, one),
        _certificate(random, one),
        _prose("implementation_plan", one),
        _prose("management_system", one),
        *_rosters(random, one),
        *_premises(random, one, deed=True),
        _pledge(random, one),
    ]


def _tianjin(random: Random, one: Organisation, brief: bool) -> list[Paper]:
    papers = [
        _form(random, one),
        _certificate(random, one),
        _prose("implementation_plan", one),
        _prose("management_system", one),
        *_rosters(random, one),
        *_premises(random, one, deed=random.random() < 0.4),
        Paper("certificate_specimen", {}),
        *_skill_certificates(random, one, 1 if brief else random.choice((1, 1, 2))),
        _asset_list(random, one),
        _audit(random, one),
        _prose("informatisation_statement", one),
        Paper(
            "trainee_roster",
            {"rows": random.randint(16, 20) if brief else random.randint(24, 56)},
            {"occupations": one.occupations},
        ),
    ]
    return papers if brief or random.random() < 0.5 else [*papers, _pledge(random, one)]


def _neimenggu(random: Random, one: Organisation, brief: bool) -> list[Paper]:
    plan = _prose("implementation_plan", one)
    plan.style["title"] = "职业技能等级认定试点工作实施方案"
    papers = [
        _form(random, one),
        _certificate(random, one),
        plan,
        _prose("management_system", one),
        *_skill_certificates(random, one, 1 if brief else random.randint(1, 4)),
        *_premises(random, one, deed=random.random() < 0.4),
        _asset_list(random, one),
        _audit(random, one) if random.random() < 0.6 else _statements(random, one, whole=True),
        _pledge(random, one) if random.random() < 0.5 else _credit_report(random, one),
    ]
    for paper in papers:
        if paper.kind in SEALED_COPIES:
            # 复印件加盖公章
            paper.style["copy_seal"] = True
    return papers if brief or random.random() < 0.5 else [*papers, *_rosters(random, one)]


SEALED_COPIES = ("lease_contract", "property_certificate", "audit_report", "financial_statements")
"""What the Inner Mongolia notice wants the applicant's seal on."""


def _enterprise(random: Random, one: Organisation, brief: bool) -> list[Paper]:
    return [
        _enterprise_form(random, one),
        _condition_list(random, one),
        _certificate(random, one),
        _prose("management_system", one),
        *_premises(random, one, deed=random.random() < 0.4),
    ]


_MATERIALS = {
    "jilin-2022": _jilin,
    "tianjin-2020": _tianjin,
    "neimenggu-2020": _neimenggu,
    "chifeng-2020": _neimenggu,
    "neimenggu-enterprise-2019": _enterprise,
}


def _before(random: Random, day: date) -> str:
    return (day - timedelta(days=random.randint(2, 12))).isoformat()


def _prose(kind: str, one: Organisation) -> Paper:
    return Paper(kind, {"entity": one.name})


def _pledge(random: Random, one: Organisation) -> Paper:
    addressee = {"jilin": "省职业技能鉴定中心", "tianjin": "市职业技能鉴定指导中心"}.get(
        one.province, f"{one.city}职业技能鉴定指导中心"
    )
    style = {"representative": one.legal_representative, "addressee": addressee, "handwritten": False}
    return Paper("integrity_pledge", {"name": one.name, "signed": _before(random, one.received)}, style)


_FORM_FIELDS = (
    "name",
    "address",
    "registration_authority",
    "organisation_type",
    "credit_code",
    "legal_representative",
    "contact",
    "position",
    "phone",
    "email",
)


def _form(random: Random, one: Organisation) -> Paper:
    notice = notices.NOTICES[one.programme]
    fields = {field: getattr(one, field) for field in _FORM_FIELDS}
    fields |= {"registered_capital": one.capital, "occupations": [dict(row) for row in one.occupations]}
    style = {
        "form": notice.form,
        "options": one.boxes,
        "capital_form": random.choice(("ten_thousand", "ten_thousand", "capital", "plain")),
        "month_form": random.choice(("plain", "dot", "dash")),
        "level_form": random.choice(("range", "list", "numbers")),
        "title": random.choice(notice.form_titles),
        "dash": random.choice(("-", "-", "-", "－", "—")),
        "tick": random.choice(("☑", "■", "√")),
        "spaced_code": random.random() < 0.1,
        "handwritten": random.random() < 0.12,
        "pledge_text": "本人承诺申报材料真实有效，如有虚假，自愿退出"
        + ("申报。" if notice.form == "neimenggu" else "。"),
    }
    return Paper("application_form", fields, style)


def _enterprise_form(random: Random, one: Organisation) -> Paper:
    """Write the enterprise programme's form: it asks for fewer fields, and lists equipment and staff itself."""
    asked = ("name", "address", "credit_code", "contact", "position", "phone", "email")
    fields = {field: getattr(one, field) if field in asked else None for field in (*_FORM_FIELDS, "registered_capital")}
    fields["occupations"] = [dict(row) for row in one.occupations]
    keys = ("name", "id_number", "employer", "title", "education", "occupation")
    style = {
        "layout": "enterprise_form",
        "form": "enterprise",
        "title": random.choice(notices.NOTICES[one.programme].form_titles),
        "dash": random.choice(("-", "-", "－")),
        "spaced_code": random.random() < 0.1,
        "handwritten": random.random() < 0.12,
        "phone_is_mobile": one.phone.startswith("1"),
        "other_phone": "",
        "fees": [f"{random.choice((180, 240, 300, 360, 420))}元/人" for _ in one.occupations],
        "rules": prose.choose(random, "rules", random.randint(3, 6)),
        "strengths": random.choice(prose.STRENGTHS),
        "premises": f"{'租赁' if one.rents else '自有'}场地，建筑面积{one.floor_area:g}平方米，位于{one.address}。",
        "cameras": random.choice(prose.CAMERAS),
        "equipment": prose.equipment(random, random.randint(6, 16), one.name),
        "staff": {
            role: [{key: person[key] for key in keys} for person in one.staff[role]]
            for role in ("full_time", "assessor", "supervisor")
        },
        "blank_rows": random.randint(0, 2),
        "sealed": random.random() < 0.5,
    }
    return Paper("application_form", fields, style)


def _condition_list(random: Random, one: Organisation) -> Paper:
    style = {
        "layout": "condition_list",
        "title": random.choice(("基本条件清单", "试点企业基本条件清单")),
        "name": one.name,
        "items": prose.CONDITIONS,
        "date": printing.day(_before(random, one.received), "plain"),
        "sealed": True,
    }
    return Paper("other", {}, style)


def _credit_report(random: Random, one: Organisation) -> Paper:
    fields = {
        "name": one.name,
        "credit_code": one.credit_code,
        "issued": (one.received - timedelta(days=random.randint(5, 60))).isoformat(),
    }
    style = {
        "title": random.choice(("信用报告", "企业信用报告", "公共信用信息报告", "法人和其他组织信用信息查询报告")),
        "number": f"YL{one.received.year}{random.randint(100000, 999999)}",
        "issuer": random.choice(("样例信用信息中心", "信用中国（样例）", f"{one.city}社会信用体系建设办公室（样例）")),
        "legal_representative": one.legal_representative,
        "address": one.address,
        "established": printing.day(one.established, "plain"),
        "capital_text": printing.amount(one.capital, "ten_thousand"),
        "rows": [
            (item, "0条")
            for item in ("行政处罚信息", "严重失信主体名单信息", "经营异常名录信息", "司法判决信息", "欠税信息")
        ],
        "pages_more": random.choice((0, 0, 1)),
    }
    return Paper("credit_report", fields, style)


def _asset_list(random: Random, one: Organisation) -> Paper:
    paper = _prose("asset_list", one)
    paper.style |= {
        "equipment": prose.equipment(random, random.randint(8, 16), one.name),
        "long": random.random() < 0.25,
    }
    return paper


def _skill_certificates(random: Random, one: Organisation, count: int) -> list[Paper]:
    return [_skill_certificate(random, person) for person in one.staff["assessor"][:count]]


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
    style = {
        "edition": random.choice(("副本", "副本", "正本")),
        "qr": random.random() < 0.6,
        "qr_code": one.credit_code,
        "copy_seal": random.random() < 0.3,
    }
    return Paper("registration_certificate", fields, style)


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


def _premises(random: Random, one: Organisation, *, deed: bool) -> list[Paper]:
    area = one.floor_area
    # What is rented may be a part of what the deed covers.
    is_part = one.rents and area > 1500 and random.random() < 0.3
    whole = round(area * random.uniform(1.2, 2), 2) if is_part else area
    title = Paper(
        "property_certificate",
        {
            "owner": one.owner,
            "certificate_number": "",
            "address": one.address,
            "floor_area": whole,
        },
        {
            "registered": (one.established - timedelta(days=400)).isoformat(),
            "copy_seal": random.random() < 0.3,
        },
    )
    new = random.random() < 0.6
    year, serial = random.randint(2016, 2019), random.randint(1000, 99999)
    if new:
        short = invented.PROVINCES[one.province].short
        title.style["registered"] = f"{year}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"
        title.fields["certificate_number"] = f"{short}（{year}）样例区不动产权第{serial:07}号"
    else:
        title.fields["certificate_number"] = f"{one.city[:1]}房权证样例字第{year - 10}{serial:06}号"
    title.style["template"] = "new" if new else "old"
    if not one.rents:
        return [title]
    return [_lease(random, one), *([title] if deed else [])]


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
        "lessor_person": is_person(one.owner),
        "handwritten": random.random() < 0.15,
        "pages_more": random.choice((0, 0, 0, 1, 2)),
        "copy_seal": random.random() < 0.3,
    }
    if style["term"] != "length" and random.random() < 0.2:
        # Counted to the same day of the year, as many leases are: as long in whole months.
        fields["lease_end"] = (lease_end(start, months) + timedelta(days=1)).isoformat()
    return Paper("lease_contract", fields, style)


def is_person(name: str) -> bool:
    """Say whether an invented owner is a natural person."""
    return len(name) <= 4


def _rosters(random: Random, one: Organisation) -> list[Paper]:
    papers: list[Paper] = []
    variant = random.randrange(3)
    for role, people in one.staff.items():
        keys = _COLUMNS[variant][role == "full_time"]
        # What the roster does not print, it does not say.
        rows = [{key: person[key] if key in keys else None for key in person} for person in people]
        style = {
            "columns": keys,
            "title": random.choice(ROLE_TITLES[role]),
            "employer": one.name,
            "long": len(rows) > 20,
        }
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


_SPECIALITIES = ("机械工程", "电气工程", "烹饪教育", "职业指导", "建筑施工")


def _skill_certificate(random: Random, person: dict[str, Any]) -> Paper:
    sort = random.choice(("vocational", "skill", "skill", "title"))
    fields = {
        "person": person["name"],
        "occupation": person["occupation"] if sort != "title" else random.choice(_SPECIALITIES),
        "level": random.choice((2, 1, 3)) if sort != "title" else None,
        "certificate_number": f"{random.randint(10, 20)}0299000{random.choice('123')}{random.randint(100000, 999999)}",
    }
    issued = f"20{random.randint(10, 18)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"
    style = {"id_number": person["id_number"], "sort": sort, "issued": issued, "copy_seal": random.random() < 0.2}
    return Paper("skill_certificate", fields, style)


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
        "copy_seal": random.random() < 0.3,
    }
    return Paper("audit_report", fields, style)


def _statements(random: Random, one: Organisation, *, whole: bool) -> Paper:
    return Paper(
        "financial_statements",
        {"entity": one.name, "fiscal_year": one.audit_year, "total_assets": round(random.uniform(4e5, 9e6), 2)},
        {"whole": whole, "nonprofit": one.certificate_type != "business_licence", "sealed": whole},
    )
