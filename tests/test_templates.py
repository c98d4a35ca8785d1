"""Every template of every family prints what the truth says."""

import itertools
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pypdfium2
import pypdfium2.raw as raw
import pytest

from samples.generator import fonts, notices, organisation, papers, printing

try:
    from samples.generator import setting
except fonts.FontsMissingError as error:
    pytest.skip(str(error), allow_module_level=True)

# What paper shows in another guise: a tick, a title, a sentence, a count; a lease's end may follow from its length.
UNPRINTED = {
    "application_form": {"organisation_type"},
    "registration_certificate": {"certificate_type"},
    "lease_contract": {"lease_months", "lease_end"},
    "audit_report": {"opinion"},
    "trainee_roster": {"rows"},
    "staff_roster": {"role"},
    "skill_certificate": {"level"},
}
ROW_UNPRINTED = {"row", "is_new", "started", "levels"}
AMOUNTS = ("capital", "ten_thousand", "plain", "commas")
ATTACHMENTS = ("cover_letter", "contents", "identity_card")
OPINIONS = {
    "unqualified_with_emphasis": "影响(已|所)发表的审计意见",
    "qualified": "除“",
    "adverse": "(未|不)能公允反映",
    "disclaimer": "不对后附的",
}
FOLDER = Path(setting.__file__).parent / "templates"


def _templates(family: str) -> list[str]:
    files = (path.relative_to(FOLDER / family).with_suffix("") for path in (FOLDER / family).rglob("*.html"))
    return sorted(str(name) for name in files if not name.name.startswith("_") and name.name != "page")


@cache
def _written() -> list[tuple[int, organisation.Organisation, papers.Paper]]:
    written: list[tuple[int, organisation.Organisation, papers.Paper]] = []
    for number in range(60):
        random = Random(f"templates/{number}")
        one = organisation.invent(random, notices.PROGRAMMES[number % len(notices.PROGRAMMES)])
        written += [(number, one, paper) for paper in papers.write(random, one)]
    return written


def _fitting(family: str, template: str) -> Iterator[tuple[organisation.Organisation, papers.Paper]]:
    for _, one, paper in _written():
        if template in setting.templates(paper, family):
            yield one, papers.Paper(paper.kind, dict(paper.fields), {**paper.style, "layout": template})


def _text(one: organisation.Organisation, paper: papers.Paper, family: str) -> str:
    """Return what the set pages say, without what setting puts between characters."""
    pdf, pages = setting.set_papers(Random(f"{paper.style['layout']}"), [paper], one, family)
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == len(pages)
    return _bare("".join(page.get_textpage().get_text_range() for page in document))


def _bare(text: str) -> str:
    return re.sub(r"[\s　 ￾]|(?<=\d),(?=\d)", "", text).replace("－", "-").replace("—", "-")


def _forms(name: str, value: object) -> list[str]:
    """Return how a value may be printed."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        year, month, day = value.split("-")
        # By hand the numbers stand apart from the printed words between them.
        return [printing.day(value, form) for form in printing.DATE_FORMS] + [
            f"{year}{int(month)}{int(day)}",
            f"{year}.{month}.{day}",
        ]
    if name in {"registered_capital", "annual_rent"} and isinstance(value, int | float):
        amounts = [printing.amount(value, form) for form in AMOUNTS]
        # Where the label names the unit the number stands alone.
        return [*(amount.removesuffix("整").removesuffix("元") for amount in amounts), f"（万元）{value / 10000:g}"]
    if isinstance(value, float):
        return [f"{value:g}", f"{value:.2f}"]
    return [str(value)]


def _missing(fields: Mapping[str, Any], text: str, skip: set[str]) -> list[tuple[str, object]]:
    missing: list[tuple[str, object]] = []
    for name, value in fields.items():
        if value is None or name in skip:
            continue
        if isinstance(value, list):
            rows: list[dict[str, Any]] = value
            missing += itertools.chain.from_iterable(_missing(row, text, ROW_UNPRINTED) for row in rows)
        elif not any(_bare(form) in text for form in _forms(name, value)):
            missing.append((name, value))
    return missing


@pytest.mark.parametrize(
    ("family", "template"), [(family, template) for family in setting.FAMILIES for template in _templates(family)]
)
def test_a_template_prints_what_the_truth_says(family: str, template: str):
    if template in ATTACHMENTS:
        pytest.skip("it has no fields")
    one, paper = next(_fitting(family, template))
    skip = UNPRINTED.get(paper.kind, set())
    if paper.fields.get("certificate_type") == "business_licence":
        skip = skip | {"registration_authority"}  # its seal says it
    assert _missing(paper.fields, _text(one, paper, family), skip) == []


def _named(start: str) -> list[tuple[str, str]]:
    return [
        (family, template)
        for family in setting.FAMILIES
        for template in _templates(family)
        if template.startswith(start)
    ]


@pytest.mark.parametrize(("family", "template"), [*_named("application_form"), *_named("enterprise_form")])
def test_a_blank_form_stays_blank(family: str, template: str):
    one, paper = next(_fitting(family, template))
    full = _text(one, paper, family)
    paper.fields |= {name: None for name, value in paper.fields.items() if not isinstance(value, list)}
    assert paper.fields["occupations"]
    text = _text(one, paper, family)
    assert "None" not in text
    assert one.credit_code in full
    assert one.credit_code not in text


@pytest.mark.parametrize(("family", "template"), [*_named("application_form"), *_named("lease_contract")])
def test_what_is_filled_in_by_hand_is_all_there(family: str, template: str):
    one, paper = next(_fitting(family, template))
    paper.style["handwritten"] = True
    assert _missing(paper.fields, _text(one, paper, family), UNPRINTED[paper.kind]) == []


@pytest.mark.parametrize(("family", "template"), _named("audit_report"))
def test_an_audit_words_each_opinion_its_own_way(family: str, template: str):
    one, paper = next(_fitting(family, template))
    for opinion in ("unqualified", *OPINIONS):
        paper.fields["opinion"] = opinion
        text = _text(one, paper, family)
        assert [name for name, words in OPINIONS.items() if re.search(words, text)] == [
            name for name in OPINIONS if name == opinion
        ]


@pytest.mark.parametrize("family", setting.FAMILIES)
def test_a_seal_that_is_missing_is_not_put_on(family: str):
    one, paper = next(_fitting(family, setting.templates(papers.Paper("integrity_pledge", {}), family)[0]))
    paper.style["copy_seal"] = False
    sealed, _ = setting.set_papers(Random(1), [paper], one, family)
    paper.style["seal"] = ""
    bare, _ = setting.set_papers(Random(1), [paper], one, family)
    assert _pictures(sealed) == 1
    assert _pictures(bare) == 0


def _pictures(pdf: bytes) -> int:
    return sum(len(list(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]))) for page in pypdfium2.PdfDocument(pdf))
