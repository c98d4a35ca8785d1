"""One dossier at the desk: what is shown of it, and what people do with it."""

import gzip
import importlib
import json
import logging
import re
import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

import validators
from flows.database import Database
from flows.database.tables import ActRow, CorrectedRow, ReportRow, ReviewRow
from flows.desk.acts import Act, ActKind, DeskState, Recorded
from flows.desk.drafting import Judged, Reviewer, Situation
from flows.desk.entering import record, show
from flows.desk.errors import NoSuchDossier, Refused, Stale
from flows.desk.files import ReportFiles, report_files
from flows.desk.findings import judged, keys_of, said
from flows.desk.listing import Listed, listed
from flows.desk.replay import CORRECTIONS, NotApplied, Pixels, Standing, replay
from flows.errors import StorageFault, UsageError
from flows.ledger import report_digest
from flows.packet import is_safe
from flows.privacy import masked
from flows.register import Register
from flows.reports import case_file, summarise
from flows.reports.case_file import CaseFile
from schemas.dossier import Dossier
from schemas.elsewhere import Entry
from schemas.finding import Finding, Outcome
from schemas.page import Page
from schemas.programme import Programme
from schemas.report import Report
from schemas.settings import Settings
from schemas.thresholds import Thresholds
from validators import programmes
from validators.reuse import entry_of

__all__ = ["CORRECTED", "Desk", "Judged", "NotApplied", "Review", "Reviewer", "open_desk"]

CORRECTED = "corrected.json"
"""What a report became by what people did, beside report.json, in the same form."""

# So many dossiers are kept ready: what somebody works on, and what they looked at before.
_READY = 24
_IMAGE = re.compile(r"[0-9a-f]{32}\.jpg")
_REPORT = re.compile(r"(?:revisions/[0-9]{1,6}/)?(?:report\.json|report\.html)|corrected\.json")
_JUDGEMENTS = frozenset({ActKind.CONFIRM, ActKind.OVERRULE})
_DECISIONS = frozenset({ActKind.ACCEPT, ActKind.RETURN, ActKind.REJECT})
# The worst first.
_ORDER = (Outcome.FAIL, Outcome.REVIEW, Outcome.PASS, Outcome.NOT_APPLICABLE)

_CHINA = ZoneInfo("Asia/Shanghai")

logger = logging.getLogger("heyan")


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
        return self._pages.get((file, number))

    @cached_property
    def _pages(self) -> dict[tuple[str, int], Page]:
        return {(page.file, page.number): page for page in self.dossier.pages}


@dataclass(frozen=True)
class _Known:
    """What the database knows of a dossier: digests of its reports by revision, and which of them is on the desk."""

    listed: Listed
    history: Sequence[Recorded]
    revisions: Mapping[int, str]
    revision: int

    @property
    def acts(self) -> Sequence[Recorded]:
        """Return what was done on the report on the desk and those before it."""
        return [act for act in self.history if act.revision <= self.revision]

    def done(self, act: Recorded) -> "_Known":
        """Return what will be known where an act is done."""
        listed = replace(self.listed, version=act.version)
        if act.kind is ActKind.ASSIGN:
            listed = replace(listed, assignee=None if act.after is None else str(act.after))
        elif act.kind in _DECISIONS or act.kind is ActKind.REOPEN:
            listed = replace(listed, desk=DeskState(str(act.after)))
        return replace(self, listed=listed, history=[*self.history, act])


Key = TypeVar("Key")
Value = TypeVar("Value")


class _Latest(Generic[Key, Value]):
    """What was made last, so that it need not be made again; any thread may ask."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[Key, Value] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> Value | None:
        """Return what was kept under a key, None where it was not, or is gone."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def keep(self, key: Key, value: Value) -> None:
        """Keep something, and let go of what nobody asked for longest."""
        with self._lock:
            self._kept[key] = value
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)


