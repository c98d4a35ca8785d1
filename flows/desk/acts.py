"""What people do with a dossier. An act is written down once and never changed or taken back, but by another act."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Annotated, Literal, cast

from pydantic import Field, JsonValue

from flows.reports import labels
from schemas.base import Model
from schemas.document import DocumentKind, PageReference
from schemas.finding import Outcome
from schemas.report import Verdict


class DeskState(StrEnum):
    """Where a dossier stands at the desk: to be decided, or decided."""

    OPEN = "open"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    REJECTED = "rejected"


class ActKind(StrEnum):
    """What sort of act stands in the record. `reported` is the program's own: it made a new report."""

    REPORTED = "reported"
    CONFIRM = "confirm"
    OVERRULE = "overrule"
    FIELD = "field"
    ENVELOPE = "envelope"
    KIND = "kind"
    SPLIT = "split"
    JOIN = "join"
    MOVE = "move"
    ASSIGN = "assign"
    NOTE = "note"
    ACCEPT = "accept"
    RETURN = "return"
    REJECT = "reject"
    REOPEN = "reopen"


class Judge(Model):
    """Say what a finding comes to: its own outcome (confirm), or another (overrule; needs a reason).

    `finding` is its key (`flows.desk.findings.keys_of`). A finding that a person must look at (`review`) has to come to
    `pass`, `fail` or `not_applicable`; this is no overruling, and needs no reason.
    """

    act: Literal["judge"] = "judge"
    finding: str
    outcome: Outcome
    reason: str = ""


class CorrectField(Model):
    """Say what a field's value is: as typed by the contract, or as people write it (see `flows.desk.values`).

    None says that the page does not show one. The value that was read says that it was read right. A list
    (occupations, people) is given whole. `section` is the place in the document's `sections`, where it is a field of
    one of those.
    """

    act: Literal["field"] = "field"
    document: str
    section: int | None = None
    field: str
    value: JsonValue
    reason: str = ""


class CorrectEnvelope(Model):
    """Say what the envelope tells: `received` (a date), `scope` or `applicant_type`; None where it tells nothing."""

    act: Literal["envelope"] = "envelope"
    name: Literal["received", "scope", "applicant_type"]
    value: str | None
    reason: str = ""


class SetKind(Model):
    """Say what kind a document is; the kind it has says that this is right."""

    act: Literal["kind"] = "kind"
    document: str
    kind: DocumentKind
    reason: str = ""


class Split(Model):
    """Let a new document, of `kind`, begin at one of a document's pages; that page is not its first."""

    act: Literal["split"] = "split"
    document: str
    at: PageReference
    kind: DocumentKind
    reason: str = ""


class Join(Model):
    """Let the pages of `other` be a document's as well; `other` is no more."""

    act: Literal["join"] = "join"
    document: str
    other: str
    reason: str = ""


class MovePages(Model):
    """Put pages into a document, or (`to` is None) into a new one of `kind`; a document without pages is no more."""

    act: Literal["move"] = "move"
    pages: list[PageReference] = Field(min_length=1)
    to: str | None = None
    kind: DocumentKind | None = None
    reason: str = ""


class Assign(Model):
    """Give a dossier to somebody, or (None) to nobody."""

    act: Literal["assign"] = "assign"
    to: str | None
    reason: str = ""


class Note(Model):
    """Write something down."""

    act: Literal["note"] = "note"
    reason: str


class Decide(Model):
    """Accept, return or reject a dossier.

    It cannot be accepted while a finding is a fail, or open: each has to be judged first. To reject it needs a reason,
    and so does returning one without a fail.
    """

    act: Literal["decide"] = "decide"
    state: Literal[DeskState.ACCEPTED, DeskState.RETURNED, DeskState.REJECTED]
    reason: str = ""


class Reopen(Model):
    """Open a decided dossier again (a supervisor's; needs a reason)."""

    act: Literal["reopen"] = "reopen"
    reason: str


Act = Annotated[
    Judge | CorrectField | CorrectEnvelope | SetKind | Split | Join | MovePages | Assign | Note | Decide | Reopen,
    Field(discriminator="act"),
]
"""What somebody asks to be done."""


