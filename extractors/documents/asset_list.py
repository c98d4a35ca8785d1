"""固定资产清单 / 设施设备清单: recognised by its heading and its words."""

from extractors.documents.base import DocumentType
from schemas.document import DocumentKind

TYPE = DocumentType(
    kind=DocumentKind.ASSET_LIST,
    titles=(
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
    ),
    title_pattern=r".*(资产|设备|设施|仪器|工具|器材).*(清单|明细表?|一览表|台账|登记表|统计表|汇总表)",
    marks=(
        "规格型号",
        "规格/型号",
        "数量",
        "品牌",
        "所有权归属",
        "购置日期",
        "资产名称",
        "设备名称",
    ),
    pages_at_most=40,
)