class Desk:
    """What the pages of the desk call; any thread may."""

    def __init__(
        self,
        database: Database,
        files: ReportFiles,
        *,
        thresholds: Thresholds | None = None,
        full_identity_numbers: bool = False,
    ) -> None:
        """Work on the reports in `files`; with the thresholds of confidence that the runs judge by.

        What is written beside the reports has identity numbers masked, unless they are to be in full.
        """
        self._database = database
        self._files = files
        self._thresholds = thresholds
        self._full_identity_numbers = full_identity_numbers
        self._cases: _Latest[tuple[str, str, str], CaseFile] = _Latest(_READY)
        self._standings: _Latest[tuple[str, ...], Standing] = _Latest(_READY)
        self._later = ThreadPoolExecutor(1, "register")
        self._untold: dict[tuple[str, str], _Known] = {}

    def dossier(self, programme: str, dossier: str, revision: int | None = None) -> Review:
        """Return a dossier as it stands, or as an earlier report said (with the acts that were done until the next).

        Raises NoSuchDossier where there is no report of it, or what it rests on was deleted.
        """
        known = self._known(programme, dossier)
        if revision is not None:
            if revision not in known.revisions:
                raise NoSuchDossier(f"没有第 {revision} 版核验报告：{programme}/{dossier}")
            known = replace(known, revision=revision)
        elif not known.listed.is_corrected and any(act.kind in CORRECTIONS | _JUDGEMENTS for act in known.acts):
            # The run that made the report was cut off before it carried over what people did.
            self.settle(programme, dossier)
            known = self._known(programme, dossier)
        return self._review(known)

    def act(self, programme: str, dossier: str, based_on: int, acts: Sequence[Act], who: Reviewer) -> Review:
        """Do something with a dossier that was looked at when its version was `based_on`; return how it stands then.

        All of the acts are done, in order, or none. The rules run again where something was corrected. Raises Stale
        where the dossier changed meanwhile, Refused where an act makes no sense, NoSuchDossier.
        """
        known = self._known(programme, dossier)
        if known.listed.version != based_on:
            raise _stale(known, based_on)
        entry_before = self._entry(known)
        now = time.time()
        new: list[Recorded] = []
        for place, act in enumerate(acts):
            try:
                recorded = self._recorded(known, act, who, now)
                known = known.done(recorded)
                self._refuse_idle(known, recorded)
            except Refused as refused:
                refused.act = place
                raise
            new.append(recorded)
        review = self._review(known)
        with self._database.session() as session:
            row = _locked(session, programme, dossier)
            if row.version != based_on:
                raise _stale(_known(session, programme, dossier), based_on)
            for one in new:
                record(
                    session,
                    row,
                    one.kind,
                    about=one.about,
                    before=one.before,
                    after=one.after,
                    reason=one.reason,
                    who=one.who,
                    now=now,
                )
            row.assignee, row.desk = known.listed.assignee, known.listed.desk
            kinds = {one.kind for one in new}
            if kinds & (CORRECTIONS | _JUDGEMENTS | _DECISIONS):
                _enter(session, row, review)
        if self._entry(known) != entry_before:
            # It takes seconds among thousands of dossiers, and nobody here waits for it.
            self._untold[programme, dossier] = known
            self._later.submit(self._tell_later, programme, dossier)
        if kinds & (CORRECTIONS | _JUDGEMENTS | _DECISIONS):
            self._publish(programme, dossier)
        return self.dossier(programme, dossier)

    def settle(self, programme: str, dossier: str) -> bool:
        """Carry over to a new report what people did on those before it; return whether there was anything.

        The list and `corrected.json` say then what it comes to.
        """
        known = self._known(programme, dossier)
        if not any(act.kind in CORRECTIONS | _JUDGEMENTS | _DECISIONS for act in known.acts):
            return False
        review = self._review(known)
        with self._database.session() as session:
            row = _locked(session, programme, dossier)
            if row.version != known.listed.version:
                # Somebody did more: that has been entered.
                return True
            _enter(session, row, review)
        if self._entry(known) is not None:
            self._tell_register(known)
        self._publish(programme, dossier)
        return True

    def image(self, programme: str, dossier: str, name: str, *, small: bool = False) -> bytes:
        """Return a page's image as JPEG: upright, as large as it was read, or `small` for a glance.

        A name never stands for another image: it may be kept for good. Raises NoSuchDossier.
        """
        gone = NoSuchDossier(f"没有这一页的图像：{programme}/{dossier}/{name}")
        if not _IMAGE.fullmatch(name) or not _is_name(programme) or not _is_name(dossier):
            raise gone
        if not small:
            content = self._files.read(f"{case_file.images_of(programme, dossier)}/{name}")
            if content is None:
                raise gone
            return content
        known = self._known(programme, dossier)
        for revision in sorted(known.revisions, reverse=True):
            glance = self._case(replace(known, revision=revision)).glances.get(name)
            if glance is not None:
                return glance
        raise gone

    def report_file(self, programme: str, dossier: str, name: str) -> bytes:
        """Return report.json, report.html or corrected.json, or such of a revision (`revisions/2/report.html`).

        Raises NoSuchDossier.
        """
        content = None
        if _REPORT.fullmatch(name) and _is_name(programme) and _is_name(dossier):
            content = self._files.read(f"{programme}/{dossier}/{name}")
        if content is None:
            raise NoSuchDossier(f"没有这份报告：{programme}/{dossier}/{name}")
        return content

    def close(self) -> None:
        """Wait until the register knows all that was corrected; nothing can be done here any more."""
        self._later.shutdown()

    def prepare(self) -> None:
        """Load, meanwhile, what reads documents anew: the first correction that needs it does not wait for it."""
        self._later.submit(importlib.import_module, "extractors.dossier")

    def _known(self, programme: str, dossier: str) -> _Known:
        with self._database.reading() as session:
            return _known(session, programme, dossier)

    def _case(self, known: _Known) -> CaseFile:
        """Return what the report on the desk rests on."""
        programme, dossier, digest = known.listed.programme, known.listed.dossier, known.revisions[known.revision]
        found = self._cases.get((programme, dossier, digest))
        if found is not None:
            return found
        own = f"{programme}/{dossier}"
        kept = f"{own}/revisions/{known.revision}/{case_file.NAME}"
        # A run puts what it makes in the place of what it keeps a moment before it says so.
        contents = (self._files.read(name) for name in (f"{own}/{case_file.NAME}", kept))
        for content in contents:
            if content is None:
                continue
            try:
                case = case_file.unpack(content)
            except ValueError as error:
                logger.warning("%s/%s：%s 读不懂（%s）", programme, dossier, case_file.NAME, error)
                continue
            if digest in (report_digest(case.report), report_digest(masked(case.report))):
                self._cases.keep((programme, dossier, digest), case)
                return case
        raise NoSuchDossier(
            f"{own} 第 {known.revision} 版核验报告的内容已不在：可能正在重新核验，请稍后再看；也可能已按保存期限删除"
        )

    def _standing(self, known: _Known, case: CaseFile) -> Standing:
        corrections = [act for act in known.acts if act.kind in CORRECTIONS]
        key = (known.listed.programme, known.listed.dossier, known.revisions[known.revision])
        key += tuple(f"{act.version}/{act.made}" for act in corrections)
        standing = self._standings.get(key)
        if standing is None:
            standing = replay(
                case, corrections, self._pixels(case), Register(self._database).look_again, self._thresholds
            )
            self._standings.keep(key, standing)
        return standing

    def _review(self, known: _Known) -> Review:
        case = self._case(known)
        standing = self._standing(known, case)
        judgements = [act for act in known.acts if act.kind in _JUDGEMENTS]
        findings, superseded = _judged(standing.findings, judgements)
        dossier = standing.dossier
        report = machine = case.report
        if standing.dossier is not case.dossier or judgements:
            counted = [one.finding for one in findings]
            report = Report(
                programme=machine.programme,
                dossier=machine.dossier,
                received=dossier.envelope.received,
                verdict=validators.verdict(counted),
                files=dossier.files,
                documents=dossier.documents,
                findings=counted,
                envelope=dossier.envelope,
                elsewhere=dossier.elsewhere,
            )
        return Review(
            listed=known.listed,
            programme=programmes.load(machine.programme),
            dossier=dossier,
            report=report,
            machine=machine,
            findings=sorted(findings, key=lambda one: _ORDER.index(one.finding.outcome)),
            corrected=standing.corrected,
            images={(page.file, page.number): page.image.name for page in dossier.pages if page.image is not None},
            history=known.history,
            not_applied=standing.not_applied,
            superseded=superseded,
            revision=known.revision,
            revisions=sorted(known.revisions),
        )

    def _recorded(self, known: _Known, act: Act, who: Reviewer, now: float) -> Recorded:
        """Return what is written down of an act, which makes sense as things stand."""
        review = self._review(known)
        standing = self._standing(known, self._case(known))
        draft = Situation(known.listed, standing, review.findings, who).draft(act)
        return Recorded(
            id=0,
            programme=known.listed.programme,
            dossier=known.listed.dossier,
            version=known.listed.version + 1,
            revision=known.revision,
            kind=draft.kind,
            about=draft.about,
            before=draft.before,
            after=draft.after,
            reason=draft.reason,
            who=who.name,
            made=now,
        )

    def _refuse_idle(self, known: _Known, act: Recorded) -> None:
        """Refuse a correction that would change nothing."""
        if act.kind in CORRECTIONS:
            for one in self._standing(known, self._case(known)).not_applied:
                if one.act.version == act.version:
                    raise Refused(one.why)

    def _pixels(self, case: CaseFile) -> Pixels:
        own = case_file.images_of(case.dossier.programme, case.dossier.name)

        @contextmanager
        def laid(pages: Sequence[Page]) -> Generator[Path]:
            with tempfile.TemporaryDirectory(prefix="heyan-") as folder:
                for name in {page.image.name for page in pages if page.image is not None}:
                    content = self._files.read(f"{own}/{name}")
                    if content is None:
                        raise NoSuchDossier(f"页面图像已不在：{own}/{name}，不能重新读取")
                    (Path(folder) / name).write_bytes(content)
                yield Path(folder)

        return laid

    def _entry(self, known: _Known) -> Entry | None:
        """Return what the register has to know of a dossier, where that is no longer what the report said."""
        return self._standing(known, self._case(known)).entry

    def _tell_register(self, known: _Known) -> None:
        """Let other dossiers be compared with this one as it was corrected."""
        dossier = self._case(known).dossier
        entry = self._entry(known) or entry_of(dossier, programmes.load(dossier.programme), self._thresholds)
        try:
            Register(self._database).enter(entry)
        except (StorageFault, UsageError) as error:
            logger.warning("%s/%s：更正没有登记，其他卷宗仍与原来的比对：%s", entry.programme, entry.dossier, error)

    def _tell_later(self, programme: str, dossier: str) -> None:
        """Tell the register what a dossier is by now, unless that has been done meanwhile."""
        known = self._untold.pop((programme, dossier), None)
        if known is not None:
            self._tell_register(known)

    def _publish(self, programme: str, dossier: str) -> None:
        """Write what the report came to be beside it; who comes last writes what was entered last."""
        version = -1
        while True:
            with self._database.reading() as session:
                row = session.scalar(
                    select(CorrectedRow)
                    .where(CorrectedRow.programme == programme, CorrectedRow.dossier == dossier)
                    .order_by(CorrectedRow.version.desc())
                    .limit(1)
                )
                if row is None or row.version == version:
                    return
                version, content = row.version, row.report
            report = Report.model_validate_json(gzip.decompress(content))
            shown = report if self._full_identity_numbers else masked(report)
            try:
                self._files.write(
                    f"{programme}/{dossier}/{CORRECTED}", (shown.model_dump_json(indent=2) + "\n").encode()
                )
            except (StorageFault, UsageError) as error:
                logger.warning("%s/%s：%s 没有写成，下一次更正时再写：%s", programme, dossier, CORRECTED, error)
                return


