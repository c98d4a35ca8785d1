"""One dossier's files as facts: pages read, documents split, fields extracted. Nothing here judges.

A file is surveyed first, then its sheets are read in spans: by one process after the other, or by several at once.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from natsort import natsorted

from extractors.documents import document_types
from extractors.opening import BrokenSheet, UnreadableFile, count_sheets, expand, missing_pages, open_sheets
from extractors.page_cache import ReadsSheets
from extractors.splitting import split
from schemas.document import Document
from schemas.dossier import File, FileStatus
from schemas.page import Page
from schemas.settings import Limits


@dataclass(frozen=True)
class Member:
    """A file, or one out of an archive, before it is read. `reason` says why none of its `sheets` can be."""

    name: str
    path: Path
    sha256: str
    sheets: int = 0
    reason: str | None = None

    def spans(self, length: int) -> list["Span"]:
        """Cut its sheets into spans of at most `length`."""
        starts = range(1, self.sheets + 1, length)
        return [Span(self.name, self.path, range(one, min(one + length, self.sheets + 1))) for one in starts]


@dataclass(frozen=True)
class Span:
    """Sheets of one file, by their numbers, that are read in one go."""

    name: str
    path: Path
    numbers: range


@dataclass
class ReadSpan:
    """The pages of a span. `broken` are the numbers of those that cannot be read, `reason` why the rest cannot."""

    pages: list[Page] = field(default_factory=list[Page])
    broken: list[int] = field(default_factory=list[int])
    reason: str | None = None


def survey(name: str, path: Path, *, limits: Limits, work: Path) -> list[Member]:
    """Return what there is to read in a file of a dossier; archives are unpacked into `work`.

    Names carry no meaning but their numbers: of pages scanned one by one the tenth comes after the second.
    """
    members: list[Member] = []
    for one in expand(path, name, limits, work):
        if isinstance(one, UnreadableFile):
            members.append(Member(one.name, path, _digest(path), reason=one.reason))
        else:
            members.append(_member(*one, limits))
    return natsorted(members, key=lambda member: member.name)


def read_span(span: Span, *, reader: ReadsSheets, limits: Limits, work: Path) -> ReadSpan:
    """Read sheets one after the other; the upright page images go into `work`."""
    read = ReadSpan()
    try:
        for sheet in open_sheets(span.path, span.name, limits, span.numbers):
            if isinstance(sheet, BrokenSheet):
                read.broken.append(sheet.number)
            else:
                read.pages.append(reader.read(sheet, work))
    except UnreadableFile as error:
        read.reason = error.reason
    return read


def file_of(member: Member, spans: Sequence[ReadSpan]) -> File:
    """Return what came of a file whose spans are read: quarantined with its reason where any sheet is missing."""
    reasons = [member.reason, *(span.reason for span in spans)]
    broken = [number for span in spans for number in span.broken]
    if broken:
        reasons.append(missing_pages(broken, member.sheets))
    reason = next((one for one in reasons if one is not None), None)
    return File(
        path=member.name,
        sha256=member.sha256,
        pages=sum(len(span.pages) for span in spans),
        status=FileStatus.READ if reason is None else FileStatus.QUARANTINED,
        reason=reason,
    )


def read_documents(pages: Sequence[Page]) -> list[Document]:
    """Split a packet's pages into documents and read their fields."""
    by_place = {(page.file, page.number): page for page in pages}
    documents = split(pages)
    for document in documents:
        one = document_types().get(document.kind)
        if one is not None:
            own_pages = [by_place[place.file, place.page] for place in document.pages]
            document.fields = one.read(own_pages)
            document.sections = [
                document.model_copy(update={"kind": section.kind, "fields": section.fields, "sections": []})
                for section in one.inside(own_pages)
            ]
    return documents


def _member(name: str, path: Path, limits: Limits) -> Member:
    digest = _digest(path)
    try:
        return Member(name, path, digest, count_sheets(path, name, limits))
    except UnreadableFile as error:
        return Member(name, path, digest, reason=error.reason)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
