"""Sets papers as pages: Jinja2 and WeasyPrint, a family of fonts and wordings for each document, seals laid on."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import jinja2
import pikepdf
import segno
from markupsafe import Markup

from samples.generator import fonts, printing, prose, seals
from samples.generator.organisation import Organisation
from samples.generator.papers import Paper

fonts.prepare()
try:
    import weasyprint
except OSError as error:
    raise fonts.FontsMissingError(
        "WeasyPrint 缺少系统库 libpango：apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
    ) from error

# Body, headings.
_FAMILIES = (
    ("AR PL SungtiL GB", "WenQuanYi Zen Hei"),
    ("AR PL UMing CN", "Noto Sans CJK SC"),
    ("Noto Serif CJK SC", "Noto Serif CJK SC"),
    ("Noto Sans CJK SC", "Noto Sans CJK SC"),
    ("AR PL UKai CN", "AR PL UKai CN"),
    ("WenQuanYi Micro Hei", "WenQuanYi Micro Hei"),
    ("LXGW WenKai", "LXGW WenKai"),
)
_TEMPLATES: dict[str, tuple[str, ...]] = {
    "lease_contract": ("clauses", "blanks", "table"),
    "audit_report": ("numbered", "plain"),
    "staff_roster": ("ruled", "ruled", "unruled"),
}
_HEADINGS: dict[str, tuple[str, ...]] = {
    "row": ("序号",),
    "name": ("姓名", "姓 名"),
    "id_number": ("身份证号", "身份证号码", "公民身份号码"),
    "employer": ("工作单位", "所在单位"),
    "title": ("职称/技能等级", "职务/职称", "职称"),
    "education": ("学历", "文化程度"),
}
_WORK_HEADINGS = {
    "full_time": ("主要工作职责", "工作职责", "岗位"),
    "expert": ("专业", "从事专业"),
    "assessor": ("考评职业", "考评职业（工种）"),
    "supervisor": ("督导职业", "职业（工种）"),
}
_POINTS_PER_PIXEL = 0.75
_PIXELS_PER_CENTIMETRE = 96 / 2.54


@dataclass(frozen=True)
class SetPage:
    """A page of the set dossier: which paper it belongs to (by its place in the list)."""

    paper: int


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=jinja2.select_autoescape(default=True),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
    )


def set_papers(random: Random, papers: Sequence[Paper], one: Organisation) -> tuple[bytes, list[SetPage]]:
    """Return the papers as one PDF, in their order, and which paper each of its pages belongs to."""
    rendered: list[weasyprint.Document] = []
    wanted: list[list[tuple[str, float, float]]] = []
    typist = random.choice(_FAMILIES)
    for paper in papers:
        # Most of a dossier comes from one office; certificates, deeds, leases and audits from elsewhere.
        outside = paper.kind in {"registration_certificate", "property_certificate", "lease_contract", "audit_report"}
        family = random.choice(_FAMILIES) if outside or random.random() < 0.25 else typist
        html, stamps = _html(random, paper, one, family)
        rendered.append(weasyprint.HTML(string=html).render())
        wanted.append(stamps)
    pages = [SetPage(place) for place, document in enumerate(rendered) for _ in document.pages]
    everything = rendered[0].copy([page for document in rendered for page in document.pages])
    pdf = pikepdf.open(io.BytesIO(everything.write_pdf()))
    for number, (page, where) in enumerate(zip(everything.pages, pages, strict=True)):
        for place, (text, right, down) in enumerate(wanted[where.paper]):
            if f"seal-{place}" in page.anchors:
                x, y = page.anchors[f"seal-{place}"][:2]
                x = min(max(x + right * _PIXELS_PER_CENTIMETRE, 80), page.width - 80)
                y = min(y + down * _PIXELS_PER_CENTIMETRE, page.height - 80)
                seal = seals.draw(text, random)
                seals.stamp(pdf, pdf.pages[number], seal, x * _POINTS_PER_PIXEL, (page.height - y) * _POINTS_PER_PIXEL)
    packed = io.BytesIO()
    pdf.save(packed)
    return packed.getvalue(), pages


def _html(
    random: Random, paper: Paper, one: Organisation, family: tuple[str, str]
) -> tuple[str, list[tuple[str, float, float]]]:
    stamps: list[tuple[str, float, float]] = []

    def seal(text: str, right: float, down: float) -> Markup:
        stamps.append((paper.style.get("seal", text), right, down))
        return Markup(f'<i class="seal" id="seal-{len(stamps) - 1}"></i>')  # noqa: S704, a number

    _dress(random, paper, one)
    helpers: dict[str, Callable[..., Any]] = {
        "seal": seal,
        "pick": lambda *options: random.choice(options),
        "day": printing.day,
        "month": printing.month,
        "amount": printing.amount,
        "area": lambda value: printing.area(value, random),
        "length": lambda months: printing.length(months, random),
        "levels": printing.levels,
        "prose": lambda topic, count: prose.choose(random, topic, count),
        "assets": lambda: prose.assets(random, one.received.year),
        "trainees": lambda rows: prose.trainees(
            random, rows, [row["name"] for row in one.occupations], one.received.year
        ),
        "statement": lambda total: prose.statement(random, total),
        "code": lambda text: segno.make(text, error="m").png_data_uri(scale=6),
    }
    environment = _environment()
    body = environment.get_template(_template(random, paper)).render(
        f=paper.fields,
        style=paper.style,
        applicant=one.name,
        strengths=random.choice(prose.STRENGTHS),
        clauses=prose.choose(random, "clauses", random.randint(4, 6)),
        **helpers,
        headings=paper.style.get("headings", {}),
    )
    font, heading_font = family
    page = environment.get_template("page.html").render(
        body=Markup(body),  # noqa: S704, what the templates made
        font=font,
        heading_font=heading_font,
        hand=random.choice(("LXGW WenKai", "AR PL UKai CN")),
        size=random.choice((10.5, 11, 12)),
        leading=random.choice((1.5, 1.65, 1.8)),
        margin=random.choice(("2cm", "2.2cm 1.9cm", "1.7cm")),
        weight=random.choice(("normal", "bold")),
        numbered=random.random() < 0.4,
    )
    return page, stamps


def _template(random: Random, paper: Paper) -> str:
    if paper.kind == "registration_certificate":
        business = paper.fields["certificate_type"] == "business_licence"
        return f"registration_certificate/{random.choice(('old', 'wide')) if business else 'school'}.html"
    if paper.kind == "property_certificate":
        return f"property_certificate/{paper.style['template']}.html"
    if paper.kind in _TEMPLATES:
        return f"{paper.kind}/{random.choice(_TEMPLATES[paper.kind])}.html"
    return f"{paper.kind}.html"


def _dress(random: Random, paper: Paper, one: Organisation) -> None:
    """Add to the paper's style what its template prints besides the fields."""
    style, fields = paper.style, paper.fields
    style.setdefault("date", printing.day(one.received, random.choice(("plain", "chinese"))))
    style["city"] = one.city
    match paper.kind:
        case "application_form":
            style |= {"typed_name": random.random() < 0.5, "note": random.random() < 0.5}
        case "registration_certificate":
            style |= {
                "company_type": random.choice(
                    ("有限责任公司", "有限责任公司(自然人独资)", "有限责任公司（自然人投资或控股）")
                ),
                "supervisor": f"{one.city}人力资源和社会保障局",
                "region": one.city,
            }
        case "property_certificate":
            ground = fields["floor_area"] * random.uniform(1.5, 4)
            styles = (
                f"宗地面积{ground:.2f}㎡/房屋建筑面积{fields['floor_area']:.2f}㎡",
                f"共有宗地面积：{ground:.2f}平方米/房屋建筑面积：{fields['floor_area']:.2f}平方米",
            )
            first = date.fromisoformat(style["registered"]).year
            style |= {
                "heading": random.random() < 0.6,
                "unit": f"{one.credit_code[2:8]}001001GB{random.randint(10000, 99999)}F00010001",
                "areas": random.choice(styles),
                "inner": f"{fields['floor_area'] * 0.87:.2f}",
                "use_term": f"{first - 2}年6月1日起{first + 48}年5月31日止",
                "registry": f"{one.city}自然资源和规划局" if style["template"] == "new" else f"{one.city}房产管理局",
                "serial": str(random.randint(10000, 99999)),
            }
        case "lease_contract":
            months = style.setdefault("stated_months", fields["lease_months"])
            years, rest = divmod(months, 12)
            numbers = (str(years), printing.cn2an.an2cn(years), printing.cn2an.an2cn(years, "up"))
            number, unit = (str(months), "个月") if rest else (random.choice(numbers), "年")
            style |= {
                "length_number": number,
                "length_unit": unit,
                "tenant_signatory": one.legal_representative,
                "serial": str(random.randint(100, 999)),
                "typed": random.random() < 0.4,
            }
        case "staff_roster":
            shown = {key: random.choice(options) for key, options in _HEADINGS.items()}
            shown["occupation"] = random.choice(_WORK_HEADINGS[fields["role"]])
            style |= {
                "headings": shown,
                "remark": random.random() < 0.3,
                "unit_line": random.random() < 0.4,
                "wide": len(style["columns"]) > 5 or random.random() < 0.15,
            }
        case "application_report":
            style |= {"established": one.established.year, "address": one.address}
        case "implementation_plan":
            brief = style.get("brief", False)
            style |= {
                "cover": not brief and random.random() < 0.3,
                "volume": 2 if brief else random.randint(3, 6),
            }
        case "management_system":
            titles = ["职业技能等级认定管理制度", "财务管理制度", "质量管控措施", "突发事件应急预案"]
            brief = style.get("brief", False)
            style |= {
                "titles": titles,
                "apart": not brief and random.random() < 0.3,
                "volume": 3 if brief else random.randint(4, 7),
            }
        case "integrity_pledge":
            style["representative"] = one.legal_representative
        case _:
            pass
