"""One invented applicant: everything its dossier says, coherent and within what its programme asks."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from samples.generator import invented, notices

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
# Entries that stand in one region's list only, long and bracketed ones among them.
_TIANJIN_OCCUPATIONS = (
    ("起重工", "6-30-05-02"), ("仓储管理员", "4-02-06-01"), ("物业管理员", "4-06-01-01"), ("机修钳工", "6-31-01-02"),
    ("调酒师", "4-03-02-09"), ("制图员", "3-01-02-07"), ("有害生物防制员", "4-09-09-00"),
    ("电气设备安装工", "6-29-03-02"), ("印前处理和制作员", "6-08-01-01"), ("公路收费及监控员", "4-02-02-06"),
)  # fmt: skip
_NEIMENGGU_OCCUPATIONS = (
    ("电子商务师", "4-01-02-02"), ("农产品经纪人", "4-01-03-01"), ("物流师", "4-02-06-03"),
    ("道路货运汽车驾驶员", "4-02-02-02"), ("网络与信息安全管理员", "4-04-04-02"), ("无人机驾驶员", "4-99-00-00"),
    ("挖掘铲运和桩工机械司机", "6-30-05-05"), ("风力发电运维值班员", "6-28-01-12"), ("家畜饲养员", "5-03-02-01"),
    ("保洁员（含家居、公共区域）", "4-09-08-01"), ("手工木工（含精细木工）", "6-06-03-01"),
    ("宠物美容师", "4-10-07-03"), ("公共营养师", "4-14-02-01"), ("园林绿化工", "4-09-10-01"),
)  # fmt: skip
_OCCUPATIONS = {
    "jilin": OCCUPATIONS,
    "tianjin": OCCUPATIONS + _TIANJIN_OCCUPATIONS,
    "neimenggu": OCCUPATIONS + _NEIMENGGU_OCCUPATIONS,
    "chifeng": OCCUPATIONS + _NEIMENGGU_OCCUPATIONS,
}
# In no list of either region.
UNLISTED = (("样例拼图师", "4-13-05-99"), ("机器人陪练员", "4-13-99-01"), ("星空导览员", "4-07-99-02"))
_LEVELS = ([5, 4, 3], [5, 4], [4, 3], [3], [5, 4, 3, 2], [5, 4, 3, 2, 1], [2, 1])
_SCHOOL_EDUCATION = ("大专", "本科", "硕士研究生", "中专")
_TITLES = ("讲师", "高级讲师", "工程师", "高级工程师", "技师", "高级技师", "助理讲师")
_DUTIES = ("考务管理", "题库管理", "证书管理", "档案管理", "财务管理", "设备管理", "质量管理", "综合协调")


@dataclass(frozen=True)
class LegalForm:
    """What kind of body applies: how it is named, what it shows, how the code begins, and words for the form's box."""

    named: str
    certificate_type: str
    applicant_type: str
    prefix: str
    boxes: tuple[str, ...]


_BUSINESS = LegalForm("business", "business_licence", "training_institution", "91", ("企业",))
_SCHOOL = LegalForm("school", "private_nonenterprise", "training_institution", "52", ("民办非企业单位",))
_ASSOCIATION = LegalForm(
    "association", "social_organisation", "industry_association", "51", ("行业协会", "社会团体", "其他")
)
_ENTERPRISE = LegalForm("works", "business_licence", "enterprise", "91", ("企业",))
_TECHNICAL = LegalForm("technical", "public_institution", "school", "12", ("技工院校", "院校"))
_FORMS = {
    # A school with a 事业单位法人证书 stands between two clauses of this notice: left out.
    "jilin-2022": (_BUSINESS, _SCHOOL, _SCHOOL, _ASSOCIATION, _ENTERPRISE),
    "tianjin-2020": (_BUSINESS, _SCHOOL, _SCHOOL, _ASSOCIATION, _ENTERPRISE, _TECHNICAL),
    "neimenggu-2020": (_BUSINESS, _SCHOOL, _SCHOOL, _ASSOCIATION, _ENTERPRISE, _TECHNICAL),
    "chifeng-2020": (_BUSINESS, _SCHOOL, _SCHOOL, _ASSOCIATION, _ENTERPRISE, _TECHNICAL),
    "neimenggu-enterprise-2019": (_ENTERPRISE,),
}


@dataclass
class Organisation:
    """The applicant and its circumstances on the day of receipt. Money in yuan, areas in m², terms in months.

    `edges` names what lies exactly on a threshold and still meets it.
    """

    programme: str
    province: str
    scope: str | None
    received: date
    applicant_type: str
    certificate_type: str
    organisation_type: str | None
    boxes: tuple[str, ...]
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
    edges: list[str]

    @property
    def scale(self) -> notices.Scale:
        """Return what the notice asks of this applicant in years and persons."""
        return notices.scale(self.programme, self.applicant_type, self.scope, len(self.occupations))


