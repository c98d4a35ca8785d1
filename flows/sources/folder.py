"""Dossiers in a local folder."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from flows.errors import UsageError
from flows.packet import is_litter, readable, walk
from flows.sources.base import Fetched, Found, Place, PlacedFile


@dataclass(frozen=True)
class Folder:
    """`<programme>/<dossier>/<files…>`; with a programme given `<dossier>/<files…>`, or one dossier's files."""

    root: Path
    programme: str | None
    out: Path

    def find(self) -> Found:
        """List the dossiers; raise UsageError where there is no such folder."""
        if not self.root.exists():
            raise UsageError(f"SOURCE 不存在：{self.root}")
        if not self.root.is_dir():
            raise UsageError(f"SOURCE 不是文件夹：{self.root}")
        try:
            return self._find()
        except OSError as error:
            raise UsageError(f"SOURCE 无法读取：{error.filename}（{error.strerror}）") from error

    def fetch(self, place: Place, work: Path) -> Fetched:
        """Return the dossier's own folder."""
        del work
        return Fetched(Path(place.location).absolute(), apart=self.out)

    def deliver(self, reports: Mapping[str, Path]) -> None:
        """Do nothing: the reports lie where the command was told to write them."""

    def existing(self, reports: Collection[str]) -> set[str]:
        """Return the reports that lie there."""
        return {report for report in reports if (self.out / report).is_file()}

    def keep(self, reports: Mapping[str, str]) -> None:
        """Do nothing: what lies where the command was told to write is kept there."""

    def _find(self) -> Found:
        folders, files = self._entries(self.root)
        if self.programme is not None:
            if files:
                return Found([self._place(self.programme, self.root, self.root.resolve().name)])
            return Found([self._place(self.programme, folder) for folder in folders])
        found = Found(strays=[str(file) for file in files])
        for programme in folders:
            dossiers, files = self._entries(programme)
            found.strays.extend(str(file) for file in files)
            found.places.extend(self._place(programme.name, folder) for folder in dossiers)
        return found

    def _place(self, programme: str, folder: Path, own: str | None = None) -> Place:
        named = ((path, readable(path.relative_to(folder).as_posix())) for path in walk(folder, self.out.resolve()))
        files = tuple(_placed(path, name) for path, name in named if not is_litter(name))
        return Place(programme, readable(own or folder.name), str(folder), files)

    def _entries(self, folder: Path) -> tuple[list[Path], list[Path]]:
        """Return the folders and the other entries of a folder, sorted."""
        out = self.out.resolve()
        entries = [path for path in sorted(folder.iterdir()) if not is_litter(path.name) and path.resolve() != out]
        return [path for path in entries if path.is_dir()], [path for path in entries if not path.is_dir()]


def _placed(path: Path, name: str) -> PlacedFile:
    # A link that leads nowhere is a file as well: it is refused later, and says so.
    status = path.stat() if path.exists() else path.lstat()
    # Copied files keep the time of their making; when they came is the later one.
    return PlacedFile(name, status.st_size, str(status.st_mtime_ns), max(status.st_mtime, status.st_ctime))
