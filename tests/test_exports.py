"""The lists that are taken away: findings as CSV, the night's list and the region's 汇总表 as XLSX."""

import csv
import io
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from conftest import Command
from desk_dossiers import PROGRAMME, clean, desk, enter
from dossier_builder import field, form, lease
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from flows.database import FILE, open_database
from flows.desk.acts import STATES, CorrectField, Decide, DeskState, Judge
from flows.desk.desk import Reviewer
from flows.desk.files import Folder
from flows.desk.listing import Listed, Query, every_dossier
from flows.errors import UsageError
from flows.exports import NIGHT_COLUMNS, findings_csv, form2_workbook, night_workbook, of_night
from flows.ledger import State
from flows.standing import standing_findings, standing_report
from schemas.account import Role
from schemas.document import Document, DocumentKind, Field
from schemas.finding import Evidence, Finding, Outcome
from schemas.report import Report, Verdict
from schemas.settings import LetterSettings
from validators import programmes

CHINA = ZoneInfo("Asia/Shanghai")
MORNING = date(2022, 7, 19)


def listed(dossier: str = "JL-0007", **more: Any) -> Listed:
    known: dict[str, Any] = {
        "programme": "jilin-2022", "dossier": dossier, "state": State.DONE, "error": None, "name": "样例学校",
        "credit_code": "52220100MJ00000008", "received": date(2022, 7, 18), "due": date(2022, 8, 1),
        "is_due_provisional": False, "verdict": Verdict.RETURN, "machine_verdict": Verdict.RETURN, "failed": 2,
        "review": 1, "passed": 30, "pages": 14, "revision": 1, "reported": at(2).timestamp(),
        "desk": DeskState.OPEN, "assignee": None, "version": 1, "is_corrected": False,
    }  # fmt: skip
    return Listed(**known | more)


def at(hour: float, day: date = MORNING) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=CHINA) + timedelta(hours=hour)


def finding(message: str, subject: str | None = None) -> Finding:
    return Finding(
        rule="lease.term_too_short", outcome=Outcome.FAIL, message=message, expected="≥ 60 个月", actual="48 个月",
        basis="一（二）3（1）", confidence=0.9, subject=subject, evidence=[Evidence(), Evidence(file="包.pdf", page=5)],
    )  # fmt: skip


def rows_of(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def sheet(content: bytes, name: str) -> Worksheet:
    return load_workbook(io.BytesIO(content))[name]


def test_findings_stand_with_their_dossier():
    found = [
        (listed(), [finding("租赁期为 4 年", "lease_contract"), finding("两行\n的“说明”,")]),
        (listed("JL-0008"), []),
    ]
    head, first, second = rows_of(findings_csv(found))
    assert head == [
        "通知",
        "卷宗",
        "单位名称",
        "结果",
        "核验项目",
        "对象",
        "说明",
        "要求",
        "实际",
        "依据",
        "文件",
        "页",
        "规则",
    ]
    assert first == [
        "jilin-2022", "JL-0007", "样例学校", "不符合", "租赁期限", "房屋租赁合同", "租赁期为 4 年", "≥ 60 个月",
        "48 个月", "一（二）3（1）", "包.pdf", "5", "lease.term_too_short",
    ]  # fmt: skip
    assert second[6] == "两行\n的“说明”,"


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠A1"]
)
def test_no_cell_begins_like_a_formula(text: str):
    _, row = rows_of(findings_csv([(listed(text, name=text), [finding(text, text)])]))
    assert [row[1], row[2], row[5], row[6]] == [f"'{text}"] * 4


def test_a_night_is_from_noon_to_noon():
    hours = {"noon": -12, "one": 1, "before noon": 11.99, "next": 12, "earlier": -12.01}
    every = [listed(name, reported=at(hour).timestamp()) for name, hour in hours.items()]
    every += [listed("waits", reported=None), listed("lost", reported=None, error="卷宗里没有文件")]
    assert [one.dossier for one in of_night(every, MORNING, CHINA)] == ["noon", "one", "before noon", "lost"]


