"""固定资产清单 / 设施设备清单: whose it is."""

from collections.abc import Sequence

from extractors.documents.base import DocumentType
from extractors.documents.entity import read_entity
from schemas.document import DocumentKind, Field
from schemas.page import Page

_TITLES = (
    "固定资产清单",
    "设施设备清单",
    "设备清单",
    "固定资产明细表",
    "资产清单",
    "设备设施清单",
    "设备一览表",
    "设施设备一览表",
    "场地设备清单",
    "仪器设备清单",
    "固定资产明细",
    "设备台账",
)


def _read(pages: Sequence[Page]) -> dict[str, Field]:
    return read_entity(pages, _TITLES)


TYPE = DocumentType(
    kind=DocumentKind.ASSET_LIST,
    titles=_TITLES,
    title_pattern=r".*(资产|设备|设施|仪器|工具|器材).*(清单|明细表?|一览表|台账|登记[表册]|统计表|汇总表|盘点表)",
    marks=(
        "规格型号",
        "规格/型号",
        "数量",
        "品牌",
        "所有权归属",
        "产权归属",
        "存放地点",
        "购置日期",
        "资产名称",
        "设备名称",
    ),
    pages_at_most=40,
    read=_read,
)