def open_desk(database: Database, settings: Settings, folder: Path) -> Desk:
    """Return the desk that works on a folder of reports, or on the bucket that the night verifies, as runs do."""
    return Desk(
        database,
        report_files(settings, folder),
        thresholds=settings.confidence,
        full_identity_numbers=settings.privacy.full_identity_numbers,
    )


def _known(session: Session, programme: str, dossier: str) -> _Known:
    row = listed(session, programme, dossier)
    if row is None or not row.revision:
        raise NoSuchDossier(f"没有这个卷宗的核验报告：{programme}/{dossier}")
    own = {"programme": programme, "dossier": dossier}
    acts = session.scalars(select(ActRow).filter_by(**own).order_by(ActRow.version))
    reports = session.execute(select(ReportRow.revision, ReportRow.sha256).filter_by(**own)).tuples()
    return _Known(row, [recorded(act) for act in acts], dict(reports.all()), row.revision)


def recorded(row: ActRow) -> Recorded:
    """Return an act as it was written down."""
    return Recorded(
        id=row.id,
        programme=row.programme,
        dossier=row.dossier,
        version=row.version,
        revision=row.revision,
        kind=ActKind(row.kind),
        about=json.loads(row.about),
        before=json.loads(row.before),
        after=json.loads(row.after),
        reason=row.reason,
        who=row.who,
        made=row.made,
    )


