"""Sets papers as pages: Jinja2 and WeasyPrint, a family of fonts and wordings for each document, seals laid on.

A family is a folder under templates/: its `family.toml` says which fonts, measures and templates it draws from, its
`page.html` holds the styles that its templates share. Families share no template and no wording, and as few fonts as
may be, so that what is fitted on one can be measured on another.
"""

import io
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import jinja2
import pikepdf
import segno
from markupsafe import Markup, escape

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

FAMILIES = ("first", "second", "third", "fourth")
_FOLDER = Path(__file__).parent / "templates"
# Most of a dossier comes from one office; these come from elsewhere.
_OUTSIDE = {"registration_certificate", "property_certificate", "lease_contract", "audit_report", "credit_report"}
_POINTS_PER_PIXEL = 0.75
_PIXELS_PER_CENTIMETRE = 96 / 2.54


@dataclass(frozen=True)
class SetPage:
    """A page of the set dossier: which paper it belongs to (by its place in the list)."""

    paper: int


@dataclass(frozen=True)
class _Stamp:
    """A seal to lay on, so many centimetres right and down of the anchor `seal-<its place>`."""

    text: str
    right: float
    down: float


@dataclass
class _Sheet:
    """A paper on its way to pages: its HTML and the seals that lie on it."""

    html: str
    stamps: list[_Stamp] = field(default_factory=list["_Stamp"])


@cache
def _family(name: str) -> Mapping[str, Any]:
    return tomllib.loads((_FOLDER / name / "family.toml").read_text(encoding="utf-8"))


@cache
def _environment(family: str) -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER / family),
        autoescape=jinja2.select_autoescape(default=True),
        undefined=jinja2.StrictUndefined,
        finalize=lambda value: "" if value is None else value,
        trim_blocks=True,
    )


def set_papers(
    random: Random, papers: Sequence[Paper], one: Organisation, family: str = FAMILIES[0]
) -> tuple[bytes, list[SetPage]]:
    """Return the papers as one PDF, in their order, and which paper each of its pages belongs to."""
    rendered: list[weasyprint.Document] = []
    wanted: list[list[_Stamp]] = []
    faces = _family(family)["faces"]
    typist = random.choice(faces)
    for paper in papers:
        face = random.choice(faces) if paper.kind in _OUTSIDE or random.random() < 0.25 else typist
        sheet = _write(random, paper, one, family, face)
        rendered.append(weasyprint.HTML(string=sheet.html).render())
        wanted.append(sheet.stamps)
    pages = [SetPage(place) for place, document in enumerate(rendered) for _ in document.pages]
    everything = rendered[0].copy([page for document in rendered for page in document.pages])
    pdf = pikepdf.open(io.BytesIO(everything.write_pdf()))
    # An organisation has one seal, whatever it is stamped on.
    styles: dict[str, seals.Style] = {}
    for number, (page, where) in enumerate(zip(everything.pages, pages, strict=True)):
        for place, stamp in enumerate(wanted[where.paper]):
            if f"seal-{place}" in page.anchors:
                x, y = page.anchors[f"seal-{place}"][:2]
                x = min(max(x + stamp.right * _PIXELS_PER_CENTIMETRE, 80), page.width - 80)
                y = min(y + stamp.down * _PIXELS_PER_CENTIMETRE, page.height - 80)
                style = styles.setdefault(stamp.text, seals.choose(random))
                seal = seals.draw(stamp.text, random, seals.worn(style, random))
                seals.stamp(pdf, pdf.pages[number], seal, x * _POINTS_PER_PIXEL, (page.height - y) * _POINTS_PER_PIXEL)
    packed = io.BytesIO()
    pdf.save(packed)
    return packed.getvalue(), pages


def _write(random: Random, paper: Paper, one: Organisation, family: str, face: Sequence[str]) -> _Sheet:
    _dress(random, paper, one, _family(family))
    environment, looks = _environment(family), _family(family)
    sheet = _Sheet("")
    body = environment.get_template(_template(random, paper, family)).render(
        f=paper.fields,
        style=paper.style,
        applicant=one.name,
        strengths=random.choice(prose.STRENGTHS),
        clauses=prose.choose(random, "clauses", random.randint(4, 6)),
        **_helpers(random, paper, one, sheet),
        headings=paper.style.get("headings", {}),
    )
    font, heading_font = face
    copied = _stamp_copy(random, one, sheet) if paper.style.get("copy_seal") else ""
    sheet.html = environment.get_template("page.html").render(
        body=copied + Markup(body),  # noqa: S704, what the templates made
        font=font,
        heading_font=heading_font,
        hand=random.choice(looks["hands"]),
        size=random.choice(looks["sizes"]),
        leading=random.choice(looks["leadings"]),
        margin=random.choice(looks["margins"]),
        weight=random.choice(looks["weights"]),
        numbered=random.random() < looks["numbered"],
        random=random,
    )
    return sheet


