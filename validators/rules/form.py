"""Rules on the application form's own completeness."""

import re
from typing import Literal

from schemas.document import DocumentKind
from schemas.finding import Finding
from validators.case import Case, Value
from validators.finding import Clause, Whole, Written
from validators.rules import rule

_TITLES: dict[str, str] = {
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

_Name = Literal[
    "name",
    "address",
    "registration_authority",
    "organisation_type",
    "credit_code",
    "legal_representative",
    "registered_capital",
    "contact",
    "position",
    "phone",
    "email",
    "occupations",
]


# What is of this shape is an entry, if a faulty one, and neither a label nor a hint.
_SHAPES = {"email": re.compile(r"[A-Za-z0-9][\w-]*@?[\w-]+\.[A-Za-z]{2,4}", re.ASCII), "phone": re.compile(r"\d{7}")}


@rule("form.field_missing", fields=list[_Name], fields_where_printed=list[_Name] | None)
def field_missing(case: Case, clause: Clause) -> list[Finding]:
    """Say of every required field of the form whether it is filled in.

    What it does: fails where the field's label was found and nothing but paper beside it; review where the label was
    not found or what stands there was not understood. A number or an e-mail address with a slip is filled in.
    Why: a form with blanks is sent back.
    Example: 联系电话 is left blank.
    Needs: `fields`, the names of the required fields; `fields_where_printed`, of those that are required only where
    the form has them (the notice does not print its form).
    Subject: the field.
    """
    forms = case.documents(DocumentKind.APPLICATION_FORM)
    if not forms:
        return clause.review("未见申请表，无法核对填写情况")
    optional = clause.texts("fields_where_printed")
    findings: list[Finding] = []
    for name in [*clause.texts("fields"), *optional]:
        values = [Value(form, name, form.fields[name]) for form in forms if name in form.fields]
        if values or name not in optional:
            findings.extend(_check(clause, values, Whole(forms[0]), name))
        else:
            findings.extend(clause.not_applicable(f"申请表上没有“{_TITLES[name]}”一栏", subject=name))
    return findings


def _check(clause: Clause, values: list[Value], form: Whole, name: str) -> list[Finding]:
    title = _TITLES[name]
    filled = [value for value in values if value.value not in (None, "", [])]
    if filled:
        # What is written is checked elsewhere; here it is enough that something stands there.
        return clause.passes(f"“{title}”已填写", [Written(filled[0])], subject=name)
    seen = [value for value in values if value.field.text]
    if (shape := _SHAPES.get(name)) and (shaped := [one for one in seen if shape.search(one.field.text or "")]):
        message = f"“{title}”已填写，内容请核对：{shaped[0].field.text}"
        return clause.passes(message, [Written(shaped[0])], subject=name)
    if seen:
        return clause.review(f"“{title}”填写的内容未能识别：{seen[0].field.text}", seen, subject=name)
    if values:
        return clause.fails(f"“{title}”未填写", values, subject=name, expected="填写", actual="空白")
    return clause.review(f"未能在申请表上找到“{title}”", [form], subject=name)