class Recorded(Model):
    """An act in the record.

    `version` is the dossier's after it, `revision` that of the report it was done on. `about` says what it is about in
    terms that hold for later revisions as well (pages by their file's digest), `before` and `after` what it changed.
    `title` says it in a line for people.
    """

    id: int
    programme: str
    dossier: str
    version: int
    revision: int
    kind: ActKind
    about: dict[str, JsonValue]
    before: JsonValue
    after: JsonValue
    reason: str
    who: str
    made: float

    @property
    def title(self) -> str:
        """Say in a line what was done, without who and when."""
        return _TITLES[self.kind](self)


STATES = {
    DeskState.OPEN: "待办",
    DeskState.ACCEPTED: "通过",
    DeskState.RETURNED: "退回补正",
    DeskState.REJECTED: "不予受理",
}
"""How people call the states."""

ENVELOPE = {"received": "收件日期", "scope": "申请范围", "applicant_type": "单位类型"}
"""And what the envelope tells."""


def _reported(act: Recorded) -> str:
    after = cast("dict[str, JsonValue]", act.after)
    verdict = labels.VERDICTS[Verdict(str(after["verdict"]))]
    said = f"出具第 {after['revision']} 版核验报告：{verdict}"
    before = cast("dict[str, JsonValue] | None", act.before)
    is_opened = before is not None and before["desk"] != after["desk"]
    return f"{said}；材料有变动，卷宗重新待办" if is_opened else said


def _judged(act: Recorded) -> str:
    rule, subject = str(act.about["rule"]), act.about["subject"]
    about = labels.rule_label(rule) + (f"（{labels.subject_label(rule, str(subject))}）" if subject is not None else "")
    before, after = (labels.OUTCOMES[Outcome(str(one))] for one in (act.about["outcome"], act.after))
    if act.kind is ActKind.OVERRULE:
        return f"将“{about}”由{before}改判为{after}"
    return f"认定“{about}”{after}"


def _corrected(act: Recorded) -> str:
    kind, name = str(act.about["kind"]), str(act.about["field"])
    about = f"{labels.kind_label(kind)}的“{labels.field_label(name)}”"
    before = cast("dict[str, JsonValue]", act.before or {}).get("value")
    if before == act.after and act.before is not None:
        return f"确认{about}无误"
    if isinstance(act.after, list):
        return f"更正{about}（{len(act.after)} 行）"
    after = act.about.get("typed") or labels.value_label(name, act.after)
    return f"将{about}由{labels.value_label(name, before)}更正为{after}"


def _enveloped(act: Recorded) -> str:
    return f"将{ENVELOPE[str(act.about['name'])]}由{act.before or '—'}更正为{act.after or '—'}"


def _kind(value: JsonValue) -> str:
    return labels.kind_label(str(value))


def _kind_set(act: Recorded) -> str:
    if act.before == act.after:
        return f"确认材料 {act.about['document']} 是{_kind(act.after)}"
    return f"将材料 {act.about['document']} 由{_kind(act.before)}改为{_kind(act.after)}"


def _places(names: JsonValue) -> str:
    return "、".join(f"{file} 第 {page} 页" for file, _, page in cast("list[tuple[str, str, int]]", names))


def _split(act: Recorded) -> str:
    return f"将{_kind(act.before)} {act.about['document']} 从{_places(act.about['at'])}起拆出，成为{_kind(act.after)}"


def _joined(act: Recorded) -> str:
    about = act.about
    return f"将{_kind(about['other_kind'])} {about['other']} 并入{_kind(act.after)} {about['document']}"


def _moved(act: Recorded) -> str:
    to = f"{_kind(act.after)} {act.about['to']}" if act.about["to"] is not None else f"一份新的{_kind(act.after)}"
    return f"将{_places(act.about['pages'])}移入{to}"


def _assigned(act: Recorded) -> str:
    return f"交给{act.after}办理" if act.after is not None else "不再指定办理人"


_TITLES: Mapping[ActKind, Callable[[Recorded], str]] = {
    ActKind.REPORTED: _reported,
    ActKind.CONFIRM: _judged,
    ActKind.OVERRULE: _judged,
    ActKind.FIELD: _corrected,
    ActKind.ENVELOPE: _enveloped,
    ActKind.KIND: _kind_set,
    ActKind.SPLIT: _split,
    ActKind.JOIN: _joined,
    ActKind.MOVE: _moved,
    ActKind.ASSIGN: _assigned,
    ActKind.NOTE: lambda act: "备注",
    ActKind.ACCEPT: lambda act: "通过",
    ActKind.RETURN: lambda act: "退回补正",
    ActKind.REJECT: lambda act: "不予受理",
    ActKind.REOPEN: lambda act: "重新打开",
}
