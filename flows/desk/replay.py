"""Corrections put to what was read, one after the other, and the rules run again: what a dossier is by all of them.

Documents are put together first, as people said their pages belong; those that came to be others are read anew. Then
values are put into them. A correction names its document by its pages, and these by their files' digests: so it holds
for later reports too, as long as the pages are there.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from pydantic import JsonValue

import validators
from flows.desk.acts import ActKind, Recorded
from flows.desk.values import Type, fields_of, is_endless
from flows.reports.case_file import CaseFile
from schemas.base import Box
from schemas.document import Document, DocumentKind, Field, FieldRow, PageReference
from schemas.dossier import Dossier, Envelope
from schemas.elsewhere import Elsewhere, Entry
from schemas.finding import Finding
from schemas.page import Page, Place
from schemas.thresholds import Thresholds
from validators import programmes
from validators.reuse import entry_of

STRUCTURE = frozenset({ActKind.KIND, ActKind.SPLIT, ActKind.JOIN, ActKind.MOVE})
"""What changes the documents."""
CORRECTIONS = STRUCTURE | {ActKind.FIELD, ActKind.ENVELOPE}
"""What the rules run again after."""

Pixels = Callable[[Sequence[Page]], AbstractContextManager[Path]]
"""Lays the images of pages, by their names, into a folder for as long as the context lasts."""

Where = tuple[str, int]
"""A page by its file and number."""

_WHOLE_PAGE: Box = (0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True)
class NotApplied:
    """A correction that could not be carried over to a later revision of the report, and why."""

    act: Recorded
    why: str


@dataclass(frozen=True)
class Standing:
    """A dossier by its corrections: with what the rules say of it.

    `corrected` holds, by (document, section, field), who said what a value is; a document's kind or pages are under the
    field `""`, the envelope under the document `""`.
    """

    dossier: Dossier
    findings: list[Finding]
    corrected: Mapping[tuple[str, int | None, str], Recorded] = field(
        default_factory=dict[tuple[str, int | None, str], Recorded]
    )
    not_applied: Sequence[NotApplied] = ()
    entry: Entry | None = None
    """What the register has to know of it, where that is no longer what the report said."""


class Pages:
    """The pages of a dossier: in which order they come, and how acts name them."""

    def __init__(self, dossier: Dossier) -> None:
        self.by_place: dict[Where, Page] = {(page.file, page.number): page for page in dossier.pages}
        self._order = {place: index for index, place in enumerate(self.by_place)}
        self._digests = {file.path: file.sha256 for file in dossier.files}

    def names(self, pages: Sequence[PageReference]) -> list[JsonValue]:
        """Return how acts name pages: by file, the file's digest, and number."""
        return [[page.file, self._digests.get(page.file, ""), page.page] for page in pages]

    def find(self, names: JsonValue) -> list[PageReference] | None:
        """Return the pages that an act names, in the dossier's order; None where one of them is not there."""
        found: list[PageReference] = []
        for name in cast("list[tuple[str, str, int]]", names):
            file, digest, number = name
            paths = [file, *self._digests] if self._digests.get(file) == digest else list(self._digests)
            path = next((one for one in paths if self._digests[one] == digest and (one, number) in self._order), None)
            if path is None:
                return None
            found.append(PageReference(file=path, page=number))
        return self.in_order(found)

    def in_order(self, pages: Sequence[PageReference]) -> list[PageReference]:
        """Return pages in the dossier's order."""
        return sorted(pages, key=lambda page: self._order[page.file, page.page])

    def of(self, document: Document) -> list[Page]:
        """Return a document's pages as they were read."""
        return [self.by_place[page.file, page.page] for page in document.pages]

    def first(self, document: Document) -> int:
        """Return where a document begins."""
        return self._order[document.pages[0].file, document.pages[0].page]


