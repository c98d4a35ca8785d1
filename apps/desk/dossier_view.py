"""What the page of a dossier shows: its pages, findings and fields, each with where it stands."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from apps.desk.marking import Piece, pieces_of
from flows.desk.acts import Recorded
from flows.desk.desk import Judged, Review
from flows.desk.values import FieldType, Type, fields_of
from flows.reports import labels
from schemas.base import Box
from schemas.document import Document, Field
from schemas.finding import Evidence, Outcome
from schemas.page import Page


@dataclass(frozen=True)
class Spot:
    """A place to look at: a page by its number in the dossier, and a box on it, or the whole page."""

    page: int
    box: Box | None
    title: str


@dataclass(frozen=True)
class SheetView:
    """A page: its number in the dossier (from 1), its image's address, what it is of."""

    index: int
    page: Page
    image: str | None
    title: str
    document: Document | None


@dataclass(frozen=True)
class FindingView:
    """A finding with the places it rests on. `number` counts the findings as they are shown."""

    number: int
    judged: Judged
    title: str
    subject: str | None
    spots: list[Spot]

    @property
    def marks(self) -> str:
        """Return the places for the page's script."""
        return _marks(self.spots)

    @property
    def waits(self) -> bool:
        """Say whether nobody has said anything of it that should be said."""
        return waits(self.judged)


@dataclass(frozen=True)
class CellView:
    """An entry of a list's row as it is shown and as it is typed."""

    shown: str
    typed: str
    type: FieldType


@dataclass(frozen=True)
class RowView:
    """A row of a list, where it stands, and how surely it was read."""

    cells: list[CellView]
    spots: list[Spot]
    confidence: float | None

    @property
    def marks(self) -> str:
        """Return the place for the page's script."""
        return _marks(self.spots)


@dataclass(frozen=True)
class FieldView:
    """A field as it is shown and as it is typed; one that was not read has no `field`.

    `pieces` are those of the value as it stands on the page, `doubts` where its unsure characters stand.
    """

    id: str
    name: str
    label: str
    type: FieldType | None
    field: Field | None
    shown: str
    typed: str
    pieces: list[Piece]
    original: list[Piece]
    spots: list[Spot]
    doubts: list[Spot]
    rows: list[RowView]
    corrected: Recorded | None

    @property
    def marks(self) -> str:
        """Return the places for the page's script."""
        return _marks(self.spots, self.doubts)

    @property
    def is_doubtful(self) -> bool:
        """Say whether somebody should look at it."""
        return self.corrected is None and any(piece.is_doubtful for piece in (*self.pieces, *self.original))


@dataclass(frozen=True)
class DocumentView:
    """A document, or a part of one (`section`), with its fields."""

    document: Document
    section: int | None
    title: str
    sheets: list[SheetView]
    fields: list[FieldView]
    corrected: Recorded | None
    parts: list["DocumentView"]


def waits(judged: Judged) -> bool:
    """Say whether nobody has said anything yet of a finding that somebody should look at."""
    return judged.act is None and judged.finding.outcome in (Outcome.FAIL, Outcome.REVIEW)


