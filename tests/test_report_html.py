"""report.html: what a reviewer sees, from a dossier built by hand."""

from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from flows.reports import labels, write_report
from flows.reports.html import render
from schemas.document import Document, DocumentKind, Field, PageReference
from schemas.dossier import File, FileStatus
from schemas.finding import Evidence, Finding, Outcome
from schemas.page import Page
from schemas.programme import Programme
from schemas.report import Report, Verdict
from validators.rules import rules

PROGRAMME = Programme(id="jilin-2022", title="社会培训评价组织征集", document_number="吉人社函〔2022〕78号")
AREA = (0.2, 0.3, 0.4, 0.32)
END = (0.2, 0.33, 0.4, 0.35)
FAR = (0.2, 0.8, 0.4, 0.82)


class Elements(HTMLParser):
    """All start tags with their attributes, and all text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag and wanted.items() <= attrs.items()]


@pytest.fixture
def pages(tmp_path: Path) -> list[Page]:
    """Two pages, white with a black bar where the floor area stands."""
    pages: list[Page] = []
    for number in (1, 2):
        pixels = np.full((2000, 1414, 3), 255, np.uint8)
        pixels[600:640, 283:566] = 0
        path = tmp_path / f"page-{number}.jpg"
        Image.fromarray(pixels).save(path)
        pages.append(Page(file="包.pdf", number=number, width=1414, height=2000, source="ocr", image=path))
    return pages


def finding(outcome: Outcome, *boxes: tuple[float, float, float, float], rule: str = "lease.expired") -> Finding:
    evidence = [Evidence(document="d1", field="lease_end", file="包.pdf", page=1, box=box) for box in boxes]
    return Finding(
        rule=rule, outcome=outcome, message=f"说明 {outcome}", basis="一（二）3", confidence=0.97, evidence=evidence
    )


def report(*findings: Finding, **fields: Field) -> Report:
    places = [PageReference(file="包.pdf", page=1), PageReference(file="包.pdf", page=2)]
    document = Document(id="d1", kind=DocumentKind.LEASE_CONTRACT, confidence=0.98, pages=places, fields=dict(fields))
    return Report(
        programme="jilin-2022",
        dossier="JL-0007",
        received=None,
        verdict=Verdict.RETURN,
        files=[File(path="包.pdf", sha256="0" * 64, pages=2, status=FileStatus.READ)],
        documents=[document],
        findings=list(findings),
    )


def test_a_code_that_is_not_what_was_read_says_so(pages: list[Page]) -> None:
    def shown(text: str) -> str:
        code = Field(value="91150400MA0N1X2A37", text=text, confidence=0.75, file="包.pdf", page=1, box=AREA)
        return Elements(render(report(credit_code=code), pages, PROGRAMME)).text

    assert "请核对原件" in shown("9115O4OOMAON1X2A37")
    assert "请核对原件" not in shown("91150400 ma0n1x2a37")


def test_a_page_says_where_its_words_come_from(pages: list[Page]) -> None:
    pages[1] = pages[1].model_copy(update={"source": "text_layer"})
    text = Elements(render(report(), pages, PROGRAMME)).text
    assert "包.pdf 第 1 页　取自图像" in text
    assert "包.pdf 第 2 页　取自文字层" in text


def test_findings_stand_by_outcome_the_worst_first(pages: list[Page]) -> None:
    html = render(report(*map(finding, (Outcome.PASS, Outcome.REVIEW, Outcome.FAIL))), pages, PROGRAMME)
    places = [html.index(f"说明 {outcome}") for outcome in ("fail", "review", "pass")]
    assert places == sorted(places)
    assert "退回补正" in Elements(html).text
    assert "租赁期是否届满" in Elements(html).text
    assert "一（二）3" in Elements(html).text


def test_a_finding_shows_the_piece_of_the_page_it_rests_on(pages: list[Page]) -> None:
    html = Elements(render(report(finding(Outcome.FAIL, AREA)), pages, PROGRAMME))
    image = html.all("image", id="i1")[0]
    width, height = float(image["width"] or 0), float(image["height"] or 0)
    [piece] = [one for one in html.all("svg") if not (one.get("viewbox") or "0 0").startswith("0 0") and "role" in one]
    x, y, wide, high = map(float, (piece["viewbox"] or "").split())
    assert x < AREA[0] * width < AREA[2] * width < x + wide
    assert y < AREA[1] * height < AREA[3] * height < y + high
    assert high < height / 4
    # The frame is drawn there, and on the page as it is seen when enlarged.
    frames = html.all("rect", **{"class": "mark fail"})
    assert len(frames) == 2
    assert abs(float(frames[0]["x"] or 0) - AREA[0] * width) < 10
    assert abs(float(frames[0]["y"] or 0) - AREA[1] * height) < 10


def test_neighbouring_places_share_a_piece_and_distant_ones_do_not(pages: list[Page]) -> None:
    together = Elements(render(report(finding(Outcome.FAIL, AREA, END)), pages, PROGRAMME))
    apart = Elements(render(report(finding(Outcome.FAIL, AREA, FAR)), pages, PROGRAMME))
    assert (len(together.all("figure")), len(apart.all("figure"))) == (1, 2)
    assert len(together.all("rect")) == len(apart.all("rect")) == 4


def test_evidence_without_a_box_is_looked_up_at_its_field(pages: list[Page]) -> None:
    end = Field(value="2024-02-29", text="2024年2月29日", confidence=0.6, file="包.pdf", page=2, box=END)
    rests = finding(Outcome.REVIEW).model_copy(update={"evidence": [Evidence(document="d1", field="lease_end")]})
    html = Elements(render(report(rests, lease_end=end), pages, PROGRAMME))
    assert "包.pdf 第 2 页" in html.text
    assert len(html.all("figure", **{"class": "piece"})) == 1
    assert "原文：2024年2月29日" in html.text
    assert html.all("td", **{"class": "number doubtful"})


def test_every_link_leads_somewhere_and_nothing_is_fetched(pages: list[Page]) -> None:
    source = render(report(finding(Outcome.FAIL, AREA)), pages, PROGRAMME)
    html = Elements(source)
    targets = {attrs["id"] for _, attrs in html.tags if "id" in attrs} | {"close"}
    for _, attrs in html.tags:
        for address in (attrs.get("href"), attrs.get("src")):
            assert address is None or address.startswith("data:image/jpeg;base64,") or address[1:] in targets
    assert "url(" not in source
    assert "<script" not in source


def test_what_a_page_says_is_never_markup(pages: list[Page]) -> None:
    evil = '<script>alert("1")</script>&amp;'
    text = Field(value=evil, text=evil, confidence=0.9, file="包.pdf", page=1, box=AREA)
    bad = finding(Outcome.FAIL, AREA).model_copy(update={"message": evil, "subject": evil, "actual": evil})
    one = report(bad, lessor=text)
    one.dossier = evil
    one.files[0].path = evil
    html = Elements(render(one, pages, PROGRAMME))
    assert not html.all("script")
    assert html.text.count(evil) >= 6


def test_lists_are_tables(pages: list[Page]) -> None:
    rows = [
        {"row": 1, "name": "养老护理员", "is_new": False, "trained": 1250, "levels": [5, 4]},
        {"row": 2, "name": None},
    ]
    occupations = Field(value=rows, text="养老护理员", confidence=0.9, file="包.pdf", page=1, box=AREA)
    text = Elements(render(report(occupations=occupations), pages, PROGRAMME)).text
    for cell in ("申报职业（工种）", "养老护理员", "否", "1,250 人", "五级、四级", "—"):
        assert cell in text


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("floor_area", 860.0, "860 平方米"),
        ("floor_area", 1860.55, "1,860.55 平方米"),
        ("annual_rent", 120000, "120,000 元"),
        ("fiscal_year", 2021, "2021"),
        ("opinion", "qualified", "保留意见"),
        ("valid_to", None, "—"),
    ],
)
def test_values_are_written_as_a_reader_writes_them(name: str, value: object, shown: str) -> None:
    assert labels.value_label(name, value) == shown


def test_a_page_without_an_image_is_named(pages: list[Page]) -> None:
    pages[0].image = None
    html = Elements(render(report(finding(Outcome.FAIL, AREA)), pages, PROGRAMME))
    assert "无图像" in html.text
    assert "包.pdf 第 1 页" in html.text


def test_a_thick_dossier_stays_small_and_legible_where_it_matters(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).normal(235, 12, (2000, 1414, 1)).clip(0, 255).astype(np.uint8)
    path = tmp_path / "noise.jpg"
    Image.fromarray(np.repeat(noise, 3, axis=2)).save(path, quality=80)
    pages = [
        Page(file="包.pdf", number=number, width=1414, height=2000, source="ocr", image=path) for number in range(1, 21)
    ]
    rests = [Evidence(file="包.pdf", page=number, box=AREA) for number in range(1, 21)]
    one = report(finding(Outcome.FAIL).model_copy(update={"evidence": rests}))
    [html, *_] = [path for path in write_report(one, pages, PROGRAMME, tmp_path / "out") if path.suffix == ".html"]
    assert html.stat().st_size < 3_000_000
    assert int(Elements(html.read_text(encoding="utf-8")).all("image", id="i1")[0]["height"] or 0) >= 900


def test_all_kinds_and_rules_have_a_name() -> None:
    assert set(DocumentKind) == set(labels.KINDS)
    assert set(rules()) <= set(labels.RULES)
