"""Why an act is not done, in the words of who asked for it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flows.desk.acts import Recorded


class DeskError(Exception):
    """The desk cannot do this; the message says why and what to do."""


class NoSuchDossier(DeskError):
    """There is no such dossier, report, page or revision."""


class Refused(DeskError):
    """An act makes no sense as things stand; `act` is its place among those asked for."""

    def __init__(self, message: str, act: int = 0) -> None:
        super().__init__(message)
        self.act = act


class Stale(DeskError):
    """The dossier changed since it was looked at: `since` are the acts that were done meanwhile."""

    def __init__(self, message: str, version: int, since: "Sequence[Recorded]") -> None:
        super().__init__(message)
        self.version = version
        self.since = list(since)
