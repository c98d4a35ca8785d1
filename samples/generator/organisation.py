"""One invented applicant: everything its dossier says, coherent and within what its programme asks."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from samples.generator import invented

# Entries that stand in both regions' lists; none has a note.
OCCUPATIONS = (
    ("中式烹调师", "4-03-02-01"), ("中式面点师", "4-03-02-02"), ("西式烹调师", "4-03-02-03"),
    ("西式面点师", "4-03-02-04"), ("茶艺师", "4-03-02-07"), ("车工", "6-18-01-01"), ("铣工", "6-18-01-02"),
    ("磨工", "6-18-01-04"), ("铸造工", "6-18-02-01"), ("锻造工", "6-18-02-02"), ("模具工", "6-18-04-01"),
    ("机床装调维修工", "6-20-03-01"), ("制冷空调系统安装维修工", "6-29-03-05"), ("电工", "6-31-01-03"),
    ("制冷工", "6-11-01-04"), ("劳动关系协调员", "4-07-03-02"), ("企业人力资源管理师", "4-07-03-04"),
    ("保安员", "4-07-05-01"), ("育婴员", "4-10-01-02"), ("保育员", "4-10-01-03"), ("美容师", "4-10-03-01"),
    ("美发师", "4-10-03-02"), ("眼镜验光员", "4-14-03-03"), ("汽车维修工", "4-12-01-01"),
    ("砌筑工", "6-29-01-01"), ("锅炉操作工", "6-28-01-11"),
)  # fmt: skip
# In no list of either region.
UNLISTED = (("样例拼图师", "4-13-05-99"), ("机器人陪练员", "4-13-99-01"), ("星空导览员", "4-07-99-02"))
LEVELS = ([5, 4, 3], [5, 4], [5, 4, 3, 2], [4, 3], [5, 4, 3, 2, 1], [3])
_SCHOOL_EDUCATION = ("大专", "本科", "硕士研究生", "中专")
_TITLES = ("讲师", "高级讲师", "工程师", "高级工程师", "技师", "高级技师", "助理讲师")
_DUTIES = ("考务管理", "题库管理", "证书管理", "档案管理", "财务管理", "设备管理", "质量管理", "综合协调")


@dataclass
class Organisation:
    """The applicant and its circumstances on the day of receipt. Money in yuan, areas in m², terms in months."""

    programme: str
    received: date
    applicant_type: str
    certificate_type: str
    organisation_type: str
    name: str
    credit_code: str
    address: str
    legal_representative: str
    contact: str
    position: str
    phone: str
    email: str
    capital: int
    established: date
    valid_to: date | None
    registration_authority: str
    rents: bool
    owner: str
    floor_area: float
    lease_start: date
    lease_months: int
    annual_rent: int
    occupations: list[dict[str, Any]]
    staff: dict[str, list[dict[str, Any]]]
    audit_year: int
    city: str


def invent(random: Random, programme: str) -> Organisation:
    """Invent an applicant that meets every condition of its programme."""
    received = _received(random, programme)
    kind, certificate_type, applicant_type, organisation_type, prefix = _legal_form(random, programme)
    name = invented.organisation_name(random, programme, kind)
    address = invented.address(random, programme)
    city = "天津市" if programme == "tianjin-2020" else address[3:6]
    established = received - timedelta(days=random.randint(365 * 8, 365 * 18))
    rents = random.random() < 0.7
    months = random.choice((60, 60, 72, 96, 120))
    enterprise = applicant_type == "enterprise"
    occupations = _occupations(random, received, programme, enterprise=enterprise)
    authority = {
        "business_licence": "样例区市场监督管理局",
        "private_nonenterprise": "样例区民政局",
        "social_organisation": "民政局",
    }[certificate_type]
    return Organisation(
        programme=programme,
        received=received,
        applicant_type=applicant_type,
        certificate_type=certificate_type,
        organisation_type=organisation_type,
        name=name,
        credit_code=invented.credit_code(random, programme, prefix),
        address=address,
        legal_representative=invented.person(random),
        contact=invented.person(random),
        position=random.choice(("办公室主任", "校长助理", "培训部部长", "主任", "副校长", "项目经理")),
        phone=_phone(random, programme),
        email=f"{random.choice(('yangli', 'sample', 'peixun'))}{random.randint(1, 999)}@example.com",
        capital=random.choice((100_000, 300_000, 500_000, 1_000_000, 2_000_000, 5_000_000, 12_000_000)),
        established=established,
        valid_to=_valid_to(random, received, certificate_type),
        registration_authority=city + authority,
        rents=rents,
        owner=invented.organisation_name(random, programme, "owner") if rents else name,
        floor_area=random.choice((random.randint(1010, 3600), round(random.uniform(1005, 4200), 2))),
        lease_start=received.replace(day=random.choice((1, 1, 1, received.day, 15, 20))) - timedelta(
            days=0 if random.random() < 0.3 else random.choice((365, 730, 900, 1280))
        ),
        lease_months=months,
        annual_rent=random.choice((120_000, 180_000, 240_000, 360_000, 408_000, 660_000)),
        occupations=occupations,
        staff=_staff(random, programme, name, occupations),
        audit_year=received.year - 1,
        city=city,
    )  # fmt: skip


def _received(random: Random, programme: str) -> date:
    if programme == "tianjin-2020":
        received = date(2020, 5, 25) + timedelta(days=random.randint(40, 700))
        # Early in a year the audit of the year before is not yet out.
        return received if received.month > 4 else received.replace(month=5, day=random.randint(1, 24))
    year, month = random.choice(((2022, 7), (2022, 10), (2023, 3), (2023, 7), (2023, 10)))
    return date(year, month, random.randint(15, 30))


def _legal_form(random: Random, programme: str) -> tuple[str, str, str, str, str]:
    """Return name's kind, certificate, applicant_type, what the form ticks, the credit code's first two."""
    business = ("business", "business_licence", "training_institution", "企业", "91")
    school = ("school", "private_nonenterprise", "training_institution", "民办非企业单位", "52")
    association = ("association", "social_organisation", "industry_association", "其他", "51")
    enterprise = ("business", "business_licence", "enterprise", "企业", "91")
    choices = [business, school, school, association]
    return random.choice([*choices, enterprise] if programme == "tianjin-2020" else choices)


def _phone(random: Random, programme: str) -> str:
    if random.random() < 0.5:
        return f"1{random.choice('3578')}0{random.randint(0, 9999):04}0000"
    return f"{'022' if programme == 'tianjin-2020' else '0431'}-8000{random.randint(1000, 9999)}"


def _valid_to(random: Random, received: date, certificate_type: str) -> date | None:
    if certificate_type == "business_licence" and random.random() < 0.6:
        return None
    return received + timedelta(days=random.randint(200, 365 * 9))


def _occupations(random: Random, received: date, programme: str, *, enterprise: bool) -> list[dict[str, Any]]:
    # Five stands between two thresholds of the Tianjin notice: left out.
    count = random.choice((2, 3, 3, 4, 6, 7) if programme == "tianjin-2020" else (1, 2, 3, 4, 5, 8))
    least = 300 if enterprise else 8_600 if count < 5 else 5_200
    rows: list[dict[str, Any]] = []
    for number, (name, code) in enumerate(random.sample(OCCUPATIONS, count), 1):
        started = received - timedelta(days=random.randint(365 * 6 + 100, 365 * 8))
        trained = random.randint(least, least + 6_000)
        if count > 5:
            trained = max(trained, 50_000 // count + random.randint(100, 900))
        rows.append(
            {
                "row": number,
                "name": name,
                "code": code,
                "is_new": False,
                "started": f"{started:%Y-%m}",
                "trained": trained,
                "levels": list(random.choice(LEVELS)),
            }
        )
    return rows


def _staff(
    random: Random, programme: str, employer: str, occupations: list[dict[str, Any]]
) -> dict[str, list[dict[str, Any]]]:
    counts = {
        "full_time": random.randint(5, 12),
        "expert": random.randint(3, 6),
        "assessor": random.randint(4, 14),
        "supervisor": random.randint(2, 5),
    }
    used: set[str] = set()

    def one(role: str) -> dict[str, Any]:
        name = invented.person(random)
        while name in used:
            name = invented.person(random)
        used.add(name)
        outside = role == "expert" and random.random() < 0.5
        return {
            "name": name,
            "id_number": invented.identity_number(random, programme),
            "employer": invented.organisation_name(random, programme, "business") if outside else employer,
            "title": random.choice(_TITLES),
            "education": random.choice(_SCHOOL_EDUCATION),
            "occupation": random.choice(_DUTIES) if role == "full_time" else random.choice(occupations)["name"],
        }

    return {role: [one(role) for _ in range(count)] for role, count in counts.items()}
