"""审计报告: the firm, the report's number, whom it audits, the year, the opinion and the date."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rapidfuzz import fuzz

from extractors.documents import parsers
from extractors.documents.base import COLUMN_GAP, DocumentType, LabelledField, keep, read_labelled
from extractors.documents.under_seals import ALIKE, UNCONFIRMED, name_field
from extractors.labels import Labelled
from extractors.layout import Passage, flow, rows, stretches
from extractors.values import dates, names, opinions
from extractors.values.organisations import is_organisation, stands_for_a_name
from schemas.document import DocumentKind, Field
from schemas.page import Page

# The least confidence of a name that a longer one has to have.
READABLE = 0.6
_FIRM = re.compile(
    r"(?:(?!号|会计师事务所|复印件|证书|执照|我们|委托|报告|地址)[\u4e00-\u9fff（）()]){2,24}?会计师事务所(?:\n?[（(](?:特殊普通合伙|普通合伙|有限合伙)[）)]|有限责任公司|有限公司)?"
)
_FORM = re.compile(r"[（(](?:特殊)?普通合伙[）)]|[（(]有限合伙[）)]|有限责任公司|有限公司")
# The same as printed under its seal, where not all of it was read.
_SIGNED_FIRM = re.compile(
    r"[\u4e00-\u9fff]{2,16}会?计?师?事务所?(?:\n?[（(]?(?:特殊)?普通合伙?[）)]?|\n?[（(]有限合伙[）)]|有限责任公司|有限公司)?"
)
_NUMBER = re.compile(
    r"(?:[\u4e00-\u9fff]{0,20}文件)?(?P<number>(?:(?!号)[\u4e00-\u9fff]){1,8}[字]?[〔\[【（(]?20\d{2}[〕\]】）)]?年?[\u4e00-\u9fff]{0,4}第?[A-Za-z]{0,3}[\d\-—]{2,10}号)"
)
_AUDITEE = (
    re.compile(
        r"我们(?:接受[^，,。]{0,40}?委托[，,])?(?:审计了|已审计|对)(?:后附的)?(?P<name>[\u4e00-\u9fffA-Za-z0-9（）()·]{3,40}?)(?=[（(](?:以下|下称|简称)|20\d{2}年|[，,。]|财务报表|的财务)"
    ),
    re.compile(
        r"(?P<name>[\u4e00-\u9fffA-Za-z0-9（）()·]{4,40}?)(?:全体股东|董事会|理事会|全体理事|全体出资人|全体会员|股东会)[:：]?"
    ),
)
# 致：样例市晨星职业培训学校有限公司：
_ADDRESSEE = re.compile(r"(?:^|\n)(?:致[:：]?)?(?P<name>[\u4e00-\u9fff（）()·]{4,40})[:：]?(?=\n)")
_YEAR = (
    re.compile(r"(?P<year>20\d{2})年12月31日"),
    re.compile(r"(?P<year>20\d{2})年度"),
    re.compile(r"会计年度[:：]?(?P<year>20\d{2})"),
)
# On a cover the name stands over the title, or begins it: 样例市晨星职业培训学校2021年度财务报表审计报告.
_ON_COVER = re.compile(
    r"(?:^|\n)(?:关于)?(?P<name>[\u4e00-\u9fff（）()·]{4,40})\n?"
    r"(?:[\d〇○零一二三四五六七八九十年月日度至、\-—]{4,30})?[\u4e00-\u9fff]{0,10}审计报告"
)
# 报告编号：…防伪编号：…: the second one is another.
_OTHER_NUMBER = re.compile(r"[\u4e00-\u9fff]{2,6}(?:编号|编码|码)[:：]")
_PERSONS_AT_FOOT = re.compile(r"中国注册会计师|注册会计师[:：（(]")


def _labelled_number(item: Labelled) -> Field | None:
    """Read a report's number, or what stands in its place."""
    found = _number(item.value)
    if found is not None:
        return found
    other = _OTHER_NUMBER.search(item.value.text)
    return parsers.printed(item if other is None else replace(item, value=item.value[: other.start()]))


