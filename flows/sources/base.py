"""What every source gives."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from schemas.dossier import File


@dataclass(frozen=True)
class PlacedFile:
    """A file of a dossier as its source lists it.

    `mark` changes with its content; `modified` is when it came, in seconds since 1970.
    """

    name: str
    size: int
    mark: str
    modified: float


@dataclass(frozen=True)
class Place:
    """A dossier of a source; `location` is the source's own: a folder's path, or what its keys begin with."""

    programme: str
    name: str
    location: str
    files: tuple[PlacedFile, ...] = ()


@dataclass
class Found:
    """All dossiers of a source, and the `strays`: files that lie in no dossier."""

    places: list[Place] = field(default_factory=list[Place])
    strays: list[str] = field(default_factory=list[str])


@dataclass(frozen=True)
class Fetched:
    """A dossier as a local folder.

    `refused` are those files that could not be put there, with the reason. `apart` is a folder that is no part of the
    dossier, though it may lie in its folder.
    """

    folder: Path
    refused: tuple[File, ...] = ()
    apart: Path | None = None


class Source(Protocol):
    """Something that holds dossiers."""

    def find(self) -> Found:
        """List the dossiers, by programme and name."""
        ...

    def fetch(self, place: Place, work: Path) -> Fetched:
        """Make a dossier a local folder; what has to be copied goes into `work`."""
        ...

    def deliver(self, reports: Mapping[str, Path]) -> None:
        """Put written reports, given by their path under `reports/`, where the source wants them back."""
        ...

    def existing(self, reports: Collection[str]) -> set[str]:
        """Return those of some reports, given by their paths under `reports/`, that are where the source wants them."""
        ...

    def keep(self, reports: Mapping[str, str]) -> None:
        """Keep delivered reports, by their path under `reports/`, under another path; a kept one stays as it is."""
        ...
