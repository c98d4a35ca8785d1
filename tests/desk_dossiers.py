"""Dossiers on the desk: judged, written and entered as a run does it, from plain data (`dossier_builder`)."""

from pathlib import Path

import cv2
import numpy as np
from dossier_builder import complete, dossier

import validators
from flows.database import Database
from flows.desk.desk import Desk
from flows.desk.files import Folder
from flows.ledger import Ledger, Worker
from flows.register import Register
from flows.reports import earlier_reports, keep_earlier, summarise, write_report
from flows.sources import Place
from flows.sources.base import PlacedFile
from schemas.document import Document
from schemas.dossier import Dossier
from schemas.report import Report
from validators import programmes
from validators.reuse import entry_of

PROGRAMME = "jilin-2022"


def image(folder: Path, number: int) -> Path:
    """A page's picture, like no other."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"page-{number}.jpg"
    page = np.full((566, 400, 3), 250, np.uint8)
    cv2.putText(page, str(number), (40, 300), cv2.FONT_HERSHEY_SIMPLEX, 4, (20, 20, 20), 6)
    cv2.imwrite(str(path), page)
    return path


def judged(one: Dossier, register: Register | None = None) -> Report:
    """The report that a run makes of a dossier."""
    notice = programmes.load(one.programme)
    if register is not None:
        one.elsewhere = register.enter(entry_of(one, notice))
    findings = validators.check(one, notice)
    return Report(
        programme=one.programme,
        dossier=one.name,
        received=one.envelope.received,
        verdict=validators.verdict(findings),
        files=one.files,
        documents=one.documents,
        findings=findings,
        envelope=one.envelope,
        elsewhere=one.elsewhere,
    )


def enter(database: Database, out: Path, one: Dossier, *, mark: str = "a", run: str | None = None) -> Report:
    """Let a run report on a dossier; `mark` changes with its files."""
    ledger = Ledger(database, Worker.here(run))
    place = Place(one.programme, one.name, "in", (PlacedFile("p.pdf", 10, mark, 1_000.0),))
    ledger.see([place])
    claim = ledger.claim(place)
    assert claim is not None
    report = judged(one, Register(database))
    if claim.earlier and claim.is_news(report):
        keep_earlier(earlier_reports(one.programme, one.name, claim.earlier), out)
    pages = [
        page.model_copy(update={"image": image(out.parent / f"work-{one.name}", page.number)}) for page in one.pages
    ]
    write_report(report, pages, programmes.load(one.programme), out, full_identity_numbers=True)
    ledger.report(claim, report, summarise(report, len(pages)), made_by="test")
    return report


def clean(*extra: Document, name: str = "JL-1", **changes: object) -> Dossier:
    """A dossier that passes, or nearly so."""
    return dossier(*complete(*extra), name=name, **changes)


def desk(database: Database, out: Path) -> Desk:
    """The desk over a folder of reports."""
    return Desk(database, Folder(out))
