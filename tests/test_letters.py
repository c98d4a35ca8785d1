"""补正通知书: the points, the template that a centre edits, and the PDF that follows it."""

import io
import re
import zipfile
from datetime import date
from pathlib import Path

import docx
import pdfplumber
import pytest
from conftest import Command
from desk_dossiers import PROGRAMME, clean, desk, enter
from dossier_builder import field, lease

from flows.database import FILE, open_database
from flows.desk.acts import Judge
from flows.desk.desk import Reviewer
from flows.errors import UsageError
from flows.letters import draw_template, letter_of, to_pdf, write_letter
from flows.letters.letter import PLACEHOLDERS, POINT_PLACEHOLDERS
from flows.letters.pdf import _with_faces
from flows.letters.points import REQUESTS, points_of
from schemas.account import Role
from schemas.document import Document, DocumentKind, Field
from schemas.finding import Evidence, Finding, Outcome
from schemas.report import Report, Verdict
from schemas.settings import LetterSettings
from validators import programmes
from validators.rules import rules

TIANJIN = programmes.load("tianjin-2020")
CLAUSE = "津人社办发〔2020〕86号 二（六）3"
DAY = date(2021, 9, 22)
FONTS = Path(__file__).parent / "resources"
IDENTITY_NUMBER = "110105194912310021"


def fail(rule: str, message: str, subject: str | None = None, *places: tuple[str, int | None]) -> Finding:
    return Finding(
        rule=rule,
        outcome=Outcome.FAIL,
        message=message,
        basis=CLAUSE,
        confidence=0.9,
        subject=subject,
        evidence=[Evidence(file=file, page=page) for file, page in places],
    )


LEASE = fail(
    "lease.term_too_short",
    "租赁期为 48 个月（2020-03-01 至 2024-02-29），少于要求的 60 个月",
    "lease_contract",
    ("包.pdf", 5), ("包.pdf", 4), ("dossier.toml", None), ("补充 <1>.pdf", 2),
)  # fmt: skip
NUMBER = fail(
    "staff.id_number_invalid", f"样例甲的身份证号 {IDENTITY_NUMBER} 不符合 GB 11643-1999", "样例甲", ("包.pdf", 9)
)
MISSING = fail("material.missing", "缺少“场地 & 设备”证明", "property_certificate")
OPEN = fail("audit.wrong_year", "未能读出年度，请人工核对").model_copy(update={"outcome": Outcome.REVIEW})


def report(*findings: Finding, name: str = "样例市宏远职业培训学校") -> Report:
    fields = {
        field: Field(value=value, text=value, confidence=0.9)
        for field, value in {"name": name, "credit_code": "52120100MJ00000008"}.items()
    }
    form = Document(id="d1", kind=DocumentKind.APPLICATION_FORM, confidence=0.9, pages=[], fields=fields)
    return Report(
        programme="tianjin-2020",
        dossier="TJ-0007",
        received=date(2021, 9, 16),
        verdict=Verdict.RETURN,
        documents=[form],
        findings=list(findings),
    )


def written(settings: LetterSettings | None = None, *findings: Finding, name: str = "样例市宏远职业培训学校") -> bytes:
    findings = findings or (LEASE, NUMBER, OPEN, MISSING)
    letter = letter_of(report(*findings, name=name), TIANJIN, DAY)
    return write_letter(letter, settings or LetterSettings())


def lines(letter: bytes) -> list[str]:
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(letter)).paragraphs]


def edited(folder: Path, old: str, new: str) -> LetterSettings:
    """A centre's template: the default one with something in it put otherwise."""
    document = docx.Document(io.BytesIO(draw_template()))
    found = [run for paragraph in document.paragraphs for run in paragraph.runs if old in run.text]
    assert found
    for run in found:
        run.text = run.text.replace(old, new)
    path = folder / "模板.docx"
    document.save(str(path))
    return LetterSettings(template=path)


def test_every_rule_says_what_to_mend():
    assert REQUESTS.keys() == rules().keys()


def test_each_fail_is_a_point_with_its_clause_and_pages():
    lease, number, missing = points_of([LEASE, NUMBER, OPEN, MISSING], TIANJIN)
    assert lease.title == "租赁期限（房屋租赁合同）"
    assert lease.state == "租赁期为 48 个月（2020年3月1日 至 2024年2月29日），少于要求的 60 个月"
    assert lease.basis == CLAUSE
    assert lease.places == "包.pdf 第 4、5 页；补充 <1>.pdf 第 2 页"
    assert lease.request == REQUESTS["lease.term_too_short"]
    assert number.places == "包.pdf 第 9 页"
    assert missing.places == ""


