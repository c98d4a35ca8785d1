"""What the notices ask of an applicant, as far as dossiers are made for them."""

from dataclasses import dataclass

PROGRAMMES = ("jilin-2022", "tianjin-2020", "neimenggu-2020", "chifeng-2020", "neimenggu-enterprise-2019")


@dataclass(frozen=True)
class Notice:
    """One notice: where its applicants sit, the scopes they apply for, and its form's title and boxes.

    `boxes` are the kinds of organisation that the form lists, in the ways that it may be printed.
    """

    province: str
    form: str
    form_titles: tuple[str, ...]
    boxes: tuple[tuple[str, ...], ...] = ((),)
    scopes: tuple[str | None, ...] = (None,)


@dataclass(frozen=True)
class Scale:
    """The least years of training, and persons trained per occupation and in all."""

    years: int = 0
    each: int = 0
    total: int = 0


_NEIMENGGU_BOXES = (("企业", "民办非企业单位", "行业协会", "技工院校"),)
NOTICES = {
    "jilin-2022": Notice(
        province="jilin",
        form="jilin",
        form_titles=("社会培训评价组织职业技能等级认定机构申请表",),
        # The notice's annex is not printed with it: these are ways in which such forms are laid out.
        boxes=(
            ("企业", "民办非企业单位", "社会团体", "院校", "其他"),
            ("技工院校", "企业", "民办非企业单位", "其他"),
        ),
    ),
    "tianjin-2020": Notice(
        province="tianjin",
        form="tianjin",
        form_titles=("社会培训评价组织备案申请表", "社会培训评价组织备案申请表", "社会培训评价组织基本情况表"),
        boxes=(("技工院校", "企业", "民办非企业单位", "其他"),),
    ),
    "neimenggu-2020": Notice(
        province="neimenggu",
        form="neimenggu",
        form_titles=("社会培训评价组织基本情况表",),
        boxes=_NEIMENGGU_BOXES,
        scopes=("league", "league", "region", "region", "national"),
    ),
    "chifeng-2020": Notice(
        province="chifeng",
        form="neimenggu",
        form_titles=("社会培训评价组织基本情况表",),
        boxes=_NEIMENGGU_BOXES,
        scopes=("league",),
    ),
    "neimenggu-enterprise-2019": Notice(
        province="neimenggu",
        form="enterprise",
        form_titles=("职业技能等级认定试点企业申报表", "职业技能等级认定企业申报表"),
    ),
}

_NEIMENGGU_SCALES = {
    "national": Scale(years=6, each=10_000, total=50_000),
    "region": Scale(years=3, each=1_000, total=10_000),
    "league": Scale(years=3, each=200, total=2_000),
}


def scale(programme: str, applicant_type: str, scope: str | None, occupations: int) -> Scale:
    """Return what is asked of an applicant with so many occupations; Scale() where nothing is."""
    if scope is not None:
        return _NEIMENGGU_SCALES[scope]
    if programme != "tianjin-2020" or applicant_type == "school":
        return Scale()
    if applicant_type == "enterprise":
        return Scale(total=500)
    return Scale(years=6, each=8_000) if occupations < 5 else Scale(years=6, each=5_000, total=50_000)


def asks_lease_term(programme: str) -> bool:
    """Say whether the notice asks for a lease of five years and a thousand square metres."""
    return programme == "jilin-2022"


def asks_audit(programme: str) -> bool:
    """Say whether the notice asks for an audit report."""
    return programme in {"tianjin-2020", "neimenggu-2020", "chifeng-2020"}
