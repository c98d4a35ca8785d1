"""Reports: report.json and report.html of each dossier, summary.json and summary.xlsx over all.

What draws them is loaded where it is done.
"""

# ruff: noqa: PLC0415

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from flows.reports.summary import summarise, workbook
from schemas.finding import Finding
from schemas.page import Page
from schemas.programme import Programme
from schemas.report import Report, Summary

__all__ = ["earlier_reports", "keep_earlier", "summarise", "write_report", "write_summary"]


def write_report(report: Report, pages: Sequence[Page], programme: Programme, out: Path) -> list[Path]:
    """Write a dossier's report.json and report.html under `out` and return their paths.

    The pages' images must still lie where the pages say.
    """
    from flows.reports.html import render

    return _write(
        out / report.programme / report.dossier,
        {
            "report.json": (report.model_dump_json(indent=2) + "\n").encode(),
            "report.html": render(report, pages, programme).encode(),
        },
    )


def write_summary(summary: Summary, findings: Sequence[Sequence[Finding]], out: Path) -> list[Path]:
    """Write summary.json and summary.xlsx into `out`; `findings` go with the summary's dossiers."""
    return _write(
        out,
        {
            "summary.json": (summary.model_dump_json(indent=2) + "\n").encode(),
            "summary.xlsx": workbook(summary, findings),
        },
    )


def earlier_reports(programme: str, dossier: str, revision: int) -> dict[str, str]:
    """Return where a dossier's report lies and where an earlier one is kept, both under the folder of reports."""
    own = f"{programme}/{dossier}"
    return {f"{own}/{name}": f"{own}/revisions/{revision}/{name}" for name in ("report.json", "report.html")}


def keep_earlier(reports: Mapping[str, str], out: Path) -> None:
    """Copy reports in `out` to where earlier ones are kept; one that is kept already stays as it is."""
    for report, kept in reports.items():
        if (out / report).is_file() and not (out / kept).exists():
            _write((out / kept).parent, {Path(kept).name: (out / report).read_bytes()})


def _write(folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Write files whole or not at all: nobody ever sees half a report."""
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for name, content in contents.items():
        unfinished = folder / f".{name}.{os.getpid()}"
        try:
            unfinished.write_bytes(content)
            unfinished.replace(folder / name)
        finally:
            unfinished.unlink(missing_ok=True)
        written.append(folder / name)
    return written
