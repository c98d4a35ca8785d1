"""登记证书: 营业执照 (old and 2019 layouts, 正本 and 副本), 民办非企业单位, 社会团体 and 事业单位."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import product

from extractors.documents import parsers
from extractors.documents.base import (
    COLUMN_GAP,
    DocumentType,
    Inside,
    LabelledField,
    keep,
    lacks,
    read_labelled,
    read_term,
)
from extractors.documents.copies import copies_on
from extractors.documents.under_seals import name_field
from extractors.labels import Labelled, find_like, labelled
from extractors.layout import Passage, flow, rows, stretches
from extractors.values import codes, dates, names
from extractors.values.found import Found
from schemas.document import DocumentKind, Field
from schemas.page import Page

_TYPES = (
    ("民办非企业单位登记证书", "private_nonenterprise"),
    ("民办非企业单位", "private_nonenterprise"),
    ("社会服务机构登记证书", "private_nonenterprise"),
    ("社会团体法人登记证书", "social_organisation"),
    ("社会团体法人", "social_organisation"),
    ("事业单位法人证书", "public_institution"),
    ("营业执照", "business_licence"),
)

_AUTHORITY = re.compile(r"^[^\d]*(局|厅|委|委员会|中心|部门|办公室|政府)$")

# Dates of a term and of the beginning are none of issue.
_OTHER_DATE = re.compile(r"[至到止]|期限|成立|注册日期")
# Where the authority signs: 登记机关, （登记管理机关印章）.
_SIGNS_HERE = re.compile(
    r"[（(]?(?:登记|登记管理|发证|颁发|颁证)机关(?:[（(]?(?:印章|盖章|公章|章)[）)]?)?[:：]?[）)]?"
)
_SIGNS = re.compile(rf"^{_SIGNS_HERE.pattern}|[局厅委][（(]?[盖公]?章?[）)]?$")
# A printed authority's name that was read worse is none.
_READABLE = 0.9
# 样例市样例区市场监督管理局: the place, and what kind of authority it is.
_KINDS = (
    "市场监督管理局",
    "市场和质量监督管理局",
    "工商行政管理局",
    "行政审批局",
    "行政审批服务局",
    "政务服务管理局",
    "政务服务和数据管理局",
    "民政局",
    "民政厅",
    "事业单位登记管理局",
    "事业单位监督管理局",
    "社会组织管理局",
    "机构编制委员会办公室",
    "教育局",
    "人力资源和社会保障局",
    "人力资源和社会保障厅",
)
_OF_PLACE = re.compile(rf"(?P<place>[\u4e00-\u9fff]{{1,12}}[省市区县旗州盟])(?:{'|'.join(_KINDS)})")
# A kind's name so long is told by all its characters but one.
_LONG_KIND = 6
# A seal read less surely than this does not tell whose it is.
_SURE_SEAL = 0.9
# How sure a certificate's title is that was read as it is printed.
_EXACT = 0.95
# How sure one is whose place is printed on the certificate.
_PLACED = 0.95

_TERM_LABELS = ("营业期限", "有效期限", "有效期", "经营期限", "合伙期限", "证书有效期", "有效期自")

# A comma between Chinese characters is as wide as they are, however it was read.
_NARROW = re.compile(r"(?<=[\u3400-\u9fff）)、])[,;:](?=[\u3400-\u9fff（(])")
_WIDE = str.maketrans(",;:", "，；：")


def _scope(item: Labelled) -> Field | None:
    passage = item.value
    if len(re.findall(r"[（(]", passage.text)) > len(re.findall(r"[）)]", passage.text)):
        # （依法须经: its end stands where it was not found.
        return passage.field(None, confidence=0.5)
    value = _NARROW.sub(lambda match: match.group().translate(_WIDE), names.normalise(passage.text))
    return passage.field(value) if len(value) >= 2 else None


def _issued(item: Labelled) -> Field | None:
    """Read the date of issue."""
    found = dates.find_dates(item.value.text)
    return _under_the_seal(item.value, found[0]) if found else None


def _under_the_seal(passage: Passage, found: Found[date]) -> Field:
    """Return the date of issue as a field: the authority's seal lies on it, and may hide a figure of it."""
    written = passage[found.start : found.end]
    return written.field(None if written.lacks_figure else found.value.isoformat())


def _authority(item: Labelled) -> Field | None:
    """Read the authority; the date under its seal is none."""
    field = parsers.authority(item)
    return field if field is not None and _AUTHORITY.search(field.text or "") else None


