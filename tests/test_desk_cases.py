"""Case files: what a real run leaves beside its reports, and what the desk makes of it without the packet."""

import gzip
import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import PIL.Image
import pytest
from conftest import DIGITAL, Command
from desk_dossiers import PROGRAMME, clean, desk, enter
from dossier_builder import dossier, lease
from minio import Minio

from flows.database import Database, open_database
from flows.desk.acts import CorrectField, Decide, DeskState, Join, MovePages, Note, SetKind, Split
from flows.desk.corrections import export
from flows.desk.desk import Desk, Reviewer, open_desk
from flows.desk.errors import NoSuchDossier
from flows.desk.listing import NOBODY, Query, Sort, every_dossier, list_dossiers, neighbours
from flows.desk.progress import run_progress
from flows.ledger import Ledger, State, Worker
from flows.reports import case_file
from flows.sources import Place
from flows.sources.base import PlacedFile
from schemas.account import Role
from schemas.document import DocumentKind
from schemas.report import Report, Verdict
from schemas.settings import NightSettings, Settings

SAMPLE = Path(__file__).parent.parent / "samples" / "packets" / "jilin-2022" / "JL-0002"
# A lease, and a form of two pages with boxes to tick.
LEASE, FORM = "IMG_0005.jpg", ("IMG_0011.jpg", "IMG_0012.jpg")
ZHANG = Reviewer("张审核", Role.REVIEWER)


@pytest.fixture
def database(database_url: str) -> Database:
    return open_database(database_url)


