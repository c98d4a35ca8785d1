"""Nothing that comes in a packet is taken for anything but text: names, archive members, words on pages, codes."""

import ast
import io
import re
import zipfile
from pathlib import Path

import lxml.html
import numpy as np
import openpyxl
import PIL.Image
import pytest
from typed_pages import typed

from apps import screen
from extractors.dossier import survey
from extractors.spans import ReadSpan, file_of
from flows.packet import ENVELOPE_FILE, is_safe, open_packet
from flows.reports import summarise, write_report, write_summary
from flows.verify import check_dossier
from schemas.page import Code, Page, Seal
from schemas.report import Report, Summary, SummaryRow
from schemas.settings import Limits
from validators import programmes

PROGRAMME = "jilin-2022"
EVIL = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "'-alert(1)-'",
    "</style></svg></title><iframe src=//a.invalid>",
    "=HYPERLINK(\"http://a.invalid\",\"样例\")",
    "+1+1",
    "-1",
    "@SUM(A1:A9)",
    "{{ 7 * 7 }}{% raw %}",
    "$(touch a);`touch b`|touch c",
    "\u202egpj.样例",
    "&lt;b&gt;",
    "javascript:alert(1)",
    "http://a.invalid/",
]  # fmt: skip


def form(evil: str, file: str) -> Page:
    """A form, as the recogniser gives it, that says an evil thing wherever the applicant writes."""
    page = typed(
        f"""
        # 技能人才评价机构备案申请表
        | 机构名称 | {evil} |
        | 单位地址 | {evil} |
        | 法定代表人 | {evil} | 联系电话 | {evil} |
        | 统一社会信用代码 | {evil} |
        """,
        file=file,
    )
    page.seals.append(Seal(text=evil, confidence=0.9, file=file, page=1, box=(0.6, 0.6, 0.8, 0.8)))
    page.codes.append(Code(format="QRCode", text=evil, file=file, page=1, box=(0.1, 0.1, 0.2, 0.2)))
    return page


def picture() -> bytes:
    out = io.BytesIO()
    PIL.Image.fromarray(np.full((300, 200, 3), 255, np.uint8)).save(out, "PNG")
    return out.getvalue()


def reported(tmp_path: Path, evil: str) -> tuple[Report, list[Page], Path]:
    """Return the report on a packet that says an evil thing in every place, and the folder it is written to."""
    safe = evil.replace("/", "\u2215")
    folder = tmp_path / "in" / safe
    folder.mkdir(parents=True)
    (folder / f"{safe}.png").write_bytes(picture())
    (folder / f"{safe}.pdf").write_bytes(b"no PDF")
    (folder / ENVELOPE_FILE).write_text(f"'{evil.replace(chr(39), '')}' = 1\n", encoding="utf-8")
    with zipfile.ZipFile(folder / f"{safe}.zip", "w") as archive:
        archive.writestr(f"{evil}.png", picture())
        archive.writestr(f"../{evil}.txt", b"text")
    packet = open_packet(folder)
    work = tmp_path / "work"
    work.mkdir()
    files, pages = list(packet.refused), list[Page]()
    for name, path in packet.files:
        for member in survey(name, path, limits=Limits(), work=work):
            read = ReadSpan([form(evil, member.name)] if member.sheets else [])
            if read.pages:
                read.pages[0].image = work / f"page-{len(pages)}.jpg"
                PIL.Image.fromarray(np.full((300, 200, 3), 255, np.uint8)).save(read.pages[0].image)
            files.append(file_of(member, [read]))
            pages += read.pages
    report = check_dossier(pages, files, programme=PROGRAMME, name=safe, envelope=packet.envelope)
    write_report(report, pages, programmes.load(PROGRAMME), tmp_path / "out")
    summary = Summary(dossiers=[summarise(report, len(pages))])
    write_summary(summary, [report.findings], tmp_path / "out")
    return report, pages, tmp_path / "out"


def shape(html: str) -> tuple[set[str], set[str]]:
    """Return the elements of a report, and its attributes."""
    tree = lxml.html.document_fromstring(html)
    elements = [one for one in tree.iter() if isinstance(one.tag, str)]
    return {str(one.tag) for one in elements}, {str(key) for one in elements for key in one.attrib}


@pytest.fixture(scope="module")
def harmless(tmp_path_factory: pytest.TempPathFactory) -> tuple[set[str], set[str]]:
    _, _, out = reported(tmp_path_factory.mktemp("harmless"), "样例市样例职业培训学校")
    return shape(next(out.rglob("report.html")).read_text(encoding="utf-8"))