_FIELDS = (
    LabelledField(
        "name",
        (
            "名称",
            "单位名称",
            "企业名称",
            "机构名称",
            "学校名称",
            "社团名称",
            "团体名称",
            "社会团体名称",
            "社会组织名称",
            "称",
            "名",
        ),
        parsers.organisation,
    ),
    LabelledField("credit_code", ("统一社会信用代码", "社会信用代码", "信用代码"), parsers.credit_code),
    LabelledField(
        "legal_representative",
        (
            "法定代表人",
            "法人代表",
            "法定代表人（负责人）",
            "负责人",
            "经营者",
            "投资人",
            "执行事务合伙人",
            "法定代表人姓名",
        ),
        parsers.person,
    ),
    LabelledField("registered_capital", ("注册资本", "注册资金", "开办资金", "开办资金数额"), parsers.amount),
    LabelledField(
        "established", ("成立日期", "成立时间", "设立日期", "注册日期", "成立登记日期", "登记日期"), parsers.date
    ),
    LabelledField("address", ("住所", "住", "营业场所", "主要经营场所", "经营场所", "地址"), parsers.address),
    LabelledField("business_scope", ("经营范围", "业务范围", "宗旨和业务范围", "宗旨和业务范", "宗旨和业务"), _scope),
    LabelledField("registration_authority", ("登记机关", "登记管理机关", "发证机关", "颁发机关"), _authority),
    LabelledField("issued", ("发证日期", "颁发日期", "核准日期", "发证时间", "颁证日期"), _issued),
)

_OTHER_LABELS = {
    "type": ("类型", "公司类型", "组织形式", "主体类型"),
    "number": ("注册号", "编号", "证书编号", "证照编号", "登记证号", "执照编号"),
    "term": _TERM_LABELS,
    "supervisor": ("业务主管单位", "举办单位"),
    "funding": ("经费来源", "活动地域"),
}


def _read(pages: Sequence[Page]) -> dict[str, Field]:
    return _read_one(_copies(pages)[0])


def _inside(pages: Sequence[Page]) -> list[Inside]:
    """Return the certificates that share a page with the first: a branch's beside its head office's."""
    return [Inside(DocumentKind.REGISTRATION_CERTIFICATE, _read_one(copy), copy) for copy in _copies(pages)[1:]]


def _copies(pages: Sequence[Page]) -> list[list[Page]]:
    """Return the pages, or parts of them, of each certificate; what shares no page with another is of the first."""
    first, *others = pages
    parts = copies_on(first, _holds_two, _told_apart)
    return [[parts[0], *others], *([part] for part in parts[1:])]


def _holds_two(page: Page) -> bool:
    return len({code.value for code in codes.find_credit_codes(flow([page]).text) if code.valid}) > 1


def _told_apart(first: Sequence[Page], second: Sequence[Page]) -> int:
    """Return how much two parts tell if each is a certificate, of another name and code; else 0."""
    one, other = _read_one(first), _read_one(second)
    is_told = all(not lacks(fields, name) for fields in (one, other) for name in ("name", "credit_code"))
    if not is_told or any(one[name].value == other[name].value for name in ("name", "credit_code")):
        return 0
    return sum(not lacks(fields, name) for fields in (one, other) for name in fields)


def _read_one(pages: Sequence[Page]) -> dict[str, Field]:
    fields = read_labelled(pages, _FIELDS, {**_OTHER_LABELS, "purpose": ("宗旨和",)})
    whole = flow(pages)
    keep(fields, "certificate_type", _certificate_type(whole))
    if "credit_code" not in fields or fields["credit_code"].value is None:
        keep(fields, "credit_code", parsers.credit_code_in(whole))
    labels = {**{one.name: one.labels for one in _FIELDS}, **_OTHER_LABELS}
    keep(fields, "business_scope", _scope_in_two_rows(pages, labels))
    fields.update(read_term(pages, labels, "term"))
    if lacks(fields, "registration_authority"):
        keep(
            fields,
            "registration_authority",
            _authority_over_its_seal(pages)
            or _authority_on_seal(pages, str(fields["address"].value) if "address" in fields else ""),
        )
    if "issued" not in fields:
        keep(fields, "issued", _closing_date(pages))
    return fields


def _certificate_type(whole: Passage) -> Field | None:
    for title, value in _TYPES:
        for start, end, score in find_like(whole.text, title):
            named = whole[start:end]
            field = named.field(value, confidence=score)
            # No other title has these very characters, however surely each of them was read.
            sure = max(field.confidence, _EXACT) if named.text == title else field.confidence
            return field.model_copy(update={"confidence": sure})
    return None


def _authority_on_seal(pages: Sequence[Page], address: str) -> Field | None:
    """Read the authority on its seal: many certificates print 登记机关 and leave the name to the seal.

    It is sure where its place is that of the address, or where most of the seal's readings agree, or no reading has
    other characters.
    """
    seals = [seal for page in pages for seal in page.seals if seal.text is not None and _AUTHORITY.search(seal.text)]
    if len(seals) != 1:
        return None
    seal = seals[0]
    read = [_with_known_kind(one) for one in (str(seal.text), *(one.text for one in seal.readings))]
    named = {found.group() for one in read if (found := _OF_PLACE.fullmatch(one)) and _is_placed(found, address)}
    longest = max(named, key=len, default="")
    if longest and all(_is_left_of(one, longest) for one in named):
        value, confidence = longest, max(seal.confidence, _PLACED) if longest == read[0] else _PLACED
    else:
        agreed = 2 * sum(one == read[0] for one in read[1:]) > len(read[1:])
        is_sure = seal.confidence >= _SURE_SEAL and (agreed or all(_is_left_of(one, read[0]) for one in read))
        value, confidence = read[0] if is_sure else None, seal.confidence
    return Field(value=value, text=seal.text, confidence=confidence, file=seal.file, page=seal.page, box=seal.box)


