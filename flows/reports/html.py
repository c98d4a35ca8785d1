"""report.html: one self-contained file that a reviewer reads, and prints on A4."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from flows.reports import labels
from flows.reports.images import PageImage, embed
from flows.reports.summary import applicant
from schemas.base import Box
from schemas.document import Document, Field
from schemas.finding import Evidence, Finding, Outcome
from schemas.page import Page
from schemas.programme import Programme
from schemas.report import Report, listed

# What is shown around a box, as fractions of the page, and the least width of a cut-out.
MARGIN_X, MARGIN_Y, LEAST_WIDTH, LEAST_HEIGHT = 0.04, 0.018, 0.62, 0.07
# So many cut-outs stand beside one finding; further places are named.
CUT_OUTS = 8

OUTCOME_ORDER = (Outcome.FAIL, Outcome.REVIEW, Outcome.PASS, Outcome.NOT_APPLICABLE)

Place = tuple[str, int]
"""A page by its file and number."""

Window = tuple[float, float, float, float]
"""Left, top, width, height in the page image's pixels."""


@dataclass(frozen=True)
class Mark:
    """A box drawn on a page, in the page image's pixels."""

    x: float
    y: float
    width: float
    height: float
    outcome: str


@dataclass
class Sheet:
    """A page in the report: what it is, its image, and the marks that findings leave on it."""

    index: int
    file: str
    number: int
    kind: str
    image: PageImage | None
    source: str
    marks: dict[Window, Mark] = field(default_factory=dict[Window, Mark])

    @property
    def title(self) -> str:
        """Return what stands under the page."""
        return _place_name(self.file, self.number)


@dataclass(frozen=True)
class CutOut:
    """A piece of a page around one or more boxes; without `window` the whole page."""

    sheet: Sheet
    captions: tuple[str, ...]
    window: Window | None
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class FindingView:
    """A finding as it is shown."""

    finding: Finding
    title: str
    subject: str | None
    cut_outs: list[CutOut]
    further: list[str]


@dataclass(frozen=True)
class FieldView:
    """A field as it is shown; a list has `rows` under `columns`, a code may be `repaired` by its check character."""

    label: str
    value: str
    field: Field
    sheet: Sheet | None
    cut_out: CutOut | None
    columns: list[str]
    rows: list[list[str]]
    repaired: bool


@dataclass(frozen=True)
class DocumentView:
    """A document as it is shown."""

    document: Document
    title: str
    pages: list[tuple[Sheet, str]]
    fields: list[FieldView]


def render(report: Report, pages: Sequence[Page], programme: Programme) -> str:
    """Return report.html; the pages' images must still lie where the pages say."""
    return _View(report, pages, programme).render()


def render_without_pages(report: Report, programme: Programme) -> str:
    """Return report.html as it is when the images of its pages are no longer kept, and says so."""
    return _View(report, (), programme).render(are_kept=False)


