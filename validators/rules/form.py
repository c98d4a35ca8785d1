"""Rules on the application form's own completeness."""

from schemas.document import DocumentKind
from schemas.finding import Finding
from validators.case import SURE, Case, Value
from validators.finding import Clause, Whole
from validators.rules import rule

_TITLES = {
    "name": "名称",
    "address": "地址",
    "registration_authority": "注册登记机构",
    "organisation_type": "机构性质",
    "credit_code": "统一社会信用代码",
    "legal_representative": "法定代表人",
    "registered_capital": "注册资金",
    "contact": "联系人",
    "position": "职务",
    "phone": "联系电话",
    "email": "电子邮箱",
    "occupations": "拟开展职业技能等级评价的职业（工种）",
}


@rule("form.field_missing")
def field_missing(case: Case, clause: Clause) -> list[Finding]:
    """Say of every required field of the form whether it is filled in.

    What it does: fails where the field's label was found and nothing stands beside it; review where the label was
    not found or what stands there was not understood.
    Why: a form with blanks is sent back.
    Needs: `fields`, the names of the required fields.
    Subject: the field.
    """
    forms = case.documents(DocumentKind.APPLICATION_FORM)
    if not forms:
        return clause.review("未见申请表，无法核对填写情况")
    form = max(forms, key=lambda document: document.confidence)
    findings: list[Finding] = []
    for name in clause.texts("fields"):
        title = _TITLES.get(name, name)
        field = form.fields.get(name)
        if field is None:
            findings.extend(clause.review(f"未能在申请表上找到“{title}”", [Whole(form)], subject=name))
            continue
        value = Value(form, name, field)
        if field.value is not None:
            # What is written is checked elsewhere; here it is enough that something stands there.
            findings.extend(clause.passes(f"“{title}”已填写", [Whole(form)], subject=name))
        elif field.text is None and field.confidence >= SURE:
            findings.extend(clause.fails(f"“{title}”未填写", [value], subject=name, expected="填写", actual="空白"))
        else:
            findings.extend(clause.review(f"“{title}”填写的内容未能识别", [value], subject=name))
    return findings
