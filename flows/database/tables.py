"""What is kept of dossiers: their state, their files, their reports, and what later ones are compared with.

Every table is keyed by programme and dossier, as reports are. Points in time are seconds since 1970.
"""

from sqlalchemy import (
    BigInteger,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """All tables."""


class DossierRow(Base):
    """A dossier's state. `files` is the digest of its files as they were last seen.

    The last six columns are those of its latest report: the digest of the files it is of, what it was made by, in which
    run, its own digest, its row of the summary and its findings, both as JSON.
    """

    __tablename__ = "dossiers"

    programme: Mapped[str] = mapped_column(Text, primary_key=True)
    dossier: Mapped[str] = mapped_column(Text, primary_key=True)
    files: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    since: Mapped[float] = mapped_column(Float)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    worker: Mapped[str | None] = mapped_column(Text)
    lease: Mapped[float | None] = mapped_column(Float)
    error: Mapped[str | None] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(Integer, default=0)
    reported_files: Mapped[str | None] = mapped_column(Text)
    made_by: Mapped[str | None] = mapped_column(Text)
    run: Mapped[str | None] = mapped_column(Text)
    sha256: Mapped[str | None] = mapped_column(Text)
    summary: Mapped[str | None] = mapped_column(Text)
    findings: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        Index("dossiers_by_state", "state"),
        # All that the desk's list asks of this table: its rows are long.
        Index("dossiers_in_list", "programme", "dossier", "state"),
    )


class FileRow(Base):
    """A file of a dossier as it was last seen; `mark` changes with its content; `sha256` is known once it was read."""

    __tablename__ = "files"

    programme: Mapped[str] = mapped_column(Text, primary_key=True)
    dossier: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    mark: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (ForeignKeyConstraint(["programme", "dossier"], ["dossiers.programme", "dossiers.dossier"]),)


class ReportRow(Base):
    """A report that was made of a dossier: the first is revision 1."""

    __tablename__ = "reports"

    programme: Mapped[str] = mapped_column(Text, primary_key=True)
    dossier: Mapped[str] = mapped_column(Text, primary_key=True)
    revision: Mapped[int] = mapped_column(Integer, primary_key=True)
    made: Mapped[float] = mapped_column(Float)
    verdict: Mapped[str] = mapped_column(Text)
    files: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)

    __table_args__ = (ForeignKeyConstraint(["programme", "dossier"], ["dossiers.programme", "dossiers.dossier"]),)


class ApplicantRow(Base):
    """Whose a dossier is, and what it was told of the others when it was entered; both as JSON.

    `stirred` is set where a dossier that was entered later may change that.
    """

    __tablename__ = "applicants"

    programme: Mapped[str] = mapped_column(Text, primary_key=True)
    dossier: Mapped[str] = mapped_column(Text, primary_key=True)
    applicant: Mapped[str] = mapped_column(Text)
    elsewhere: Mapped[str | None] = mapped_column(Text)
    stirred: Mapped[bool] = mapped_column(default=False)


class PageRow(Base):
    """A page that later dossiers are compared with: its characters, how many, and the page itself as JSON."""

    __tablename__ = "pages"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    programme: Mapped[str] = mapped_column(Text)
    dossier: Mapped[str] = mapped_column(Text)
    length: Mapped[int] = mapped_column(Integer)
    characters: Mapped[str] = mapped_column(Text)
    page: Mapped[str] = mapped_column(Text)

    __table_args__ = (Index("pages_by_length", "length"), Index("pages_by_dossier", "programme", "dossier"))


