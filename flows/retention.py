"""What is kept of people's papers, and for how long.

So many days after a reviewer decided a dossier its page images and what was read of its pages are deleted, wherever
they lie: beside the reports, in the bucket, in the register. What stays is what was decided and why: report.json, a
report.html without images, the ledger and the record of acts. Where other files come, or it is opened again, it is no
longer closed.
"""

import logging
import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, func, select

from extractors.page_cache import expire
from flows.database import Database, open_database
from flows.database.tables import ActRow, ApplicantRow, DossierRow, PageRow, PersonRow, ReviewRow, TidiedRow
from flows.desk.acts import ActKind, DeskState
from flows.desk.files import Folder, ReportFiles, report_files
from flows.ledger import State
from flows.logs import about
from flows.reports import case_file
from flows.run import KEPT, database_url
from schemas.report import Report
from schemas.settings import Settings
from validators import programmes

DAY = 86_400.0

_DECIDED = (ActKind.ACCEPT, ActKind.RETURN, ActKind.REJECT)

logger = logging.getLogger("heyan")


@dataclass(frozen=True)
class _Closed:
    """A dossier that was decided long enough ago; `is_tidied` where that was done since its latest report."""

    programme: str
    dossier: str
    is_tidied: bool


def tidy(settings: Settings, out: Path, *, is_shared: bool = True) -> int:
    """Delete what is no longer to be kept, and return of how many dossiers.

    Every machine deletes what lies in its own folder `out`; what machines share is left alone where `is_shared` is
    false. Nothing is deleted where `privacy.retention_days` is not set. Raises StorageFault and UsageError where the
    database or the storage is not at hand; what is left then is deleted the next time.
    """
    days = settings.privacy.retention_days
    if days is None:
        return 0
    folder = out.absolute()
    database = open_database(database_url(settings, folder))
    here, shared = Folder(folder), report_files(settings, folder)
    tidied = 0
    for one in _closed(database, time.time() - days * DAY):
        with about(programme=one.programme, dossier=one.dossier):
            done = _discard(here, one)
            if is_shared and not one.is_tidied:
                done = (shared != here and _discard(shared, one)) or done
                _forget(database, one)
            if done:
                logger.info("已过保存期限，页面图像和识读内容已删除", extra={"event": "dossier.tidied"})
            tidied += done
    expire(folder / KEPT)
    return tidied


def _closed(database: Database, until: float) -> list[_Closed]:
    """Return the dossiers that were decided by then, and of which nothing new came."""
    decided = (
        select(ActRow.programme, ActRow.dossier, func.max(ActRow.made).label("made"))
        .where(ActRow.kind.in_(_DECIDED))
        .group_by(ActRow.programme, ActRow.dossier)
        .subquery()
    )
    chosen = (
        select(ReviewRow.programme, ReviewRow.dossier, ReviewRow.reported, TidiedRow.at)
        .join(decided, (decided.c.programme == ReviewRow.programme) & (decided.c.dossier == ReviewRow.dossier))
        .join(DossierRow, (DossierRow.programme == ReviewRow.programme) & (DossierRow.dossier == ReviewRow.dossier))
        .outerjoin(TidiedRow, (TidiedRow.programme == ReviewRow.programme) & (TidiedRow.dossier == ReviewRow.dossier))
        .where(decided.c.made <= until, ReviewRow.desk != DeskState.OPEN, DossierRow.state == State.DONE)
        .order_by(ReviewRow.programme, ReviewRow.dossier)
    )
    with database.session() as session:
        return [
            _Closed(programme, dossier, bool(at and at >= reported))
            for programme, dossier, reported, at in session.execute(chosen).tuples()
        ]


def _discard(files: ReportFiles, one: _Closed) -> bool:
    """Delete a dossier's images and case files; say whether there were any.

    The case files go last: as long as there is one, there may be something left to do.
    """
    images = files.under(case_file.images_of(one.programme, one.dossier))
    own = files.under(f"{one.programme}/{one.dossier}")
    cases = [name for name in own if name.endswith(f"/{case_file.NAME}")]
    if not images and not cases:
        return False
    for name in images:
        files.remove(name)
    for name in own:
        if name.endswith("/report.html"):
            _show_no_pages(files, name)
    for name in cases:
        files.remove(name)
    return True


def _show_no_pages(files: ReportFiles, name: str) -> None:
    """Put a report.html without images in the place of one that has them."""
    # What draws reports is loaded where it is done.
    from flows.reports.html import render_without_pages  # noqa: PLC0415

    written = files.read(name.removesuffix("html") + "json")
    report = None if written is None else Report.model_validate_json(written)
    if report is None or report.programme not in programmes.known():
        files.remove(name)
    else:
        files.write(name, render_without_pages(report, programmes.load(report.programme)).encode())


def _forget(database: Database, one: _Closed) -> None:
    """Delete what later dossiers would be compared with, and take down that all is done."""
    with database.session() as session:
        for table in (ApplicantRow, PageRow, PersonRow):
            session.execute(delete(table).where(table.programme == one.programme, table.dossier == one.dossier))
        session.merge(TidiedRow(programme=one.programme, dossier=one.dossier, at=time.time()))
