"""How tonight's run goes."""

from dataclasses import dataclass

from flows.database import Database
from flows.ledger import State


@dataclass(frozen=True)
class RunProgress:
    """How far the run is.

    `is_running` where a worker holds a claim; `began` is when the run that is (or was last)
    at work settled its first dossier or claimed it, None where there never was one.

    `reported`, `pages` and `failed` are what was done since then; `states` counts all dossiers.
    """

    is_running: bool
    began: float | None
    reported: int
    failed: int
    pages: int
    running: list[tuple[str, str]]
    states: dict[State, int]

    @property
    def left(self) -> int:
        """Return how many dossiers are not done: those waiting and those at work."""
        return self.states.get(State.WAITING, 0) + self.states.get(State.RUNNING, 0)


def run_progress(database: Database) -> RunProgress:
    """Return how the run goes. Raises StorageFault where the database does not answer."""
    raise NotImplementedError