_FIELDS = (
    LabelledField(
        "auditee",
        ("被审计单位", "被审计单位名称", "被审单位", "被审单位名称", "委托单位", "委托方", "客户名称", "审计对象"),
        parsers.organisation,
    ),
    LabelledField("audit_firm", ("审计机构", "会计师事务所", "事务所名称", "审计单位"), parsers.organisation),
    LabelledField(
        "report_number", ("报告文号", "报告编号", "报告号", "文号", "审计报告文号", "报告书编号"), _labelled_number
    ),
    LabelledField("signed", ("报告日期", "出具日期", "报告时间", "报告出具日期", "签字日期", "签发日期"), parsers.date),
)


def _read(pages: Sequence[Page]) -> dict[str, Field]:
    whole = flow(pages)
    fields = {name: value for name, value in read_labelled(pages, _FIELDS).items() if value.value is not None}
    for name, value in (
        ("audit_firm", _firm(whole, pages)),
        ("report_number", _number(whole)),
        ("auditee", _auditee(whole)),
        ("fiscal_year", _fiscal_year(whole)),
        ("opinion", _opinion(whole)),
    ):
        # What the text says is whole; beside a label a name may go on in the next row.
        if value is not None and (name not in fields or name in {"audit_firm", "auditee"}):
            fields[name] = value
    if "signed" not in fields:
        year = fields.get("fiscal_year")
        keep(fields, "signed", _signed(whole, year.value if year and isinstance(year.value, int) else 0))
    return fields


def _firm(whole: Passage, pages: Sequence[Page]) -> Field | None:
    """Read the firm's name where it is surest: its seal often lies on its signature."""
    found = [name_field(whole[match.start() : match.end()]) for match in _FIRM.finditer(whole.text)]
    found.extend(name_field(name) for page in pages for name in _with_form_below(page))
    # On its own paper the firm stands at the head, beside its mark.
    parts = [part for page in pages[:2] for row in rows(page)[:3] for part in stretches(row, COLUMN_GAP)]
    found.extend(name_field(part) for part in parts if _FIRM.fullmatch(part.text))
    best = max((one for one in found if one.value is not None), key=_sureness, default=None)
    # Its form of company stands behind it: under a seal it may not have been read.
    is_cut = best is not None and best.confidence <= UNCONFIRMED and str(best.value).endswith("会计师事务所")
    if best is not None and not is_cut and best.confidence >= READABLE:
        return best
    sealed = _firm_on_seal(whole, pages)
    if sealed is not None or best is None:
        return sealed
    return best.model_copy(update={"value": None})


def _with_form_below(page: Page) -> Iterator[Passage]:
    """Yield the firms under whose name their form of company stands, beside the auditors who sign."""
    parts = [part for row in rows(page) for part in stretches(row, COLUMN_GAP)]
    for part in (one for one in parts if _FIRM.fullmatch(one.text) and one.text.endswith("会计师事务所")):
        for under in parts:
            near = 0 < under.box[1] - part.box[1] < 3 * part.height
            beside = min(part.box[2], under.box[2]) - max(part.box[0], under.box[0])
            if near and beside > 0 and _FORM.fullmatch(under.text):
                yield part + under


def _firm_on_seal(whole: Passage, pages: Sequence[Page]) -> Field | None:
    """Read the firm on its seal, where that is sure, or where what is printed of the name agrees with a reading."""
    printed = [names.normalise(match.group()) for match in _SIGNED_FIRM.finditer(whole.text)]
    for seal in (seal for page in pages for seal in page.seals if seal.text is not None):
        read = list(dict.fromkeys(map(names.normalise, (str(seal.text), *(one.text for one in seal.readings)))))
        firms = [one for one in read if _FIRM.fullmatch(one)]
        if not firms:
            continue
        agreeing = [one for one in firms if any(fuzz.ratio(one, part) >= ALIKE for part in printed)]
        is_sure = seal.confidence > UNCONFIRMED and firms[0] == read[0]
        value = firms[0] if is_sure else agreeing[0] if agreeing else None
        return Field(
            value=value,
            text=seal.text,
            confidence=seal.confidence if is_sure else UNCONFIRMED,
            file=seal.file,
            page=seal.page,
            box=seal.box,
        )
    return None