def _with_known_kind(name: str) -> str:
    """Return an authority's name with a slip in its kind put right: 登记营理局 is 登记管理局."""
    if name.endswith(_KINDS):
        return name
    for kind in (one for one in _KINDS if len(one) >= _LONG_KIND and len(name) > len(one)):
        if sum(read != known for read, known in zip(name[-len(kind) :], kind, strict=True)) == 1:
            return name[: -len(kind)] + kind
    return name


def _is_placed(name: re.Match[str], address: str) -> bool:
    """Say whether the place an authority is of stands in an address, from the beginning of a place's name."""
    return re.search(rf"(?:^|(?<=[省市区州盟])){re.escape(name['place'])}", address) is not None


def _is_left_of(part: str, whole: str) -> bool:
    """Say whether a reading is the whole name with characters left out."""
    rest = iter(whole)
    return all(character in rest for character in part)


def _closing_date(pages: Sequence[Page]) -> Field | None:
    """Return the date at a page's foot, beside the authority's seal; the yearly inspections stand on later pages."""
    return next((found for page in pages if (found := _date_at_foot(page)) is not None), None)


def _date_at_foot(page: Page) -> Field | None:
    """Return the date of the last row of a date and the authority at most.

    Where a term stands at the left, in the same rows, it is the date under the authority at the right.
    """
    page_rows = rows(page)
    lower = page_rows[len(page_rows) // 2 :]
    for row in reversed(lower):
        found = dates.find_dates(row.text)
        if len(found) != 1 or _OTHER_DATE.search(row.text):
            continue
        beside = row.text[: found[0].start] + row.text[found[0].end :]
        if len(beside) <= 6 or re.search(r"^(?:登记|发证|登记管理|颁发)机关|局[（(]?[盖公]?章?[）)]?$", beside):
            return _under_the_seal(row, found[0])
    parts = [part for row in lower for part in stretches(row, COLUMN_GAP)]
    for part in reversed(parts):
        found = dates.find_dates(part.text)
        if len(found) == 1 and (found[0].start, found[0].end) == (0, len(part)):
            over = [one for one in parts if _is_over(one, part) and _SIGNS.search(one.text)]
            if over:
                return _under_the_seal(part, found[0])
    return None


def _is_over(upper: Passage, lower: Passage) -> bool:
    """Say whether a stretch stands over another one, near it and in its column."""
    room = lower.box[1] - upper.box[1]
    beside = min(upper.box[2], lower.box[2]) - max(upper.box[0], lower.box[0])
    return 0 < room < 5 * lower.height and beside > 0.5 * (lower.box[2] - lower.box[0])


def _authority_over_its_seal(pages: Sequence[Page]) -> Field | None:
    """Read the authority printed over （登记管理机关印章）."""
    for page in pages:
        parts = [part for row in rows(page) for part in stretches(row, COLUMN_GAP)]
        for sign in (part for part in parts if _SIGNS_HERE.fullmatch(part.text)):
            over = [one for one in parts if _is_over(one, sign) and _AUTHORITY.search(one.text)]
            if over and over[-1].confidence >= _READABLE:
                return name_field(over[-1].stripped())
    return None


def _scope_in_two_rows(pages: Sequence[Page], labels: Mapping[str, Sequence[str]]) -> Field | None:
    """Read 宗旨和业务范围 where the label is broken into two rows, beside the first of which the value begins."""
    for page, (begin, end) in product(pages, (("宗旨和", "业务范围"), ("宗旨和业务", "范围"))):
        found = labelled(page, {**labels, "business_scope": (), "first": (begin,), "second": (end,)})
        for first in found["first"]:
            for second in found["second"]:
                if first.value and 0 < second.label.box[1] - first.label.box[1] < 4 * first.label.height:
                    return _scope(replace(second, value=first.value + second.value))
    return None


TYPE = DocumentType(
    kind=DocumentKind.REGISTRATION_CERTIFICATE,
    titles=(
        "营业执照",
        "民办非企业单位登记证书",
        "民办非企业单位登记证",
        "社会服务机构登记证书",
        "社会团体法人登记证书",
        "社会团体登记证书",
        "事业单位法人证书",
        "法人登记证书",
    ),
    title_pattern=r".*(登记证书?|法人证书|营业执照)",
    marks=(
        "统一社会信用代码",
        "登记机关",
        "经营范围",
        "业务范围",
        "注册资本",
        "开办资金",
        "成立日期",
        "市场主体",
        "业务主管单位",
    ),
    pages_at_most=2,
    read=_read,
    inside=_inside,
)