class PersonRow(Base):
    """A person with an identity number whom a dossier names; as JSON."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    programme: Mapped[str] = mapped_column(Text)
    dossier: Mapped[str] = mapped_column(Text)
    id_number: Mapped[str] = mapped_column(Text)
    person: Mapped[str] = mapped_column(Text)

    __table_args__ = (Index("people_by_number", "id_number"), Index("people_by_dossier", "programme", "dossier"))


class ReviewRow(Base):
    """A dossier with a report as the reviewer's desk lists it: what the report says, after corrections, and its state.

    `version` counts what happened to it (`ActRow`). `rank` orders verdicts, the worst first. Days are ISO dates.
    """

    __tablename__ = "reviews"

    programme: Mapped[str] = mapped_column(Text, primary_key=True)
    dossier: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str | None] = mapped_column(Text)
    credit_code: Mapped[str | None] = mapped_column(Text)
    received: Mapped[str | None] = mapped_column(Text)
    due: Mapped[str | None] = mapped_column(Text)
    due_is_provisional: Mapped[bool] = mapped_column(default=False)
    verdict: Mapped[str] = mapped_column(Text)
    rank: Mapped[int] = mapped_column(Integer)
    machine_verdict: Mapped[str] = mapped_column(Text)
    failed: Mapped[int] = mapped_column(Integer)
    review: Mapped[int] = mapped_column(Integer)
    passed: Mapped[int] = mapped_column(Integer)
    pages: Mapped[int] = mapped_column(Integer)
    revision: Mapped[int] = mapped_column(Integer)
    reported: Mapped[float] = mapped_column(Float)
    run: Mapped[str] = mapped_column(Text)
    files: Mapped[str] = mapped_column(Text)
    desk: Mapped[str] = mapped_column(Text)
    assignee: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer)
    is_corrected: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        ForeignKeyConstraint(["programme", "dossier"], ["dossiers.programme", "dossiers.dossier"]),
        Index("reviews_by_run", "run"),
        Index("reviews_by_reported", "reported"),
    )


class ActRow(Base):
    """What was done with a dossier. Rows are added only: the database refuses to change or delete one."""

    __tablename__ = "acts"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    programme: Mapped[str] = mapped_column(Text)
    dossier: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer)
    revision: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(Text)
    about: Mapped[str] = mapped_column(Text)
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    who: Mapped[str] = mapped_column(Text)
    made: Mapped[float] = mapped_column(Float)

    __table_args__ = (
        ForeignKeyConstraint(["programme", "dossier"], ["dossiers.programme", "dossiers.dossier"]),
        UniqueConstraint("programme", "dossier", "version", name="acts_by_version"),
    )


class CorrectedRow(Base):
    """What a report became by the acts up to a version: report.json's content, compressed (gzip)."""

    __tablename__ = "corrected_reports"

    programme: Mapped[str] = mapped_column(Text, primary_key=True)
    dossier: Mapped[str] = mapped_column(Text, primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    revision: Mapped[int] = mapped_column(Integer)
    report: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (ForeignKeyConstraint(["programme", "dossier"], ["dossiers.programme", "dossiers.dossier"]),)


class AccountRow(Base):
    """A person at the desk. `password` is an argon2 hash; `subject` is what another service knows them by instead."""

    __tablename__ = "accounts"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    role: Mapped[str] = mapped_column(Text)
    password: Mapped[str | None] = mapped_column(Text)
    subject: Mapped[str | None] = mapped_column(Text, unique=True)
    created: Mapped[float] = mapped_column(Float)
    signed_in: Mapped[float | None] = mapped_column(Float)
    is_disabled: Mapped[bool] = mapped_column(default=False)


class SessionRow(Base):
    """Somebody who is signed in: the digest of their token, when they came, when they were last seen, from where.

    `note` is what the next page tells them of what they just did.
    """

    __tablename__ = "sessions"

    token: Mapped[str] = mapped_column(Text, primary_key=True)
    account: Mapped[str] = mapped_column(Text, ForeignKey("accounts.name"))
    created: Mapped[float] = mapped_column(Float)
    seen: Mapped[float] = mapped_column(Float)
    address: Mapped[str] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (Index("sessions_by_account", "account"),)


class AttemptRow(Base):
    """A try to sign in that did not succeed, or not yet; `account` is what was typed."""

    __tablename__ = "attempts"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    account: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    at: Mapped[float] = mapped_column(Float)

    __table_args__ = (Index("attempts_by_account", "account"), Index("attempts_by_address", "address"))


class AuthorisationRow(Base):
    """A sign-in that goes on at another service: the digest of its state, and what it is checked by then, as JSON."""

    __tablename__ = "authorisations"

    state: Mapped[str] = mapped_column(Text, primary_key=True)
    begun: Mapped[float] = mapped_column(Float)
    kept: Mapped[str] = mapped_column(Text)


class EventRow(Base):
    """Something that happened to an account; `by` is whose doing it was, where that is known."""

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    at: Mapped[float] = mapped_column(Float)
    kind: Mapped[str] = mapped_column(Text)
    account: Mapped[str] = mapped_column(Text)
    by: Mapped[str | None] = mapped_column(Text)
    address: Mapped[str | None] = mapped_column(Text)
    detail: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (Index("events_by_time", "at"), Index("events_by_account", "account"))


class NightRow(Base):
    """What one process did in a run by night, told while it goes on; `ended` and `outcome` are set when it is over.

    `helps` is set where another machine began the run. `reading_seconds` are those of work on pages, added up over
    processes. `untold` counts messages that could not be sent.
    """

    __tablename__ = "nights"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    source: Mapped[str] = mapped_column(Text)
    helps: Mapped[bool] = mapped_column(default=False)
    begun: Mapped[float] = mapped_column(Float)
    seen: Mapped[float] = mapped_column(Float)
    ended: Mapped[float | None] = mapped_column(Float)
    outcome: Mapped[str | None] = mapped_column(Text)
    dossiers: Mapped[int] = mapped_column(Integer, default=0)
    errors: Mapped[int] = mapped_column(Integer, default=0)
    pages: Mapped[int] = mapped_column(BigInteger, default=0)
    reading_seconds: Mapped[float] = mapped_column(Float, default=0.0)
    quarantined_files: Mapped[int] = mapped_column(Integer, default=0)
    untold: Mapped[int] = mapped_column(Integer, default=0)


class TidiedRow(Base):
    """A closed dossier whose page images and what was read of them were deleted, and when."""

    __tablename__ = "tidied"

    programme: Mapped[str] = mapped_column(Text, primary_key=True)
    dossier: Mapped[str] = mapped_column(Text, primary_key=True)
    at: Mapped[float] = mapped_column(Float)

    __table_args__ = (ForeignKeyConstraint(["programme", "dossier"], ["dossiers.programme", "dossiers.dossier"]),)
