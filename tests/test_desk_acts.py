"""What people do at the desk with a dossier, and what comes of it; in SQLite and in PostgreSQL."""

import json
import multiprocessing
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from desk_dossiers import PROGRAMME, clean, desk, enter
from dossier_builder import certificate, complete, dossier, field, form, lease, occupation
from sqlalchemy import text

from flows.database import Database, open_database
from flows.desk.acts import (
    Act,
    ActKind,
    Assign,
    CorrectEnvelope,
    CorrectField,
    Decide,
    DeskState,
    Join,
    Judge,
    MovePages,
    Note,
    Reopen,
    SetKind,
    Split,
)
from flows.desk.corrections import labelled
from flows.desk.desk import Desk, Review, Reviewer
from flows.desk.errors import NoSuchDossier, Refused, Stale
from flows.errors import UsageError
from flows.register import Register
from schemas.account import Role
from schemas.document import DocumentKind, PageReference
from schemas.dossier import Dossier
from schemas.finding import Outcome
from schemas.report import Report, Verdict

ZHANG = Reviewer("张审核", Role.REVIEWER)
LI = Reviewer("李主管", Role.SUPERVISOR)
UNCLEAR = "certificate.expired"


@pytest.fixture
def database(database_url: str) -> Database:
    return open_database(database_url)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def at_desk(database: Database, out: Path) -> Desk:
    return desk(database, out)


Do = Callable[..., Review]


@pytest.fixture
def do(at_desk: Desk) -> Do:
    """Do something with JL-1 as it stands."""

    def act(*acts: Act, who: Reviewer = ZHANG) -> Review:
        return at_desk.act(PROGRAMME, "JL-1", at_desk.dossier(PROGRAMME, "JL-1").version, acts, who)

    return act


def with_misread_end(**changes: object) -> Dossier:
    """A dossier whose lease ends too early, as it was read."""
    documents = [one for one in complete() if one.kind is not DocumentKind.LEASE_CONTRACT]
    wrong = {"lease_end": field("2021-02-28", confidence=0.93), "lease_months": field(None)}
    return dossier(*documents[:2], lease(**wrong), *documents[2:], name="JL-1", **changes)


def outcome(review: Review, rule: str) -> Outcome:
    return next(one.finding.outcome for one in review.findings if one.finding.rule == rule)


def key(review: Review, rule: str) -> str:
    return next(one.key for one in review.findings if one.finding.rule == rule)


