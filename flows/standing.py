"""Reports as they stand: after what people at the desk did with them, else as the run made them."""

import gzip
from collections.abc import Iterator, Sequence

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from flows.database import Database
from flows.database.tables import CorrectedRow, DossierRow
from flows.desk.files import ReportFiles
from flows.desk.listing import Listed
from flows.errors import UsageError
from flows.privacy import masked
from schemas.finding import Finding
from schemas.report import Report

_FINDINGS = TypeAdapter(list[Finding])
# Dossiers that are looked up at once.
_BATCH = 200


def standing_report(database: Database, files: ReportFiles, programme: str, dossier: str) -> Report:
    """Return a dossier's report as it stands. Raises UsageError where there is none."""
    with database.session() as session:
        corrected = _corrected(session, [(programme, dossier)])
    if corrected:
        return corrected[programme, dossier]
    content = files.read(f"{programme}/{dossier}/report.json")
    if content is None:
        raise UsageError(f"没有这个卷宗的核验报告：{programme}/{dossier}（heyan status 查看台账）")
    try:
        return Report.model_validate_json(content)
    except ValidationError as error:
        raise UsageError(f"{programme}/{dossier}/report.json 不是核验报告，请重新核验") from error


def standing_findings(database: Database, listed: Sequence[Listed]) -> Iterator[tuple[Listed, Sequence[Finding]]]:
    """Yield dossiers with their findings as they stand; none of those without a report."""
    for start in range(0, len(listed), _BATCH):
        batch = listed[start : start + _BATCH]
        keys = [(one.programme, one.dossier) for one in batch]
        with database.session() as session:
            corrected = _corrected(session, keys)
            rows = session.execute(
                select(DossierRow.programme, DossierRow.dossier, DossierRow.findings).where(
                    tuple_(DossierRow.programme, DossierRow.dossier).in_(keys)
                )
            ).tuples()
            found = {(programme, dossier): findings for programme, dossier, findings in rows}
        for one, key in zip(batch, keys, strict=True):
            kept = found.get(key)
            if key in corrected:
                yield one, corrected[key].findings
            elif kept is not None:
                yield one, _FINDINGS.validate_json(kept)


def _corrected(session: Session, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Report]:
    """Return what the latest reports of some dossiers became, of those that people did something with."""
    latest = (
        select(CorrectedRow.programme, CorrectedRow.dossier, func.max(CorrectedRow.version))
        .where(tuple_(CorrectedRow.programme, CorrectedRow.dossier).in_(keys))
        .group_by(CorrectedRow.programme, CorrectedRow.dossier)
    )
    rows = session.execute(
        select(CorrectedRow.programme, CorrectedRow.dossier, CorrectedRow.report)
        .join(
            DossierRow,
            (DossierRow.programme == CorrectedRow.programme)
            & (DossierRow.dossier == CorrectedRow.dossier)
            # What was done with an earlier report is not of this one until it has been carried over.
            & (DossierRow.revision == CorrectedRow.revision),
        )
        .where(tuple_(CorrectedRow.programme, CorrectedRow.dossier, CorrectedRow.version).in_(latest))
    ).tuples()
    return {
        (programme, dossier): masked(Report.model_validate_json(gzip.decompress(report)))
        for programme, dossier, report in rows
    }
