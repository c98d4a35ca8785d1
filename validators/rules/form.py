"""Rules on the application form's own completeness."""

from schemas.document import DocumentKind
from schemas.finding import Finding
from validators.case import Case, Value
from validators.finding import Clause, Whole, Written
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


@rule("form.field_missing", fields=list[str])
def field_missing(case: Case, clause: Clause) -> list[Finding]:
    """Say of every required field of the form whether it is filled in.

    What it does: fails where the field's label was found and nothing but paper beside it; review where the label was
    not found or what stands there was not understood.
    Why: a form with blanks is sent back.
    Example: 联系电话 is left blank.
    Needs: `fields`, the names of the required fields.
    Subject: the field.
    """
    forms = case.documents(DocumentKind.APPLICATION_FORM)
    if not forms:
        return clause.review("未见申请表，无法核对填写情况")
    return [
        finding
        for name in clause.texts("fields")
        for finding in _check(clause, [Value(form, name, form.fields[name]) for form in forms if name in form.fields],
                              Whole(forms[0]), name)
    ]  # fmt: skip


def _check(clause: Clause, values: list[Value], form: Whole, name: str) -> list[Finding]:
    title = _TITLES.get(name, name)
    filled = [value for value in values if value.value not in (None, "", [])]
    if filled:
        # What is written is checked elsewhere; here it is enough that something stands there.
        return clause.passes(f"“{title}”已填写", [Written(filled[0])], subject=name)
    seen = [value for value in values if value.field.text]
    if seen:
        return clause.review(f"“{title}”填写的内容未能识别：{seen[0].field.text}", seen, subject=name)
    if values:
        return clause.fails(f"“{title}”未填写", values, subject=name, expected="填写", actual="空白")
    return clause.review(f"未能在申请表上找到“{title}”", [form], subject=name)
