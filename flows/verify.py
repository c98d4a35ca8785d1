"""One dossier's way through: files, pages, documents, fields, findings, verdict.

What reads fields and judges is loaded in the processes that do.
"""

# ruff: noqa: PLC0415

from collections.abc import Callable, Sequence
from pathlib import Path

from natsort import natsorted

from extractors.spans import file_of
from flows.errors import DossierError
from flows.packet import ENVELOPE_FILE, open_packet
from flows.register import Register
from flows.workers import Workers
from schemas.dossier import Dossier, Envelope, File
from schemas.page import Page
from schemas.report import Report
from schemas.settings import Limits
from schemas.thresholds import Thresholds


def verify_dossier(
    folder: Path,
    *,
    programme: str,
    name: str,
    workers: Workers,
    limits: Limits,
    work: Path,
    refused: Sequence[File] = (),
    apart: Path | None = None,
    register: Register | None = None,
    thresholds: Thresholds | None = None,
    progress: Callable[[int, float], None] | None = None,
) -> tuple[Report, list[Page]]:
    """Read a dossier's folder and check it against a programme, and with the dossiers in the register.

    `refused` are files of the dossier that never came into the folder, `apart` is a folder in it that is no part of
    the dossier. The pages' images lie in `work` as long as it exists. `progress` is told how many more pages are read,
    and in how many seconds of work. Raises DossierError where there is nothing to read.
    """
    packet = open_packet(folder, apart)
    refused = [*packet.refused, *refused]
    if not packet.files and all(file.path == ENVELOPE_FILE for file in refused):
        raise DossierError("卷宗里没有文件")
    files, pages = read_files(packet.files, workers=workers, limits=limits, work=work, progress=progress)
    report = workers.call(
        check_dossier,
        pages,
        [*files, *refused],
        programme=programme,
        name=name,
        envelope=packet.envelope,
        register=register,
        thresholds=thresholds,
    )
    return report, pages


def read_files(
    files: Sequence[tuple[str, Path]],
    *,
    workers: Workers,
    limits: Limits,
    work: Path,
    progress: Callable[[int, float], None] | None = None,
) -> tuple[list[File], list[Page]]:
    """Read a dossier's files, given as (name, path); upright page images and unpacked archives go into `work`.

    A file that cannot be read is quarantined with its reason and the rest goes on.
    """
    members = workers.survey(natsorted(files), limits, work)
    read = workers.read(members, limits, work, progress)
    return (
        [file_of(member, spans) for member, spans in zip(members, read, strict=True)],
        [page for spans in read for span in spans for page in span.pages],
    )


def check_dossier(
    pages: list[Page],
    files: list[File],
    *,
    programme: str,
    name: str,
    envelope: Envelope,
    register: Register | None = None,
    thresholds: Thresholds | None = None,
) -> Report:
    """Split read pages into documents, read their fields, and check them against a programme and the register."""
    import validators
    from extractors.dossier import read_documents
    from validators import programmes
    from validators.reuse import entry_of

    notice = programmes.load(programme)
    dossier = Dossier(
        programme=programme,
        name=name,
        envelope=envelope,
        files=files,
        pages=pages,
        documents=read_documents(pages),
    )
    if register is not None:
        dossier.elsewhere = register.enter(entry_of(dossier, notice, thresholds))
    findings = validators.check(dossier, notice, thresholds)
    return Report(
        programme=programme,
        dossier=name,
        received=envelope.received,
        verdict=validators.verdict(findings),
        files=files,
        documents=dossier.documents,
        findings=findings,
        envelope=envelope,
        elsewhere=dossier.elsewhere,
    )
