"""From what somebody asks for to what is written down: whether it makes sense, what it is about, before and after."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import JsonValue, ValidationError

from flows.desk.acts import (
    STATES,
    Act,
    ActKind,
    Assign,
    CorrectEnvelope,
    CorrectField,
    Decide,
    DeskState,
    Join,
    Judge,
    MovePages,
    Note,
    Recorded,
    Reopen,
    SetKind,
    Split,
)
from flows.desk.errors import Refused
from flows.desk.findings import said
from flows.desk.listing import Listed
from flows.desk.replay import Pages, Standing
from flows.desk.values import fields_of, parse
from flows.reports import labels
from schemas.account import Role
from schemas.document import Document, DocumentKind
from schemas.dossier import Envelope
from schemas.finding import Finding, Outcome

DECISIONS = {
    DeskState.ACCEPTED: ActKind.ACCEPT,
    DeskState.RETURNED: ActKind.RETURN,
    DeskState.REJECTED: ActKind.REJECT,
}
# What may still be done with a decided dossier.
_AFTERWARDS = (Assign, Note, Reopen)
# So many findings are named where there are more.
_NAMED = 3


@dataclass(frozen=True)
class Reviewer:
    """Who does something."""

    name: str
    role: Role


@dataclass(frozen=True)
class Judged:
    """A finding as it stands: the rules' own answer, and what people said of it.

    `finding` is what counts: the rules' answer (after corrections), with the outcome that `act` gave it. `act` is None
    where nobody judged it. `superseded` are judgements of a finding that is no longer the same: they do not count.
    """

    key: str
    finding: Finding
    machine: Finding
    act: Recorded | None
    superseded: Sequence[Recorded] = ()

    @property
    def is_open(self) -> bool:
        """Say whether a person has to look at it still: the rules left it open, and nobody judged it."""
        return self.finding.outcome is Outcome.REVIEW


@dataclass(frozen=True)
class Draft:
    """An act that makes sense, to be written down."""

    kind: ActKind
    about: dict[str, JsonValue]
    before: JsonValue
    after: JsonValue
    reason: str


@dataclass(frozen=True)
class Situation:
    """A dossier as an act finds it."""

    listed: Listed
    standing: Standing
    findings: Sequence[Judged]
    who: Reviewer

    def draft(self, act: Act) -> Draft:
        """Return what is to be written down of an act. Raises Refused where it makes no sense."""
        if self.listed.desk is not DeskState.OPEN and not isinstance(act, _AFTERWARDS):
            raise Refused(f"卷宗已{STATES[self.listed.desk]}，须由主管重新打开后才能更改")
        reason = act.reason.strip()
        match act:
            case Judge():
                return self._judge(act, reason)
            case CorrectField():
                return self._correct_field(act, reason)
            case CorrectEnvelope():
                return self._correct_envelope(act, reason)
            case SetKind() | Split() | Join() | MovePages():
                return self._structure(act, reason)
            case Assign():
                to = act.to.strip() or None if act.to is not None else None
                return Draft(ActKind.ASSIGN, {}, self.listed.assignee, to, reason)
            case Note():
                if not reason:
                    raise Refused("备注没有内容")
                return Draft(ActKind.NOTE, {}, None, None, reason)
            case Decide():
                return self._decide(act, reason)
            case Reopen():
                return self._reopen(reason)

    @property
    def _pages(self) -> Pages:
        return Pages(self.standing.dossier)

    def _about(self, document: Document) -> dict[str, JsonValue]:
        return {
            "document": document.id,
            "kind": str(document.kind),
            "confidence": document.confidence,
            "pages": self._pages.names(document.pages),
        }

    def _document(self, name: str) -> Document:
        found = next((one for one in self.standing.dossier.documents if one.id == name), None)
        if found is None:
            raise Refused(f"没有这份材料：{name}")
        return found

    def _structure(self, act: SetKind | Split | Join | MovePages, reason: str) -> Draft:
        match act:
            case SetKind():
                document = self._document(act.document)
                return Draft(ActKind.KIND, self._about(document), str(document.kind), str(act.kind), reason)
            case Split():
                return self._split(act, reason)
            case Join():
                return self._join(act, reason)
            case MovePages():
                return self._move(act, reason)

    def _judge(self, act: Judge, reason: str) -> Draft:
        one = next((one for one in self.findings if one.key == act.finding), None)
        if one is None:
            raise Refused("这条核验结果已不在了，请看更正后的结果")
        if act.outcome is Outcome.REVIEW:
            raise Refused("须认定为符合、不符合或不适用")
        is_overruled = one.machine.outcome is not Outcome.REVIEW and act.outcome is not one.machine.outcome
        if is_overruled and not reason:
            raise Refused(f"改判“{labels.rule_label(one.machine.rule)}”须写明理由")
        return Draft(
            ActKind.OVERRULE if is_overruled else ActKind.CONFIRM,
            {"finding": one.key, **said(one.machine)},
            str(one.finding.outcome),
            str(act.outcome),
            reason,
        )

    def _correct_field(self, act: CorrectField, reason: str) -> Draft:
        document = self._document(act.document)
        part = document
        if act.section is not None:
            if not 0 <= act.section < len(document.sections):
                raise Refused("没有这份材料")
            part = document.sections[act.section]
        field = fields_of(part.kind).get(act.field)
        if field is None:
            raise Refused(f"{labels.kind_label(part.kind)}没有“{labels.field_label(act.field)}”这一项")
        try:
            value = parse(field, act.value)
        except ValueError as error:
            raise Refused(str(error)) from error
        read = part.fields.get(act.field)
        page = document.pages[0]
        if read is not None and read.file is not None and read.page is not None:
            stands = [one for one in document.pages if (one.file, one.page) == (read.file, read.page)]
            page = stands[0] if stands else page
        about: dict[str, JsonValue] = {
            "document": document.id,
            "kind": str(part.kind),
            "section": act.section,
            "field": act.field,
            "page": self._pages.names([page]),
        }
        if value is None and act.value is not None:
            about["typed"] = act.value
        before: Any = None
        if read is not None:
            before = {**read.model_dump(mode="json"), "rows": [one.model_dump(mode="json") for one in read.rows]}
        return Draft(ActKind.FIELD, about, before, value, reason)

    def _correct_envelope(self, act: CorrectEnvelope, reason: str) -> Draft:
        before = self.standing.dossier.envelope.model_dump(mode="json")
        try:
            after = Envelope.model_validate({**before, act.name: act.value or None}).model_dump(mode="json")
        except ValidationError as error:
            what = "日期，如 2022-07-18" if act.name == "received" else "所列各项之一"
            raise Refused(f"应为{what}") from error
        return Draft(ActKind.ENVELOPE, {"name": act.name}, before[act.name], after[act.name], reason)

    def _split(self, act: Split, reason: str) -> Draft:
        document = self._document(act.document)
        if act.at not in document.pages[1:]:
            raise Refused("只能从一份材料的第二页起拆分")
        about: dict[str, JsonValue] = {**self._about(document), "at": self._pages.names([act.at])}
        return Draft(ActKind.SPLIT, about, str(document.kind), str(act.kind), reason)

    def _join(self, act: Join, reason: str) -> Draft:
        document, other = self._document(act.document), self._document(act.other)
        if document is other:
            raise Refused("一份材料不能与自己合并")
        about: dict[str, JsonValue] = {
            **self._about(document),
            "other": other.id,
            "other_kind": str(other.kind),
            "other_pages": self._pages.names(other.pages),
        }
        return Draft(ActKind.JOIN, about, [str(document.kind), str(other.kind)], str(document.kind), reason)

    def _move(self, act: MovePages, reason: str) -> Draft:
        if any((page.file, page.page) not in self._pages.by_place for page in act.pages):
            raise Refused("卷宗里没有这一页")
        target = self._document(act.to) if act.to is not None else None
        if target is None and act.kind is None:
            raise Refused("须写明新材料的种类")
        if target is not None and all(page in target.pages for page in act.pages):
            raise Refused("这些页已在这份材料里")
        kind = target.kind if target is not None else act.kind or DocumentKind.OTHER
        from_documents: list[JsonValue] = [
            one.id for one in self.standing.dossier.documents if any(page in one.pages for page in act.pages)
        ]
        about: dict[str, JsonValue] = {
            "pages": self._pages.names(self._pages.in_order(act.pages)),
            "to": act.to,
            "to_pages": self._pages.names(target.pages) if target is not None else None,
        }
        return Draft(ActKind.MOVE, about, from_documents, str(kind), reason)

    def _decide(self, act: Decide, reason: str) -> Draft:
        fails = [one for one in self.findings if one.finding.outcome is Outcome.FAIL]
        opened = [one for one in self.findings if one.is_open]
        if act.state is DeskState.ACCEPTED:
            if fails:
                raise Refused(f"还有不符合的，不能通过：{_named(fails)}。确实符合的，请先改判并写明理由")
            if opened:
                raise Refused(f"还有须人工复核的，不能通过：{_named(opened)}。请先逐条认定")
        elif act.state is DeskState.RETURNED and not fails and not reason:
            raise Refused("没有不符合的一条，退回补正须写明理由")
        elif act.state is DeskState.REJECTED and not reason:
            raise Refused("不予受理须写明理由")
        before = str(self.listed.desk)
        return Draft(DECISIONS[act.state], {"open": len(opened), "failed": len(fails)}, before, str(act.state), reason)

    def _reopen(self, reason: str) -> Draft:
        if self.who.role is not Role.SUPERVISOR:
            raise Refused("已作决定的卷宗只有主管能重新打开")
        if self.listed.desk is DeskState.OPEN:
            raise Refused("卷宗没有作过决定，不必重新打开")
        if not reason:
            raise Refused("重新打开须写明理由")
        return Draft(ActKind.REOPEN, {}, str(self.listed.desk), str(DeskState.OPEN), reason)


def _named(findings: Sequence[Judged]) -> str:
    """Name some findings by what they look at."""
    names = list(dict.fromkeys(labels.rule_label(one.machine.rule) for one in findings))
    more = f"等 {len(findings)} 条" if len(names) > _NAMED else f"（{len(findings)} 条）"
    return "、".join(names[:_NAMED]) + more
