"""How long the desk takes with 5,000 dossiers: pages of its list, a dossier, a correction with the rules run again.

`python -m benchmarks.desk --help`. One sample packet is read as a run reads it; the others are its copies under names
of their own, with as many pages in the register, none of which is like another. In SQLite and in PostgreSQL.
"""

import argparse
import itertools
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy import insert, inspect, select

from flows.database import Database, open_database
from flows.database.tables import ActRow, ApplicantRow, DossierRow, PageRow, ReportRow, ReviewRow
from flows.desk.acts import Act, CorrectField, DeskState, Judge, MovePages, SetKind
from flows.desk.desk import Desk, Reviewer
from flows.desk.files import Folder
from flows.desk.listing import Query, Sort, list_dossiers, neighbours
from flows.desk.progress import run_progress
from flows.ledger import Ledger, Worker
from flows.register import Register
from flows.reports import case_file, summarise, write_report
from flows.sources import Place
from flows.sources.base import PlacedFile
from flows.verify import verify_dossier
from flows.workers import Workers
from schemas.account import Role
from schemas.document import DocumentKind
from schemas.dossier import Dossier
from schemas.elsewhere import Elsewhere, Entry
from schemas.page import Page
from schemas.report import Report, Verdict
from schemas.settings import Settings
from tests.postgresql_server import PostgreSQLServer
from validators import programmes
from validators.reuse import entry_of

SAMPLE = Path(__file__).parents[1] / "samples" / "packets" / "tianjin-2020" / "TJ-0001"
PROGRAMME, DOSSIER = SAMPLE.parent.name, SAMPLE.name
WHO = Reviewer("样例审核员", Role.REVIEWER)
ROUNDS = 10