class TestCorrections:
    def test_a_corrected_value_is_checked_at_once_and_the_report_of_the_run_stays(
        self, database: Database, out: Path, at_desk: Desk, do: Do
    ) -> None:
        made = enter(database, out, with_misread_end())
        assert made.verdict is Verdict.RETURN
        path = out / PROGRAMME / "JL-1" / "report.json"
        before = path.read_bytes()
        review = do(CorrectField(document="d3", field="lease_end", value="2025年2月28日"))
        assert outcome(review, "lease.expired") is Outcome.PASS
        value = review.report.documents[2].fields["lease_end"]
        assert (value.value, value.confidence, value.page) == ("2025-02-28", 1.0, 1)
        assert review.corrected["d3", None, "lease_end"].who == "张审核"
        assert review.machine == at_desk.dossier(PROGRAMME, "JL-1").machine
        assert review.machine.documents[2].fields["lease_end"].value == "2021-02-28"
        assert path.read_bytes() == before
        written = Report.model_validate_json((path.parent / "corrected.json").read_bytes())
        assert written.documents[2].fields["lease_end"].value == "2025-02-28"
        assert written.verdict is review.report.verdict
        assert (review.listed.verdict, review.listed.machine_verdict) == (review.report.verdict, Verdict.RETURN)
        assert review.listed.is_corrected

    def test_what_follows_from_a_value_follows_from_the_corrected_one(
        self, database: Database, out: Path, do: Do
    ) -> None:
        derived = field(12, text=None)
        documents = [one for one in complete() if one.kind is not DocumentKind.LEASE_CONTRACT]
        short = lease(lease_end=field("2021-02-28"), lease_months=derived)
        enter(database, out, dossier(*documents[:2], short, *documents[2:], name="JL-1"))
        review = do(CorrectField(document="d3", field="lease_end", value="2025-02-28"))
        months = review.report.documents[2].fields["lease_months"]
        assert (months.value, months.text) == (60, None)
        assert outcome(review, "lease.term_too_short") is Outcome.PASS

    def test_a_value_that_was_read_right_is_said_to_be(self, database: Database, out: Path, do: Do) -> None:
        unsure = lease(lease_end=field("2025-02-28", confidence=0.6))
        documents = [one for one in complete() if one.kind is not DocumentKind.LEASE_CONTRACT]
        enter(database, out, dossier(*documents[:2], unsure, *documents[2:], name="JL-1"))
        review = do(CorrectField(document="d3", field="lease_end", value="2025-02-28"))
        assert outcome(review, "lease.expired") is Outcome.PASS
        assert review.history[-1].title == "确认房屋租赁合同的“租赁止日”无误"

    def test_a_value_that_the_page_does_not_show_is_none(self, database: Database, out: Path, do: Do) -> None:
        enter(database, out, clean())
        review = do(CorrectField(document="d1", field="phone", value=None))
        found = next(one for one in review.findings if one.key == "form.field_missing/phone")
        assert found.finding.outcome is Outcome.FAIL

    def test_a_term_without_an_end(self, database: Database, out: Path, do: Do) -> None:
        enter(database, out, clean())
        review = do(CorrectField(document="d2", field="valid_to", value="长期"))
        value = review.report.documents[1].fields["valid_to"]
        assert (value.value, value.text) == (None, "长期")
        assert outcome(review, "certificate.expired") is Outcome.PASS

    def test_an_entry_of_a_list_keeps_its_place(self, database: Database, out: Path, do: Do) -> None:
        read = [occupation(1, "中试烹调师", "4-03-02-01"), occupation(2, "电工", "6-31-01-03")]
        documents = [one for one in complete() if one.kind is not DocumentKind.APPLICATION_FORM]
        enter(database, out, dossier(form(occupations=read), *documents, name="JL-1"))
        right = [{**read[0], "name": "中式烹调师"}, read[1], occupation(3, "西式烹调师", "4-03-02-02")]
        review = do(CorrectField(document="d1", field="occupations", value=right))
        value = review.dossier.documents[0].fields["occupations"]
        assert value.value == right
        assert [row.place.box[1] for row in value.rows] == pytest.approx([0.1, 0.12, 0.1])
        assert all(row.confidence == 1.0 for row in value.rows)

    def test_the_envelope(self, database: Database, out: Path, do: Do) -> None:
        enter(database, out, clean())
        review = do(CorrectEnvelope(name="received", value="2030-01-02"))
        assert review.listed.received is not None
        assert review.listed.received.isoformat() == "2030-01-02"
        assert outcome(review, "certificate.expired") is Outcome.FAIL
        assert review.history[-1].title == "将收件日期由2022-07-18更正为2030-01-02"

    @pytest.mark.parametrize(
        ("act", "words"),
        [
            (CorrectField(document="d3", field="lease_end", value="2025-02-30"), "不是日期"),
            (CorrectField(document="d3", field="floor_area", value="很大"), "不是数字"),
            (CorrectField(document="d3", field="people", value=[]), "没有“人员”这一项"),
            (CorrectField(document="d99", field="name", value="x"), "没有这份材料"),
            (CorrectField(document="d2", field="certificate_type", value="护照"), "应为营业执照"),
            (CorrectField(document="d1", field="occupations", value=[{"name": "电工", "trained": "多"}]), "第 1 行"),
            (CorrectEnvelope(name="received", value="昨天"), "应为日期"),
            (Split(document="d1", at=PageReference(file="p.pdf", page=1), kind=DocumentKind.OTHER), "第二页起"),
            (Join(document="d1", other="d1"), "自己"),
            (MovePages(pages=[PageReference(file="p.pdf", page=99)], to="d1"), "没有这一页"),
            (MovePages(pages=[PageReference(file="p.pdf", page=2)]), "种类"),
            (Note(reason=" "), "没有内容"),
            (Judge(finding="no.such", outcome=Outcome.PASS), "不在了"),
        ],
    )
    def test_what_makes_no_sense_is_refused_and_nothing_is_done(
        self, database: Database, out: Path, at_desk: Desk, do: Do, act: Act, words: str
    ) -> None:
        enter(database, out, clean())
        with pytest.raises(Refused, match=words) as refused:
            do(Note(reason="先记一笔"), act)
        assert refused.value.act == 1
        assert [one.kind for one in at_desk.dossier(PROGRAMME, "JL-1").history] == [ActKind.REPORTED]

    def test_documents_are_put_together_as_people_say(self, database: Database, out: Path, do: Do) -> None:
        enter(database, out, clean())
        pages = {one.id: one.pages for one in clean().documents}
        review = do(Join(document="d3", other="d4"))
        [joined] = [one for one in review.report.documents if one.id == "d3"]
        assert joined.pages == [*pages["d3"], *pages["d4"]]
        assert not any(one.id == "d4" for one in review.report.documents)
        assert outcome(review, "lease.lessor_not_owner") is not Outcome.PASS
        review = do(Split(document="d3", at=pages["d4"][0], kind=DocumentKind.PROPERTY_CERTIFICATE))
        parted = [one for one in review.report.documents if one.pages in (pages["d3"], pages["d4"])]
        assert [one.kind for one in parted] == [DocumentKind.LEASE_CONTRACT, DocumentKind.PROPERTY_CERTIFICATE]
        assert len({one.id for one in review.report.documents}) == len(review.report.documents)
        review = do(MovePages(pages=pages["d4"], to="d2"))
        assert [one.pages for one in review.report.documents][1] == [*pages["d2"], *pages["d4"]]
        review = do(MovePages(pages=pages["d4"], kind=DocumentKind.OTHER))
        assert [one.kind for one in review.report.documents if one.pages == pages["d4"]] == [DocumentKind.OTHER]
        review = do(SetKind(document="d2", kind=DocumentKind.SCHOOL_PERMIT))
        [permit] = [one for one in review.report.documents if one.id == "d2"]
        assert (permit.kind, permit.confidence) == (DocumentKind.SCHOOL_PERMIT, 1.0)
        assert review.corrected["d2", None, ""].kind is ActKind.KIND
        assert [one.title for one in review.history[1:3]] == [
            "将不动产权证书 d4 并入房屋租赁合同 d3",
            "将房屋租赁合同 d3 从p.pdf 第 4 页起拆出，成为不动产权证书",
        ]

    def test_others_are_compared_with_what_was_corrected(
        self, database: Database, out: Path, at_desk: Desk, do: Do
    ) -> None:
        enter(database, out, clean())
        enter(database, out, dossier(*complete(), name="JL-2"))
        assert not Register(database).has_news(PROGRAMME, "JL-2")
        # The same applicant: nothing is reused.
        review = do(CorrectField(document="d1", field="name", value="样例市另一职业培训学校"))
        assert outcome(review, "cross.person_reused") is not Outcome.FAIL
        other = [
            CorrectField(document=one, field=name, value=value)
            for one in ("d1", "d2")
            for name, value in (("name", "样例市另一职业培训学校"), ("credit_code", "91350211MA2XRTCC0F"))
        ]
        review = do(*other)
        assert outcome(review, "cross.person_reused") is not Outcome.PASS
        # And the next run compares the other one again.
        at_desk.close()
        assert Register(database).has_news(PROGRAMME, "JL-2")


