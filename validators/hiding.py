"""Where a document that was not found may hide: files not read, pages read badly, pages that have no sure document."""

import re
from statistics import median

from schemas.document import DocumentKind
from schemas.dossier import FileStatus
from schemas.page import Line, Page, Seal
from validators.case import Case
from validators.certainty import SURE
from validators.comparing import bare_name
from validators.finding import Stated

# One of these words stands on every document of the kind, however it is called.
_WORDS: dict[DocumentKind, tuple[str, ...]] = {
    DocumentKind.APPLICATION_FORM: ("申请表", "备案表", "申报表", "情况表", "登记表"),
    DocumentKind.REGISTRATION_CERTIFICATE: ("营业执照", "登记证", "法人证书", "社会信用代码"),
    DocumentKind.SCHOOL_PERMIT: ("办学许可",),
    DocumentKind.LEASE_CONTRACT: ("租赁", "出租", "承租", "租用", "租房"),
    DocumentKind.PROPERTY_CERTIFICATE: ("不动产", "所有权", "产权", "权利人", "房权", "权属"),
    DocumentKind.AUDIT_REPORT: ("审计",),
    DocumentKind.FINANCIAL_STATEMENTS: ("资产负债", "财务报表", "利润表", "现金流量", "业务活动表"),
    DocumentKind.ASSET_LIST: ("资产", "设备", "设施", "清单"),
    DocumentKind.IMPLEMENTATION_PLAN: ("方案", "计划"),
    DocumentKind.MANAGEMENT_SYSTEM: ("制度", "措施", "预案", "办法", "规定", "规程", "体系", "机制"),
    DocumentKind.STAFF_ROSTER: ("姓名", "名单", "人员", "队伍", "师资"),
    DocumentKind.SKILL_CERTIFICATE: ("证书", "职业资格", "技能等级", "职称", "资格证"),
    DocumentKind.TRAINEE_ROSTER: ("姓名", "花名册", "学员", "名册"),
    DocumentKind.CREDIT_REPORT: ("信用报告", "信用信息"),
    DocumentKind.INTEGRITY_PLEDGE: ("承诺", "保证书", "声明"),
    DocumentKind.INFORMATISATION_STATEMENT: ("信息化", "信息系统", "信息平台"),
    DocumentKind.APPLICATION_REPORT: ("申请", "申报", "请示", "报告"),
    DocumentKind.CERTIFICATE_SPECIMEN: ("式样", "样式", "样本", "印章", "证书"),
}
# Labels that stand together on pages of one kind only, whatever the page is called, and how many of them are enough.
_LABELS: dict[DocumentKind, tuple[int, tuple[str, ...]]] = {
    DocumentKind.APPLICATION_FORM: (
        4,
        ("信用代码", "法定代表人", "注册资金", "联系人", "电子邮箱", "机构性质", "职业编码"),
    ),
    DocumentKind.PROPERTY_CERTIFICATE: (
        3,
        (
            "权利人",
            "所有权人",
            "坐落",
            "共有情况",
            "建筑面积",
            "不动产单元",
            "房屋状况",
            "规划用途",
            "设计用途",
            "登记时间",
        ),
    ),
    DocumentKind.LEASE_CONTRACT: (4, ("出租", "承租", "租金", "租赁期", "押金", "甲方", "乙方")),
    DocumentKind.AUDIT_REPORT: (4, ("审计意见", "注册会计师", "会计师事务所", "财务报表", "我们审计", "管理层")),
    DocumentKind.ASSET_LIST: (
        3,
        ("设备名称", "资产名称", "规格型号", "数量", "原值", "净值", "购置", "存放", "产权归属"),
    ),
    DocumentKind.CREDIT_REPORT: (3, ("信用信息", "行政处罚", "失信", "报告编号", "异常名录", "查询")),
    DocumentKind.FINANCIAL_STATEMENTS: (4, ("编制单位", "期末余额", "流动资产", "负债", "净资产", "资产总计")),
}
_PROSE = {DocumentKind.MANAGEMENT_SYSTEM, DocumentKind.IMPLEMENTATION_PLAN}
_ENUMERATED = re.compile(r"第?[一二三四五六七八九十\d]+[、.．·章条节）)]|[（(][一二三四五六七八九十\d]+[）)]")
_SENTENCE = re.compile(r"[，,。；;：:]")
_CONTENTS, _PAGE_NUMBER = re.compile(r"(?:申报|备案|申请)?(?:材料)?(?:目?录|目次)"), re.compile(r"[\W\d_]*")
# 1. 申请表; 申请表……1.
_ENTRY = re.compile(rf"(?:{_ENUMERATED.pattern}).*|.*[^\d\W][\W_]*\d{{1,3}}")
_HOLE = re.compile(r"[0OoQCcDU○〇◯●·.。]")
_CHECKLIST = re.compile(r".{0,16}(?:基本条件|自查)(?:清单|情况表|一览表|表)")
# Where a document is signed it ends.
_SIGNED = re.compile(r"[签盖]\s*[章字名]|代理人|代表人")
# Headings of documents stand in that part of the page's height, so near its middle, are no longer, and in type so much
# larger.
HEADING_BOTTOM, HEADING_OFFSET, HEADING_LENGTH, HEADING_SIZE = 0.25, 0.1, 24, 1.35