def invent(random: Random, programme: str, *, outside_window: bool = False) -> Organisation:
    """Invent an applicant that meets every condition of its programme, but for the day of receipt if asked."""
    notice = notices.NOTICES[programme]
    province = notice.province
    scope = random.choice(notice.scopes)
    received, on_edge = _outside(random, programme) if outside_window else _received(random, programme)
    legal = random.choice(_FORMS[programme])
    name = invented.organisation_name(random, province, legal.named)
    district, city = random.choice(invented.PROVINCES[province].districts)
    address = invented.address(random, province, district)
    established = received - timedelta(days=random.randint(365 * 8, 365 * 18))
    rents = random.random() < 0.7
    boxes = random.choice(notice.boxes)
    occupations = _occupations(random, received, programme, legal.applicant_type, scope)
    authority = {
        "business_licence": "样例区市场监督管理局",
        "private_nonenterprise": "样例区民政局",
        "social_organisation": "民政局",
        "public_institution": "事业单位登记管理局",
    }[legal.certificate_type]
    one = Organisation(
        programme=programme,
        province=province,
        scope=scope,
        received=received,
        applicant_type=legal.applicant_type,
        certificate_type=legal.certificate_type,
        organisation_type=next((box for box in legal.boxes if box in boxes), "其他") if boxes else None,
        boxes=boxes,
        name=name,
        credit_code=invented.credit_code(random, province, legal.prefix),
        address=address,
        legal_representative=invented.person(random),
        contact=invented.person(random),
        position=random.choice(("办公室主任", "校长助理", "培训部部长", "主任", "副校长", "项目经理")),
        phone=_phone(random, province),
        email=f"{random.choice(('yangli', 'sample', 'peixun'))}{random.randint(1, 999)}@example.com",
        capital=random.choice((100_000, 300_000, 500_000, 1_000_000, 2_000_000, 5_000_000, 12_000_000)),
        established=established,
        valid_to=_valid_to(random, received, legal.certificate_type),
        registration_authority=city + authority,
        rents=rents,
        owner=_owner(random, province) if rents else name,
        floor_area=random.choice((random.randint(1010, 3600), round(random.uniform(1005, 4200), 2))),
        lease_start=received.replace(day=random.choice((1, 1, 1, min(received.day, 28), 15, 20))) - timedelta(
            days=0 if random.random() < 0.3 else random.choice((365, 730, 900, 1280))
        ),
        lease_months=random.choice((60, 60, 72, 96, 120)),
        annual_rent=random.choice((120_000, 180_000, 240_000, 360_000, 408_000, 660_000)),
        occupations=occupations,
        staff=_staff(random, province, name, occupations),
        audit_year=2018 if province in {"neimenggu", "chifeng"} else received.year - 1,
        city=city,
        edges=["window"] if on_edge else [],
    )  # fmt: skip
    _put_on_edges(random, one)
    return one


