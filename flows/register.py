"""The register: what dossiers of this run and of earlier ones left behind to be compared with."""

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from flows.database import Database
from flows.database.tables import ApplicantRow, PageRow, PersonRow
from schemas.elsewhere import Applicant, Elsewhere, Entry, KeptPage, KeptPerson
from validators.reuse import find_elsewhere
from validators.same_page import PageText, lengths_of_one_page, similar


class Register:
    """Entries of dossiers by programme and name, and what each was told of the others when it was entered.

    Any thread or process may call it. All calls raise StorageFault while another run keeps the database.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def enter(self, entry: Entry) -> Elsewhere:
        """Enter a dossier in place of what it left behind before; return what of it stands elsewhere too."""
        before = self._replace(entry)
        others = self._others(entry)
        elsewhere = find_elsewhere(entry, others)
        # What they were told may be no longer all, or no longer true.
        stirred = {(other.programme, other.dossier) for other in (*before, *others)}
        with self._database.session() as session:
            session.execute(
                update(ApplicantRow)
                .where(*_of(ApplicantRow, entry.programme, entry.dossier))
                .values(elsewhere=elsewhere.model_dump_json(), stirred=False)
            )
            for programme, dossier in sorted(stirred):
                session.execute(update(ApplicantRow).where(*_of(ApplicantRow, programme, dossier)).values(stirred=True))
        return elsewhere

    def look_again(self, entry: Entry, told: Elsewhere) -> Elsewhere:
        """Return what of a dossier stands elsewhere too, where its pages are those of when it was `told`.

        Its applicant and its people may be others. To search for its pages would take seconds.
        """
        return find_elsewhere(entry, self._others(entry, told))

    def stirred(self) -> set[tuple[str, str]]:
        """Return the dossiers, by programme and name, that may have news: most have none."""
        may_have = or_(ApplicantRow.stirred, ApplicantRow.elsewhere.is_(None))
        with self._database.session() as session:
            return set(session.execute(select(ApplicantRow.programme, ApplicantRow.dossier).where(may_have)).tuples())

    def has_news(self, programme: str, dossier: str) -> bool:
        """Say whether what was told when a dossier was entered is no longer all, or no longer true."""
        with self._database.session() as session:
            row = session.scalar(select(ApplicantRow).where(*_of(ApplicantRow, programme, dossier)))
            if row is None or (row.elsewhere is not None and not row.stirred):
                return False
            told = None if row.elsewhere is None else Elsewhere.model_validate_json(row.elsewhere)
            entry = _entry(session, row)
        if told != find_elsewhere(entry, self._others(entry)):
            return True
        with self._database.session() as session:
            session.execute(update(ApplicantRow).where(*_of(ApplicantRow, programme, dossier)).values(stirred=False))
        return False

    def _replace(self, entry: Entry) -> list[Entry]:
        """Put an entry in place of an earlier one; return the dossiers that this may have shared something with."""
        key = {"programme": entry.programme, "dossier": entry.dossier}
        with self._database.session() as session:
            row = session.scalar(select(ApplicantRow).where(*_of(ApplicantRow, **key)))
            earlier = None if row is None else _entry(session, row)
        before = [] if earlier is None else self._others(earlier)
        with self._database.session() as session:
            for table in (ApplicantRow, PageRow, PersonRow):
                session.execute(delete(table).where(*_of(table, **key)))
            session.add(ApplicantRow(**key, applicant=entry.applicant.model_dump_json(), elsewhere=None))
            for page in entry.pages:
                text = PageText(page.lines)
                session.add(
                    PageRow(
                        **key,
                        length=text.length,
                        characters=text.characters,
                        page=page.model_dump_json(exclude_defaults=True),
                    )
                )
            for person in entry.people:
                session.add(PersonRow(**key, id_number=person.id_number, person=person.model_dump_json()))
        return before

    def _others(self, entry: Entry, told: Elsewhere | None = None) -> list[Entry]:
        """Return the other dossiers that may share pages or people with this one, with those pages and people only.

        Where it was `told` of pages, these are not searched for.
        """
        others: dict[tuple[str, str], Entry] = {}
        with self._database.reading() as session:

            def other(programme: str, dossier: str) -> Entry:
                key = (programme, dossier)
                if key not in others:
                    applicant = session.scalars(
                        select(ApplicantRow.applicant).where(*_of(ApplicantRow, programme, dossier))
                    ).one()
                    others[key] = Entry(
                        programme=programme, dossier=dossier, applicant=Applicant.model_validate_json(applicant)
                    )
                return others[key]

            near = _near(session, entry) if told is None else _told(session, told)
            for number in sorted(near):
                row = session.scalars(select(PageRow).where(PageRow.id == number)).one()
                other(row.programme, row.dossier).pages.append(KeptPage.model_validate_json(row.page))
            for number in sorted({person.id_number for person in entry.people}):
                people = session.scalars(
                    select(PersonRow)
                    .where(PersonRow.id_number == number, _not_of(PersonRow, entry))
                    .order_by(PersonRow.id)
                )
                for row in people:
                    other(row.programme, row.dossier).people.append(KeptPerson.model_validate_json(row.person))
        return list(others.values())


def _near(session: Session, entry: Entry) -> set[int]:
    """Return the pages of other dossiers, by their numbers in the table, that may be one with a page of this one."""
    near: set[int] = set()
    for text in (PageText(page.lines) for page in entry.pages):
        candidates = session.execute(
            select(PageRow.id, PageRow.characters).where(
                PageRow.length.between(*lengths_of_one_page(text.length)), _not_of(PageRow, entry)
            )
        ).tuples()
        near |= {number for number, characters in candidates if similar(text.characters, characters)}
    return near


def _told(session: Session, told: Elsewhere) -> set[int]:
    """Return the pages of other dossiers that one was told of, as far as they are still there."""
    holders = [shared.holder for shared in told.pages]
    places = {(one.programme, one.dossier, one.file, one.page) for one in holders}
    found: set[int] = set()
    for programme, dossier in {(one.programme, one.dossier) for one in holders}:
        rows = session.execute(select(PageRow.id, PageRow.page).where(*_of(PageRow, programme, dossier))).tuples()
        for number, kept in rows:
            page = KeptPage.model_validate_json(kept)
            if (programme, dossier, page.file, page.number) in places:
                found.add(number)
    return found


def _of(
    table: type[ApplicantRow | PageRow | PersonRow], programme: str, dossier: str
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return what picks a dossier's rows of a table."""
    return table.programme == programme, table.dossier == dossier


def _not_of(table: type[PageRow | PersonRow], entry: Entry) -> ColumnElement[bool]:
    return or_(table.programme != entry.programme, table.dossier != entry.dossier)


def _entry(session: Session, row: ApplicantRow) -> Entry:
    """Return what a dossier left behind."""
    pages = session.scalars(select(PageRow.page).where(*_of(PageRow, row.programme, row.dossier)).order_by(PageRow.id))
    people = session.scalars(
        select(PersonRow.person).where(*_of(PersonRow, row.programme, row.dossier)).order_by(PersonRow.id)
    )
    return Entry(
        programme=row.programme,
        dossier=row.dossier,
        applicant=Applicant.model_validate_json(row.applicant),
        pages=[KeptPage.model_validate_json(page) for page in pages],
        people=[KeptPerson.model_validate_json(person) for person in people],
    )
