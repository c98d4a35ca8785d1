"""Reports: report.json and report.html of each dossier, summary.json and summary.xlsx over all.

Beside a dossier's report lies its case file (`flows.reports.case_file`), from which the reviewer's desk works.

What draws them is loaded where it is done.
"""

# ruff: noqa: PLC0415

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from flows.privacy import masked
from flows.reports import case_file
from flows.reports.summary import summarise, workbook
from schemas.finding import Finding
from schemas.page import Page
from schemas.programme import Programme
from schemas.report import Report, Summary

REPORT_FILES = (case_file.NAME, "report.html", "report.json")
"""What is made of a dossier with every report, and kept where the next one takes its place."""

__all__ = [
    "REPORT_FILES",
    "earlier_reports",
    "keep_earlier",
    "summarise",
    "write_files",
    "write_report",
    "write_summary",
]

_UNFINISHED = ".*.unfinished"


def write_report(
    report: Report, pages: Sequence[Page], programme: Programme, out: Path, *, full_identity_numbers: bool = False
) -> list[Path]:
    """Write a dossier's report.json, report.html and case.json.gz, and its pages' images, under `out`.

    The identity numbers of people are masked, unless they are to be in full; the case file has them in any case.

    Return their paths, report.json last: where it is, the others are. The pages' images must still lie where the pages
    say. A dossier is written by one at a time: what is unfinished of it was left by a process that was killed.
    """
    from flows.reports.html import render

    case, images = case_file.pack(report, pages)
    shown = report if full_identity_numbers else masked(report)
    folder = out / case_file.images_of(report.programme, report.dossier)
    for unfinished in [*folder.glob(_UNFINISHED), *(out / report.programme / report.dossier).rglob(_UNFINISHED)]:
        unfinished.unlink(missing_ok=True)
    write_files(folder, {name: image for name, image in images.items() if not (folder / name).exists()})
    written = write_files(
        out / report.programme / report.dossier,
        {
            case_file.NAME: case,
            "report.html": render(shown, pages, programme).encode(),
            "report.json": (shown.model_dump_json(indent=2) + "\n").encode(),
        },
    )
    return [*(folder / name for name in images), *written]


def write_summary(summary: Summary, findings: Iterable[Sequence[Finding]], out: Path) -> list[Path]:
    """Write summary.json and summary.xlsx into `out`; `findings` go with the summary's dossiers."""
    return write_files(
        out,
        {
            "summary.json": (summary.model_dump_json(indent=2) + "\n").encode(),
            "summary.xlsx": workbook(summary, findings),
        },
    )


def earlier_reports(programme: str, dossier: str, revision: int) -> dict[str, str]:
    """Return where a dossier's report lies and where an earlier one is kept, both under the folder of reports."""
    own = f"{programme}/{dossier}"
    return {f"{own}/{name}": f"{own}/revisions/{revision}/{name}" for name in REPORT_FILES}


def keep_earlier(reports: Mapping[str, str], out: Path) -> None:
    """Copy reports in `out` to where earlier ones are kept; one that is kept already stays as it is."""
    for report, kept in reports.items():
        if (out / report).is_file() and not (out / kept).exists():
            write_files((out / kept).parent, {Path(kept).name: (out / report).read_bytes()})


def write_files(folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Write files whole or not at all, for their owner only: nobody ever sees half a report, and nobody else any."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    written: list[Path] = []
    for name, content in contents.items():
        unfinished = folder / f".{name}.{os.getpid()}.unfinished"
        try:
            unfinished.touch(mode=0o600)
            unfinished.write_bytes(content)
            unfinished.replace(folder / name)
        finally:
            unfinished.unlink(missing_ok=True)
        written.append(folder / name)
    return written