def _locked(session: Session, programme: str, dossier: str) -> ReviewRow:
    row = session.get(ReviewRow, (programme, dossier), with_for_update=True)
    if row is None:
        raise NoSuchDossier(f"没有这个卷宗的核验报告：{programme}/{dossier}")
    return row


def _enter(session: Session, row: ReviewRow, review: Review) -> None:
    """Let the list show what a dossier came to, and keep the report that says so."""
    show(row, review.report, summarise(review.report, row.pages))
    row.is_corrected = any(act.kind in CORRECTIONS | _JUDGEMENTS for act in review.history)
    content = gzip.compress(review.report.model_dump_json().encode(), mtime=0)
    session.merge(
        CorrectedRow(
            programme=row.programme,
            dossier=row.dossier,
            version=row.version,
            revision=review.revision,
            report=content,
        )
    )


def _judged(findings: Sequence[Finding], acts: Sequence[Recorded]) -> tuple[list[Judged], list[Recorded]]:
    """Return findings with what people said of them, in their order, and the judgements of such as are gone."""
    keys = keys_of(findings)
    says = [said(finding) for finding in findings]
    counting: dict[str, Recorded] = {}
    superseded: dict[str, list[Recorded]] = {}
    gone: list[Recorded] = []
    for act in acts:
        about = {name: value for name, value in act.about.items() if name != "finding"}
        same = [key for key, one in zip(keys, says, strict=True) if one == about]
        alike = [
            key
            for key, one in zip(keys, says, strict=True)
            if (one["rule"], one["subject"]) == (about["rule"], about["subject"])
        ]
        key = str(act.about["finding"])
        if same:
            counting[key if key in same else same[0]] = act
        elif alike:
            superseded.setdefault(key if key in alike else alike[0], []).append(act)
        else:
            gone.append(act)
    views: list[Judged] = []
    for key, finding in zip(keys, findings, strict=True):
        act = counting.get(key)
        counted = finding if act is None else judged(finding, Outcome(str(act.after)), act.reason)
        old = [] if act is not None else superseded.get(key, [])
        views.append(Judged(key, counted, finding, act, old))
    return views, gone


def _stale(known: _Known, based_on: int) -> Stale:
    """Say who did what since."""
    since = [act for act in known.history if act.version > based_on]
    done = "；".join(f"{act.who} {datetime.fromtimestamp(act.made, _CHINA):%H:%M} {act.title}" for act in since[-3:])
    return Stale(f"这个卷宗在您打开之后有了变化：{done}。您的操作没有保存，请看过之后再办", known.listed.version, since)


def _is_name(name: str) -> bool:
    return is_safe(name) and "/" not in name
