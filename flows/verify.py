"""One dossier's way through: files, pages, documents, fields, findings, verdict."""

from collections.abc import Callable, Sequence
from pathlib import Path

import validators
from extractors.dossier import read_files
from extractors.reading import Reader
from flows.errors import DossierError
from flows.packet import ENVELOPE_FILE, open_packet
from flows.register import Register
from schemas.dossier import Dossier, File
from schemas.page import Page
from schemas.report import Report
from schemas.settings import Limits
from validators import programmes
from validators.reuse import entry_of


def verify_dossier(
    folder: Path,
    *,
    programme: str,
    name: str,
    reader: Reader,
    limits: Limits,
    work: Path,
    refused: Sequence[File] = (),
    apart: Path | None = None,
    register: Register | None = None,
    progress: Callable[[int], None] | None = None,
) -> tuple[Report, list[Page]]:
    """Read a dossier's folder and check it against a programme, and with the dossiers in the register.

    `refused` are files of the dossier that never came into the folder, `apart` is a folder in it that is no part of
    the dossier. The pages' images lie in `work` as long as it
    exists. `progress` is told after every page how many more there are. Raises DossierError where there is nothing
    to read.
    """
    packet = open_packet(folder, apart)
    refused = [*packet.refused, *refused]
    if not packet.files and all(file.path == ENVELOPE_FILE for file in refused):
        raise DossierError("卷宗里没有文件")
    read = read_files(packet.files, reader=reader, limits=limits, work=work, progress=progress)
    dossier = Dossier(
        programme=programme,
        name=name,
        envelope=packet.envelope,
        files=[*read.files, *refused],
        pages=read.pages,
        documents=read.documents,
    )
    notice = programmes.load(programme)
    if register is not None:
        dossier.elsewhere = register.enter(entry_of(dossier, notice))
    findings = validators.check(dossier, notice)
    report = Report(
        programme=programme,
        dossier=name,
        received=packet.envelope.received,
        verdict=validators.verdict(findings),
        files=dossier.files,
        documents=dossier.documents,
        findings=findings,
    )
    return report, read.pages
