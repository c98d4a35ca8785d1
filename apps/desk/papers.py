"""What the desk writes for people to take away: letters and lists, made when they are asked for."""

from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import Response

from apps.desk.listing import Asked, asking_for_form
from apps.desk.parts import parts_of
from apps.desk.visitors import Examiner
from flows import exports
from flows.desk.acts import DeskState
from flows.desk.errors import NoSuchDossier, Refused
from flows.desk.listing import Query, every_dossier
from flows.errors import UsageError
from flows.letters import letter_of, to_pdf, write_letter
from flows.standing import standing_findings, standing_report
from validators import programmes

router = APIRouter()

_OFFICE = "application/vnd.openxmlformats-officedocument"
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
}
_LONGEST_NUMBER = 60


@router.get("/dossiers/{programme}/{dossier}/letter.{form}")
def letter(request: Request, visitor: Examiner, programme: str, dossier: str, form: str, number: str = "") -> Response:
    """Write the 补正通知书 of a dossier as it stands, as DOCX or PDF."""
    del visitor
    if form not in {"docx", "pdf"}:
        raise NoSuchDossier("没有这种格式的通知书")
    parts = parts_of(request)
    listed = parts.desk.dossier(programme, dossier).listed
    try:
        report = standing_report(parts.database, parts.files, programme, dossier)
        number = number.strip()[:_LONGEST_NUMBER]
        written = letter_of(report, programmes.load(programme), parts.now().date(), number or None)
        content = write_letter(written, parts.settings.letters)
        if form == "pdf":
            content = to_pdf(content, parts.settings.letters.fonts)
    except UsageError as error:
        # The template, the fonts or the findings: whoever asked can do something about it.
        raise Refused(str(error)) from error
    return _taken(content, f"补正通知书-{listed.dossier}", form)


@router.get("/dossiers/{programme}/{dossier}/findings.csv")
def findings_of_one(request: Request, visitor: Examiner, programme: str, dossier: str) -> Response:
    """Write the findings of a dossier as they stand."""
    del visitor
    parts = parts_of(request)
    listed = parts.desk.dossier(programme, dossier).listed
    found = standing_findings(parts.database, [listed])
    return _taken(exports.findings_csv(found), f"核验结果-{listed.dossier}", "csv")


@router.get("/lists/findings.csv")
def findings_of_many(request: Request, visitor: Examiner) -> Response:
    """Write the findings of all dossiers that a list shows, on all of its pages."""
    parts = parts_of(request)
    asked = Asked.of(request.query_params, visitor.name, parts.now().date())
    found = standing_findings(parts.database, every_dossier(parts.database, asked.query))
    return _taken(exports.findings_csv(found), f"核验结果-{parts.now():%Y%m%d}", "csv")


@router.get("/lists/night.xlsx")
def night(request: Request, visitor: Examiner, programme: str | None = None) -> Response:
    """Write the list of last night's dossiers."""
    del visitor
    parts = parts_of(request)
    morning = parts.now().date()
    listed = exports.of_night(every_dossier(parts.database, Query(programme=programme)), morning, parts.zone)
    return _taken(exports.night_workbook(listed, morning, parts.zone), f"夜间清单-{morning}", "xlsx")


@router.get("/lists/summary-form.xlsx")
def summary_form(request: Request, visitor: Examiner, programme: str) -> Response:
    """Write the 汇总表 that a notice asks for, of the applicants that were accepted."""
    del visitor
    parts = parts_of(request)
    if programme not in asking_for_form():
        raise NoSuchDossier("这个通知没有要求汇总表")
    accepted = every_dossier(parts.database, Query(programme=programme, desk=DeskState.ACCEPTED))
    if not accepted:
        raise Refused("还没有审核通过的卷宗：汇总表列出通过的单位")
    reports = [standing_report(parts.database, parts.files, one.programme, one.dossier) for one in accepted]
    book = exports.form2_workbook(reports, programmes.load(programme), parts.settings.letters)
    return _taken(book, f"职业技能等级认定汇总表-{parts.now():%Y%m%d}", "xlsx")


def _taken(content: bytes, name: str, form: str) -> Response:
    """Return a file to be saved under a name."""
    disposition = f"attachment; filename*=UTF-8''{quote(f'{name}.{form}', safe='')}"
    return Response(content, media_type=_TYPES[form], headers={"Content-Disposition": disposition})