def test_the_nights_list_has_a_row_for_each_dossier():
    lost = listed("JL-0008", verdict=None, state=State.QUARANTINED, error="卷宗里没有文件", received=None, due=None)
    decided = listed(
        "=1+1", verdict=Verdict.ACCEPT, desk=DeskState.ACCEPTED, assignee="样例甲", is_due_provisional=True
    )
    content = night_workbook([listed(), lost, decided], MORNING, CHINA)
    found = sheet(content, "夜间清单")
    assert [cell.value for cell in found[1]] == [title for title, _ in NIGHT_COLUMNS]
    assert [cell.value for cell in found[2]] == [
        1, "jilin-2022", "JL-0007", "样例学校", "52220100MJ00000008", datetime(2022, 7, 18), datetime(2022, 8, 1),
        "退回补正", 2, 1, 30, 14, STATES[DeskState.OPEN], None, datetime(2022, 7, 19, 2), None,
    ]  # fmt: skip
    assert [found["F3"].value, found["H3"].value, found["P3"].value] == [None, "未出报告", "卷宗里没有文件"]
    assert [found["C4"].value, found["C4"].data_type] == ["=1+1", "s"]
    assert [found["M4"].value, found["N4"].value] == [STATES[DeskState.ACCEPTED], "样例甲"]
    assert "暂定" in found["P4"].value
    assert (found.freeze_panes, bool(found.auto_filter.ref)) == ("D2", True)
    counts = [[cell.value for cell in row] for row in sheet(content, "统计").rows]
    assert counts[0] == ["通知", "卷宗", "通过", "退回补正", "人工复核", "未出报告"]
    assert counts[1:] == [["jilin-2022", 3, 1, 1, 0, 1], ["合计", 3, 1, 1, 0, 1]]


def test_an_empty_night_is_a_list_too():
    assert sheet(night_workbook([], MORNING, CHINA), "夜间清单").max_row == 1


def enterprise(**fields: Any) -> Report:
    form = Document(
        id="d1",
        kind=DocumentKind.APPLICATION_FORM,
        confidence=0.9,
        pages=[],
        fields={name: Field(value=value, text="", confidence=0.9) for name, value in fields.items()},
    )
    return Report(
        programme="neimenggu-enterprise-2019", dossier="QY-1", received=None, verdict=Verdict.ACCEPT, documents=[form]
    )


def test_the_regions_form_is_the_notices_own():
    reports = [
        enterprise(
            name="样例乳业公司", address="样例市样例路 1 号", contact="样例甲", phone="0471-00000000",
            occupations=[
                {"row": 1, "name": "电工", "code": "6-31-01-03", "levels": [5, 4]},
                {"row": 2, "name": "=1+1", "code": None, "levels": []},
                {"row": 3, "name": None, "code": None, "levels": []},
            ],
        ),
        enterprise(name="样例煤业公司"),
    ]  # fmt: skip
    settings = LetterSettings(centre="样例市人社局", contact="样例乙", phone="0476-00000000")
    found = sheet(form2_workbook(reports, programmes.load("neimenggu-enterprise-2019"), settings), "汇总表")
    assert [[cell.value for cell in row] for row in found.rows] == [
        ["附件2：", None, None, None],
        ["职业技能等级认定汇总表", None, None, None],
        ["序号", "基本信息", None, None],
        [1, "企业名称", "地址", "联系人"],
        [None, "样例乳业公司", "样例市样例路 1 号", "样例甲"],
        [None, "职业（工种）名称", "等级范围", "联系方式"],
        [None, "电工\n=1+1", "五级、四级\n", "0471-00000000"],
        [2, "企业名称", "地址", "联系人"],
        [None, "样例煤业公司", None, None],
        [None, "职业（工种）名称", "等级范围", "联系方式"],
        [None, None, None, None],
        ["填报单位", "样例市人社局", None, None],
        ["联系人", "样例乙", "联系方式", "0476-00000000"],
    ]
    assert {"A4:A7", "A8:A11", "B3:D3", "B12:D12"} <= {str(one) for one in found.merged_cells.ranges}
    assert all(cell.data_type != "f" for row in found.rows for cell in row)


