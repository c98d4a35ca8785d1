"""The notices as data: what is wrong in them is said with file and key."""

from pathlib import Path

import pytest

from schemas.document import DocumentKind
from schemas.programme import RuleUse
from validators import programmes
from validators.programmes import ProgrammeError, UnknownProgramme

GOOD = """
title = "样例通知"
document_number = "样例〔2022〕1号"
catalogues = ["catalogue.csv"]

[[materials]]
kinds = ["application_form"]
title = "申请表"
basis = "样例〔2022〕1号 二"

[[rules]]
rule = "lease.term_too_short"
basis = "样例〔2022〕1号 一"
needs.months = 60
"""
CATALOGUE = "name,code,source\n电工,6-31-01-03,样例\n"


def notice(folder: Path, text: str = GOOD, catalogue: str = CATALOGUE, name: str = "sample-2022") -> Path:
    (folder / name).mkdir(parents=True)
    (folder / name / "programme.toml").write_text(text, encoding="utf-8")
    (folder / name / "catalogue.csv").write_text(catalogue, encoding="utf-8")
    return folder


def test_an_unknown_programme_names_those_there_are():
    with pytest.raises(UnknownProgramme, match=r"atlantis.*jilin-2022.*tianjin-2020"):
        programmes.load("atlantis")


def test_a_good_one_loads(tmp_path: Path):
    programme = programmes.load("sample-2022", notice(tmp_path))
    assert [entry.name for entry in programme.catalogue] == ["电工"]
    assert programme.rules[0].needs == {"months": 60}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('rule = "lease.term_too_short"', 'rule = "lease.too_short"', r"rules\.0（lease\.too_short）.*没有这条规则"),
        ('basis = "样例〔2022〕1号 一"', 'basis = " "', r"rules\.0（lease\.term_too_short）\.basis"),
        ("needs.months = 60", "", r"needs\.months.*缺少"),
        ("needs.months = 60", 'needs.months = "五年"', r"needs\.months"),
        ("needs.months = 60", "needs.months = 60\nneeds.days = 3", r"needs\.days.*没有这一项"),
        ('kinds = ["application_form"]', 'kinds = ["form"]', r"materials\.0\.kinds"),
        ('kinds = ["application_form"]', "kinds = []", r"materials\.0"),
        ('title = "样例通知"', "", "title"),
        ('title = "样例通知"', 'titel = "样例通知"', "titel|title"),
        ('title = "样例通知"', "title = ", "TOML"),
        ('"catalogue.csv"', '"list.csv"', r"list\.csv"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, old: str, new: str, said: str):
    assert old in GOOD
    with pytest.raises(ProgrammeError, match=said) as error:
        programmes.load("sample-2022", notice(tmp_path, GOOD.replace(old, new)))
    assert "sample-2022" in str(error.value)


@pytest.mark.parametrize(
    ("row", "said"), [("电工,6-31-0103,样例", "第 3 行.*code"), (",6-31-01-03,样例", "第 3 行.*name")]
)
def test_a_wrong_row_of_a_catalogue_is_named(tmp_path: Path, row: str, said: str):
    with pytest.raises(ProgrammeError, match=rf"catalogue\.csv {said}"):
        programmes.load("sample-2022", notice(tmp_path, catalogue=f"{CATALOGUE}{row}\n"))


def test_one_that_extends_another_states_anew_what_differs(tmp_path: Path):
    text = """
title = "样例转发"
document_number = "样例市〔2022〕2号"
extends = "sample-2022"

[[rules]]
rule = "occupation.too_many"
basis = "样例市〔2022〕2号 二"
needs.count = 5

[[rules]]
rule = "lease.term_too_short"
basis = "样例市〔2022〕2号 三"
needs.months = 36
"""
    notice(tmp_path)
    programme = programmes.load("city-2022", notice(tmp_path, text, name="city-2022"))
    assert [(use.rule, use.needs) for use in programme.rules] == [
        ("occupation.too_many", {"count": 5}),
        ("lease.term_too_short", {"months": 36}),
    ]
    assert [material.title for material in programme.materials] == ["申请表"]
    assert programme.catalogue


def uses(programme_id: str, rule: str) -> list[RuleUse]:
    return [use for use in programmes.load(programme_id).rules if use.rule == rule]


def test_jilin_asks_what_its_notice_says():
    assert uses("jilin-2022", "lease.term_too_short")[0].needs == {"months": 60}
    assert uses("jilin-2022", "premises.area_too_small")[0].needs == {"square_metres": 1000}
    assert uses("jilin-2022", "staff.too_few")[0].needs == {"people": 5}
    kinds = [material.kinds[0] for material in programmes.load("jilin-2022").materials]
    assert DocumentKind.AUDIT_REPORT not in kinds
    assert DocumentKind.INTEGRITY_PLEDGE in kinds


def test_tianjin_asks_what_its_notice_says():
    assert not uses("tianjin-2020", "premises.area_too_small")
    assert not uses("tianjin-2020", "lease.term_too_short")
    bands = [use.needs.get("bands") for use in uses("tianjin-2020", "occupation.scale_too_small")]
    assert bands == [
        None,
        [{"total": 500}],
        [{"max": 5, "each": 8000}, {"min": 5, "each": 5000, "total": 50000}],
    ]


@pytest.mark.parametrize("programme_id", programmes.known())
def test_every_clause_is_of_its_notice(programme_id: str):
    programme = programmes.load(programme_id)
    base = [programmes.load(programme.extends)] if programme.extends else []
    numbers = tuple(f"{one.document_number} " for one in (programme, *base))
    for basis in [*(use.basis for use in programme.rules), *(material.basis for material in programme.materials)]:
        assert basis.startswith(numbers)
