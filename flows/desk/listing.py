"""The list of dossiers: searched, filtered, sorted, counted, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Row, Select, func, nulls_last, or_, select
from sqlalchemy.orm import Session

from flows.database import Database
from flows.database.tables import DossierRow, ReviewRow
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
    error: str | None = None
    name: str | None = None
    credit_code: str | None = None
    received: date | None = None
    due: date | None = None
    is_due_provisional: bool = False
    verdict: Verdict | None = None
    machine_verdict: Verdict | None = None
    failed: int = 0
    review: int = 0
    passed: int = 0
    pages: int = 0
    revision: int = 0
    reported: float | None = None
    desk: DeskState = DeskState.OPEN
    assignee: str | None = None
    version: int = 0
    is_corrected: bool = False


@dataclass(frozen=True)
class Counts:
    """How many dossiers there are, all of a programme's together (`Query.programme`), whatever else is asked for."""

    by_verdict: dict[Verdict, int] = field(default_factory=dict[Verdict, int])
    by_desk: dict[DeskState, int] = field(default_factory=dict[DeskState, int])
    """Of those with a report."""
    by_state: dict[State, int] = field(default_factory=dict[State, int])
    by_assignee: dict[str, int] = field(default_factory=dict[str, int])
    """Of open ones with a report; NOBODY for those given to nobody."""
    by_programme: dict[str, int] = field(default_factory=dict[str, int])
    """Of all programmes, always."""

    @property
    def all(self) -> int:
        """Return how many there are altogether."""
        return sum(self.by_state.values())


@dataclass(frozen=True)
class ListPage:
    """A page of the list: `rows`, of `total` dossiers that were asked for."""

    rows: Sequence[Listed]
    total: int
    counts: Counts


def list_dossiers(database: Database, query: Query) -> ListPage:
    """Return a page of the list. Raises StorageFault where the database does not answer."""
    chosen = _chosen(query)
    with database.reading() as session:
        total = session.scalar(select(func.count()).select_from(_JOINED).where(*chosen)) or 0
        rows = session.execute(
            _listed(query, chosen).limit(query.size).offset((max(query.page, 1) - 1) * query.size)
        ).all()
        errors = _errors(session, rows)
        return ListPage([_row(row, errors) for row in rows], total, _counts(session, query.programme))


def every_dossier(database: Database, query: Query) -> list[Listed]:
    """Return all that a query gives, on one page: for lists to take away."""
    with database.reading() as session:
        rows = session.execute(_listed(query, _chosen(query))).all()
        errors = _errors(session, rows)
        return [_row(row, errors) for row in rows]


def neighbours(
    database: Database, query: Query, programme: str, dossier: str
) -> tuple[tuple[str, str] | None, tuple[str, str] | None]:
    """Return the dossiers (programme, name) before and behind one in the list that a query gives, None at its ends.

    One that is not in that list (any more) has none.
    """
    keys = select(DossierRow.programme, DossierRow.dossier).select_from(_JOINED).where(*_chosen(query))
    with database.reading() as session:
        names = [(one, other) for one, other in session.execute(keys.order_by(*_order(query))).tuples()]
    if (programme, dossier) not in names:
        return None, None
    place = names.index((programme, dossier))
    return names[place - 1] if place else None, names[place + 1] if place + 1 < len(names) else None


def listed(session: Session, programme: str, dossier: str) -> Listed | None:
    """Return one dossier as the list shows it; None where it is not known."""
    own = DossierRow.programme == programme, DossierRow.dossier == dossier
    row = session.execute(select(*_COLUMNS).select_from(_JOINED).where(*own)).one_or_none()
    return None if row is None else _row(row, _errors(session, [row]))


_JOINED = DossierRow.__table__.outerjoin(
    ReviewRow.__table__,
    (ReviewRow.programme == DossierRow.programme) & (ReviewRow.dossier == DossierRow.dossier),
)
# Of the ledger's table only what stands in an index.
_COLUMNS = (DossierRow.programme, DossierRow.dossier, DossierRow.state, ReviewRow)
_SORTED_BY: dict[Sort, Any] = {
    Sort.DEADLINE: ReviewRow.due,
    Sort.RECEIVED: ReviewRow.received,
    Sort.VERDICT: ReviewRow.rank,
    Sort.NAME: ReviewRow.name,
    Sort.DOSSIER: DossierRow.dossier,
    Sort.REPORTED: -ReviewRow.reported,
    Sort.ASSIGNEE: ReviewRow.assignee,
}


