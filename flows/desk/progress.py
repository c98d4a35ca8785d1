"""How tonight's run goes."""

from dataclasses import dataclass

from sqlalchemy import func, select

from flows.database import Database
from flows.database.tables import DossierRow, ReviewRow
from flows.ledger import State, Worker


@dataclass(frozen=True)
class RunProgress:
    """How far the run is.

    `is_running` where a worker holds a claim; `began` is when the run that is at work, or was last, took up or reported
    the first dossier that is known of it; None where there never was one.

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
    with database.reading() as session:
        states = dict(session.execute(select(DossierRow.state, func.count()).group_by(DossierRow.state)).tuples().all())
        held = session.execute(
            select(DossierRow.programme, DossierRow.dossier, DossierRow.worker, DossierRow.since)
            .where(DossierRow.state == State.RUNNING)
            .order_by(DossierRow.since)
        ).tuples()
        running = [(programme, dossier, worker, since) for programme, dossier, worker, since in held]
        latest = session.scalar(select(ReviewRow.run).order_by(ReviewRow.reported.desc()).limit(1))
        run = next((Worker.run_of(worker) for _, _, worker, _ in reversed(running) if worker is not None), latest)
        reported, pages, first = session.execute(
            select(func.count(), func.sum(ReviewRow.pages), func.min(ReviewRow.reported)).where(ReviewRow.run == run)
        ).one()
        starts = [since for _, _, _, since in running] + ([first] if first is not None else [])
        began = min(starts, default=None)
        failed = 0
        if began is not None:
            failed = session.scalar(
                select(func.count()).where(
                    DossierRow.state.in_([State.FAILED, State.QUARANTINED]), DossierRow.since >= began
                )
            )
    return RunProgress(
        is_running=bool(running),
        began=began,
        reported=reported,
        failed=failed or 0,
        pages=pages or 0,
        running=[(programme, dossier) for programme, dossier, _, _ in running],
        states={state: states.get(state, 0) for state in State},
    )
