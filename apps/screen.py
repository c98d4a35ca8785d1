"""What the terminal shows of a run: a bar while it goes, a table when it is done."""

from pathlib import Path
from types import TracebackType
from typing import Self

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from flows.reports import labels
from flows.run import Progress as RunProgress
from flows.sources import Place
from schemas.report import Summary, SummaryRow, Verdict

# Characters in a line where the output goes into a file, which has no width of its own.
FILE_WIDTH = 120

_STYLES = {Verdict.ACCEPT: "green", Verdict.RETURN: "red", Verdict.REVIEW: "yellow"}


class ScreenProgress(RunProgress):
    """A bar of the dossiers, with those at hand and the pages read; errors stand above it, one line each."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._bar = Progress(
            SpinnerColumn(),
            MofNCompleteColumn(),
            BarColumn(bar_width=30),
            TextColumn("{task.description}", markup=False),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._task = self._bar.add_task("载入")
        self._turns = 0
        self._at_work: list[str] = []
        self._pages = 0

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def found(self, dossiers: int, strays: list[str]) -> None:
        """Show how many there are."""
        self._turns = dossiers
        self._bar.update(self._task, total=dossiers)
        for stray in strays:
            self._say(f"略过：{stray} 不在任何卷宗文件夹里")

    def again(self, dossiers: int) -> None:
        """Show that there are so many more turns."""
        self._turns += dossiers
        self._bar.update(self._task, total=self._turns)

    def kept(self, row: SummaryRow) -> None:
        """Move on."""
        del row
        self._bar.advance(self._task)

    def begun(self, place: Place) -> None:
        """Show whose turn it is."""
        self._at_work.append(f"{place.programme}/{place.name}")
        self._describe()

    def pages_read(self, pages: int, seconds: float) -> None:
        """Count the pages."""
        del seconds
        self._pages += pages
        self._describe()

    def done(self, row: SummaryRow) -> None:
        """Move on, and say what went wrong."""
        name = f"{row.programme}/{row.dossier}"
        self._at_work = [one for one in self._at_work if one != name]
        self._describe()
        self._bar.advance(self._task)
        if row.error is not None:
            self._say(f"错误：{row.programme}/{row.dossier}：{row.error}")

    def _describe(self) -> None:
        self._bar.update(self._task, description=_plain(f"已读 {self._pages} 页　{'、'.join(self._at_work)}").plain)

    def _say(self, line: str) -> None:
        self._console.print(_plain(" ".join(line.split())), soft_wrap=True)


def show_summary(summary: Summary, out: Path) -> None:
    """Print the table of all dossiers and where the reports are."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=FILE_WIDTH)
    table = Table("卷宗", "结论", box=SIMPLE_HEAD, pad_edge=False)
    for title in ("不符合", "需复核", "符合", "页数"):
        table.add_column(title, justify="right")
    table.add_column("报告", overflow="fold")
    for row in summary.dossiers:
        verdict = labels.VERDICTS[row.verdict] if row.verdict is not None else "—"
        table.add_row(
            _plain(f"{row.programme}/{row.dossier}"),
            verdict,
            *(str(number) for number in (row.failed, row.review, row.passed, row.pages)),
            _plain(row.error or str(out / (row.report or ""))),
            style=_STYLES.get(row.verdict) if row.verdict is not None and row.error is None else "bold red",
        )
    console.print(table)
    console.print(f"汇总：{out / 'summary.xlsx'}", markup=False, highlight=False, soft_wrap=True)


def _plain(text: str) -> Text:
    """Return a text that is shown as it is: names from a packet are no markup, and do not steer the terminal."""
    return Text("".join(one if one.isprintable() else "\ufffd" for one in text))