def _listed(query: Query, chosen: Sequence[ColumnElement[bool]]) -> Select[Any]:
    return select(*_COLUMNS).select_from(_JOINED).where(*chosen).order_by(*_order(query))


def _order(query: Query) -> list[Any]:
    by = _SORTED_BY[query.sort]
    # Of verdicts alike the one with more to mend comes first.
    more = [-ReviewRow.failed, -ReviewRow.review] if query.sort is Sort.VERDICT else []
    if query.descending:
        by, more = by.desc(), [one.desc() for one in more]
    return [nulls_last(by), *more, DossierRow.dossier, DossierRow.programme]


def _chosen(query: Query) -> list[ColumnElement[bool]]:
    chosen: list[ColumnElement[bool]] = []
    if query.programme is not None:
        chosen.append(DossierRow.programme == query.programme)
    if query.verdict is not None:
        chosen.append(ReviewRow.verdict == query.verdict)
    if query.desk is not None:
        chosen.append(ReviewRow.desk == query.desk)
    if query.state is not None:
        chosen.append(DossierRow.state == query.state)
    if query.assignee is not None:
        whose = ReviewRow.assignee.is_(None) if query.assignee == NOBODY else ReviewRow.assignee == query.assignee
        chosen += [whose, ReviewRow.version.is_not(None)]
    if query.due_by is not None:
        chosen.append(ReviewRow.due <= query.due_by.isoformat())
    for word in query.text.split():
        columns = (ReviewRow.name, ReviewRow.credit_code, DossierRow.dossier)
        chosen.append(or_(*(column.icontains(word, autoescape=True) for column in columns)))
    return chosen


def _errors(session: Session, rows: Sequence[Row[Any]]) -> dict[tuple[str, str], str | None]:
    """Return why those of some dossiers that have no report of their files have none."""
    without = [row.dossier for row in rows if row.state in (State.FAILED, State.QUARANTINED)]
    if not without:
        return {}
    found = session.execute(
        select(DossierRow.programme, DossierRow.dossier, DossierRow.error).where(
            DossierRow.state.in_([State.FAILED, State.QUARANTINED]), DossierRow.dossier.in_(without)
        )
    ).tuples()
    return {(programme, dossier): error for programme, dossier, error in found}


def _row(row: Row[Any], errors: dict[tuple[str, str], str | None]) -> Listed:
    review: ReviewRow | None = row.ReviewRow
    known = Listed(row.programme, row.dossier, State(row.state), errors.get((row.programme, row.dossier)))
    if review is None:
        return known
    return replace(
        known,
        name=review.name,
        credit_code=review.credit_code,
        received=None if review.received is None else date.fromisoformat(review.received),
        due=None if review.due is None else date.fromisoformat(review.due),
        is_due_provisional=review.due_is_provisional,
        verdict=Verdict(review.verdict),
        machine_verdict=Verdict(review.machine_verdict),
        failed=review.failed,
        review=review.review,
        passed=review.passed,
        pages=review.pages,
        revision=review.revision,
        reported=review.reported,
        desk=DeskState(review.desk),
        assignee=review.assignee,
        version=review.version,
        is_corrected=review.is_corrected,
    )


def _counts(session: Session, programme: str | None) -> Counts:
    states = session.execute(
        select(DossierRow.programme, DossierRow.state, func.count()).group_by(DossierRow.programme, DossierRow.state)
    ).tuples()
    reviews = session.execute(
        select(ReviewRow.verdict, ReviewRow.desk, ReviewRow.assignee, func.count())
        .where(*([ReviewRow.programme == programme] if programme is not None else []))
        .group_by(ReviewRow.verdict, ReviewRow.desk, ReviewRow.assignee)
    ).tuples()
    counts = Counts()
    for one, state, count in states:
        _add(counts.by_programme, one, count)
        if programme in (None, one):
            _add(counts.by_state, State(state), count)
    for verdict, desk, assignee, count in reviews:
        _add(counts.by_verdict, Verdict(verdict), count)
        _add(counts.by_desk, DeskState(desk), count)
        if desk == DeskState.OPEN:
            _add(counts.by_assignee, assignee or NOBODY, count)
    return counts


Key = TypeVar("Key")


def _add(counts: dict[Key, int], key: Key, count: int) -> None:
    counts[key] = counts.get(key, 0) + count