def _put_on_edges(random: Random, one: Organisation) -> None:
    """Set some of what has a threshold exactly on it."""
    if random.random() > 0.35:
        return
    scale = one.scale
    edges = ["staff", "area", "term", "validity"] if notices.asks_lease_term(one.programme) else ["validity"]
    if scale.each or scale.total:
        edges.append("scale")
    for edge in random.sample(edges, random.randint(1, len(edges))):
        match edge:
            case "staff":
                del one.staff["full_time"][5:]
            case "area":
                one.floor_area = 1000
            case "term":
                one.lease_months = 60
            case "validity":
                # In force on the day of receipt for the last time.
                one.valid_to = one.received
            case _:
                # Exactly the total where one is asked, exactly the least per occupation where that carries the total.
                rows, rest = one.occupations, max(scale.total, scale.each * len(one.occupations))
                for row in rows:
                    row["trained"] = max(scale.each, scale.total // len(rows))
                rows[0]["trained"] += rest - sum(row["trained"] for row in rows)
        one.edges.append(edge)


_WINDOWS = ((3, 15, 30), (7, 15, 30), (10, 15, 30))


def _received(random: Random, programme: str) -> tuple[date, bool]:
    """Return a day on which the programme takes dossiers, and whether it is the first or the last one."""
    on_edge = random.random() < 0.12
    if programme == "tianjin-2020":
        if on_edge:
            return date(2022, 5, 24), True
        received = date(2020, 5, 25) + timedelta(days=random.randint(40, 700))
        # Early in a year the audit of the year before is not yet out.
        return (received if received.month > 4 else received.replace(month=5, day=random.randint(1, 23))), False
    if programme == "jilin-2022":
        # The first window after the notice of June 2022 is July's.
        year, (month, first, last) = random.choice(
            ((2022, _WINDOWS[1]), (2022, _WINDOWS[2]), *((2023, window) for window in _WINDOWS))
        )
        return (date(year, month, random.choice((first, last)) if on_edge else random.randint(16, 29)), on_edge)
    first, days = {
        "neimenggu-2020": (date(2020, 4, 20), 600),
        "chifeng-2020": (date(2020, 8, 25), 500),
        "neimenggu-enterprise-2019": (date(2019, 5, 6), 11),
    }[programme]
    return first + timedelta(days=random.randint(0, days)), False


def _outside(random: Random, programme: str) -> tuple[date, bool]:
    """Return a day on which the programme takes none: a day late, a day early, or weeks so."""
    days = random.choice((0, 1, random.randint(10, 120)))
    match programme:
        case "tianjin-2020":
            # The day after the two years is open to dispute.
            return date(2022, 5, 26) + timedelta(days=days), False
        case "jilin-2022":
            month, first, last = random.choice(_WINDOWS)
            day = random.choice((last + 1, first - 1, first - random.randint(2, 14)))
            return date(2023 if month == 3 else random.choice((2022, 2023)), month, day), False
        case "neimenggu-enterprise-2019":
            return date(2019, 5, 21) + timedelta(days=days), False
        case _:
            # Before the notice.
            first = date(2020, 4, 1) if programme == "neimenggu-2020" else date(2020, 8, 20)
            return first - timedelta(days=1 + days // 2), False


def _owner(random: Random, province: str) -> str:
    """Return who lets the premises: most often a company, sometimes a person."""
    if random.random() < 0.15:
        return invented.person(random)
    return invented.organisation_name(random, province, "owner")


def _phone(random: Random, province: str) -> str:
    if random.random() < 0.5:
        return f"1{random.choice('3578')}0{random.randint(0, 9999):04}0000"
    return f"{invented.PROVINCES[province].telephone}-8000{random.randint(1000, 9999)}"


def _valid_to(random: Random, received: date, certificate_type: str) -> date | None:
    if certificate_type == "business_licence" and random.random() < 0.6:
        return None
    return received + timedelta(days=random.randint(200, 365 * 9))


# Five stands between two thresholds of the Tianjin notice: left out.
_COUNTS = {
    "jilin-2022": (1, 2, 3, 4, 5, 8),
    "tianjin-2020": (2, 3, 3, 4, 6, 7),
    "neimenggu-2020": (1, 2, 3, 4, 5, 6),
    "chifeng-2020": (1, 2, 3, 4, 5),
    "neimenggu-enterprise-2019": (2, 3, 4, 6, 9),
}


def draw_occupations(random: Random, province: str, count: int) -> list[tuple[str, str]]:
    """Return so many occupations of a province's list."""
    return random.sample(_OCCUPATIONS[province], count)


def _occupations(
    random: Random, received: date, programme: str, applicant_type: str, scope: str | None
) -> list[dict[str, Any]]:
    count = random.choice(_COUNTS[programme])
    scale = notices.scale(programme, applicant_type, scope, count)
    least = max(scale.each, scale.total // count, 60)
    started = received - timedelta(days=max(scale.years, 3) * 366 + 60)
    rows: list[dict[str, Any]] = []
    for number, (name, code) in enumerate(draw_occupations(random, notices.NOTICES[programme].province, count), 1):
        began = started - timedelta(days=random.randint(0, 700))
        form = programme != "neimenggu-enterprise-2019"
        rows.append(
            {
                "row": number,
                "name": name,
                "code": code,
                "is_new": False if form else None,
                "started": f"{began:%Y-%m}" if form else None,
                "trained": random.randint(least + 1, least * 2) if form else None,
                "levels": list(random.choice(_LEVELS[:4] if scope == "league" else _LEVELS)) if form else [],
            }
        )
    return rows


def _staff(
    random: Random, province: str, employer: str, occupations: list[dict[str, Any]]
) -> dict[str, list[dict[str, Any]]]:
    counts = {
        "full_time": random.randint(5, 12),
        "expert": random.randint(3, 6),
        "assessor": random.choice((random.randint(4, 14), random.randint(4, 14), random.randint(24, 40))),
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
            "id_number": invented.identity_number(random, province),
            "employer": invented.organisation_name(random, province, "business") if outside else employer,
            "title": random.choice(_TITLES),
            "education": random.choice(_SCHOOL_EDUCATION),
            "occupation": random.choice(_DUTIES) if role == "full_time" else random.choice(occupations)["name"],
        }

    return {role: [one(role) for _ in range(count)] for role, count in counts.items()}
