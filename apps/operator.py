"""What an operator asks the ledger: how things stand, and another try for what failed."""

import time
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from apps.screen import FILE_WIDTH
from flows.database import Database, open_database
from flows.errors import UsageError
from flows.ledger import Entry, Ledger, State, Worker
from flows.reports import labels
from flows.retention import tidy as delete_pages
from flows.run import database_url
from schemas.settings import Settings

STATES = {
    State.WAITING: "待核验",
    State.RUNNING: "核验中",
    State.DONE: "已出报告",
    State.FAILED: "出错，会再试",
    State.QUARANTINED: "多次出错，已搁置",
}


def open_runs(settings: Settings, out: Path) -> Database:
    """Return the database of earlier runs. Raises UsageError where there was none."""
    if settings.database is None and not out.is_dir():
        raise UsageError(f"还没有核验过：{out} 不存在（--out 指明报告所在的文件夹）")
    return open_database(database_url(settings, out.absolute()))


def _open_ledger(settings: Settings, out: Path) -> Ledger:
    return Ledger(open_runs(settings, out), Worker.here())


def show_status(settings: Settings, out: Path) -> None:
    """Print how many dossiers are in each state, and every one that is not done with its error."""
    ledger = _open_ledger(settings, out)
    console = Console()
    if not console.is_terminal:
        console = Console(width=FILE_WIDTH)
    counts = ledger.counts()
    console.print("　".join(f"{STATES[state]} {count}" for state, count in counts.items()), highlight=False)
    left = ledger.entries([state for state in State if state != State.DONE])
    if not left:
        return
    table = Table("卷宗", "状态", "等了", "次数", "原因", box=SIMPLE_HEAD, pad_edge=False)
    for entry in left:
        table.add_row(
            f"{entry.programme}/{entry.dossier}",
            STATES[entry.state],
            _length(time.time() - entry.since),
            str(entry.attempts),
            _reason(entry),
        )
    console.print(table)


def retry(settings: Settings, out: Path, programme: str | None, dossier: str | None) -> None:
    """Let failed dossiers, or one of them, have their turn in the next run. Raises UsageError where there is none."""
    count = _open_ledger(settings, out).retry(programme, dossier)
    if dossier is not None and not count:
        raise UsageError(f"{dossier} 没有出错，或不在台账里（heyan status 列出出错的卷宗）")
    Console().print(f"下次核验会再试 {count} 个卷宗", highlight=False)


def tidy(settings: Settings, out: Path) -> None:
    """Delete the pages of dossiers that were closed long enough ago. Raises UsageError where no time is set."""
    if settings.privacy.retention_days is None:
        raise UsageError("没有设置保存期限：请设置 HEYAN_PRIVACY__RETENTION_DAYS（结案后多少天）")
    _open_ledger(settings, out)
    count = delete_pages(settings, out)
    Console().print(f"已删除 {count} 个卷宗的页面图像和识读内容", highlight=False)


def _reason(entry: Entry) -> str:
    if entry.error is not None:
        return entry.error
    if entry.state == State.WAITING and entry.row is not None and entry.row.verdict is not None:
        return f"来了新文件（上次：{labels.VERDICTS[entry.row.verdict]}）"
    return ""


def _length(seconds: float) -> str:
    """Say how long a time is in its largest unit."""
    for size, name in ((86_400, "天"), (3_600, "小时"), (60, "分钟")):
        if seconds >= size:
            return f"{seconds / size:.0f} {name}"
    return f"{max(seconds, 0):.0f} 秒"