class TestJudgements:
    def test_overruling_needs_a_reason_and_changes_the_verdict(self, database: Database, out: Path, do: Do) -> None:
        enter(database, out, with_misread_end())
        review = do()
        keys = [one.key for one in review.findings if one.finding.outcome is Outcome.FAIL]
        with pytest.raises(Refused, match="须写明理由"):
            do(Judge(finding=keys[0], outcome=Outcome.PASS))
        review = do(*(Judge(finding=one, outcome=Outcome.PASS, reason="补充协议另行约定") for one in keys))
        assert not any(one.finding.outcome is Outcome.FAIL for one in review.findings)
        judged = next(one for one in review.findings if one.key == keys[0])
        assert judged.machine.outcome is Outcome.FAIL
        assert judged.finding.message.endswith("（人工认定符合：补充协议另行约定）")
        assert judged.act is not None
        assert judged.act.kind is ActKind.OVERRULE
        assert review.history[-1].who == "张审核"

    def test_what_was_left_open_is_settled_without_a_reason(self, database: Database, out: Path, do: Do) -> None:
        documents = [one for one in complete() if one.kind is not DocumentKind.REGISTRATION_CERTIFICATE]
        unsure = certificate(valid_to=field("2025-05-19", confidence=0.5))
        enter(database, out, dossier(documents[0], unsure, *documents[1:], name="JL-1"))
        review = do()
        assert outcome(review, UNCLEAR) is Outcome.REVIEW
        review = do(Judge(finding=key(review, UNCLEAR), outcome=Outcome.PASS))
        assert review.history[-1].kind is ActKind.CONFIRM
        assert (outcome(review, UNCLEAR), review.report.verdict) == (Outcome.PASS, Verdict.ACCEPT)
        review = do(Judge(finding=key(review, UNCLEAR), outcome=Outcome.FAIL, reason="证书已过期"))
        assert next(one for one in review.findings if one.finding.rule == UNCLEAR).finding.message == "证书已过期"

    def test_a_judgement_of_what_changed_counts_no_more(self, database: Database, out: Path, do: Do) -> None:
        enter(database, out, with_misread_end())
        review = do()
        judged = key(review, "lease.expired")
        do(Judge(finding=judged, outcome=Outcome.PASS, reason="看错"))
        review = do(CorrectField(document="d3", field="lease_end", value="2022-01-31"))
        found = next(one for one in review.findings if one.key == judged)
        assert (found.finding.outcome, found.act) == (Outcome.FAIL, None)
        assert [one.reason for one in found.superseded] == ["看错"]
        # It is what it was, and so is the judgement.
        review = do(CorrectField(document="d3", field="lease_end", value="2021-02-28"))
        assert next(one for one in review.findings if one.key == judged).finding.outcome is Outcome.PASS


