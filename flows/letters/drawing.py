"""The template that letters are written from where the centre has none of its own: drawn up as a Word document.

Type and margins are those of official documents, GB/T 9704-2012: A4, 仿宋 of size 三号, 28 characters in a line.
"""

import io
from typing import TYPE_CHECKING, Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

# Points; 二号 and 三号, and the distance of lines.
TITLE_SIZE, BODY_SIZE, LINE_HEIGHT = 22, 16, 28
SONG, FANG_SONG, HEI = "宋体", "仿宋", "黑体"
# Two characters in from the left, four from the right.
INDENT, SIGNATURE_INDENT = Pt(2 * BODY_SIZE), Pt(4 * BODY_SIZE)


def draw_template() -> bytes:
    """Return the template as DOCX; its placeholders are those of `flows.letters.letter.PLACEHOLDERS`."""
    document = docx.Document()
    _set_page(document)
    _set_type(document)
    _line(document, "{{ 中心名称 }}", SONG, TITLE_SIZE, is_bold=True)
    _line(document, "补正通知书", SONG, TITLE_SIZE, is_bold=True)
    _line(document, "{{ 文号 }}", FANG_SONG, BODY_SIZE, after=LINE_HEIGHT)
    _flush(document, "{{ 单位名称 }}：")
    _body(
        document,
        "你单位{{ 收件日期 }}送达的申报材料（卷宗编号：{{ 卷宗编号 }}，统一社会信用代码：{{ 统一社会信用代码 }}）收悉。"
        "依据《{{ 通知名称 }}》（{{ 通知文号 }}）审核，现有以下{{ 事项数 }}项需要补正：",
    )
    _tag(document, "{%p for 事项 in 补正事项 %}")
    _body(document, "{{ 事项.序号 }}、{{ 事项.名称 }}", face=HEI).paragraph_format.keep_with_next = True
    _body(document, "情况：{{ 事项.情况 }}。")
    _body(document, "依据：{{ 事项.依据 }}。")
    _tag(document, "{%p if 事项.页码 %}")
    _body(document, "页码：{{ 事项.页码 }}。")
    _tag(document, "{%p endif %}")
    _body(document, "补正要求：{{ 事项.要求 }}。")
    _tag(document, "{%p endfor %}")
    _body(
        document,
        "请你单位于{{ 补正期限 }}前（含当日，自本通知书发出之日起{{ 补正工作日 }}个工作日），将上述补正材料加盖公章后"
        "送达或寄至本中心，并注明卷宗编号。如对上述事项有异议，可在期限内向本中心书面说明并附证明材料。",
    )
    # These stay on one page, with the signature.
    for line in (
        "受理窗口：{{ 受理窗口 }}",
        "地　　址：{{ 地址 }}",
        "联 系 人：{{ 联系人 }}",
        "联系电话：{{ 联系电话 }}",
        "特此通知。",
    ):
        _body(document, line).paragraph_format.keep_with_next = True
    _body(document, "").paragraph_format.keep_with_next = True
    for line in ("{{ 中心名称 }}（印章）", "{{ 落款日期 }}"):
        signature = _flush(document, line)
        signature.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        signature.paragraph_format.right_indent = SIGNATURE_INDENT
        signature.paragraph_format.keep_with_next = line.startswith("{{ 中心")
    _number_pages(document)
    document.core_properties.title = "补正通知书"
    document.core_properties.author = document.core_properties.comments = ""
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _set_page(document: "Document") -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)


def _set_type(document: "Document") -> None:
    style: Any = document.styles["Normal"]
    style.font.size = Pt(BODY_SIZE)
    _set_face(style.element.get_or_add_rPr(), FANG_SONG)
    spacing = style.paragraph_format
    spacing.space_before = spacing.space_after = Pt(0)
    spacing.line_spacing_rule, spacing.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(LINE_HEIGHT)


def _line(document: "Document", text: str, face: str, size: int, *, is_bold: bool = False, after: int = 0) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    paragraph.paragraph_format.line_spacing = Pt(max(size * 1.6, LINE_HEIGHT))
    paragraph.paragraph_format.space_after = Pt(after)
    run = _run(paragraph, text, face)
    run.font.size = Pt(size)
    run.bold = is_bold


def _flush(document: "Document", text: str) -> "Paragraph":
    paragraph = document.add_paragraph()
    _run(paragraph, text, FANG_SONG)
    return paragraph


def _body(document: "Document", text: str, face: str = FANG_SONG) -> "Paragraph":
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    paragraph.paragraph_format.first_line_indent = INDENT
    _run(paragraph, text, face)
    return paragraph


def _tag(document: "Document", tag: str) -> None:
    """Add a line that says what is repeated or left out; it is gone in the letter."""
    _flush(document, tag)


def _run(paragraph: "Paragraph", text: str, face: str) -> "Run":
    run: Any = paragraph.add_run(text)
    _set_face(run.element.get_or_add_rPr(), face)
    return run


def _set_face(properties: Any, face: str) -> None:
    """Set a face for all scripts: Word takes East Asian characters from one of its own."""
    fonts = properties.get_or_add_rFonts()
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), face)


def _number_pages(document: "Document") -> None:
    footer: Any = document.sections[0].footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(footer, "— ", SONG)
    footer._element.append(
        parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>')
    )
    _run(footer, " —", SONG)