def test_what_stands_is_of_the_report_that_is_there(database_url: str, tmp_path: Path) -> None:
    """What was corrected of an earlier report counts again once it has been carried over to the new one."""
    database, out = open_database(database_url), tmp_path / "out"
    files, at_desk = Folder(out), desk(database, out)

    def lease_end() -> tuple[object, Outcome]:
        report = standing_report(database, files, PROGRAMME, "JL-1")
        ((_, findings),) = standing_findings(database, every_dossier(database, Query()))
        assert list(findings) == report.findings
        end = next(one for one in report.documents if one.kind is DocumentKind.LEASE_CONTRACT).fields["lease_end"]
        return end.value, next(one.outcome for one in findings if one.rule == "lease.expired")

    def reported(end: str, mark: str) -> None:
        wrong = lease(3, lease_end=field(end), lease_months=field(None))
        one = clean(name="JL-1")
        one.documents = [wrong if each.kind is DocumentKind.LEASE_CONTRACT else each for each in one.documents]
        enter(database, out, one, mark=mark, run=mark)

    reported("2021-02-28", "a")
    assert lease_end() == ("2021-02-28", Outcome.FAIL)
    right = CorrectField(document="d3", field="lease_end", value="2025-02-28")
    version = at_desk.dossier(PROGRAMME, "JL-1").version
    at_desk.act(PROGRAMME, "JL-1", version, [right], Reviewer("样例审核", Role.REVIEWER))
    assert lease_end() == ("2025-02-28", Outcome.PASS)
    reported("2021-02-26", "b")
    assert lease_end() == ("2021-02-26", Outcome.FAIL)
    at_desk.settle(PROGRAMME, "JL-1")
    assert lease_end() == ("2025-02-28", Outcome.PASS)
    with pytest.raises(UsageError, match="没有这个卷宗"):
        standing_report(database, files, PROGRAMME, "JL-2")