class TestDecisions:
    def test_nothing_is_accepted_against_a_fail_or_unseen(self, database: Database, out: Path, do: Do) -> None:
        enter(database, out, with_misread_end())
        with pytest.raises(Refused, match=r"还有不符合的，不能通过：.*租赁期"):
            do(Decide(state=DeskState.ACCEPTED))
        fails = [one.key for one in do().findings if one.finding.outcome is Outcome.FAIL]
        overruled = [Judge(finding=one, outcome=Outcome.PASS, reason="补充协议") for one in fails]
        opened = [one.key for one in do().findings if one.is_open]
        if opened:
            with pytest.raises(Refused, match="人工复核"):
                do(*overruled, Decide(state=DeskState.ACCEPTED))
        settled = [Judge(finding=one, outcome=Outcome.PASS) for one in opened]
        review = do(*overruled, *settled, Decide(state=DeskState.ACCEPTED))
        assert review.listed.desk is DeskState.ACCEPTED
        assert json.loads((out / PROGRAMME / "JL-1" / "corrected.json").read_bytes())["verdict"] == "accept"

    def test_a_decided_dossier_is_opened_by_a_supervisor(self, database: Database, out: Path, do: Do) -> None:
        enter(database, out, clean())
        with pytest.raises(Refused, match="理由"):
            do(Decide(state=DeskState.REJECTED))
        with pytest.raises(Refused, match="理由"):
            do(Decide(state=DeskState.RETURNED))
        do(Decide(state=DeskState.REJECTED, reason="不在受理范围"))
        with pytest.raises(Refused, match="主管"):
            do(CorrectField(document="d1", field="phone", value="022-11112222"))
        with pytest.raises(Refused, match="主管"):
            do(Reopen(reason="再看"))
        do(Note(reason="已电话告知"))
        review = do(Reopen(reason="再看"), who=LI)
        assert review.listed.desk is DeskState.OPEN
        assert [one.kind for one in review.history[1:]] == [ActKind.REJECT, ActKind.NOTE, ActKind.REOPEN]

    def test_a_dossier_is_given_to_somebody(self, database: Database, out: Path, do: Do) -> None:
        enter(database, out, clean())
        assert do(Assign(to="王审核")).listed.assignee == "王审核"
        assert do(Assign(to=None)).listed.assignee is None


