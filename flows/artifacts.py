"""What a run leaves on Prefect's page beside the table of its summary."""

import re
from collections import Counter
from collections.abc import Sequence

from flows.reports import labels
from schemas.report import Summary, SummaryRow, Verdict

# So many dossiers are listed with their error, and so many of those that took the longest.
LISTED, SLOWEST = 50, 10


def in_markdown(source: str, summary: Summary, verified: Sequence[SummaryRow], seconds: float, desk: str | None) -> str:
    """Return what a run did, for Prefect's page: how many of each verdict, what failed, what took the longest."""
    rows = summary.dossiers
    verdicts = Counter(row.verdict for row in rows if row.error is None)
    failed = [row for row in rows if row.error is not None]
    read = [row for row in verified if row.error is None]
    pages = sum(row.pages for row in read)
    titles = ["卷宗", *(labels.VERDICTS[verdict] for verdict in Verdict), "出错", "本次核验", "页数", "用时（秒）"]
    counts = [len(rows), *(verdicts[verdict] for verdict in Verdict), len(failed), len(read), pages, round(seconds)]
    lines = [f"# {_plain(source)}", "", _line(titles), "|---:" * len(titles) + "|", _line(counts)]
    if failed:
        lines += ["", "## 出错的卷宗", "", "| 卷宗 | 原因 |", "|---|---|"]
        lines += [f"| {_dossier(row)} | {_plain(row.error or '')} |" for row in failed[:LISTED]]
        if len(failed) > LISTED:
            lines += ["", f"还有 {len(failed) - LISTED} 个，`heyan status` 列出全部。"]
    if read:
        slowest = sorted(read, key=lambda row: -row.seconds)[:SLOWEST]
        lines += ["", "## 用时最长的", "", "| 卷宗 | 页数 | 用时（秒） |", "|---|---:|---:|"]
        lines += [f"| {_dossier(row)} | {row.pages} | {row.seconds:.1f} |" for row in slowest]
    lines += ["", "- 每个卷宗的结果：本次运行的 `heyan-summary`，和汇总 `summary.xlsx`"]
    if desk is not None:
        lines.append(f"- [审核台]({desk})")
    lines.append("- 出错怎么办：`docs/operations.md`；`heyan retry` 让出错的卷宗在下次核验时再试")
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[object]) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _dossier(row: SummaryRow) -> str:
    return _plain(f"{row.programme}/{row.dossier}")


def _plain(text: str) -> str:
    """Return a text that Markdown shows as it is: names from a packet are no markup."""
    return re.sub(r"([\\`*_{}\[\]<>()#+!|~&-])", r"\\\1", " ".join(text.split()))
