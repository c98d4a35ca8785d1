"""What the terminal shows of a calibration: how reliable confidence is, and each threshold before and after."""

from collections import defaultdict
from functools import reduce
from operator import add
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from apps.operator import open_runs
from apps.screen import FILE_WIDTH
from flows.calibration import Calibration, Sample, Share, calibrate, samples_of, standing, write_thresholds
from flows.database import Database
from flows.desk.acts import DeskState
from flows.desk.corrections import labelled
from flows.desk.files import ReportFiles, report_files
from flows.desk.listing import Query, every_dossier
from schemas.report import Report
from schemas.settings import Settings

SETTINGS_FILE = Path(str(Settings.model_config["toml_file"]))  # pyright: ignore[reportTypedDictNotRequiredAccess]


def show_calibration(settings: Settings, out: Path, *, write: bool) -> None:
    """Fit the thresholds to what reviewers said, print it, and write them into heyan.toml if asked to.

    Raises UsageError where there are too few readings, or the settings cannot be written.
    """
    database = open_runs(settings, out)
    result = calibrate(readings(database, report_files(settings, out)), settings.confidence)
    console = Console()
    if not console.is_terminal:
        console = Console(width=FILE_WIDTH)
    _show(console, result)
    if result.thresholds == settings.confidence:
        console.print("阈值不变。", highlight=False)
        return
    fragment = "".join(f"{name} = {value:g}\n" for name, value in result.thresholds.model_dump().items())
    console.print(f"[confidence]\n{fragment}", highlight=False, markup=False)
    if write:
        write_thresholds(SETTINGS_FILE, result.thresholds)
        console.print(f"已写入 {SETTINGS_FILE}，下次核验起生效。", highlight=False)
    else:
        console.print(f"没有改动设置；加 --write 写入 {SETTINGS_FILE}。", highlight=False)


def readings(database: Database, files: ReportFiles) -> list[Sample]:
    """Return what people said of readings, and what stood in the dossiers that they decided."""
    said = list(labelled(database))
    samples = samples_of(said)
    corrected: defaultdict[str, set[tuple[str | None, int | None, str]]] = defaultdict(set)
    for label in said:
        corrected[f"{label.programme}/{label.dossier}"].add((label.file, label.page, label.field or ""))
    for one in every_dossier(database, Query()):
        name = f"{one.programme}/{one.dossier}"
        content = None if one.desk is DeskState.OPEN else files.read(f"{name}/report.json")
        if content is not None:
            samples += standing(Report.model_validate_json(content), corrected[name])
    return samples


def _show(console: Console, result: Calibration) -> None:
    console.print(
        f"{result.samples} 个读数，来自 {result.dossiers} 个卷宗：更正或确认过 {result.said} 个"
        f"（其中读错 {result.wrong} 个），其余在已办结的卷宗里未被更正。",
        highlight=False,
    )
    table = Table("置信度", box=SIMPLE_HEAD, pad_edge=False)
    for title in ("更正或确认过", "正确", "全部", "正确", "至少（95%）"):
        table.add_column(title, justify="right")
    for low, high, said, every in result.reliability:
        _add(table, f"{low:.2f} 至 {high:.2f}", said, every)
    surest = [(said, every) for low, _, said, every in result.reliability if low >= 0.95]
    _add(table, "0.95 以上合计", *(reduce(add, shares) for shares in zip(*surest, strict=True)))
    console.print(table)
    table = Table("阈值", box=SIMPLE_HEAD, pad_edge=False)
    for title in ("现用", "拟合", "读数", "达到现用的正确", "达到拟合的正确", "交叉验证", "转人工（现用）", "（拟合）"):
        table.add_column(title, justify="right")
    for one in result.fitted:
        table.add_row(
            one.goal.title, f"{one.before:g}", f"{one.after:g}", str(one.samples), _part(one.above_before),
            _part(one.above_after), _part(one.held_out), f"{one.review_before:.1%}", f"{one.review_after:.1%}",
        )  # fmt: skip
    console.print(table)
    for one in result.fitted:
        console.print(f"{one.goal.title}：{one.why}", highlight=False)


def _add(table: Table, name: str, said: Share, every: Share) -> None:
    least = f"{every.least:.1%}" if every.count else ""
    table.add_row(name, str(said.count), _part(said), str(every.count), _part(every), least)


def _part(share: Share) -> str:
    return "" if share.part is None else f"{share.part:.1%}"