def replay(
    case: CaseFile,
    corrections: Sequence[Recorded],
    pixels: Pixels,
    look_again: Callable[[Entry, Elsewhere], Elsewhere],
    thresholds: Thresholds | None = None,
) -> Standing:
    """Return what a dossier is by corrections, the oldest first.

    `look_again` compares what it leaves behind with other dossiers, where that is no longer what it was.
    """
    if not corrections:
        return Standing(case.dossier, case.findings)
    work = _Corrections(case.dossier)
    for act in corrections:
        if act.kind in STRUCTURE:
            work.structure(act)
    work.read_anew(pixels)
    for act in corrections:
        if act.kind not in STRUCTURE:
            work.value(act)
    dossier = work.dossier()
    notice = programmes.load(dossier.programme)
    entry = entry_of(dossier, notice, thresholds)
    is_new = entry != entry_of(case.dossier, notice, thresholds)
    if is_new and dossier.elsewhere is not None:
        dossier.elsewhere = look_again(entry, dossier.elsewhere)
    return Standing(
        dossier,
        validators.check(dossier, notice, thresholds),
        work.corrected,
        work.not_applied,
        entry if is_new else None,
    )


class _Corrections:
    """A dossier under correction."""

    def __init__(self, dossier: Dossier) -> None:
        self._read = dossier
        self._envelope = dossier.envelope
        self._documents = list(dossier.documents)
        self._pages = Pages(dossier)
        self._anew: set[str] = set()
        self._structured: list[tuple[str, Recorded]] = []
        self.corrected: dict[tuple[str, int | None, str], Recorded] = {}
        self.not_applied: list[NotApplied] = []

    def dossier(self) -> Dossier:
        """Return what became of it."""
        return self._read.model_copy(update={"envelope": self._envelope, "documents": self._documents})

    def structure(self, act: Recorded) -> None:
        """Put documents together as an act says."""
        how = {
            ActKind.KIND: self._set_kind,
            ActKind.SPLIT: self._split,
            ActKind.JOIN: self._join,
            ActKind.MOVE: self._move,
        }
        self._try(act, how[act.kind])
        self._documents.sort(key=self._pages.first)

    def read_anew(self, pixels: Pixels) -> None:
        """Read the fields of documents that came to be others."""
        there = {document.id for document in self._documents}
        for document, act in self._structured:
            if document in there:
                self.corrected[document, None, ""] = act
        others = [document for document in self._documents if document.id in self._anew]
        if not others:
            return
        from extractors.dossier import read_document  # noqa: PLC0415 - what reads pixels takes a second to load

        with pixels([page for document in others for page in self._pages.of(document)]) as folder:
            for document in others:
                pages = [
                    page if page.image is None else page.model_copy(update={"image": folder / page.image.name})
                    for page in self._pages.of(document)
                ]
                anew = Document(
                    id=document.id,
                    kind=document.kind,
                    confidence=document.confidence,
                    pages=document.pages,
                    seals=[seal for page in pages for seal in page.seals],
                    codes=[code for page in pages for code in page.codes],
                )
                read_document(anew, pages)
                self._documents[self._documents.index(document)] = anew

    def value(self, act: Recorded) -> None:
        """Put a value where an act says."""
        self._try(act, self._set_envelope if act.kind is ActKind.ENVELOPE else self._set_field)

    def _try(self, act: Recorded, how: Callable[[Recorded], str | None]) -> None:
        why = how(act)
        if why is not None:
            self.not_applied.append(NotApplied(act, why))

    def _holding(self, names: JsonValue) -> Document | str:
        """Return the document that holds all the pages that an act names, or why there is none."""
        pages = self._pages.find(names)
        if pages is None:
            return "卷宗里已没有这些页"
        found = [one for one in self._documents if all(page in one.pages for page in pages)]
        return found[0] if found else "这些页已不在同一份材料里"

    def _set_kind(self, act: Recorded) -> str | None:
        document = self._holding(act.about["pages"])
        if isinstance(document, str):
            return document
        if document.kind != act.before:
            return "这份材料的种类已与当时不同"
        self._replace(document, act, kind=DocumentKind(str(act.after)), is_sure=True)
        return None

    def _split(self, act: Recorded) -> str | None:
        document = self._holding(act.about["pages"])
        if isinstance(document, str):
            return document
        [at] = self._pages.find(act.about["at"]) or [None]
        place = document.pages.index(at) if at in document.pages else 0
        if place == 0:
            return "这一页已是一份材料的首页"
        self._add(document.pages[place:], act)
        self._replace(document, act, pages=document.pages[:place], is_sure=True)
        return None

    def _join(self, act: Recorded) -> str | None:
        document, other = self._holding(act.about["pages"]), self._holding(act.about["other_pages"])
        if isinstance(document, str):
            return document
        if isinstance(other, str):
            return other
        if other is document:
            return "这些页已在同一份材料里"
        self._documents.remove(other)
        self._replace(document, act, pages=[*document.pages, *other.pages], is_sure=True)
        return None

    def _move(self, act: Recorded) -> str | None:
        pages = self._pages.find(act.about["pages"])
        if pages is None:
            return "卷宗里已没有这些页"
        target = self._holding(act.about["to_pages"]) if act.about["to_pages"] is not None else None
        if isinstance(target, str):
            return target
        for document in [one for one in self._documents if one is not target]:
            left = [page for page in document.pages if page not in pages]
            if not left:
                self._documents.remove(document)
            elif len(left) < len(document.pages):
                self._replace(document, act, pages=left)
        if target is None:
            self._add(pages, act)
        else:
            own = [page for page in target.pages if page not in pages]
            self._replace(target, act, pages=[*own, *pages], is_sure=True)
        return None

    def _add(self, pages: Sequence[PageReference], act: Recorded) -> None:
        """Add a document of the kind that an act gives."""
        numbers = (int(one.id.removeprefix("d")) for one in (*self._read.documents, *self._documents))
        document = Document(
            id=f"d{max(numbers, default=0) + 1}",
            kind=DocumentKind(str(act.after)),
            confidence=1.0,
            pages=self._pages.in_order(pages),
        )
        self._documents.append(document)
        self._anew.add(document.id)
        self._structured.append((document.id, act))

    def _replace(
        self,
        document: Document,
        act: Recorded,
        *,
        kind: DocumentKind | None = None,
        pages: Sequence[PageReference] | None = None,
        is_sure: bool = False,
    ) -> None:
        """Put what a document came to be in its place; where a person looked at its kind, that is sure."""
        changes = {
            "kind": kind or document.kind,
            "pages": self._pages.in_order(pages or document.pages),
            "confidence": 1.0 if is_sure else document.confidence,
        }
        if changes["kind"] != document.kind or changes["pages"] != document.pages:
            self._anew.add(document.id)
        sections = [section.model_copy(update={"confidence": changes["confidence"]}) for section in document.sections]
        self._documents[self._documents.index(document)] = document.model_copy(update={**changes, "sections": sections})
        self._structured.append((document.id, act))

    def _set_envelope(self, act: Recorded) -> str | None:
        name = str(act.about["name"])
        self._envelope = Envelope.model_validate({**self._envelope.model_dump(), name: act.after})
        self.corrected["", None, name] = act
        return None

    def _set_field(self, act: Recorded) -> str | None:
        pages = self._pages.find(act.about["page"])
        if pages is None:
            return "卷宗里已没有这一页"
        kind, section = DocumentKind(str(act.about["kind"])), cast("int | None", act.about["section"])
        name = str(act.about["field"])
        for place, document in enumerate(self._documents):
            if pages[0] not in document.pages:
                continue
            part = document
            if section is not None:
                if section >= len(document.sections):
                    break
                part = document.sections[section]
            if part.kind != kind:
                return "这份材料的种类已与当时不同"
            changed = _with_value(part, name, act, pages[0])
            if section is not None:
                sections = list(document.sections)
                sections[section] = changed
                changed = document.model_copy(update={"sections": sections})
            self._documents[place] = changed
            self.corrected[document.id, section, name] = act
            self._derive(place, section)
            return None
        return "这一页已不在当时的材料里"

    def _derive(self, place: int, section: int | None) -> None:
        """Let what follows from a document's values follow from the corrected ones."""
        document = self._documents[place]
        if document.kind is not DocumentKind.LEASE_CONTRACT or section is not None:
            return
        from extractors.documents import document_types  # noqa: PLC0415

        printed = {
            name: one
            for name, one in document.fields.items()
            if one.text is not None or one.value is None or (document.id, None, name) in self.corrected
        }
        fields = document_types()[document.kind].derive(printed)
        self._documents[place] = document.model_copy(update={"fields": fields})


