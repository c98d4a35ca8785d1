"""The list of dossiers: searched, filtered, sorted, counted, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from flows.database import Database
from flows.desk.acts import DeskState
from flows.ledger import State
from schemas.report import Verdict


class Sort(StrEnum):
    """By what the list is sorted; those that have none of it come last, and dossiers alike in it by their names."""

    DEADLINE = "deadline"
    RECEIVED = "received"
    VERDICT = "verdict"
    """The worst first."""
    NAME = "name"
    DOSSIER = "dossier"
    REPORTED = "reported"
    """The newest report first."""
    ASSIGNEE = "assignee"


NOBODY = ""
"""The assignee of dossiers that were given to nobody."""


@dataclass(frozen=True)
class Query:
    """Which dossiers, in what order. Of each None everything; `text` is in the name, the credit code or the dossier's.

    `due_by` are those whose deadline is on that day or before.
    """

    programme: str | None = None
    verdict: Verdict | None = None
    desk: DeskState | None = None
    state: State | None = None
    assignee: str | None = None
    text: str = ""
    due_by: date | None = None
    sort: Sort = Sort.DEADLINE
    descending: bool = False
    page: int = 1
    size: int = 50


@dataclass(frozen=True)
class Listed:
    """A dossier in the list.

    `verdict` and the counts of findings are as they stand after what people did; `machine_verdict` is the report's own.
    All are None or 0 where there is no report yet; `error` says why where none could be made. `due` is the last day to
    answer, None where the notice sets no term; `is_due_provisional` that holidays may move it.
    """

    programme: str
    dossier: str
    state: State
    error: str | None
    name: str | None
    credit_code: str | None
    received: date | None
    due: date | None
    is_due_provisional: bool
    verdict: Verdict | None
    machine_verdict: Verdict | None
    failed: int
    review: int
    passed: int
    pages: int
    revision: int
    reported: float | None
    desk: DeskState
    assignee: str | None
    version: int
    is_corrected: bool


@dataclass(frozen=True)
class Counts:
    """How many dossiers there are, all of a programme's together (`Query.programme`), whatever else is asked for."""

    all: int = 0
    by_verdict: dict[Verdict, int] = field(default_factory=dict[Verdict, int])
    by_desk: dict[DeskState, int] = field(default_factory=dict[DeskState, int])
    """Of those with a report."""
    by_state: dict[State, int] = field(default_factory=dict[State, int])
    by_assignee: dict[str, int] = field(default_factory=dict[str, int])
    """Of open ones with a report; NOBODY for those given to nobody."""
    by_programme: dict[str, int] = field(default_factory=dict[str, int])
    """Of all programmes, always."""


@dataclass(frozen=True)
class ListPage:
    """A page of the list: `rows`, of `total` dossiers that were asked for."""

    rows: Sequence[Listed]
    total: int
    counts: Counts


def list_dossiers(database: Database, query: Query) -> ListPage:
    """Return a page of the list. Raises StorageFault where the database does not answer."""
    raise NotImplementedError


def neighbours(database: Database, query: Query, programme: str, dossier: str) -> tuple[tuple[str, str] | None, ...]:
    """Return the dossiers (programme, name) before and behind one in the list that a query gives, None at its ends."""
    raise NotImplementedError


def every_dossier(database: Database, query: Query) -> list[Listed]:
    """Return all that a query gives, on one page: for lists to take away."""
    raise NotImplementedError