class TestTwoPeople:
    def test_the_second_is_told_what_the_first_did(self, database: Database, out: Path, at_desk: Desk) -> None:
        enter(database, out, clean())
        seen = at_desk.dossier(PROGRAMME, "JL-1").version
        at_desk.act(PROGRAMME, "JL-1", seen, [CorrectField(document="d1", field="phone", value="022-11112222")], ZHANG)
        with pytest.raises(Stale, match=r"张审核 \d\d:\d\d 将申请表的“联系电话”由.*更正为022-11112222") as stale:
            at_desk.act(PROGRAMME, "JL-1", seen, [Decide(state=DeskState.ACCEPTED)], LI)
        assert [one.who for one in stale.value.since] == ["张审核"]
        assert at_desk.dossier(PROGRAMME, "JL-1").listed.desk is DeskState.OPEN

    def test_no_act_is_lost_between_threads(self, database: Database, out: Path) -> None:
        enter(database, out, clean())
        threads = [threading.Thread(target=note_often, args=(database.url, out, f"线程{n}", 5)) for n in range(4)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        nothing_is_lost(database, out, 20)

    def test_no_act_is_lost_between_processes(self, database: Database, out: Path) -> None:
        enter(database, out, clean())
        start = multiprocessing.get_context("spawn")
        processes = [start.Process(target=note_often, args=(database.url, out, f"进程{n}", 4)) for n in range(2)]
        for one in processes:
            one.start()
        for one in processes:
            one.join()
        assert [one.exitcode for one in processes] == [0, 0]
        nothing_is_lost(database, out, 8)

    def test_acts_cannot_be_changed_or_deleted(self, database: Database, out: Path, at_desk: Desk) -> None:
        enter(database, out, clean())
        for change in ("UPDATE acts SET who = 'x'", "DELETE FROM acts"):
            with pytest.raises(UsageError, match="added only"), database.session() as session:
                session.execute(text(change))
        assert at_desk.dossier(PROGRAMME, "JL-1").history[0].who == "核验程序"


def note_often(url: str, out: Path, who: str, times: int) -> None:
    """Write notes down, each on what was looked at; where somebody was faster, look again."""
    own = desk(open_database(url), out)
    done = 0
    while done < times:
        seen = own.dossier(PROGRAMME, "JL-1").version
        try:
            own.act(PROGRAMME, "JL-1", seen, [Note(reason=f"{who}-{done}")], Reviewer(who, Role.REVIEWER))
        except Stale:
            continue
        done += 1


def nothing_is_lost(database: Database, out: Path, notes: int) -> None:
    review = desk(database, out).dossier(PROGRAMME, "JL-1")
    said = [one.reason for one in review.history if one.kind is ActKind.NOTE]
    assert len(set(said)) == len(said) == notes
    assert [one.version for one in review.history] == list(range(1, notes + 2))


class TestLaterReports:
    def test_corrections_are_carried_over_and_the_dossier_is_open_again(
        self, database: Database, out: Path, at_desk: Desk, do: Do
    ) -> None:
        enter(database, out, with_misread_end())
        do(CorrectField(document="d3", field="lease_end", value="2025-02-28"))
        do(SetKind(document="d10", kind=DocumentKind.OTHER))
        do(Decide(state=DeskState.RETURNED, reason="缺材料"))
        late = with_misread_end(files=[{"path": "p.pdf", "sha256": "0" * 64, "pages": 11, "status": "read"}])
        # The late report's first document is gone: all others have other names.
        late.documents = [one.model_copy(update={"id": f"d{n}"}) for n, one in enumerate(late.documents[1:], start=1)]
        late.documents = [one for one in late.documents if one.kind is not DocumentKind.APPLICATION_REPORT]
        late.pages = [page for page in late.pages if page.number != 10]
        enter(database, out, late, mark="b")
        assert at_desk.settle(PROGRAMME, "JL-1")
        review = at_desk.dossier(PROGRAMME, "JL-1")
        assert (review.revision, review.revisions, review.listed.desk) == (2, [1, 2], DeskState.OPEN)
        [contract] = [one for one in review.report.documents if one.kind is DocumentKind.LEASE_CONTRACT]
        assert (contract.id, contract.fields["lease_end"].value) == ("d2", "2025-02-28")
        assert [(one.act.kind, one.why) for one in review.not_applied] == [(ActKind.KIND, "卷宗里已没有这些页")]
        assert review.listed.is_corrected
        written = json.loads((out / PROGRAMME / "JL-1" / "corrected.json").read_bytes())
        assert len(written["documents"]) == len(late.documents)
        earlier = at_desk.dossier(PROGRAMME, "JL-1", revision=1)
        assert earlier.machine.documents[0].kind is DocumentKind.APPLICATION_FORM
        assert earlier.corrected.keys() >= {("d3", None, "lease_end"), ("d10", None, "")}

    def test_the_same_report_again_disturbs_nobody(self, database: Database, out: Path, at_desk: Desk, do: Do) -> None:
        enter(database, out, clean())
        seen = do(Decide(state=DeskState.ACCEPTED))
        enter(database, out, clean())
        assert at_desk.settle(PROGRAMME, "JL-1")
        assert at_desk.dossier(PROGRAMME, "JL-1").listed.desk is DeskState.ACCEPTED
        assert at_desk.dossier(PROGRAMME, "JL-1").version == seen.version

    def test_a_run_that_was_cut_off_leaves_it_to_the_desk_to_carry_over(
        self, database: Database, out: Path, at_desk: Desk, do: Do
    ) -> None:
        enter(database, out, with_misread_end())
        do(CorrectField(document="d3", field="lease_end", value="2025-02-28"))
        enter(database, out, with_misread_end(), mark="b", run="next")
        late = with_misread_end(envelope={"received": "2022-07-19", "applicant_type": "training_institution"})
        enter(database, out, late, mark="c", run="another")
        review = at_desk.dossier(PROGRAMME, "JL-1")
        assert (review.revision, review.listed.is_corrected) == (2, True)
        assert review.listed.verdict is review.report.verdict is not review.machine.verdict
        assert json.loads((out / PROGRAMME / "JL-1" / "corrected.json").read_bytes())["received"] == "2022-07-19"

    def test_what_is_not_there(self, database: Database, out: Path, at_desk: Desk) -> None:
        enter(database, out, clean())
        with pytest.raises(NoSuchDossier):
            at_desk.dossier(PROGRAMME, "JL-9")
        with pytest.raises(NoSuchDossier):
            at_desk.dossier(PROGRAMME, "JL-1", revision=2)
        for name in ("../../heyan.sqlite", "revisions/../report.json", "case.json.gz"):
            with pytest.raises(NoSuchDossier):
                at_desk.report_file(PROGRAMME, "JL-1", name)
        with pytest.raises(NoSuchDossier):
            at_desk.image("..", "JL-1", "0" * 32 + ".jpg")
        (out / PROGRAMME / "JL-1" / "case.json.gz").unlink()
        with pytest.raises(NoSuchDossier, match="保存期限"):
            desk(database, out).dossier(PROGRAMME, "JL-1")


class TestLabelled:
    def test_what_was_read_stands_beside_what_is_right(self, database: Database, out: Path, do: Do) -> None:
        enter(database, out, with_misread_end())
        do(CorrectField(document="d3", field="lease_end", value="2024-02-28"))
        do(CorrectField(document="d3", field="lease_end", value="2025-02-28"), who=LI)
        do(CorrectField(document="d1", field="legal_representative", value="张样例"))
        do(SetKind(document="d2", kind=DocumentKind.SCHOOL_PERMIT))
        read = [occupation(1, "中式烹调师", "4-03-02-01"), occupation(2, "电工", "6-31-01-03")]
        do(CorrectField(document="d1", field="occupations", value=[read[0], {**read[1], "code": "6-31-01-04"}]))
        found = {(one.document, one.field): one for one in labelled(database)}
        end = found[DocumentKind.LEASE_CONTRACT, "lease_end"]
        assert (end.value, end.right, end.confidence, end.who) == ("2021-02-28", "2025-02-28", 0.93, "李主管")
        assert found[DocumentKind.APPLICATION_FORM, "legal_representative"].is_right
        assert found[DocumentKind.REGISTRATION_CERTIFICATE, None].right == "school_permit"
        code = found[DocumentKind.APPLICATION_FORM, "occupations[2].code"]
        assert (code.value, code.right, code.is_right) == ("6-31-01-03", "6-31-01-04", False)
        assert found[DocumentKind.APPLICATION_FORM, "occupations[1].name"].is_right