class _View:
    """Collects what the template shows of one report."""

    def __init__(self, report: Report, pages: Sequence[Page], programme: Programme) -> None:
        self.report = report
        self.programme = programme
        self.documents = {document.id: document for document in report.documents}
        kinds = {
            (place.file, place.page): labels.kind_label(document.kind)
            for document in report.documents
            for place in document.pages
        }
        images = embed(pages, set(_looked_at(report)))
        self.sheets = {
            (page.file, page.number): Sheet(
                index,
                page.file,
                page.number,
                "空白页" if page.source == "blank" else kinds.get((page.file, page.number), "未归类"),
                images.get((page.file, page.number)),
                labels.SOURCES[page.source],
            )
            for index, page in enumerate(pages, start=1)
        }

    def render(self, *, are_kept: bool = True) -> str:
        """Fill the template; say so where pages are no longer kept."""
        groups = {
            outcome: [self.finding(finding) for finding in self.report.findings if finding.outcome is outcome]
            for outcome in OUTCOME_ORDER
        }
        documents = [self.document(document) for document in listed(self.report.documents)]
        return (
            _environment()
            .get_template("report.html.jinja")
            .render(
                report=self.report,
                programme=self.programme,
                applicant=applicant(self.report.documents, "name"),
                credit_code=applicant(self.report.documents, "credit_code"),
                legal_representative=applicant(self.report.documents, "legal_representative"),
                verdict=labels.VERDICTS[self.report.verdict],
                outcomes=labels.OUTCOMES,
                groups=groups,
                documents=documents,
                sheets=list(self.sheets.values()),
                are_kept=are_kept,
            )
        )

    def finding(self, finding: Finding) -> FindingView:
        """Show a finding with the pieces of pages that it rests on."""
        cut_outs: list[CutOut] = []
        further: list[str] = []
        for evidence in finding.evidence:
            sheet, box = self._place(evidence)
            if sheet is None:
                if evidence.file is not None:
                    further.append(_place_name(evidence.file, evidence.page))
                continue
            mark = _mark(sheet, box, finding.outcome)
            if mark is not None:
                # Findings come the worst first: its colour stays.
                sheet.marks.setdefault((mark.x, mark.y, mark.width, mark.height), mark)
            _add(cut_outs, _cut_out(sheet, [mark] if mark else [], *self._captions(evidence)))
        further.extend(cut_out.sheet.title for cut_out in cut_outs[CUT_OUTS:])
        subject = finding.subject
        return FindingView(
            finding,
            labels.rule_label(finding.rule),
            labels.subject_label(finding.rule, subject) if subject is not None else None,
            cut_outs[:CUT_OUTS],
            list(dict.fromkeys(further)),
        )

    def document(self, document: Document) -> DocumentView:
        """Show a document with its fields."""
        sheets = [
            self.sheets[place.file, place.page] for place in document.pages if (place.file, place.page) in self.sheets
        ]
        fields = [self.field(name, value) for name, value in document.fields.items()]
        return DocumentView(document, labels.kind_label(document.kind), _page_ranges(sheets), fields)

    def field(self, name: str, value: Field) -> FieldView:
        """Show a field with the piece of its page."""
        sheet = self.sheets.get((value.file, value.page)) if value.file and value.page else None
        mark = _mark(sheet, value.box, None) if sheet else None
        cut_out = _cut_out(sheet, [mark]) if sheet and mark else None
        rows = [row for row in value.value if isinstance(row, dict)] if isinstance(value.value, list) else []
        names = list(dict.fromkeys(key for row in rows for key in row))
        people = name == "people"
        columns = [labels.PERSON_NAME if people and key == "name" else labels.field_label(key) for key in names]
        return FieldView(
            labels.field_label(name),
            f"{len(rows)} 项" if rows else labels.value_label(name, value.value),
            value,
            sheet,
            None if rows else cut_out,
            columns,
            [[labels.value_label(key, row.get(key)) for key in names] for row in rows],
            repaired=name == "credit_code" and _is_repaired(value),
        )

    def _place(self, evidence: Evidence) -> tuple[Sheet | None, Box | None]:
        """Return where evidence stands: its own page, else its field's, else its document's first."""
        if evidence.file is not None and evidence.page is not None:
            return self.sheets.get((evidence.file, evidence.page)), evidence.box
        document = self.documents.get(evidence.document or "")
        if document is None or not document.pages:
            return None, None
        value = document.fields.get(evidence.field or "")
        if value is not None and value.file is not None and value.page is not None:
            return self.sheets.get((value.file, value.page)), value.box
        first = document.pages[0]
        return self.sheets.get((first.file, first.page)), None

    def _captions(self, evidence: Evidence) -> tuple[str, ...]:
        """Say which document and which of its fields evidence is."""
        document = self.documents.get(evidence.document or "")
        kind = labels.kind_label(document.kind) if document else None
        field = labels.field_label(evidence.field) if evidence.field is not None else None
        return tuple(caption for caption in (kind, field) if caption is not None)