def _with_value(document: Document, name: str, act: Recorded, page: PageReference) -> Document:
    """Return a document with a field's value as a person said it is."""
    old = document.fields.get(name)
    was_there = old is not None and old.file is not None and old.page is not None
    file, number = (old.file, old.page) if old is not None and was_there else (page.file, page.page)
    box = old.box if old is not None and was_there else None
    value = act.after
    is_same = old is not None and old.value == value
    text = old.text if old is not None and is_same else _text_of(value)
    if is_endless(act.about.get("typed")):
        text = str(act.about["typed"])
    rows: list[FieldRow] = []
    if fields_of(document.kind)[name].type is Type.ROWS and isinstance(value, list):
        rows = _rows(old, value, Place(file=str(file), page=number or 1, box=box or _WHOLE_PAGE))
    new = Field(value=value, text=text, confidence=1.0, file=file, page=number, box=box, rows=rows)
    return document.model_copy(update={"fields": {**document.fields, name: new}, "confidence": 1.0})


def _text_of(value: JsonValue) -> str | None:
    """Return a value as a page would show it."""
    if value is None:
        return None
    if isinstance(value, list):
        return "\n".join(_row_text(row) for row in value)
    return str(value)


def _row_text(row: JsonValue) -> str:
    if not isinstance(row, dict):
        return str(row)
    return " ".join(str(one) for one in row.values() if one not in (None, "", []))