def _sureness(name: Field) -> tuple[bool, int]:
    """Of names read well enough the longest comes first: its form stands behind it."""
    return name.confidence >= READABLE, len(str(name.value))


def _number(whole: Passage) -> Field | None:
    found = _NUMBER.search(whole.text)
    if found is None:
        return None
    passage = whole[found.start("number") : found.end("number")]
    # Of the brackets around its year the square ones are read as any of these.
    return passage.field(re.sub(r"[\[【〔](20\d{2})[\]】〕]", r"〔\1〕", names.normalise(passage.text)))


def _auditee(whole: Passage) -> Field | None:
    for expression in _AUDITEE:
        found = expression.search(whole.text)
        if found is not None and not stands_for_a_name(found["name"]):
            return name_field(whole[found.start("name") : found.end("name")])
    addressed = [
        found
        for found in _ADDRESSEE.finditer(whole.text)
        if found.group().endswith((":", "：")) or "致" in found.group()[:2]
    ]
    for found in (*addressed, *_ON_COVER.finditer(whole.text)):
        passage = whole[found.start("name") : found.end("name")]
        if is_organisation(passage.text) and "会计师事务所" not in passage.text:
            return passage.field(names.normalise(passage.text))
    return None


def _fiscal_year(whole: Passage) -> Field | None:
    """Read the year audited: the one the report names most often as the end of its statements."""
    text = whole.text
    for expression in _YEAR:
        found = list(expression.finditer(text))
        if found:
            counted = Counter(match.group("year") for match in found)
            year, times = counted.most_common(1)[0]
            match = next(match for match in found if match.group("year") == year)
            confidence = 1.0 if times > sum(counted.values()) / 2 else 0.75
            return whole[match.start() : match.end()].field(int(year), confidence=confidence)
    # 二〇二一年度, 二〇二一年十二月三十一日
    named = [one for one in dates.find_years(text) if re.match(r"度|十二月三十一日", text[one.end :])]
    if named and len({one.value for one in named}) == 1:
        return whole[named[0].start : named[0].end].field(named[0].value)
    return None


def _opinion(whole: Passage) -> Field | None:
    """Read the opinion; none where the words of two stand in the report."""
    found = opinions.find_opinion(whole.text)
    return whole[found.start : found.end].field(found.value) if found is not None else None


def _signed(whole: Passage, year: int) -> Field | None:
    """Read the report's date: the date after the auditors' names, or else the last one; it is later than the year."""
    text = whole.text
    foot = [match.end() for match in _PERSONS_AT_FOOT.finditer(text)]
    found = [
        one for one in dates.find_dates(text) if one.value.year > year and (one.value.month, one.value.day) != (12, 31)
    ]
    after = [one for one in found if foot and one.start > foot[0] - 60]
    chosen = (after or found)[-1:] if not foot else after[:1] or found[-1:]
    if not chosen:
        return None
    return whole[chosen[0].start : chosen[0].end].field(chosen[0].value.isoformat(), confidence=1.0 if after else 0.85)


TYPE = DocumentType(
    kind=DocumentKind.AUDIT_REPORT,
    titles=("审计报告", "财务审计报告", "审计报告书", "年度审计报告"),
    title_pattern=r".*审计报告书?",
    marks=(
        "注册会计师",
        "会计师事务所",
        "审计意见",
        "形成审计意见的基础",
        "财务报表审计",
        "我们审计了",
        "合理保证",
        "治理层",
        "持续经营",
    ),
    contains=frozenset({DocumentKind.AUDIT_REPORT}),
    has_parts=True,
    pages_at_most=60,
    read=_read,
)
