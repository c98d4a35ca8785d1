"""Names of organisations in running text: 样例市晨星职业培训学校有限公司, 样例省烹饪协会, 样例集团有限公司天津分公司.

Chinese names of organisations end with their form. What stands before it must say whose it is: 职业培训学校 and
考试中心 alone name a kind of organisation, or a part of one. Authorities (局, 厅, 委员会) are addressed on such
papers, they do not own them.

>>> [one.value for one in find_organisations('样例市晨星职业培训学校有限公司固定资产清单')]
['样例市晨星职业培训学校有限公司']
>>> find_organisations('职业培训学校管理制度') + find_organisations('致样例省人力资源和社会保障厅')
[]
>>> [one.value for one in find_organisations('样例市青城酒店管理有限公司、样例市晨星培训中心')]
['样例市青城酒店管理有限公司', '样例市晨星培训中心']
>>> find_organisations('样例市晨星职业培训学校有限公')
[]
>>> [stands_for_a_name(text) for text in ('该公司2019年度', '上述单位', '贵州样例培训学校', '本溪样例学校')]
[True, True, False, False]
"""

import re

from extractors.values.found import Found

_FORMS = (
    "有限责任公司", "股份有限公司", "集团有限公司", "有限公司", "集团公司", "分公司", "公司", "集团",
    "职业技术学院", "技师学院", "学院", "大学", "技工学校", "学校", "培训中心", "服务中心", "中心",
    "协会", "学会", "商会", "联合会", "联盟", "促进会", "基金会", "研究院", "研究所", "设计院", "事务所",
    "合作社", "培训部", "培训班", "工厂", "总厂", "分厂", "厂", "医院", "酒店", "饭店", "书院", "俱乐部",
)  # fmt: skip
_FORM = "|".join(sorted(_FORMS, key=len, reverse=True))
# 酒店|管理有限公司, 研究院|科技发展有限公司: what a form is followed by where it is a part of a company's name.
_BUSINESS = (
    r"(?:管理|投资|文化|传播|传媒|餐饮|服务|科技|发展|教育|培训|咨询|信息|技术|设备|建设|工程|商贸|贸易|旅游|置业|物业|产业|控股"
    r"|人力资源|实业|用品|运营|资产|经营|后勤|开发|医疗|健康|养老|装饰|设计|集团){1,5}"
    r"(?:有限责任公司|股份有限公司|集团有限公司|有限公司|集团公司|公司)"
)
_LETTERS = r"[\u3400-\u9fffA-Za-z0-9（）()·]"
# 培训学校有限公司, 服务（集团）有限公司, 集团有限公司天津分公司: a form may be followed by another.
_NAME = re.compile(
    rf"{_LETTERS}{{2,36}}?(?:{_FORM})(?:[（(](?:普通合伙|特殊普通合伙|有限合伙|集团)[）)])?"
    rf"(?:[）)]?(?:{_FORM})|{_BUSINESS})*(?:[\u3400-\u9fff]{{2,8}}?(?:分公司|分校|分院|学院|校区))?"
)
# What no name begins with or holds.
_NO_NAME = re.compile(
    r"^(?:[我该各其此]|本(?!溪)|贵(?![州阳港溪池定德安南]))|[的了们]|关于|申请|我公司|本公司|本单位|我单位|本校|我校|此|以及|应当|负责"
)
# 该公司, 贵单位, 上述学校: who was named before.
_STAND_IN = re.compile(
    r"(?:我们?|本|该|贵|此|各|其|上述|前述|以上|上列|被审计?)(?:的)?"
    r"(?:公司|集团|单位|机构|企业|组织|法人|学校|学院|技校|中心|协会|学会|商会|医院|酒店|工厂|事务所|[校院会所厂店方局])"
)
# Behind a form: the name goes on, and its last form was not read.
_UNFINISHED = re.compile(r"(?:股份)?有限(?:责任)?公?(?!公司)")
_GENERIC = re.compile(
    r"职业|技能|培训|考试|评价|等级|认定|鉴定|教育|管理|考务|实训|服务|信息|网络|测评|考评|教学|工作|组织|机构|社会|"
    r"民办|企业|人才|人力|资源|财务|资产|后勤|办公|指导|监督|质量|督导|技术|技工|技师|专业|科技|咨询|"
    r"本|第|[一二三四五六七八九十]、|\d|[（）()·A-Za-z]"
)


def find_organisations(text: str) -> list[Found[str]]:
    """Return the names of organisations in the text, brackets and spaces as they stand there."""
    found: list[Found[str]] = []
    for match in _NAME.finditer(text):
        start, end = match.span()
        if is_organisation(text[start:end]) and not _UNFINISHED.match(text, end):
            found.append(Found(text[start:end], start, end))
    return found


def is_organisation(text: str) -> bool:
    """Say whether the whole text is the name of one organisation."""
    if not 4 <= len(text) <= 44 or _NAME.fullmatch(text) is None or _NO_NAME.search(text):
        return False
    rest = re.sub(rf"(?:{_FORM})", "", text)
    return len(_GENERIC.sub("", rest)) >= 2


def stands_for_a_name(text: str) -> bool:
    """Say whether the text begins with a word for somebody named elsewhere: 该公司, 贵单位, 上述学校."""
    return _STAND_IN.match(text) is not None