class TestFromPaper:
    """One small dossier, read from its scans; what each test does, it does to the same."""

    @pytest.fixture(scope="class")
    def folder(self, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
        return tmp_path_factory.mktemp("paper")

    @pytest.fixture
    def at_desk(self, heyan: Command, folder: Path) -> Desk:
        place = folder / "in" / PROGRAMME / "JL-2"
        if not place.exists():
            place.mkdir(parents=True)
            for name in (LEASE, *FORM, "dossier.toml"):
                shutil.copy(SAMPLE / name, place)
            answer = heyan("verify", folder / "in", "--out", folder / "out")
            assert answer.status == 0, answer.err
        database = open_database(f"sqlite:///{folder}/out/heyan.sqlite")
        return open_desk(database, Settings(), folder / "out")

    def test_what_a_run_leaves_is_all_there_and_its_owners_only(self, at_desk: Desk, folder: Path) -> None:
        own = folder / "out" / PROGRAMME / "JL-2"
        report = Report.model_validate_json((own / "report.json").read_bytes())
        review = at_desk.dossier(PROGRAMME, "JL-2")
        assert [one.kind for one in review.dossier.documents] == [one.kind for one in report.documents]
        assert review.report.findings[0].message == report.findings[0].message
        assert review.dossier.envelope.received == report.received
        assert len(review.images) == len(review.dossier.pages) == 3
        for page in review.dossier.pages:
            assert page.lines
            name = review.images[page.file, page.number]
            large = PIL.Image.open(io.BytesIO(at_desk.image(PROGRAMME, "JL-2", name)))
            small = PIL.Image.open(io.BytesIO(at_desk.image(PROGRAMME, "JL-2", name, small=True)))
            assert (large.format, small.format) == ("JPEG", "JPEG")
            assert large.width / large.height == pytest.approx(page.width / page.height, rel=0.01)
            assert max(large.size) > 1200
            assert max(small.size) == pytest.approx(max(large.size) / 8, abs=1)
        written = [*own.iterdir(), *(folder / "out" / "pages" / PROGRAMME / "JL-2").iterdir()]
        assert len(written) == 6
        assert {path.stat().st_mode & 0o077 for path in written} == {0}

    def test_documents_are_read_anew_from_the_case_as_they_were_from_the_packet(self, at_desk: Desk) -> None:
        first = at_desk.dossier(PROGRAMME, "JL-2")
        read = {one.kind: one for one in first.machine.documents}
        contract, form = read[DocumentKind.LEASE_CONTRACT], read[DocumentKind.APPLICATION_FORM]
        review = first
        for kind in (DocumentKind.OTHER, DocumentKind.LEASE_CONTRACT):
            review = at_desk.act(PROGRAMME, "JL-2", review.version, [SetKind(document=contract.id, kind=kind)], ZHANG)
        [again] = [one for one in review.dossier.documents if one.id == contract.id]
        assert (again.fields, again.seals) == (contract.fields, contract.seals)
        review = at_desk.act(PROGRAMME, "JL-2", review.version, [Join(document=form.id, other=contract.id)], ZHANG)
        assert len(review.dossier.documents) == len(first.dossier.documents) - 1
        apart = [MovePages(pages=contract.pages, kind=DocumentKind.LEASE_CONTRACT)]
        review = at_desk.act(PROGRAMME, "JL-2", review.version, apart, ZHANG)
        [form_again] = [one for one in review.dossier.documents if one.kind is DocumentKind.APPLICATION_FORM]
        # Ticks and blank cells too: the pixels are those that were looked at first.
        assert form_again.fields == form.fields
        assert [one.value for one in form_again.fields.values()] == [one.value for one in form.fields.values()]
        cut = Split(document=form.id, at=form.pages[1], kind=DocumentKind.OTHER)
        review = at_desk.act(PROGRAMME, "JL-2", review.version, [cut], ZHANG)
        [half] = [one for one in review.dossier.documents if one.id == form.id]
        assert half.pages == form.pages[:1]
        # Its seal stands on the second page.
        assert (len(form_again.seals), half.seals) == (1, [])

    def test_a_correction_is_exported_with_the_piece_of_its_page(
        self, at_desk: Desk, folder: Path, tmp_path: Path
    ) -> None:
        review = at_desk.dossier(PROGRAMME, "JL-2")
        [form] = [one for one in review.dossier.documents if one.kind is DocumentKind.APPLICATION_FORM]
        act = CorrectField(document=form.id, field="name", value="样例另一公司")
        at_desk.act(PROGRAMME, "JL-2", review.version, [act], ZHANG)
        database = open_database(f"sqlite:///{folder}/out/heyan.sqlite")
        assert export(database, tmp_path / "labels", at_desk) >= 1
        lines = (tmp_path / "labels" / "corrections.jsonl").read_text(encoding="utf-8").splitlines()
        [line] = [one for one in map(json.loads, lines) if one["field"] == "name"]
        assert (line["value"], line["right"]) == (form.fields["name"].value, "样例另一公司")
        assert line["is_right"] is False
        piece = PIL.Image.open(tmp_path / "labels" / line["image"])
        assert piece.width > piece.height > 10


def test_the_desk_works_on_a_bucket(heyan: Command, client: Minio, bucket: str, tmp_path: Path) -> None:
    client.fput_object(bucket, "jilin-2022/JL-1/packet.pdf", str(DIGITAL))
    assert heyan("verify", f"s3://{bucket}", "--out", "out").status == 0
    database = open_database("sqlite:///out/heyan.sqlite")
    settings = Settings(night=NightSettings(source=f"s3://{bucket}"))
    # Nothing is read from the folder of whoever ran it.
    at_desk = open_desk(database, settings, tmp_path / "elsewhere")
    review = at_desk.dossier(PROGRAMME, "JL-1")
    [name] = review.images.values()
    assert at_desk.image(PROGRAMME, "JL-1", name).startswith(b"\xff\xd8")
    # Its picture is fetched to look at ticks and blank cells.
    [one] = review.dossier.documents
    kind = DocumentKind.LEASE_CONTRACT if one.kind is not DocumentKind.LEASE_CONTRACT else DocumentKind.APPLICATION_FORM
    review = at_desk.act(PROGRAMME, "JL-1", review.version, [SetKind(document=one.id, kind=kind)], ZHANG)
    corrected = Report.model_validate_json(at_desk.report_file(PROGRAMME, "JL-1", "corrected.json"))
    assert [document.kind for document in corrected.documents] == [kind]
    # A later report: by the run itself, the correction is carried over.
    client.fput_object(bucket, "jilin-2022/JL-1/dossier.toml", str(SAMPLE / "dossier.toml"))
    assert heyan("verify", f"s3://{bucket}", "--out", "out").status == 0
    review = at_desk.dossier(PROGRAMME, "JL-1")
    assert (review.revision, review.listed.is_corrected, list(review.not_applied)) == (2, True, [])
    assert [document.kind for document in review.report.documents] == [kind]
    corrected = Report.model_validate_json(at_desk.report_file(PROGRAMME, "JL-1", "corrected.json"))
    assert corrected.received is not None
    assert at_desk.dossier(PROGRAMME, "JL-1", revision=1).machine.received is None
    assert at_desk.report_file(PROGRAMME, "JL-1", "revisions/1/report.html").startswith(b"<!")
    with pytest.raises(NoSuchDossier):
        at_desk.report_file(PROGRAMME, "JL-1", "revisions/3/report.html")


@pytest.mark.parametrize("content", [b"", b"{}", b"\x1f\x8b\x08", gzip.compress(b"{}"), gzip.compress(b"x")])
def test_what_is_no_case_file(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        case_file.unpack(content)


class TestList:
    @pytest.fixture
    def filled(self, database: Database, tmp_path: Path) -> Database:
        out = tmp_path / "out"
        enter(database, out, clean(name="JL-2"))
        enter(database, out, dossier(lease(), name="JL-1"))
        enter(database, out, clean(name="TJ-1", programme="tianjin-2020"))
        ledger = Ledger(database, Worker.here())
        place = Place(PROGRAMME, "JL-3", "in", (PlacedFile("p.pdf", 1, "a", 1.0),))
        ledger.see([place])
        claim = ledger.claim(place)
        assert claim is not None
        ledger.fail(claim, "卷宗里没有文件", is_its_own=True)
        return database

    def names(self, database: Database, **query: object) -> list[str]:
        return [one.dossier for one in list_dossiers(database, Query(**query)).rows]  # type: ignore[arg-type]

    def test_what_is_chosen(self, filled: Database) -> None:
        assert self.names(filled) == ["TJ-1", "JL-1", "JL-2", "JL-3"]
        assert self.names(filled, programme=PROGRAMME) == ["JL-1", "JL-2", "JL-3"]
        assert self.names(filled, verdict=Verdict.RETURN, programme=PROGRAMME) == ["JL-1"]
        assert self.names(filled, state=State.FAILED) == ["JL-3"]
        assert self.names(filled, desk=DeskState.OPEN, sort=Sort.DOSSIER) == ["JL-1", "JL-2", "TJ-1"]
        assert self.names(filled, text="启明 职业", programme=PROGRAMME) == ["JL-2"]
        assert self.names(filled, text="y43", programme=PROGRAMME) == ["JL-2"]
        assert self.names(filled, text="jl-2") == ["JL-2"]
        assert self.names(filled, text="%") == []
        assert self.names(filled, assignee="张审核") == []
        assert len(self.names(filled, assignee=NOBODY)) == 3

    def test_in_what_order(self, filled: Database) -> None:
        assert self.names(filled, sort=Sort.VERDICT)[0] == "JL-1"
        assert self.names(filled, sort=Sort.VERDICT, descending=True)[-2:] == ["JL-1", "JL-3"]
        assert self.names(filled, sort=Sort.REPORTED)[:3] == ["TJ-1", "JL-1", "JL-2"]
        assert self.names(filled, sort=Sort.DOSSIER, descending=True) == ["JL-1", "JL-2", "JL-3", "TJ-1"][::-1]
        query = Query(sort=Sort.DOSSIER)
        assert neighbours(filled, query, PROGRAMME, "JL-2") == ((PROGRAMME, "JL-1"), (PROGRAMME, "JL-3"))
        assert neighbours(filled, query, "tianjin-2020", "TJ-1") == ((PROGRAMME, "JL-3"), None)
        assert neighbours(filled, query, PROGRAMME, "JL-9") == (None, None)

    def test_a_page_of_it_and_the_counts(self, filled: Database, tmp_path: Path) -> None:
        page = list_dossiers(filled, Query(sort=Sort.DOSSIER, size=2, page=2))
        assert ([one.dossier for one in page.rows], page.total) == (["JL-3", "TJ-1"], 4)
        failed, tianjin = page.rows
        assert (failed.state, failed.error, failed.verdict) == (State.FAILED, "卷宗里没有文件", None)
        # 10 working days from Monday 18 July 2022.
        assert tianjin.due is not None
        assert (tianjin.due.isoformat(), tianjin.is_due_provisional) == ("2022-08-01", False)
        assert page.counts.all == 4
        assert page.counts.by_programme == {PROGRAMME: 3, "tianjin-2020": 1}
        assert page.counts.by_state == {State.DONE: 3, State.FAILED: 1}
        assert page.counts.by_verdict[Verdict.RETURN] >= 1
        assert page.counts.by_desk == {DeskState.OPEN: 3}
        assert page.counts.by_assignee == {NOBODY: 3}
        assert len(every_dossier(filled, Query())) == 4
        at_desk = desk(filled, tmp_path / "out")
        review = at_desk.dossier(PROGRAMME, "JL-1")
        at_desk.act(PROGRAMME, "JL-1", review.version, [Decide(state=DeskState.RETURNED)], ZHANG)
        counts = list_dossiers(filled, Query(programme=PROGRAMME)).counts
        assert counts.by_desk == {DeskState.OPEN: 1, DeskState.RETURNED: 1}
        assert counts.all == 3

    def test_how_the_run_goes(self, filled: Database, tmp_path: Path) -> None:
        progress = run_progress(filled)
        assert (progress.is_running, progress.reported, progress.left) == (False, 1, 0)
        ledger = Ledger(filled, Worker.here("tonight"))
        places = [Place(PROGRAMME, f"N-{n}", "in", (PlacedFile("p.pdf", 1, "a", 1.0),)) for n in range(3)]
        ledger.see(places)
        ledger.claim(places[0])
        enter(filled, tmp_path / "out", clean(name="N-1"), run="tonight")
        progress = run_progress(filled)
        assert progress.is_running
        assert progress.running == [(PROGRAMME, "N-0")]
        assert (progress.reported, progress.pages, progress.left) == (1, len(clean().pages), 2)
        assert progress.began is not None
        assert progress.states[State.FAILED] == 1


def test_nobody_is_told_of_a_dossier_without_a_report(database: Database, tmp_path: Path) -> None:
    Ledger(database, Worker.here()).see([Place(PROGRAMME, "JL-1", "in", (PlacedFile("p.pdf", 1, "a", 1.0),))])
    assert run_progress(database).began is None
    with pytest.raises(NoSuchDossier):
        desk(database, tmp_path).act(PROGRAMME, "JL-1", 0, [Note(reason="x")], ZHANG)