def hiding_places(case: Case, kind: DocumentKind) -> list[Stated]:
    """Return the files and pages that may be a document of this kind; none means that it is not in the packet."""
    places = [
        Stated(file.path)
        for file in case.dossier.files
        if file.status is FileStatus.QUARANTINED and file.path != "dossier.toml"
    ]
    sure, first = _placed(case)
    for page in case.dossier.pages:
        if page.source == "blank" or _is_contents(page) or _is_checklist(page) or _has_holes_alone(page):
            continue
        key = (page.file, page.number)
        if key not in sure:
            may_be = _has_word(page.lines, kind)
        else:
            may_be = (key not in first and _may_begin(case, page, kind, sure[key])) or _has_labels(page, kind)
        if may_be or not _is_legible(page):
            places.append(Stated(page.file, page.number))
    return places


def least_confidence(case: Case) -> float:
    """Return how sure the least sure document of the packet is: so sure is it that another is not there."""
    return min((document.confidence for document in case.dossier.documents), default=0.0)


def _placed(case: Case) -> tuple[dict[tuple[str, int], DocumentKind], set[tuple[str, int]]]:
    """Return the pages whose document is sure, with its kind, and those on which a document begins."""
    sure: dict[tuple[str, int], DocumentKind] = {}
    first: set[tuple[str, int]] = set()
    for document in case.dossier.documents:
        if document.kind is DocumentKind.OTHER or document.confidence < case.thresholds.sure or not document.pages:
            continue
        sure |= {(page.file, page.page): document.kind for page in document.pages}
        first.add((document.pages[0].file, document.pages[0].page))
    return sure, first


def _has_holes_alone(page: Page) -> bool:
    """Say whether nothing but the holes of a folder are on a page, which are read as rings: a blank back."""
    return bool(page.lines) and all(_HOLE.fullmatch(line.text.strip()) is not None for line in page.lines)


def _is_legible(page: Page) -> bool:
    length = sum(len(line.text) for line in page.lines)
    return length > 0 and sum(line.confidence * len(line.text) for line in page.lines) / length >= SURE


def _is_contents(page: Page) -> bool:
    """Say whether a page is a table of contents and nothing else: it names papers, and is none of them."""
    texts = _row_texts(page)
    if not any(_CONTENTS.fullmatch(text) for text in texts) or not _is_legible(page):
        return False
    return all(
        _CONTENTS.fullmatch(text)
        or _PAGE_NUMBER.fullmatch(text)
        or (_ENTRY.fullmatch(text) and len(text) <= HEADING_LENGTH and not _SENTENCE.search(text))
        for text in texts
    )


def _row_texts(page: Page) -> list[str]:
    """Return what stands on each row of a page, from left to right: numbers may stand apart from what they number."""
    rows: list[list[Line]] = []
    for line in sorted(page.lines, key=lambda line: line.box[1]):
        last = rows[-1][0].box if rows else None
        if last is not None and (line.box[1] + line.box[3]) / 2 < last[3]:
            rows[-1].append(line)
        else:
            rows.append([line])
    return ["".join("".join(one.text.split()) for one in sorted(row, key=lambda one: one.box[0])) for row in rows]


