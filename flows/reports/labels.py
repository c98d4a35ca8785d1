"""What the reader of a report calls things: kinds, fields, values, rules."""

import re

from schemas.document import DocumentKind
from schemas.finding import Outcome
from schemas.page import PageSource
from schemas.report import Verdict

VERDICTS = {
    Verdict.ACCEPT: "通过",
    Verdict.RETURN: "退回补正",
    Verdict.REVIEW: "人工复核",
}

OUTCOMES = {
    Outcome.FAIL: "不符合",
    Outcome.REVIEW: "需人工复核",
    Outcome.PASS: "符合",
    Outcome.NOT_APPLICABLE: "不适用",
}

SOURCES: dict[PageSource, str] = {"text_layer": "取自文字层", "ocr": "取自图像", "blank": ""}
"""Where the words of a page come from."""

KINDS = {
    DocumentKind.APPLICATION_FORM: "申请表",
    DocumentKind.REGISTRATION_CERTIFICATE: "法人登记证书",
    DocumentKind.SCHOOL_PERMIT: "办学许可证",
    DocumentKind.LEASE_CONTRACT: "房屋租赁合同",
    DocumentKind.PROPERTY_CERTIFICATE: "不动产权证书",
    DocumentKind.AUDIT_REPORT: "审计报告",
    DocumentKind.FINANCIAL_STATEMENTS: "财务报表",
    DocumentKind.ASSET_LIST: "资产设备清单",
    DocumentKind.IMPLEMENTATION_PLAN: "实施方案",
    DocumentKind.MANAGEMENT_SYSTEM: "管理制度",
    DocumentKind.STAFF_ROSTER: "人员名单",
    DocumentKind.SKILL_CERTIFICATE: "技能（职称）证书",
    DocumentKind.TRAINEE_ROSTER: "培训评价人员花名册",
    DocumentKind.CREDIT_REPORT: "信用报告",
    DocumentKind.INTEGRITY_PLEDGE: "诚信承诺书",
    DocumentKind.INFORMATISATION_STATEMENT: "信息化建设情况说明",
    DocumentKind.APPLICATION_REPORT: "申请报告",
    DocumentKind.CERTIFICATE_SPECIMEN: "证书（印章）式样",
    DocumentKind.OTHER: "其他",
}

FIELDS = {
    "address": "地址",
    "annual_rent": "年租金",
    "audit_firm": "会计师事务所",
    "auditee": "被审计单位",
    "business_scope": "经营（业务）范围",
    "certificate_number": "证书编号",
    "certificate_type": "证书类型",
    "code": "职业编码",
    "contact": "联系人",
    "credit_code": "统一社会信用代码",
    "education": "学历",
    "email": "电子邮箱",
    "employer": "工作单位",
    "entity": "单位名称",
    "established": "成立日期",
    "fiscal_year": "会计年度",
    "floor_area": "建筑面积",
    "id_number": "身份证号",
    "is_new": "新职业",
    "issued": "发证日期",
    "lease_end": "租赁止日",
    "lease_months": "租赁期",
    "lease_start": "租赁起日",
    "legal_representative": "法定代表人",
    "lessee": "承租方",
    "lessor": "出租方",
    "level": "等级",
    "levels": "申报等级",
    "name": "名称",
    "occupation": "职业（工种）",
    "occupations": "申报职业（工种）",
    "opinion": "审计意见",
    "organisation_type": "单位类型",
    "owner": "权利人",
    "people": "人员",
    "permit_number": "许可证编号",
    "person": "姓名",
    "phone": "联系电话",
    "position": "职务",
    "registered_capital": "注册资金",
    "registration_authority": "登记机关",
    "report_number": "报告文号",
    "role": "名单类别",
    "row": "序号",
    "rows": "人数",
    "scope": "申请认定范围",
    "signed": "签署日期",
    "started": "开展培训时间",
    "title": "职称（等级）",
    "total_assets": "资产总额",
    "trained": "培训人数",
    "valid_from": "有效期起",
    "valid_to": "有效期止",
}
"""Labels of fields, and of the entries of their lists."""

PERSON_NAME = "姓名"
"""What `name` is called in a list of people."""