def _looked_at(report: Report) -> Iterator[Place]:
    """Yield the pages that findings and fields rest on."""
    for document in listed(report.documents):
        yield from ((value.file, value.page) for value in document.fields.values() if value.file and value.page)
        yield from ((seal.file, seal.page) for seal in document.seals)
    for finding in report.findings:
        yield from ((evidence.file, evidence.page) for evidence in finding.evidence if evidence.file and evidence.page)


def _mark(sheet: Sheet, box: Box | None, outcome: Outcome | None) -> Mark | None:
    if box is None or sheet.image is None:
        return None
    width, height = sheet.image.width, sheet.image.height
    left, top, right, bottom = box
    # A little air, so that the frame does not touch the writing.
    air = 0.004 * width
    return Mark(
        round(left * width - air, 1),
        round(top * height - air, 1),
        round((right - left) * width + 2 * air, 1),
        round((bottom - top) * height + 2 * air, 1),
        outcome or "field",
    )


def _cut_out(sheet: Sheet, marks: Sequence[Mark], *captions: str) -> CutOut:
    """Cut a piece out of a page that shows the marks and what stands around them; without marks it is the page."""
    if not marks or sheet.image is None:
        return CutOut(sheet, captions, None, ())
    width, height = sheet.image.width, sheet.image.height
    left, top = min(mark.x for mark in marks), min(mark.y for mark in marks)
    right, bottom = max(mark.x + mark.width for mark in marks), max(mark.y + mark.height for mark in marks)
    wide = min(max(right - left + 2 * MARGIN_X * width, LEAST_WIDTH * width), width)
    high = min(max(bottom - top + 2 * MARGIN_Y * height, LEAST_HEIGHT * height), height)
    x = min(max((left + right) / 2 - wide / 2, 0), width - wide)
    y = min(max((top + bottom) / 2 - high / 2, 0), height - high)
    return CutOut(sheet, captions, (round(x, 1), round(y, 1), round(wide, 1), round(high, 1)), tuple(marks))


def _add(cut_outs: list[CutOut], new: CutOut) -> None:
    """Add a cut-out, or widen one of the same page that it runs into."""
    for index, old in enumerate(cut_outs):
        if old.sheet is not new.sheet:
            continue
        if new.window is None:
            return
        if old.window is None or _overlap(old.window, new.window):
            captions = dict.fromkeys((*old.captions, *new.captions))
            marks = dict.fromkeys((*old.marks, *new.marks))
            cut_outs[index] = _cut_out(old.sheet, list(marks), *captions)
            return
    cut_outs.append(new)


def _overlap(one: Window, other: Window) -> bool:
    return (
        one[0] < other[0] + other[2]
        and other[0] < one[0] + one[2]
        and one[1] < other[1] + other[3]
        and other[1] < one[1] + one[3]
    )


def _is_repaired(code: Field) -> bool:
    """Say whether a code is not the one that was read, whose check character failed."""
    if not isinstance(code.value, str) or code.text is None:
        return False
    return code.value not in re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", code.text)).upper()


def _page_ranges(sheets: Sequence[Sheet]) -> list[tuple[Sheet, str]]:
    """Name consecutive pages of a file together, each with the first of them."""
    ranges: list[list[Sheet]] = []
    for sheet in sheets:
        if ranges and ranges[-1][-1].file == sheet.file and ranges[-1][-1].number + 1 == sheet.number:
            ranges[-1].append(sheet)
        else:
            ranges.append([sheet])
    return [
        (one[0], one[0].title if len(one) == 1 else f"{one[0].file} 第 {one[0].number}–{one[-1].number} 页")
        for one in ranges
    ]


def _place_name(file: str, page: int | None) -> str:
    return f"{file} 第 {page} 页" if page else file


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("flows.reports", "templates"),
        autoescape=True,
        finalize=labels.in_order,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