def main() -> None:
    """Read, fill, measure, print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--dossiers", type=int, default=5_000)
    chosen = arguments.parse_args()
    table = Table("", "SQLite, ms (on a core)", "PostgreSQL, ms (on a core)")
    with tempfile.TemporaryDirectory() as folder:
        report, pages = _read(Path(folder) / "work")
        out = Path(folder) / "out"
        # As a run does, where nothing else is in the register.
        report.elsewhere = Elsewhere()
        _, pack = _median(lambda: case_file.pack(report, pages))
        write_report(report, pages, programmes.load(PROGRAMME), out)
        measured = [
            dict(_measured(_filled(database, report, pages, chosen.dossiers), out)) for database in _databases(folder)
        ]
        for title in measured[0]:
            table.add_row(title, *(f"{one[title][0]:.0f} ({one[title][1]:.0f})" for one in measured))
        sizes = [path.stat().st_size for path in (out / "pages").rglob("*.jpg")]
        case = (out / PROGRAMME / DOSSIER / case_file.NAME).stat().st_size
    console = Console()
    console.print(table)
    console.print(
        f"case file and images: {pack / len(pages):.1f} ms on a core a page; {case // len(pages)} bytes of case a page"
    )
    console.print(f"page images: {sum(sizes) // len(sizes)} bytes each")


def _read(work: Path) -> tuple[Report, list[Page]]:
    """Read the sample; its images stay as long as `work` does."""
    work.mkdir()
    settings = Settings()
    with Workers(settings) as workers:
        return verify_dossier(
            SAMPLE, programme=PROGRAMME, name=DOSSIER, workers=workers, limits=settings.limits, work=work
        )


def _databases(folder: str) -> Iterator[Database]:
    yield open_database(f"sqlite:///{folder}/heyan.sqlite")
    server = PostgreSQLServer()
    server.start()
    yield open_database(server.url)
    server.stop()


def _filled(database: Database, report: Report, pages: Sequence[Page], count: int) -> Database:
    """Enter the sample, and as many copies of all that this leaves behind, under names of their own."""
    ledger = Ledger(database, Worker.here())
    place = Place(PROGRAMME, DOSSIER, "in", (PlacedFile("packet.pdf", 1, "a", 1.0),))
    ledger.see([place])
    claim = ledger.claim(place)
    if claim is None:
        raise RuntimeError(f"{DOSSIER} is claimed")
    Register(database).enter(_entry(report, pages))
    ledger.report(claim, report, summarise(report, len(pages)), made_by="benchmark")
    chance = random.Random(1)
    verdicts = {Verdict.RETURN: 0, Verdict.REVIEW: 1, Verdict.ACCEPT: 2}
    with database.session() as session:
        for table in (DossierRow, ReviewRow, ReportRow, ActRow, ApplicantRow, PageRow):
            columns = inspect(table).columns
            rows = [
                {column.key: getattr(row, column.key) for column in columns if column.key != "id"}
                for row in session.scalars(select(table)).all()
            ]
            for number in range(1, count):
                copies: list[dict[str, object]] = []
                for row in rows:
                    copy = {**row, "dossier": f"D-{number:05d}"}
                    if table is ReviewRow:
                        copy["verdict"], copy["rank"] = chance.choice(list(verdicts.items()))
                        copy["name"] = f"样例市{chance.choice('东西南北中')}样例{number}职业培训学校"
                    if table is PageRow:
                        copy["characters"] = _other(row["characters"], chance)
                    copies.append(copy)
                session.execute(insert(table), copies)
    return database


def _entry(report: Report, pages: Sequence[Page]) -> Entry:
    dossier = Dossier(
        programme=report.programme,
        name=report.dossier,
        envelope=report.envelope,
        files=report.files,
        pages=list(pages),
        documents=report.documents,
    )
    return entry_of(dossier, programmes.load(report.programme))


def _other(characters: str, chance: random.Random) -> str:
    """Return the sorted characters of a page that has half of its text in common with one."""
    kept = [one if chance.random() < 0.5 else chr(0x4E00 + chance.randrange(3000)) for one in characters]
    return "".join(sorted(kept[: chance.randrange(len(kept) // 2, len(kept)) if len(kept) > 1 else 1]))


def _measured(database: Database, out: Path) -> Iterator[tuple[str, tuple[float, float]]]:
    """Yield what was done and the medians of its milliseconds."""
    queries = {
        "list: first page by deadline": Query(),
        "list: by verdict": Query(sort=Sort.VERDICT),
        "list: by name, the last page": Query(sort=Sort.NAME, page=100),
        "list: returned, open, by deadline": Query(verdict=Verdict.RETURN, desk=DeskState.OPEN),
        "list: search by name": Query(text="样例4321"),
        "list: search by credit code": Query(text="Y43"),
    }
    for title, query in queries.items():
        yield title, _median(lambda query=query: list_dossiers(database, query))
    yield "neighbours in the list", _median(lambda: neighbours(database, Query(), PROGRAMME, "D-02500"))
    yield "the run's progress", _median(lambda: run_progress(database))

    def cold() -> None:
        Desk(database, Folder(out)).dossier(PROGRAMME, DOSSIER)

    yield "dossier, first seen", _median(cold)
    desk = Desk(database, Folder(out))
    desk.prepare()
    yield "dossier, again", _median(lambda: desk.dossier(PROGRAMME, DOSSIER))
    seen = desk.dossier(PROGRAMME, DOSSIER)
    documents = {one.kind: one for one in reversed(seen.machine.documents)}
    form, lease = documents[DocumentKind.APPLICATION_FORM], documents[DocumentKind.LEASE_CONTRACT]
    thick = next(one for one in seen.machine.documents if len(one.pages) > 1 and one.id != form.id)
    numbers = itertools.count()
    kinds, targets = itertools.cycle([DocumentKind.OTHER, lease.kind]), itertools.cycle([form.id, thick.id])
    judged = next(one for one in seen.findings if not one.is_open)

    def act(make: Callable[[int], Act]) -> tuple[float, float]:
        def do() -> None:
            version = desk.dossier(PROGRAMME, DOSSIER).version
            desk.act(PROGRAMME, DOSSIER, version, [make(next(numbers))], WHO)

        return _median(do)

    yield (
        "act: a finding judged",
        act(lambda number: Judge(finding=judged.key, outcome=judged.finding.outcome, reason=str(number))),
    )
    yield (
        "act: a telephone number, rules again",
        act(lambda number: CorrectField(document=form.id, field="phone", value=f"022-{number:08d}")),
    )
    yield (
        "act: a document's kind, read anew, rules again",
        act(lambda number: SetKind(document=lease.id, kind=next(kinds))),
    )
    yield (
        "act: a page moved, two documents read anew",
        act(lambda number: MovePages(pages=thick.pages[-1:], to=next(targets))),
    )
    yield (
        "act: the applicant's name, compared with others",
        act(lambda number: CorrectField(document=form.id, field="name", value=f"样例市第{number}职业培训学校")),
    )
    desk.close()


def _median(function: Callable[[], object]) -> tuple[float, float]:
    """Return the median of a function's milliseconds by the clock, and of those of this thread on a core."""
    times: list[tuple[float, float]] = []
    for _ in range(ROUNDS):
        started = time.perf_counter(), time.thread_time()
        function()
        ended = time.perf_counter(), time.thread_time()
        times.append(((ended[0] - started[0]) * 1000, (ended[1] - started[1]) * 1000))
    return statistics.median(one for one, _ in times), statistics.median(one for _, one in times)


if __name__ == "__main__":
    main()