def _rows(old: Field | None, rows: Sequence[JsonValue], place: Place) -> list[FieldRow]:
    """Return where the entries of a corrected list stand: each where the entry that was read there is most like it."""
    before = old.value if old is not None and isinstance(old.value, list) else []
    places = old.rows if old is not None else []
    matched = match_rows(before[: len(places)], rows)
    found: list[FieldRow] = []
    for number, row in enumerate(rows):
        index = matched.get(number)
        known = places[index] if index is not None else None
        is_same = index is not None and before[index] == row
        found.append(
            FieldRow(
                place=known.place if known is not None else place,
                text=known.text if known is not None and is_same else _row_text(row),
                confidence=1.0,
            )
        )
    return found


def match_rows(before: Sequence[JsonValue], after: Sequence[JsonValue]) -> dict[int, int]:
    """Return which entry of a list every entry of the corrected list was, by their places; new ones are left out."""
    pairs = sorted(
        (-_alike(row, other), abs(number - index), number, index)
        for number, row in enumerate(after)
        for index, other in enumerate(before)
    )
    matched: dict[int, int] = {}
    taken: set[int] = set()
    for likeness, _, number, index in pairs:
        if likeness < 0 and number not in matched and index not in taken:
            matched[number] = index
            taken.add(index)
    return matched


def _alike(one: JsonValue, other: JsonValue) -> int:
    """Return in how many of their values two entries agree."""
    if not isinstance(one, dict) or not isinstance(other, dict):
        return int(one == other)
    return sum(value not in (None, "", []) and other.get(name) == value for name, value in one.items())
