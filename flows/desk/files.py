"""Where the desk reads what a run wrote: a local folder of reports, or those in the bucket that the night verifies."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from flows.errors import StorageFault
from flows.reports import write_files
from flows.sources import open_source
from schemas.settings import Settings

if TYPE_CHECKING:
    from flows.sources.bucket import Bucket


class ReportFiles(Protocol):
    """Files of reports by their path under the folder of reports: `<programme>/<dossier>/report.json`.

    All raise StorageFault where the storage does not answer.
    """

    def read(self, name: str) -> bytes | None:
        """Return a file's content; None where there is none."""
        ...

    def write(self, name: str, content: bytes) -> None:
        """Write a file, whole or not at all."""
        ...

    def under(self, folder: str) -> list[str]:
        """Return the files in a folder and the folders in it."""
        ...

    def remove(self, name: str) -> None:
        """Remove a file; nothing happens where there is none."""
        ...


@dataclass(frozen=True)
class Folder:
    """A local folder of reports."""

    root: Path

    def read(self, name: str) -> bytes | None:
        """Return a file's content; None where there is none."""
        try:
            return (self.root / name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StorageFault(f"报告读不出来：{self.root / name}（{error.strerror}）") from error

    def write(self, name: str, content: bytes) -> None:
        """Write a file, whole or not at all."""
        path = self.root / name
        try:
            write_files(path.parent, {path.name: content})
        except OSError as error:
            raise StorageFault(f"报告写不进去：{path}（{error.strerror}）") from error

    def under(self, folder: str) -> list[str]:
        """Return the files in a folder and the folders in it."""
        return sorted(
            path.relative_to(self.root).as_posix() for path in (self.root / folder).rglob("*") if path.is_file()
        )

    def remove(self, name: str) -> None:
        """Remove a file, and its folder where that is empty then; nothing happens where there is none."""
        path = self.root / name
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise StorageFault(f"报告删不掉：{path}（{error.strerror}）") from error
        with suppress(OSError):
            path.parent.rmdir()


@dataclass(frozen=True)
class InBucket:
    """Reports as they were delivered into a bucket."""

    bucket: "Bucket"

    def read(self, name: str) -> bytes | None:
        """Return a file's content; None where there is none."""
        return self.bucket.read_report(name)

    def write(self, name: str, content: bytes) -> None:
        """Write a file, whole or not at all."""
        self.bucket.write_report(name, content)

    def under(self, folder: str) -> list[str]:
        """Return the files in a folder and the folders in it."""
        return self.bucket.reports_under(f"{folder}/")

    def remove(self, name: str) -> None:
        """Remove a file; nothing happens where there is none."""
        self.bucket.remove_report(name)


def report_files(settings: Settings, folder: Path) -> ReportFiles:
    """Return the bucket of `night.source` where that is one, else the folder of reports."""
    if settings.night.source is not None and "://" in settings.night.source:
        from flows.sources.bucket import Bucket  # noqa: PLC0415 - a folder needs no client

        source = open_source(settings.night.source, None, folder, settings)
        if isinstance(source, Bucket):
            return InBucket(source)
    return Folder(folder.absolute())
