"""One dossier's files as facts: pages read, documents split, fields extracted. Nothing here judges.

A file is surveyed first, then its sheets are read in spans: by one process after the other, or by several at once.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from natsort import natsorted

from extractors.copy_statements import without_copy_statements
from extractors.documents import document_types
from extractors.opening import BrokenSheet, UnreadableFile, count_sheets, expand, open_sheets
from extractors.page_cache import ReadsSheets
from extractors.spans import Member, ReadSpan, Span
from extractors.splitting import split
from schemas.document import Document
from schemas.page import Page
from schemas.settings import Limits


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


def read_documents(pages: Sequence[Page]) -> list[Document]:
    """Split a packet's pages into documents and read their fields."""
    by_place = {(page.file, page.number): page for page in pages}
    documents = split(pages)
    for document in documents:
        read_document(document, [by_place[place.file, place.page] for place in document.pages])
    return documents


def read_document(document: Document, pages: Sequence[Page]) -> None:
    """Read the fields of a document of a certain kind on its pages, and what stands on them besides."""
    one = document_types().get(document.kind)
    if one is not None:
        pages = [without_copy_statements(page) for page in pages]
        document.fields = one.read(pages)
        document.sections = [
            document.model_copy(
                update={
                    "kind": section.kind,
                    "fields": section.fields,
                    "pages": [place for place in document.pages if (place.file, place.page) in section.places],
                    "seals": [seal for page in section.pages for seal in page.seals],
                    "codes": [code for page in section.pages for code in page.codes],
                    "sections": [],
                }
            )
            for section in one.inside(pages)
        ]


def _member(name: str, path: Path, limits: Limits) -> Member:
    digest = _digest(path)
    try:
        return Member(name, path, digest, count_sheets(path, name, limits))
    except UnreadableFile as error:
        return Member(name, path, digest, reason=error.reason)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