@pytest.mark.parametrize(
    "number", [IDENTITY_NUMBER, "11010519491231002X", "110105491231002", "1101051949123100211", "11010519O91231002X"]
)
def test_identity_numbers_are_masked(number: str):
    found = fail("staff.id_number_invalid", f"样例甲（{number}）校验码有误", number)
    (point,) = points_of([found.model_copy(update={"actual": number, "subject": "样例甲"})], TIANJIN)
    assert number not in point.title + point.state
    assert number[6:-4] not in point.title + point.state


def test_a_credit_code_is_no_identity_number():
    (point,) = points_of([fail("credit_code.invalid", "统一社会信用代码 911201160000000001 有误")], TIANJIN)
    assert "911201160000000001" in point.state


def test_nothing_of_another_applicant_is_told():
    message = f"样例乙（{IDENTITY_NUMBER}）也在其他单位的卷宗里：样例市明德学校（tianjin-2020/TJ-0009）别家.pdf 第 3 页"
    (person,) = points_of([fail("cross.person_reused", message, "样例乙", ("包.pdf", 9))], TIANJIN)
    (page,) = points_of([fail("cross.page_reused", message, "包.pdf#9", ("包.pdf", 9))], TIANJIN)
    for point in (person, page):
        assert not re.search("明德|TJ-0009|别家", f"{point}")
        assert point.places == "包.pdf 第 9 页"
    assert person.title == "专职人员与其他单位重复（样例乙）"


@pytest.mark.parametrize(
    ("message", "left"),
    [
        ("印章名称读作“甲”，与申请单位“乙”不同，请人工核对", "印章名称读作“甲”，与申请单位“乙”不同"),
        ("租赁期为 48 个月（识别把握不足，请人工核对）", "租赁期为 48 个月"),
        ("两者不一致；是否同一人、是否都为专职、是否两个单位，请人工核对", "两者不一致"),
    ],
)
def test_what_is_said_to_the_reviewer_is_not_said_to_the_applicant(message: str, left: str):
    (point,) = points_of([fail("seal.name_mismatch", message)], TIANJIN)
    assert point.state == left


def test_what_a_notice_accepts_instead_is_for_the_reviewer():
    chifeng = programmes.load("chifeng-2020")
    exception = next(use.exception for use in chifeng.rules if use.rule == "occupation.too_many")
    message = f"申报 7 个职业（工种），超过规定的 5 个；{exception}"
    (point,) = points_of([fail("occupation.too_many", message)], chifeng)
    assert point.state == "申报 7 个职业（工种），超过规定的 5 个"


def test_the_letter_says_all_of_it():
    settings = LetterSettings(centre="样例市职业技能鉴定指导中心", window="样例大厦 3 号窗口", contact="样例丙")
    text = lines(written(settings))
    assert text[:4] == [
        "样例市职业技能鉴定指导中心",
        "补正通知书",
        "补正〔2021〕＿＿＿＿＿＿号",
        "样例市宏远职业培训学校：",
    ]
    assert "2021年9月16日" in text[4]
    assert "TJ-0007" in text[4]
    assert "津人社办发〔2020〕86号" in text[4]
    assert "以下三项" in text[4]
    assert text[5:10] == [
        "一、租赁期限（房屋租赁合同）",
        "情况：租赁期为 48 个月（2020年3月1日 至 2024年2月29日），少于要求的 60 个月。",
        f"依据：{CLAUSE}。",
        "页码：包.pdf 第 4、5 页；补充 <1>.pdf 第 2 页。",
        f"补正要求：{REQUESTS['lease.term_too_short']}。",
    ]
    assert [line for line in text if re.match("[一二三四]、", line)] == [
        "一、租赁期限（房屋租赁合同）", "二、身份证号校验（样例甲）", "三、申报材料齐全（不动产权证书）",
    ]  # fmt: skip
    # Ten working days on, National Day left out, 26 September and 9 October made up for.
    assert any("2021年10月11日前" in line for line in text)
    assert "受理窗口：样例大厦 3 号窗口" in text
    assert "联系电话：＿＿＿＿＿＿" in text
    assert text[-2:] == ["样例市职业技能鉴定指导中心（印章）", "2021年9月22日"]
    whole = "".join(text)
    assert "{" not in whole
    assert IDENTITY_NUMBER not in whole
    assert "年度" not in whole, "what is not a fail is no point"