def _stamp_copy(random: Random, one: Organisation, sheet: _Sheet) -> Markup:
    """Let the applicant's seal lie somewhere on the lower half of the first page, as copies bear it."""
    sheet.stamps.append(_Stamp(one.name, random.uniform(4, 15), random.uniform(16, 24)))
    return _anchor(len(sheet.stamps) - 1, "position:absolute;left:0;top:0")


def _anchor(place: int, css: str = "") -> Markup:
    return Markup('<i class="seal" id="seal-{}"{}></i>').format(
        place, Markup(' style="{}"').format(css) if css else Markup("")
    )


def _helpers(random: Random, paper: Paper, one: Organisation, sheet: _Sheet) -> dict[str, Any]:
    """Return what templates may call. What is blank in the paper's fields is blank on paper."""

    def seal(text: str, right: float, down: float) -> Markup:
        if text == one.name:
            text = paper.style.get("seal", text)
        elif paper.style.get("lessor_person") and text == paper.fields["lessor"]:
            return hand(text)
        if not text:
            return Markup("")
        sheet.stamps.append(_Stamp(text, right, down))
        return _anchor(len(sheet.stamps) - 1)

    def hand(text: object) -> Markup:
        """Write by hand: no two characters stand quite alike; codes and numbers stay on their line."""
        words: list[str] = re.findall(r"[!-~]+|.", "" if text is None else str(text))
        written = (Markup('<span class="word">{}</span>').format(Markup("").join(map(stroke, word))) for word in words)
        return Markup('<span class="hand">{}</span>').format(Markup("").join(written))

    def stroke(character: str) -> Markup:
        lift, turn = random.uniform(-1, 1), random.uniform(-5, 5)
        moved = Markup('<span class="stroke" style="transform:translateY({:.1f}pt) rotate({:.1f}deg)">{}</span>')
        return moved.format(lift, turn, character)

    def fill(text: object) -> Markup:
        """Print what was filled in: typed, or by hand where the paper is filled in so."""
        return hand(text) if paper.style.get("handwritten") else escape("" if text is None else text)

    return {
        "seal": seal,
        "hand": hand,
        "fill": fill,
        "random": random,
        "pick": lambda *options: random.choice(options),
        "some": lambda options, count: [
            options[place] for place in sorted(random.sample(range(len(options)), min(count, len(options))))
        ],
        "day": _or_blank(printing.day),
        "month": _or_blank(printing.month),
        "amount": _or_blank(printing.amount),
        "area": _or_blank(lambda value: printing.area(value, random)),
        "length": _or_blank(lambda months: printing.length(months, random)),
        "levels": _or_blank(printing.levels),
        "numeral": _numeral,
        "prose": lambda topic, count: prose.choose(random, topic, count),
        "assets": lambda: prose.assets(random, one.received.year),
        "trainees": lambda rows: prose.trainees(
            random, rows, [row["name"] for row in one.occupations], one.received.year
        ),
        "statement": lambda total: prose.statement(random, total),
        "code": lambda text: segno.make(text, error="m").png_data_uri(scale=6),
    }


def _or_blank(print_value: Callable[..., str]) -> Callable[..., str]:
    return lambda value, *form: print_value(value, *form) if value else ""


def _numeral(number: int, form: str = "low") -> str:
    """Return a number in Chinese: `low` (十二) or `up` (壹拾贰)."""
    return printing.cn2an.an2cn(number, form).removeprefix("一" if form == "low" and 10 <= number < 20 else " ")


def templates(paper: Paper, family: str) -> list[str]:
    """Return the family's templates that a paper may be set in: those of its sort, or else those of its kind."""
    kind: str = paper.style.get("layout", paper.kind)
    sort = paper.fields.get("certificate_type") or next(
        (paper.style[key] for key in ("template", "form", "sort") if key in paper.style), ""
    )
    listed: Mapping[str, list[str]] = _family(family)["templates"]
    return listed.get(f"{kind} {sort}") or listed.get(kind) or [kind]


def _template(random: Random, paper: Paper, family: str) -> str:
    options = templates(paper, family)
    return f"{options[0] if len(options) == 1 else random.choice(options)}.html"


def _dress(random: Random, paper: Paper, one: Organisation, looks: Mapping[str, Any]) -> None:
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
                "ground": f"{ground:.2f}",
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
            if style.get("lessor_person"):
                style["signatory"] = fields["lessor"]
        case "staff_roster":
            shown = {key: random.choice(options) for key, options in looks["headings"].items()}
            shown["occupation"] = random.choice(looks["work_headings"][fields["role"]])
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
