"""One dossier at the desk: what is shown of it, and what people do with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flows.database import Database
from flows.desk.acts import Act, Recorded
from flows.desk.files import ReportFiles
from flows.desk.listing import Listed
from schemas.account import Role
from schemas.dossier import Dossier
from schemas.finding import Finding
from schemas.page import Page
from schemas.programme import Programme
from schemas.report import Report


@dataclass(frozen=True)
class Reviewer:
    """Who does something."""

    name: str
    role: Role


@dataclass(frozen=True)
class Judged:
    """A finding as it stands: the rules' own answer, and what people said of it.

    `finding` is what counts: the rules' answer (after corrections), with the outcome that `act` gave it. `act` is None
    where nobody judged it. `superseded` are judgements of a finding that is no longer the same: they do not count.
    """

    key: str
    finding: Finding
    machine: Finding
    act: Recorded | None
    superseded: Sequence[Recorded] = ()

    @property
    def is_open(self) -> bool:
        """Say whether a person has to look at it still: the rules left it open, and nobody judged it."""
        raise NotImplementedError


@dataclass(frozen=True)
class NotApplied:
    """A correction that could not be carried over to a later revision of the report, and why."""

    act: Recorded
    why: str


@dataclass(frozen=True)
class Review:
    """A dossier as it stands after all that was done with it.

    `report` is the corrected report (the machine's own where nothing was done), `machine` the machine's. `dossier` has
    the pages with their lines; `images` are the names of their images by (file, page), for `Desk.image`. `findings` are
    the worst first. `corrected` holds, by (document, section, field), who said what a value is: (d3, None, lease_end);
    a document's kind or pages are under the field `""`, the envelope under the document `""`. `history` are all acts,
    the oldest first. `superseded` are judgements whose finding is gone altogether.
    """

    listed: Listed
    programme: Programme
    dossier: Dossier
    report: Report
    machine: Report
    findings: Sequence[Judged]
    corrected: Mapping[tuple[str, int | None, str], Recorded]
    images: Mapping[tuple[str, int], str]
    history: Sequence[Recorded]
    not_applied: Sequence[NotApplied]
    superseded: Sequence[Recorded]
    revision: int
    revisions: Sequence[int]

    @property
    def version(self) -> int:
        """Return what an act has to be based on."""
        return self.listed.version

    def page(self, file: str, number: int) -> Page | None:
        """Return a page with its lines."""
        raise NotImplementedError


class Desk:
    """What the pages of the desk call; any thread may."""

    def __init__(self, database: Database, files: ReportFiles) -> None:
        self._database = database
        self._files = files

    def dossier(self, programme: str, dossier: str, revision: int | None = None) -> Review:
        """Return a dossier as it stands, or as an earlier report said (with the acts that were done on that one).

        Raises NoSuchDossier where there is no report of it.
        """
        raise NotImplementedError

    def act(self, programme: str, dossier: str, based_on: int, acts: Sequence[Act], who: Reviewer) -> Review:
        """Do something with a dossier that was looked at when its version was `based_on`; return how it stands then.

        All of the acts are done, in order, or none. The rules run again where something was corrected. Raises Stale
        where the dossier changed meanwhile, Refused where an act makes no sense, NoSuchDossier.
        """
        raise NotImplementedError

    def image(self, programme: str, dossier: str, name: str, *, small: bool = False) -> bytes:
        """Return a page's image as JPEG: upright, as large as it was read, or `small` for a glance.

        A name never stands for another image: it may be kept for good. Raises NoSuchDossier.
        """
        raise NotImplementedError

    def report_file(self, programme: str, dossier: str, name: str) -> bytes:
        """Return report.json, report.html or corrected.json, or such of a revision (`revisions/2/report.html`).

        Raises NoSuchDossier.
        """
        raise NotImplementedError
