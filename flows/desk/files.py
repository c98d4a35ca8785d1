"""Where the desk reads what a run wrote: a local folder of reports, or those in the bucket that the night verifies."""

from pathlib import Path
from typing import Protocol

from schemas.settings import Settings


class ReportFiles(Protocol):
    """Files of reports by their path under the folder of reports: `<programme>/<dossier>/report.json`."""

    def read(self, name: str) -> bytes | None:
        """Return a file's content; None where there is none."""
        ...

    def write(self, name: str, content: bytes) -> None:
        """Write a file, whole or not at all."""
        ...


def report_files(settings: Settings, folder: Path) -> ReportFiles:
    """Return the bucket of `night.source` where that is one, else the folder of reports."""
    raise NotImplementedError
