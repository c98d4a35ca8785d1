"""办学许可证: the school, its permit's number and term."""

import re
from collections.abc import Sequence

from extractors.documents import parsers
from extractors.documents.base import DocumentType, LabelledField, lacks, read_labelled, read_term
from extractors.layout import flow
from schemas.document import DocumentKind, Field
from schemas.page import Page

_FIELDS = (
    LabelledField("name", ("名称", "学校名称", "办学机构名称", "机构名称", "称"), parsers.organisation),
    LabelledField(
        "permit_number",
        ("许可证编号", "证书编号", "办学许可证号", "证号", "编号"),
        parsers.pattern(r"[教人民]?[\u4e00-\u9fff]{0,6}\d{6,20}号?"),
    ),
    LabelledField("legal_representative", ("法定代表人",), parsers.person),
    LabelledField("address", ("地址", "学校地址", "办学地址", "住所"), parsers.printed),
)
# Where a permit names no legal representative, whoever heads the school is meant.
_HEAD = LabelledField("legal_representative", ("校长", "负责人", "校长（负责人）", "举办者代表"), parsers.person)

_OTHER_LABELS = {
    "head": _HEAD.labels,
    "term": ("有效期限", "有效期", "许可证有效期", "证书有效期"),
    "type": ("学校类型", "办学类型", "办学层次", "办学内容", "业务范围", "主管部门", "举办者", "发证机关", "审批机关"),
}


# 教民135010070000019号, 人社民2201004000001号: without a label it stands at the head of the permit.
_NUMBER = re.compile(
    r"(?<![\u4e00-\u9fff])(?:[教人劳][\u4e00-\u9fff]{0,3}民|民[教办])(?:[\u4e00-\u9fff]{0,5}字)?第?"
    r"[〔\[（(]?\d{9,20}[〕\]）)]?号"
)


def _read(pages: Sequence[Page]) -> dict[str, Field]:
    fields = read_labelled(pages, _FIELDS, _OTHER_LABELS)
    if lacks(fields, "legal_representative"):
        labels = {one.name: one.labels for one in _FIELDS if one.name != _HEAD.name}
        fields.update(read_labelled(pages, [_HEAD], {**labels, **_OTHER_LABELS, "head": ("法定代表人",)}))
    whole = flow(pages)
    number = _NUMBER.search(whole.text)
    if number is not None and lacks(fields, "permit_number"):
        fields["permit_number"] = whole[number.start() : number.end()].field(number.group())
    labels = {**{one.name: one.labels for one in _FIELDS}, **_OTHER_LABELS}
    fields.update(read_term(pages, labels, "term"))
    return fields


TYPE = DocumentType(
    kind=DocumentKind.SCHOOL_PERMIT,
    titles=(
        "民办学校办学许可证",
        "办学许可证",
        "中华人民共和国民办学校办学许可证",
        "技工学校办学许可证",
    ),
    title_pattern=r".*办学许可证",
    marks=("办学许可", "办学内容", "学校类型", "主管部门", "办学层次"),
    pages_at_most=2,
    read=_read,
)