def test_what_pages_say_does_not_break_the_letter():
    odd = fail("name.mismatch", "名称为“{{ 7 * 7 }} <w:p/> & \x00\x0b甲”", "{% for", ("a&b<c>.pdf", 1))
    text = lines(written(None, odd, name="甲 & 乙 <学校>"))
    assert text[3] == "甲 & 乙 <学校>："
    assert "情况：名称为“{{ 7 * 7 }} <w:p/> & 甲”。" in text
    assert "页码：a&b<c>.pdf 第 1 页。" in text


def test_nothing_to_mend_is_no_letter():
    with pytest.raises(UsageError, match="TJ-0007 没有不符合的项目"):
        letter_of(report(OPEN), TIANJIN, DAY)


def test_a_centre_may_word_its_own(tmp_path: Path):
    text = lines(written(edited(tmp_path, "特此通知。", "特此通知，请予配合。{{ 单位名称 }}留存。")))
    assert "特此通知，请予配合。样例市宏远职业培训学校留存。" in text


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{{ 单位名称 }}", "{{ 单位 }}", "没有这些项目：单位（可用：.*单位名称"),
        ("{{ 事项.情况 }}", "{{ 事项.问题 }}", "问题.*情况"),
        ("{%p endfor %}", "", "标记写得不对"),
        ("{{ 联系人 }}", "{{ 联系人 }", "标记写得不对"),
        ("补正事项 %}", "[] %}", "没有写出补正事项"),
        ("{{ 联系人 }}", "{{ 联系人 + 1 }}", "不能套用"),
    ],
)
def test_what_is_wrong_in_a_template_is_said_in_one_line(tmp_path: Path, old: str, new: str, said: str):
    with pytest.raises(UsageError, match=said) as caught:
        written(edited(tmp_path, old, new))
    assert "模板.docx" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", "旧的文档".encode("gb18030")])
def test_a_template_that_is_no_docx(tmp_path: Path, content: bytes):
    path = tmp_path / "模板.doc"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"模板\.doc 不是 DOCX"):
        written(LetterSettings(template=path))


def test_a_template_that_is_not_there(tmp_path: Path):
    with pytest.raises(UsageError, match=r"letters\.template"):
        written(LetterSettings(template=tmp_path / "没有.docx"))


def test_the_template_shows_all_there_is():
    text = "".join(lines(draw_template()))
    used = set(re.findall(r"{{ (\S+) }}", text)) | set(re.findall(r"in (\S+) %}", text))
    assert used == PLACEHOLDERS.keys() | {f"事项.{name}" for name in POINT_PLACEHOLDERS}


def test_the_pdf_is_the_letter_as_the_centre_words_it(tmp_path: Path):
    letter = written(
        edited(tmp_path, "特此通知。", "特此通知，请予配合。"), LEASE, NUMBER, MISSING, name="甲 & 乙 <学校>"
    )
    with pdfplumber.open(io.BytesIO(to_pdf(letter, FONTS))) as pdf:
        # A4 in points.
        assert {(round(page.width), round(page.height)) for page in pdf.pages} == {(595, 842)}
        printed = "".join("".join(page.extract_text().split()) for page in pdf.pages)
        said = "".join("".join(lines(letter)).split())
        assert re.sub(r"—\d—", "", printed) == said
        first, last = pdf.pages[0], pdf.pages[-1]
        faces = {char["fontname"].split("+")[-1] for page in pdf.pages for char in page.chars}
        assert len(faces) <= 4, "one each for the title, the points, the text and the page's number"
        # The title is in the middle, and larger; the text begins two characters in; margins are 28 and 26 mm.
        title = first.search("补正通知书")[0]
        assert abs((title["x0"] + title["x1"]) / 2 - (79.4 + 595 - 73.7) / 2) < 3
        assert title["chars"][0]["size"] == pytest.approx(22, abs=0.5)
        assert first.search("你单位")[0]["x0"] == pytest.approx(79.4 + 32, abs=3)
        assert last.search("2021年9月22日")[0]["x1"] > 400
        ink = first.to_image(resolution=40).original.convert("L").histogram()
        assert sum(ink[:128]) > 500


def test_a_machine_without_a_chinese_font_says_what_to_install():
    with pytest.raises(UsageError, match=r"fonts-noto-cjk.*letters\.fonts"):
        _with_faces(written(), frozenset({"DejaVu Sans"}))


def test_what_is_no_docx_does_not_become_a_pdf():
    broken = io.BytesIO()
    with zipfile.ZipFile(broken, "w") as archive:
        archive.writestr("word/document.xml", "<broken")
    with pytest.raises(UsageError, match="不能转成 PDF"):
        to_pdf(broken.getvalue(), FONTS)


