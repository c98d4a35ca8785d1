"""One dossier's files as facts: pages read, documents split, fields extracted. Nothing here judges."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from natsort import natsorted

from extractors.documents import document_types
from extractors.opening import UnreadableFile, expand, open_sheets
from extractors.reading import Reader
from extractors.splitting import split
from schemas.document import Document
from schemas.dossier import File, FileStatus
from schemas.page import Page
from schemas.settings import Limits


@dataclass
class ReadFiles:
    """What was read from the files of one dossier."""

    files: list[File] = field(default_factory=list[File])
    pages: list[Page] = field(default_factory=list[Page])
    documents: list[Document] = field(default_factory=list[Document])


def read_files(
    files: Sequence[tuple[str, Path]],
    *,
    reader: Reader,
    limits: Limits,
    work: Path,
    progress: Callable[[int], None] | None = None,
) -> ReadFiles:
    """Read a dossier's files, given as (name, path); upright page images and unpacked archives go into `work`.

    A file that cannot be read is quarantined with its reason and the rest goes on. `progress` is told after every
    page how many more there are.
    """
    result = ReadFiles()
    # Names carry no meaning but their numbers: of pages scanned one by one the tenth comes after the second.
    for name, path in natsorted(files):
        members: list[tuple[str, Path]] = []
        for member in expand(path, name, limits, work):
            if isinstance(member, UnreadableFile):
                result.files.append(_quarantined(member.name, _digest(path), 0, member.reason))
            else:
                members.append(member)
        for member_name, member_path in natsorted(members):
            _read_file(
                member_name, member_path, result=result, reader=reader, limits=limits, work=work, progress=progress
            )
    result.documents = read_documents(result.pages)
    return result


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


def _read_file(
    name: str,
    path: Path,
    *,
    result: ReadFiles,
    reader: Reader,
    limits: Limits,
    work: Path,
    progress: Callable[[int], None] | None,
) -> None:
    digest = _digest(path)
    pages: list[Page] = []
    try:
        for sheet in open_sheets(path, name, limits):
            pages.append(reader.read(sheet, work))
            if progress is not None:
                progress(1)
    except UnreadableFile as error:
        result.files.append(_quarantined(name, digest, len(pages), error.reason))
    else:
        result.files.append(File(path=name, sha256=digest, pages=len(pages), status=FileStatus.READ))
    result.pages.extend(pages)


def _quarantined(name: str, digest: str, pages: int, reason: str) -> File:
    return File(path=name, sha256=digest, pages=pages, status=FileStatus.QUARANTINED, reason=reason)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
