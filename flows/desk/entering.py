"""What the desk takes down of every report that a run makes."""

import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.database import Database
from flows.database.tables import ActRow, ReviewRow
from flows.deadlines import deadline
from flows.desk.acts import ActKind, DeskState
from schemas.report import Report, SummaryRow, Verdict
from validators import programmes

PROGRAM = "核验程序"
"""Who makes reports, in the record of acts."""

_RANKS = {Verdict.RETURN: 0, Verdict.REVIEW: 1, Verdict.ACCEPT: 2}


def enter_report(
    session: Session,
    report: Report,
    row: SummaryRow,
    *,
    revision: int,
    run: str,
    files: str,
    is_new: bool,
    now: float,
) -> None:
    """Take down a report, with its row of the summary, in the transaction that enters it into the ledger.

    `files` is the digest of the files it is of: a decided dossier is open again where other files came. `is_new` says
    whether it says anything that the one before did not: else nobody's work is outdated.
    """
    known = session.get(ReviewRow, (report.programme, report.dossier), with_for_update=True)
    if known is None:
        known = ReviewRow(
            programme=report.programme,
            dossier=report.dossier,
            desk=DeskState.OPEN,
            assignee=None,
            version=0,
            revision=0,
            files=files,
        )
        session.add(known)
    before = {"revision": known.revision, "desk": known.desk}
    if known.files != files:
        known.desk = DeskState.OPEN
    known.run, known.reported, known.files, known.pages = run, now, files, row.pages
    if known.version and not is_new and known.desk == before["desk"]:
        return
    known.revision = revision
    known.machine_verdict = str(report.verdict)
    known.is_corrected = False
    show(known, report, row)
    record(
        session,
        known,
        ActKind.REPORTED,
        about={},
        before=before if known.version else None,
        after={"revision": revision, "desk": known.desk, "verdict": report.verdict},
        reason="",
        who=PROGRAM,
        now=now,
    )


def has_acts(database: Database, programme: str, dossier: str) -> bool:
    """Say whether people have done anything with a dossier."""
    with database.reading() as session:
        found = session.scalar(
            select(ActRow.id)
            .where(ActRow.programme == programme, ActRow.dossier == dossier, ActRow.kind != ActKind.REPORTED)
            .limit(1)
        )
    return found is not None


def show(known: ReviewRow, report: Report, row: SummaryRow) -> None:
    """Let the list show what a report says."""
    known.name, known.credit_code = row.name, row.credit_code
    known.received = report.received.isoformat() if report.received is not None else None
    due = deadline(programmes.load(report.programme), report.received)
    known.due = due.day.isoformat() if due is not None else None
    known.due_is_provisional = due is not None and due.is_provisional
    known.verdict, known.rank = str(report.verdict), _RANKS[report.verdict]
    known.failed, known.review, known.passed = row.failed, row.review, row.passed


def record(
    session: Session,
    known: ReviewRow,
    kind: ActKind,
    *,
    about: dict[str, Any],
    before: Any,
    after: Any,
    reason: str,
    who: str,
    now: float,
) -> ActRow:
    """Write down an act, which makes another version of the dossier."""
    known.version += 1
    row = ActRow(
        programme=known.programme,
        dossier=known.dossier,
        version=known.version,
        revision=known.revision,
        kind=kind,
        about=json.dumps(about, ensure_ascii=False),
        before=json.dumps(before, ensure_ascii=False),
        after=json.dumps(after, ensure_ascii=False),
        reason=reason,
        who=who,
        made=now,
    )
    session.add(row)
    return row