class TestCommand:
    """`heyan letter`, on what a run and the desk left behind."""

    @pytest.fixture
    def out(self, tmp_path: Path) -> Path:
        out = tmp_path / "reports"
        out.mkdir()
        short = lease(9, lease_end=field("2021-02-28", confidence=0.95), lease_months=field(None))
        one = clean()
        one.documents = [short if each.kind is DocumentKind.LEASE_CONTRACT else each for each in one.documents]
        enter(open_database(f"sqlite:///{out / FILE}"), out, one)
        return out

    def test_a_letter_lies_beside_the_report(self, heyan: Command, out: Path) -> None:
        answer = heyan("letter", f"{PROGRAMME}/JL-1", "--number", "样例补〔2022〕3号", "--out", out)
        path = out / PROGRAMME / "JL-1" / "补正通知书.docx"
        assert (answer.status, answer.err) == (0, "")
        assert path.name in "".join(answer.out.split())
        text = lines(path.read_bytes())
        assert "样例补〔2022〕3号" in text
        assert any(re.fullmatch("一、.+", line) for line in text)
        assert any("租赁期至" in line for line in text)

    def test_what_was_decided_at_the_desk_counts(self, heyan: Command, out: Path, tmp_path: Path) -> None:
        at_desk = desk(open_database(f"sqlite:///{out / FILE}"), out)
        review = at_desk.dossier(PROGRAMME, "JL-1")
        fails = [one for one in review.findings if one.finding.outcome is Outcome.FAIL]
        assert len(fails) > 1
        over = Judge(finding=fails[0].key, outcome=Outcome.PASS, reason="样例：原件已核对")
        at_desk.act(PROGRAMME, "JL-1", review.version, [over], Reviewer("样例审核", Role.REVIEWER))
        assert heyan("letter", f"{PROGRAMME}/JL-1", tmp_path / "新.docx", "--out", out).status == 0
        text = lines((tmp_path / "新.docx").read_bytes())
        assert len([line for line in text if line.startswith("补正要求：")]) == len(fails) - 1
        assert not any(fails[0].finding.message in line for line in text)
        rest = [Judge(finding=one.key, outcome=Outcome.PASS, reason="样例") for one in fails[1:]]
        at_desk.act(PROGRAMME, "JL-1", review.version + 1, rest, Reviewer("样例审核", Role.REVIEWER))
        answer = heyan("letter", f"{PROGRAMME}/JL-1", tmp_path / "空.docx", "--out", out)
        assert (answer.status, "不需要补正通知书" in answer.err) == (2, True)

    def test_of_a_report_alone_by_the_centres_template_as_pdf(
        self, heyan: Command, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        template = edited(tmp_path, "特此通知。", "样例中心自己的话。").template
        monkeypatch.setenv("HEYAN_LETTERS__TEMPLATE", str(template))
        monkeypatch.setenv("HEYAN_LETTERS__FONTS", str(FONTS))
        alone = tmp_path / "report.json"
        alone.write_bytes((out / PROGRAMME / "JL-1" / "report.json").read_bytes())
        answer = heyan("letter", alone, tmp_path / "信.pdf", "--format", "pdf", "--out", tmp_path / "none")
        assert (answer.status, answer.err) == (0, "")
        with pdfplumber.open(tmp_path / "信.pdf") as pdf:
            assert "样例中心自己的话。" in "".join(page.extract_text() for page in pdf.pages)

    def test_no_file_is_written_over(self, heyan: Command, out: Path) -> None:
        path = out / PROGRAMME / "JL-1" / "补正通知书.docx"
        path.write_bytes("改过的".encode())
        answer = heyan("letter", f"{PROGRAMME}/JL-1", "--out", out)
        assert (answer.status, "没有改写" in answer.err) == (2, True)
        assert path.read_bytes() == "改过的".encode()

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            ([f"{PROGRAMME}/JL-9"], "没有这个卷宗"),
            (["JL-1"], "通知/卷宗"),
            ([f"{PROGRAMME}/JL-1", "信.odt", "--format", "odt"], "docx、pdf"),
            (["none.json"], "打不开"),
        ],
    )
    def test_what_is_wrong_is_one_line(self, heyan: Command, out: Path, arguments: list[str], said: str) -> None:
        answer = heyan("letter", *arguments, "--out", out)
        assert answer.status == 2
        assert said in answer.err
        assert len(answer.err.splitlines()) == 1

    def test_the_default_template_can_be_edited_and_used(self, heyan: Command, tmp_path: Path) -> None:
        assert heyan("letter", "template", tmp_path / "模板.docx").status == 0
        settings = LetterSettings(template=tmp_path / "模板.docx")
        assert lines(written(settings)) == lines(written())