class View:
    """A dossier as its page shows it."""

    def __init__(self, review: Review, address: str) -> None:
        self.review = review
        self.address = address
        pages = review.dossier.pages
        owners = {(one.file, one.page): document for document in review.report.documents for one in document.pages}
        self.sheets = [
            SheetView(
                index,
                page,
                self._image(page),
                f"{page.file} 第 {page.number} 页",
                owners.get((page.file, page.number)),
            )
            for index, page in enumerate(pages, start=1)
        ]
        self._by_place = {(one.page.file, one.page.number): one for one in self.sheets}
        self._documents = {document.id: document for document in review.report.documents}
        self.findings = [self._finding(number, one) for number, one in enumerate(review.findings, start=1)]
        self.documents = [self._document(document) for document in review.dossier.documents]

    @property
    def groups(self) -> list[tuple[str, list[SheetView]]]:
        """Return the pages by document, as they follow one another; what is of no document stands by itself."""
        groups: list[tuple[str, list[SheetView]]] = []
        last: object = self
        for sheet in self.sheets:
            owner = None if sheet.document is None else sheet.document.id
            if not groups or owner != last:
                groups.append((self.kind_of(sheet), []))
                last = owner
            groups[-1][1].append(sheet)
        return groups

    @property
    def loose(self) -> list[SheetView]:
        """Return the pages that are of no document."""
        return [one for one in self.sheets if one.document is None]

    def kind_of(self, sheet: SheetView) -> str:
        """Say what a page is of."""
        if sheet.document is not None:
            return labels.kind_label(sheet.document.kind)
        return "空白页" if sheet.page.source == "blank" else "未归类"

    def of_outcome(self, *outcomes: str) -> list[FindingView]:
        """Return the findings that come to something."""
        return [one for one in self.findings if one.judged.finding.outcome in outcomes]

    @property
    def open_findings(self) -> list[FindingView]:
        """Return the findings that a person has to look at still."""
        return [one for one in self.findings if one.judged.is_open]

    @property
    def first_waiting(self) -> FindingView | None:
        """Return the worst finding that nobody has said anything of."""
        return next((one for one in self.findings if waits(one.judged)), None)

    def finding(self, key: str | None) -> FindingView | None:
        """Return a finding by its key."""
        return next((one for one in self.findings if one.judged.key == key), None)

    def field(self, name: str | None) -> FieldView | None:
        """Return a field by what it is called in an address."""
        return next((one for document in self.all_documents for one in document.fields if one.id == name), None)

    @property
    def all_documents(self) -> Iterator[DocumentView]:
        """Yield the documents, and behind each its parts."""
        for document in self.documents:
            yield document
            yield from document.parts

    def sheet(self, index: int) -> SheetView | None:
        """Return a page by its number in the dossier."""
        return self.sheets[index - 1] if 0 < index <= len(self.sheets) else None

    def _image(self, page: Page) -> str | None:
        name = self.review.images.get((page.file, page.number))
        return None if name is None else f"{self.address}/images/{quote(name, safe='')}"

    def _finding(self, number: int, judged: Judged) -> FindingView:
        finding = judged.finding
        return FindingView(
            number,
            judged,
            labels.rule_label(finding.rule),
            None if finding.subject is None else labels.subject_label(finding.rule, finding.subject),
            [spot for evidence in finding.evidence if (spot := self._spot(evidence)) is not None],
        )

    def _spot(self, evidence: Evidence) -> Spot | None:
        """Return where evidence stands: its own page, else its field's, else its document's first."""
        document = self._documents.get(evidence.document or "")
        title = "·".join(
            one
            for one in (
                labels.kind_label(document.kind) if document is not None else None,
                labels.field_label(evidence.field) if evidence.field is not None else None,
            )
            if one is not None
        )
        if evidence.file is not None and evidence.page is not None:
            return self._at(evidence.file, evidence.page, evidence.box, title)
        if document is None or not document.pages:
            return None
        value = document.fields.get(evidence.field or "")
        if value is not None and value.file is not None and value.page is not None:
            return self._at(value.file, value.page, value.box, title)
        return self._at(document.pages[0].file, document.pages[0].page, None, title)

    def _at(self, file: str, page: int, box: Box | None, title: str) -> Spot | None:
        sheet = self._by_place.get((file, page))
        return None if sheet is None else Spot(sheet.index, box, title or self.kind_of(sheet))

    def _document(self, document: Document, section: int | None = None, whole: Document | None = None) -> DocumentView:
        types = fields_of(document.kind)
        names = list(dict.fromkeys([*document.fields, *types]))
        owner = whole or document
        pages = [self._by_place[one.file, one.page] for one in document.pages if (one.file, one.page) in self._by_place]
        return DocumentView(
            document,
            section,
            labels.kind_label(document.kind),
            pages,
            [self._field(owner.id, section, name, document.fields.get(name), types.get(name)) for name in names],
            self.review.corrected.get((owner.id, section, "")),
            [self._document(part, place, owner) for place, part in enumerate(document.sections)],
        )

    def _field(
        self, document: str, section: int | None, name: str, field: Field | None, type_: FieldType | None
    ) -> FieldView:
        id_ = f"{document}.{name}" if section is None else f"{document}.{section}.{name}"
        label = type_.label if type_ is not None else labels.field_label(name)
        corrected = self.review.corrected.get((document, section, name))
        if field is None:
            return FieldView(id_, name, label, type_, None, "", "", [], [], [], [], [], corrected)
        page = self.review.page(field.file, field.page) if field.file and field.page else None
        rows = self._rows(type_, field)
        shown = f"{len(rows)} 项" if rows else labels.value_label(name, field.value)
        pieces, boxes = pieces_of(shown, field, page)
        original: list[Piece] = []
        if field.text is not None and not rows and "".join(field.text.split()) != "".join(shown.split()):
            original, boxes = pieces_of(field.text, field, page)
        spots = [self._at(field.file, field.page, field.box, label)] if field.file and field.page else []
        doubts = [self._at(field.file, field.page, box, "") for box in boxes] if field.file and field.page else []
        return FieldView(
            id_,
            name,
            label,
            type_,
            field,
            shown,
            typed(type_, field.value),
            pieces,
            original,
            [one for one in spots if one is not None],
            [one for one in doubts if one is not None],
            rows,
            corrected,
        )

    def _rows(self, type_: FieldType | None, field: Field) -> list[RowView]:
        if type_ is None or type_.type is not Type.ROWS or not isinstance(field.value, list):
            return []
        rows: list[RowView] = []
        for place, value in enumerate(field.value):
            if not isinstance(value, dict):
                continue
            read = field.rows[place] if place < len(field.rows) else None
            entries = [(column, value.get(column.name)) for column in type_.columns]
            cells = [
                CellView(labels.value_label(column.name, one), typed(column, one), column) for column, one in entries
            ]
            spot = None if read is None else self._at(read.place.file, read.place.page, read.place.box, type_.label)
            rows.append(RowView(cells, [] if spot is None else [spot], None if read is None else read.confidence))
        return rows


def typed(type_: FieldType | None, value: object) -> str:
    """Return a value as somebody types it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if type_ is not None and type_.type is Type.LEVELS and isinstance(value, list):
        return "".join(str(one) for one in value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return str(value)


def column_label(list_: FieldType, column: FieldType) -> str:
    """Return how people call a list's column."""
    return labels.PERSON_NAME if (list_.name, column.name) == ("people", "name") else column.label


def outcomes_left(judged: Judged) -> list[Outcome]:
    """Return what somebody may say that a finding comes to, its own answer first."""
    order = [Outcome.PASS, Outcome.FAIL, Outcome.NOT_APPLICABLE]
    own = judged.machine.outcome
    return [own, *(one for one in order if one is not own)] if own in order else order


def _marks(spots: Sequence[Spot], doubts: Sequence[Spot] = ()) -> str:
    return json.dumps(
        [
            {"page": spot.page, "box": spot.box, **({"doubt": True} if is_doubt else {})}
            for is_doubt, places in ((False, spots), (True, doubts))
            for spot in places
        ]
    )
