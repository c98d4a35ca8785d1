"""不动产权证书 and the older 房屋所有权证: owner, number, address and floor area."""

import re
from collections.abc import Sequence

from extractors.documents import parsers
from extractors.documents.base import DocumentType, LabelledField, keep, lacks, read_labelled
from extractors.labels import labelled
from extractors.layout import Passage, flow
from extractors.values import areas, names
from schemas.document import DocumentKind, Field
from schemas.page import Page

_FIELDS = (
    LabelledField(
        "owner",
        ("权利人", "房屋所有权人", "所有权人", "产权人", "权属人", "土地使用权人", "房地产权利人", "权利人名称"),
        parsers.organisation,
    ),
    # 不动产登记证明 of a mortgage: who lent is 权利人, whose the building is 义务人.
    LabelledField("obliged", ("义务人",), parsers.organisation),
    LabelledField(
        "address",
        ("坐落", "座落", "房屋坐落", "房屋座落", "房地坐落", "房地座落", "不动产坐落", "房屋地址"),
        parsers.address,
    ),
    LabelledField(
        "floor_area", ("建筑面积", "房屋建筑面积", "建筑面积（平方米）", "建筑面积（㎡）", "房屋面积"), parsers.area
    ),
)

_OTHER_LABELS = {
    "sharing": ("共有情况", "共有人", "共有权证号"),
    "unit": (
        "不动产单元号",
        "丘（地）号",
        "产别",
        "幢号",
        "房号",
        "室号部位",
        "结构",
        "总层数",
        "房屋总层数",
        "所在层数",
        "房屋状况",
    ),
    "right": ("权利类型", "权利性质", "房屋性质", "登记时间", "登记日期", "规划用途", "设计用途", "取得方式"),
    "use": ("用途",),
    "area": (
        "面积",
        "套内面积",
        "套内建筑面积",
        "套内建筑面积（平方米）",
        "专有建筑面积",
        "分摊建筑面积",
        "宗地面积",
        "使用期限",
        "使用年限",
        "权利其他状况",
        "附记",
        "土地状况",
        "填发单位",
    ),
}

_OTHER_LABELS_BUT_AREA = {name: labels for name, labels in _OTHER_LABELS.items() if name != "area"}

# 吉（2019）长春市不动产权第0012345号; 长房权证朝字第1060012345号; 沪房地样字（2010）第012345号
_NUMBER = re.compile(
    r"[\u4e00-\u9fff]{1,2}[（(\[〔]\d{4}[）)\]〕][\u4e00-\u9fff]{2,14}?不动产权\n?第\d{5,10}号?"
    r"|[A-Z]?(?:(?![号书])[\u4e00-\u9fff]){0,8}?房地?产?权证[\u4e00-\u9fff（）()]{0,8}?字?第?[\d\-—]{4,16}号?"
    r"|[\u4e00-\u9fff]{1,2}房地[\u4e00-\u9fff]{0,3}字(?:[（(]\d{4}[）)])?第\d{5,12}号"
)
_AREA = re.compile(r"(?:房屋)?建筑面积[:：]?(?:[（(](?:平方米|㎡|m²|m2)[）)])?")
_OTHER_AREA = re.compile(r"套内$|分摊$|公摊$")


def _read(pages: Sequence[Page]) -> dict[str, Field]:
    fields = read_labelled(pages, _FIELDS, _OTHER_LABELS)
    keep(fields, "owner", fields.pop("obliged", None))
    whole = flow(pages)
    area = _floor_area(whole)
    if lacks(fields, "floor_area"):
        keep(fields, "floor_area", area or _only_area(pages))
    number = _NUMBER.search(whole.text)
    if number is not None:
        passage = whole[number.start() : number.end()]
        fields["certificate_number"] = passage.field(names.normalise(passage.text))
    return fields


def _floor_area(whole: Passage) -> Field | None:
    """Read 共有宗地面积…/房屋建筑面积…: the building's, not the land's."""
    found = areas.find_areas(whole.text)
    for word in _AREA.finditer(whole.text):
        if _OTHER_AREA.search(whole.text[: word.start()]):
            continue
        near = [area for area in found if 0 <= area.start - word.end() <= 4]
        if near:
            return parsers.area_field(whole, near[0])
    return None


def _only_area(pages: Sequence[Page]) -> Field | None:
    """Read 面积 without another word where it is one area and none of land."""
    items = [item for page in pages for item in labelled(page, {"area": ("面积",), **_OTHER_LABELS_BUT_AREA})["area"]]
    for item in items:
        found = areas.find_areas(item.value.text)
        if len(found) == 1 and not re.search(r"[宗土用]地|[㎡米]/", item.value.text):
            return parsers.area_field(item.value, found[0], confidence=0.85)
    return None


TYPE = DocumentType(
    kind=DocumentKind.PROPERTY_CERTIFICATE,
    titles=("不动产权证书", "不动产权证", "房屋所有权证", "房产证", "房地产权证", "不动产登记证明", "房屋产权证"),
    # The inside pages of a certificate have its number for a heading.
    title_pattern=rf".*(不动产|房屋|房地产|土地).*(产?权证书?|所有权证书?|登记证明)|{_NUMBER.pattern}",
    marks=(
        "权利人",
        "共有情况",
        "坐落",
        "不动产单元号",
        "权利类型",
        "权利性质",
        "房屋所有权人",
        "规划用途",
        "不动产权第",
        "权利其他状况",
        "登记时间",
        "房屋状况",
        "套内建筑面积",
        "设计用途",
        "土地状况",
        "填发单位",
        # On the back of the cover.
        "不动产权利人",
        "准予登记，颁发此证",
        "登记机构（章）",
        "国土资源部监制",
        "自然资源部监制",
    ),
    pages_at_most=4,
    read=_read,
)
