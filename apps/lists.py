"""Letters and lists on the command line: each is written into a file, never over one that is there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import typer

from apps.operator import open_runs
from flows import exports
from flows.deadlines import add_working_days
from flows.desk.acts import DeskState
from flows.desk.corrections import export
from flows.desk.desk import open_desk
from flows.desk.files import report_files
from flows.desk.listing import Query, Sort, every_dossier
from flows.errors import UsageError
from flows.letters import draw_template, letter_of, to_pdf, write_letter
from flows.standing import standing_findings, standing_report
from schemas.finding import Finding, Outcome
from schemas.report import Report, Verdict
from schemas.settings import Settings
from validators import programmes

_FORMATS = ("docx", "pdf")
_Choice = TypeVar("_Choice", bound=StrEnum)


def write_template(file: Path) -> None:
    """Write the default template out, to be edited."""
    _save(file, draw_template())


def letter(settings: Settings, out: Path, dossier: str, file: Path | None, form: str, number: str | None) -> None:
    """Write the 补正通知书 of a dossier, given as PROGRAMME/DOSSIER or as the path of a report.json.

    Raises UsageError where there is no such report, or nothing to mend.
    """
    if form not in _FORMATS:
        raise UsageError(f"没有这种格式：{form}（有 {'、'.join(_FORMATS)}）")
    report = _report(settings, out, dossier)
    try:
        programme = programmes.load(report.programme)
    except programmes.ProgrammeError as error:
        raise UsageError(str(error)) from error
    today = _today(settings)
    content = write_letter(letter_of(report, programme, today, number), settings.letters)
    mend_by, is_provisional = add_working_days(today, settings.letters.mend_days)
    if is_provisional:
        typer.echo(f"请核对补正期限：{mend_by.year} 年节假日安排尚未收录，只除去了周末", err=True)
    if form == "pdf":
        content = to_pdf(content, settings.letters.fonts)
    _save(file or out / report.programme / report.dossier / f"补正通知书.{form}", content)


@dataclass(frozen=True)
class Chosen:
    """Which findings of which dossiers a list is of, as typed; of each None everything."""

    dossier: str | None = None
    programme: str | None = None
    verdict: str | None = None
    desk: str | None = None
    text: str = ""
    outcomes: Sequence[str] = ()
    rules: Sequence[str] = ()


def findings(settings: Settings, out: Path, file: Path, chosen: Chosen) -> None:
    """Write findings as CSV, those of one dossier (PROGRAMME/DOSSIER) or of many."""
    query = Query(
        programme=chosen.programme,
        verdict=None if chosen.verdict is None else _one_of(Verdict, chosen.verdict),
        desk=None if chosen.desk is None else _one_of(DeskState, chosen.desk),
        text=chosen.text,
        sort=Sort.DOSSIER,
    )
    outcomes = [_one_of(Outcome, one) for one in chosen.outcomes]
    database = open_runs(settings, out)
    listed = every_dossier(database, query)
    if chosen.dossier is not None:
        listed = [one for one in listed if f"{one.programme}/{one.dossier}" == chosen.dossier]
        if not listed:
            raise UsageError(f"没有这个卷宗：{chosen.dossier}（写作 通知/卷宗，heyan status 查看台账）")

    def is_asked(one: Finding) -> bool:
        return (not outcomes or one.outcome in outcomes) and (not chosen.rules or one.rule in chosen.rules)

    found = standing_findings(database, listed)
    _save(file, exports.findings_csv((one, [*filter(is_asked, every)]) for one, every in found))


def night(settings: Settings, out: Path, file: Path | None, day: str | None, programme: str | None) -> None:
    """Write the list of a night's dossiers as XLSX: of the last one, or of that before some morning (2026-11-21)."""
    zone = ZoneInfo(settings.night.timezone)
    try:
        morning = _today(settings) if day is None else date.fromisoformat(day)
    except ValueError as error:
        raise UsageError(f"日期 {day} 应写作 2026-11-21 的样子") from error
    listed = exports.of_night(every_dossier(open_runs(settings, out), Query(programme=programme)), morning, zone)
    _save(file or Path(f"夜间清单-{morning}.xlsx"), exports.night_workbook(listed, morning, zone))


def form2(settings: Settings, out: Path, file: Path, programme: str | None, *, every: bool) -> None:
    """Write the region's 汇总表 as XLSX: of the applicants that were accepted at the desk, or of all with a report.

    Raises UsageError where the notice asks for none, or there are no such applicants.
    """
    asking = [one for one in programmes.known() if programmes.load(one).summary_form is not None]
    programme = programme or asking[0]
    if programme not in asking:
        raise UsageError(f"{programme} 的通知没有要求汇总表（有 {'、'.join(asking)}）")
    query = Query(programme=programme, desk=None if every else DeskState.ACCEPTED)
    database = open_runs(settings, out)
    listed = [one for one in every_dossier(database, query) if one.verdict is not None]
    if not listed:
        raise UsageError(f"{programme} 没有{'出了报告' if every else '在审核台通过'}的卷宗（--all 列出全部已出报告的）")
    files = report_files(settings, out)
    reports = [standing_report(database, files, one.programme, one.dossier) for one in listed]
    _save(file, exports.form2_workbook(reports, programmes.load(programme), settings.letters))


def corrections(settings: Settings, out: Path, folder: Path, *, images: bool) -> None:
    """Write what people said of values and kinds as labelled data, with the pieces of pages if asked for."""
    database = open_runs(settings, out)
    count = export(database, folder, open_desk(database, settings, out) if images else None)
    typer.echo(f"已写入 {folder}：{count} 条")


def _one_of(kind: type[_Choice], text: str) -> _Choice:
    """Return one of a few words. Raises UsageError, which names them, where the text is none."""
    try:
        return kind(text)
    except ValueError as error:
        raise UsageError(f"没有 {text} 这一种（有 {'、'.join(kind)}）") from error


def _report(settings: Settings, out: Path, dossier: str) -> Report:
    if dossier.endswith(".json"):
        try:
            return Report.model_validate_json(Path(dossier).read_bytes())
        except OSError as error:
            raise UsageError(f"{dossier} 打不开（{error.strerror}）") from error
        except ValueError as error:
            raise UsageError(f"{dossier} 不是核验报告（report.json）") from error
    programme, _, name = dossier.partition("/")
    if not name:
        raise UsageError(f"请写明卷宗：通知/卷宗，如 jilin-2022/{dossier}")
    return standing_report(open_runs(settings, out), report_files(settings, out), programme, name)


def _today(settings: Settings) -> date:
    return datetime.now(ZoneInfo(settings.night.timezone)).date()


def _save(file: Path, content: bytes) -> None:
    try:
        with file.open("xb") as stream:
            stream.write(content)
    except FileExistsError as error:
        raise UsageError(f"{file} 已经有了，没有改写：请另给一个文件名，或先移走它") from error
    typer.echo(f"已写入 {file}")