class TestCommand:
    """`heyan export`, on what a run and the desk left behind."""

    @pytest.fixture
    def out(self, tmp_path: Path) -> Path:
        out = tmp_path / "reports"
        out.mkdir()
        database = open_database(f"sqlite:///{out / FILE}")
        expired = lease(3, lease_end=field("2021-02-28"), lease_months=field(None))
        one = clean(name="JL-1")
        one.documents = [expired if each.kind is DocumentKind.LEASE_CONTRACT else each for each in one.documents]
        enter(database, out, one)
        enter(database, out, clean(form(10, name=field("=样例学校")), name="=JL-2"))
        return out

    def test_findings_of_all_of_one_and_of_some(self, heyan: Command, out: Path, tmp_path: Path) -> None:
        assert heyan("export", "findings", tmp_path / "all.csv", "--out", out).status == 0
        rows = rows_of((tmp_path / "all.csv").read_bytes())
        assert {row[1] for row in rows[1:]} == {"JL-1", "'=JL-2"}
        assert {row[0] for row in rows[1:]} == {PROGRAMME}
        some = ("--dossier", f"{PROGRAMME}/JL-1", "--outcome", "fail", "--rule", "lease.expired", "--out", out)
        assert heyan("export", "findings", tmp_path / "some.csv", *some).status == 0
        found = rows_of((tmp_path / "some.csv").read_bytes())
        assert [(row[1], row[3], row[-1]) for row in found[1:]] == [("JL-1", "不符合", "lease.expired")]
        assert found[1] in rows

    def test_findings_are_as_the_desk_left_them(self, heyan: Command, out: Path, tmp_path: Path) -> None:
        at_desk = desk(open_database(f"sqlite:///{out / FILE}"), out)
        review = at_desk.dossier(PROGRAMME, "JL-1")
        key = next(one.key for one in review.findings if one.finding.rule == "lease.expired")
        over = Judge(finding=key, outcome=Outcome.PASS, reason="样例：已续租")
        at_desk.act(PROGRAMME, "JL-1", review.version, [over], Reviewer("样例审核", Role.REVIEWER))
        heyan("export", "findings", tmp_path / "all.csv", "--rule", "lease.expired", "--text", "JL-1", "--out", out)
        (row,) = rows_of((tmp_path / "all.csv").read_bytes())[1:]
        assert (row[3], "已续租" in row[6]) == ("符合", True)

    def test_the_night_that_was(self, heyan: Command, out: Path, tmp_path: Path) -> None:
        tomorrow = datetime.now(CHINA).date() + timedelta(days=1)
        # Whenever this runs: what was reported now is of this night or of the next.
        today = tomorrow - timedelta(days=1) if datetime.now(CHINA).hour < 12 else tomorrow
        assert heyan("export", "night", tmp_path / "night.xlsx", "--day", today, "--out", out).status == 0
        found = sheet((tmp_path / "night.xlsx").read_bytes(), "夜间清单")
        assert sorted(str(row[2].value) for row in found.iter_rows(min_row=2)) == ["=JL-2", "JL-1"]
        heyan("export", "night", tmp_path / "earlier.xlsx", "--day", "2020-01-02", "--out", out)
        assert sheet((tmp_path / "earlier.xlsx").read_bytes(), "夜间清单").max_row == 1

    def test_form2_lists_who_was_accepted(self, heyan: Command, out: Path, tmp_path: Path) -> None:
        database = open_database(f"sqlite:///{out / FILE}")
        for name in ("QY-1", "QY-2"):
            one = clean(name=name, programme="neimenggu-enterprise-2019")
            enter(database, out, one)
        answer = heyan("export", "form2", tmp_path / "none.xlsx", "--out", out)
        assert (answer.status, "--all" in answer.err) == (2, True)
        at_desk = desk(database, out)
        review = at_desk.dossier("neimenggu-enterprise-2019", "QY-2")
        open_ones = [one for one in review.findings if one.finding.outcome in {Outcome.FAIL, Outcome.REVIEW}]
        acts = [Judge(finding=one.key, outcome=Outcome.PASS, reason="样例") for one in open_ones]
        accept = Decide(state=DeskState.ACCEPTED)
        at_desk.act(
            "neimenggu-enterprise-2019", "QY-2", review.version, [*acts, accept], Reviewer("样例审核", Role.REVIEWER)
        )
        assert heyan("export", "form2", tmp_path / "accepted.xlsx", "--out", out).status == 0
        found = sheet((tmp_path / "accepted.xlsx").read_bytes(), "汇总表")
        names = [found.cell(row, 2).value for row in range(5, found.max_row - 1, 4)]
        assert names == [review.listed.name]
        assert heyan("export", "form2", tmp_path / "all.xlsx", "--all", "--out", out).status == 0
        assert sheet((tmp_path / "all.xlsx").read_bytes(), "汇总表").max_row == found.max_row + 4

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["findings", "a.csv", "--outcome", "bad"], "not_applicable"),
            (["findings", "a.csv", "--verdict", "bad"], "accept"),
            (["findings", "a.csv", "--dossier", "JL-9"], "没有这个卷宗：JL-9"),
            (["night", "a.xlsx", "--day", "21.11.2026"], "2026-11-21"),
            (["form2", "a.xlsx", "--programme", PROGRAMME], "没有要求汇总表"),
        ],
    )
    def test_what_is_wrong_is_one_line(self, heyan: Command, out: Path, arguments: list[str], said: str) -> None:
        answer = heyan("export", *arguments, "--out", out)
        assert answer.status == 2
        assert said in answer.err
        assert len(answer.err.splitlines()) == 1
        assert not Path(arguments[1]).exists()