def _is_checklist(page: Page) -> bool:
    """Say whether a page begins with the notice's list of conditions: beside each it names the papers that show it."""
    titles = ("".join(row.text.split()) for row in _rows(page) if _is_heading(row))
    return any(_CHECKLIST.fullmatch(title) for title in titles) and _is_legible(page)


def _has_word(lines: list[Line], kind: DocumentKind) -> bool:
    text = "".join("".join(line.text.split()) for line in lines)
    return any(word in text for word in _WORDS.get(kind, ()))


def _has_labels(page: Page, kind: DocumentKind) -> bool:
    text = "".join("".join(line.text.split()) for line in page.lines)
    enough, labels = _LABELS.get(kind, (1, ()))
    return sum(label in text for label in labels) >= enough


def _may_begin(case: Case, page: Page, kind: DocumentKind, of: DocumentKind) -> bool:
    """Say whether a page inside another document has a heading of this kind, or one of no kind known.

    The latter counts where it is large, or where it was not read surely: it may say anything. `of` is the kind of that
    document: one of rules or plans has headings that end in a word of its own (考评人员管理办法 is no list of people).
    """
    usual = median(line.box[3] - line.box[1] for line in page.lines)
    headings = [row for row in _rows(page) if _is_heading(row)]
    if not headings and any(_may_hide_heading(page, seal) for seal in page.seals):
        return True
    for row in headings:
        if of in _PROSE and of is not kind and row.confidence >= SURE and bare_name(row.text).endswith(_WORDS[of]):
            continue
        is_large = row.box[3] - row.box[1] > HEADING_SIZE * usual
        explained = any(_has_word([row], other) for other in _WORDS) or _names_applicant(case, row)
        if _has_word([row], kind) or row.confidence < SURE or (is_large and not explained):
            return True
    return False


def _rows(page: Page) -> list[Line]:
    """Return the lines at the top of a page; those of a title that was read in pieces as one, as sure as the least."""
    rows: list[Line] = []
    for line in sorted((line for line in page.lines if line.box[1] < HEADING_BOTTOM), key=lambda line: line.box[0]):
        for place, row in enumerate(rows):
            if _goes_on(page, row, line):
                rows[place] = _joined(row, line)
                break
        else:
            rows.append(line)
    return rows


def _goes_on(page: Page, row: Line, line: Line) -> bool:
    """Say whether a line stands on another's row, no further from its end than type is high."""
    height = row.box[3] - row.box[1]
    overlap = min(row.box[3], line.box[3]) - max(row.box[1], line.box[1])
    gap = (line.box[0] - row.box[2]) * page.width / page.height
    return overlap > height / 2 and -height < gap < height


def _joined(row: Line, line: Line) -> Line:
    box = (row.box[0], min(row.box[1], line.box[1]), line.box[2], max(row.box[3], line.box[3]))
    return row.model_copy(
        update={"text": row.text + line.text, "box": box, "confidence": min(row.confidence, line.confidence)}
    )


def _is_heading(line: Line) -> bool:
    """Say whether a line stands where headings of documents do, and is neither numbered nor a sentence."""
    text = "".join(line.text.split())
    return (
        4 <= len(text) <= HEADING_LENGTH
        and abs((line.box[0] + line.box[2]) / 2 - 0.5) < HEADING_OFFSET
        and not _ENUMERATED.match(text)
        and not _SENTENCE.search(text)
    )


def _may_hide_heading(page: Page, seal: Seal) -> bool:
    """Say whether a seal covers the place where headings of documents stand: what it hides is not read.

    Below text that goes on from the page before, or where that is signed, there is no heading.
    """
    middle = (seal.box[1] + seal.box[3]) / 2
    goes_on = any(
        line.box[3] <= middle
        and line.confidence >= SURE
        and (_ENUMERATED.match(line.text) or line.text.endswith(("。", "；")) or _SIGNED.search(line.text))
        for line in page.lines
    )
    lies_over = seal.box[0] < 0.5 + HEADING_OFFSET and seal.box[2] > 0.5 - HEADING_OFFSET
    return lies_over and seal.box[1] < HEADING_BOTTOM and not goes_on


def _names_applicant(case: Case, line: Line) -> bool:
    return any(bare_name(name.text) in bare_name(line.text) for name in case.applicant_names)