@pytest.mark.parametrize("evil", EVIL)
def test_a_report_holds_evil_texts_as_texts(tmp_path: Path, harmless: tuple[set[str], set[str]], evil: str) -> None:
    report, _, out = reported(tmp_path, evil)
    assert len(report.files) == 5
    source = next(out.rglob("report.html")).read_text(encoding="utf-8")
    tags, attributes = shape(source)
    assert tags <= harmless[0]
    assert attributes <= harmless[1]
    tree = lxml.html.document_fromstring(source)
    for one in tree.iter():
        for key in ("href", "src", "{http://www.w3.org/1999/xlink}href"):
            address = one.get(key)
            assert address is None or address.startswith(("#", "data:image/jpeg;base64,"))
    # It is there to be read, and more than once: names of files, words of the form, the seal, the code.
    shown = evil.replace("\u202e", "\ufffd")
    text = " ".join(tree.text_content().split())
    assert text.count(" ".join(shown.split())) >= 3
    assert "\u202e" not in source


@pytest.mark.parametrize("evil", EVIL)
def test_a_summary_holds_evil_texts_as_texts(tmp_path: Path, evil: str) -> None:
    _, _, out = reported(tmp_path, evil)
    book = openpyxl.load_workbook(out / "summary.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert any(evil.replace("/", "\u2215") in str(cell.value) for cell in cells)
    links = [cell.hyperlink for cell in cells if cell.hyperlink is not None]
    assert all((link.target or "").replace("\\", "/").startswith(f"{PROGRAMME}/") for link in links)


def test_an_evil_packet_writes_nothing_but_its_reports(tmp_path: Path) -> None:
    for number, evil in enumerate(EVIL):
        (tmp_path / str(number)).mkdir()
        report, _, out = reported(tmp_path / str(number), evil)
        written = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
        own = f"{PROGRAMME}/{report.dossier}"
        reports = {f"{own}/report.json", f"{own}/report.html", f"{own}/case.json.gz", "summary.json", "summary.xlsx"}
        images = {name for name in written - reports if re.fullmatch(r"[0-9a-f]{32}\.jpg", Path(name).name)}
        assert written - images == reports
        assert images
        assert {Path(name).parent.as_posix() for name in images} == {f"pages/{own}"}
        members = [path for path in (tmp_path / str(number) / "work").iterdir() if path.suffix != ".jpg"]
        assert all(path.name.startswith("member-") for path in members)
    assert {path.name for path in tmp_path.iterdir()} == {str(number) for number in range(len(EVIL))}


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a/../b", "/a", "a//b", "a\\b", "a\nb", "a\0b", "a\x1b[2J", "长" * 86, "a/"]
)
def test_a_name_that_leads_elsewhere_or_is_no_name_is_not_safe(name: str) -> None:
    assert not is_safe(name)


@pytest.mark.parametrize(
    "evil", [*EVIL, "[/]", "[bold", "[link=http://a.invalid]样例[/link]", "\x1b]0;a\x07\x1b[2J", "a\rb"]
)
def test_the_terminal_shows_evil_names_as_they_are(
    evil: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(screen, "FILE_WIDTH", 600)
    row = SummaryRow(programme=PROGRAMME, dossier=evil, error=evil)
    screen.show_summary(Summary(dossiers=[row]), Path("reports"))
    screen.ScreenProgress().done(row)
    shown = capsys.readouterr()
    printable = "".join(one if one.isprintable() else "\ufffd" for one in evil)
    assert shown.out.count(printable) == 2
    assert not any(one in shown.out + shown.err for one in "\x1b\x07\r\u202e")


def test_what_reads_and_judges_starts_no_shell_and_runs_no_text() -> None:
    """Only `heyan serve` and what sets letters start a programme, ours, and no argument comes from a packet."""
    found: set[tuple[str, str]] = set()
    root = Path(__file__).parent.parent
    for package in ("schemas", "extractors", "validators", "flows"):
        for path in (root / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    found |= {(path.name, one.name) for one in node.names if one.name in {"subprocess", "pty"}}
                elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    found |= {(path.name, node.func.id)} if node.func.id in {"eval", "exec", "compile"} else set()
                elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    name = node.func.attr
                    found |= {(path.name, name)} if name in {"system", "popen", "execv", "spawnv"} else set()
    assert found <= {("serve.py", "subprocess"), ("pdf.py", "subprocess")}