UNITS = {
    "annual_rent": "元",
    "floor_area": "平方米",
    "lease_months": "个月",
    "registered_capital": "元",
    "rows": "人",
    "total_assets": "元",
    "trained": "人",
}

VALUES = {
    "certificate_type": {
        "business_licence": "营业执照",
        "private_nonenterprise": "民办非企业单位登记证书",
        "social_organisation": "社会团体法人登记证书",
        "public_institution": "事业单位法人证书",
    },
    "opinion": {
        "unqualified": "标准无保留意见",
        "unqualified_with_emphasis": "带强调事项段的无保留意见",
        "qualified": "保留意见",
        "adverse": "否定意见",
        "disclaimer": "无法表示意见",
    },
    "scope": {"national": "全国", "region": "全区", "league": "盟市"},
    "role": {"full_time": "专职工作人员", "expert": "专家", "assessor": "考评员", "supervisor": "督导员"},
}

LEVELS = {5: "五级", 4: "四级", 3: "三级", 2: "二级", 1: "一级"}

RULES = {
    "address.mismatch": "场地地址一致性",
    "audit.opinion_adverse": "审计意见",
    "audit.wrong_year": "审计报告年度",
    "certificate.expired": "证书有效期",
    "credit_code.invalid": "统一社会信用代码校验",
    "credit_code.mismatch": "统一社会信用代码一致性",
    "cross.page_reused": "页面与其他单位卷宗重复",
    "cross.person_reused": "专职人员与其他单位重复",
    "file.duplicate_page": "重复页面",
    "file.unreadable": "文件可读性",
    "form.field_missing": "申请表必填项",
    "lease.expired": "租赁期是否届满",
    "lease.lessor_not_owner": "出租方与产权人",
    "lease.term_inconsistent": "租赁期限前后一致性",
    "lease.term_too_short": "租赁期限",
    "legal_representative.mismatch": "法定代表人一致性",
    "material.missing": "申报材料齐全",
    "name.mismatch": "单位名称一致性",
    "occupation.code_mismatch": "职业名称与编码对应",
    "occupation.duplicate": "职业重复申报",
    "occupation.experience_too_short": "培训年限",
    "occupation.level_not_allowed": "申报等级",
    "occupation.not_in_catalogue": "职业目录",
    "occupation.scale_too_small": "培训规模",
    "occupation.too_many": "申报职业数量",
    "organisation.ineligible": "申报主体资格",
    "premises.area_too_small": "场地面积",
    "seal.missing": "单位公章",
    "seal.name_mismatch": "公章名称一致性",
    "staff.id_number_invalid": "身份证号校验",
    "staff.too_few": "专职工作人员数量",
    "window.outside": "申报时间",
}
"""What each rule looks at, in words that fit any outcome."""

_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


_KIND_NAMES = frozenset(DocumentKind)


def kind_label(kind: str) -> str:
    """Return the Chinese name of a document kind."""
    return KINDS.get(DocumentKind(kind), kind) if kind in _KIND_NAMES else kind


def field_label(name: str) -> str:
    """Return the Chinese label of a field."""
    return FIELDS.get(name, name)


def rule_label(rule: str) -> str:
    """Return the Chinese title of a rule."""
    return RULES.get(rule, rule)


def subject_label(rule: str, subject: str) -> str:
    """Return a finding's subject as a reader calls it: a kind, a field, an occupation's row, or what it says itself."""
    if subject in _KIND_NAMES:
        return kind_label(subject)
    if rule == "form.field_missing":
        return field_label(subject)
    if rule.startswith("occupation.") and subject.isdecimal():
        return f"第 {subject} 行"
    return subject


def value_label(name: str, value: object) -> str:
    """Return a field's value as a reader writes it."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    if name == "levels" and isinstance(value, list):
        return "、".join(LEVELS.get(level, str(level)) for level in value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, int | float) and name in UNITS:
        number = f"{value:,.2f}".rstrip("0").rstrip(".")
        return f"{number} {UNITS[name]}"
    text = str(value)  # pyright: ignore[reportUnknownArgumentType]
    return VALUES.get(name, {}).get(text, text)


def in_order(shown: object) -> object:
    """Replace the marks that turn the direction of writing: with one a name reads as another does."""
    return _TURNING.sub("\ufffd", shown) if isinstance(shown, str) and _TURNING.search(shown) else shown
