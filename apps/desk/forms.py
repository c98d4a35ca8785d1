"""What the forms of a dossier's page ask for, as acts."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import JsonValue, TypeAdapter, ValidationError
from starlette.datastructures import FormData

from apps.desk import wording
from flows.desk.acts import Act, DeskState
from flows.desk.desk import Review
from flows.desk.values import FieldType, Type, fields_of, parse
from flows.reports import labels
from schemas.document import Document, DocumentKind
from schemas.finding import Outcome

_ACTS: TypeAdapter[Act] = TypeAdapter(Act)
# What a browser sends beside the act itself.
_BESIDE = {"form_token", "version", "tab", "row", "is_absent"}

TITLES = {
    "judge": "核验结论",
    "field": "更正识读",
    "envelope": "更正信封",
    "kind": "更正类别",
    "split": "拆分材料",
    "join": "合并材料",
    "move": "移动页面",
    "assign": "指派",
    "note": "备注",
    "decide": "审核决定",
    "reopen": "重新打开",
}


class WrongForm(Exception):
    """A form is filled in wrongly; the message says what to mend."""


@dataclass(frozen=True)
class Pending:
    """What somebody asked for that was not done: all they sent, and the reason they gave, for another try."""

    title: str
    shown: list[tuple[str, str]]
    sent: list[tuple[str, str]]
    reason: str
    value: str | None

    @property
    def is_text(self) -> bool:
        """Say whether it is about a value that was typed in one piece."""
        return self.value is not None


def acts_of(form: FormData, review: Review) -> list[Act]:
    """Return what a form asks for. Raises WrongForm."""
    sent = {name: value for name, value in form.items() if isinstance(value, str)}
    act = sent.get("act", "")
    values: dict[str, JsonValue] = {
        name: value for name, value in sent.items() if "|" not in name and name not in _BESIDE
    }
    try:
        if act == "field":
            values["section"] = int(sent["section"]) if sent.get("section") else None
            values["value"] = _value(form, review, values)
        elif act == "split":
            values["at"] = _page(sent.get("at", ""))
        elif act == "move":
            values["pages"] = [_page(str(one)) for one in form.getlist("pages")]
            values["to"] = sent.get("to") or None
            values["kind"] = sent.get("kind") or None
        elif act in {"assign", "envelope"}:
            name = "to" if act == "assign" else "value"
            values[name] = sent.get(name) or None
        return [_ACTS.validate_python(values)]
    except (ValidationError, KeyError, IndexError) as error:
        raise WrongForm("页面没有填写完整，请检查后再试") from error


def shown_back(form: FormData, review: Review) -> Pending:
    """Return what was sent, for another try."""
    every = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    sent = [(name, value) for name, value in every if name not in {"form_token", "version", "reason"}]
    values = dict(sent)
    act = values.get("act", "")
    shown: list[tuple[str, str]] = []
    judged = next((one for one in review.findings if one.key == values.get("finding")), None)
    if judged is not None:
        shown.append((labels.rule_label(judged.finding.rule), judged.finding.message))
    if values.get("outcome") in set(Outcome):
        shown.append(("认定为", labels.OUTCOMES[Outcome(values["outcome"])]))
    if values.get("state") in set(DeskState):
        shown.append(("决定", wording.DESK_STATES[DeskState(values["state"])]))
    if act == "field":
        shown.append(("项目", labels.field_label(values.get("field", ""))))
    if values.get("kind") in set(DocumentKind):
        shown.append(("类别", labels.kind_label(values["kind"])))
    text = values.get("value") if act == "field" else None
    return Pending(TITLES.get(act, "操作"), shown, sent, str(form.get("reason", "")), text)


def _page(text: str) -> dict[str, JsonValue]:
    """Read a page as a form writes it: its number, and its file behind it."""
    number, _, file = text.partition(" ")
    if not number.isdecimal() or not file:
        raise WrongForm("请选择页面")
    return {"file": file, "page": int(number)}


def _value(form: FormData, review: Review, values: Mapping[str, JsonValue]) -> JsonValue:
    """Return a field's value as it was typed. Raises WrongForm where it is none of its type."""
    owner = next((one for one in review.dossier.documents if one.id == values.get("document")), None)
    if owner is None:
        raise WrongForm("这份材料已不存在，请刷新页面")
    section = values.get("section")
    part: Document = owner if not isinstance(section, int) else owner.sections[section]
    type_ = fields_of(part.kind).get(str(values.get("field")))
    if type_ is None:
        raise WrongForm("这类材料没有这个项目")
    if form.get("is_absent"):
        return None
    if type_.type is not Type.ROWS:
        return _parsed(type_, str(form.get("value", "")))
    rows: list[JsonValue] = []
    for number in form.getlist("row"):
        typed = {column: str(form.get(f"{number}|{column.name}", "")).strip() for column in type_.columns}
        if form.get(f"{number}|drop") or not any(typed.values()):
            continue
        rows.append({column.name: _parsed(column, text) for column, text in typed.items()})
    return rows


def _parsed(type_: FieldType, text: str) -> JsonValue:
    try:
        return parse(type_, text)
    except ValueError as error:
        raise WrongForm(f"{type_.label}：{error}") from error
