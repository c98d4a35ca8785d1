"""The list of dossiers, and how tonight's run goes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache, partial
from typing import Annotated, TypeVar
from urllib.parse import parse_qsl, quote, urlencode

from fastapi import APIRouter, Form, Request
from starlette.responses import JSONResponse, Response

from apps.desk import drawing
from apps.desk.parts import Parts, parts_of
from apps.desk.visitors import CASES, Examiner, Onlooker, Somebody
from flows.deadlines import Deadline, deadline
from flows.desk.acts import Assign, DeskState
from flows.desk.desk import Reviewer
from flows.desk.errors import DeskError
from flows.desk.listing import NOBODY, Listed, Query, Sort, list_dossiers
from flows.desk.progress import RunProgress, run_progress
from flows.ledger import State
from schemas.report import Verdict
from validators import programmes

router = APIRouter()

Choice = TypeVar("Choice", bound=StrEnum)

# Working days within which a deadline is near.
NEAR = 3
_SORTED_THE_OTHER_WAY = {Sort.RECEIVED, Sort.REPORTED}


@dataclass(frozen=True)
class Asked:
    """What the list is asked for, as it stands in an address; what cannot be understood counts as not asked."""

    query: Query
    me: str
    today: date

    @classmethod
    def of(cls, values: Mapping[str, str], me: str, today: date) -> "Asked":
        """Read an address's query."""
        desk = values.get("desk", DeskState.OPEN)
        due = values.get("due")
        page = values.get("page", "1")
        return cls(
            Query(
                programme=values.get("programme") or None,
                verdict=_one_of(Verdict, values.get("verdict")),
                desk=_one_of(DeskState, desk),
                state=_one_of(State, values.get("state")),
                assignee=_assignee(values.get("assignee", ""), me),
                text=values.get("q", "").strip()[:100],
                due_by=today if due == "today" else today + timedelta(7) if due == "week" else None,
                sort=_one_of(Sort, values.get("sort")) or Sort.DEADLINE,
                descending=values.get("order") == "down",
                page=int(page) if page.isdecimal() and 0 < int(page) < 100_000 else 1,
            ),
            me,
            today,
        )

    @property
    def values(self) -> dict[str, str]:
        """Return this as an address's query, without what is so anyway."""
        one = self.query
        due = "" if one.due_by is None else "today" if one.due_by <= self.today else "week"
        assignee = {None: "", NOBODY: "nobody", self.me: "me"}.get(one.assignee, one.assignee or "")
        every = {
            "q": one.text,
            "programme": one.programme or "",
            "verdict": one.verdict or "",
            "state": one.state or "",
            "assignee": assignee,
            "due": due,
            "sort": "" if one.sort == Sort.DEADLINE else str(one.sort),
            "order": "down" if one.descending else "",
            "page": "" if one.page == 1 else str(one.page),
        }
        kept = {name: str(value) for name, value in every.items() if value}
        if one.desk != DeskState.OPEN:
            kept["desk"] = one.desk or "all"
        return kept

    def address(self, **changes: str | None) -> str:
        """Return the list's address with changes; a change begins at its first page."""
        values = {name: value for name, value in self.values.items() if name != "page"} | changes
        return _address({name: value for name, value in values.items() if value is not None})

    def sorted_by(self, sort: Sort) -> str:
        """Return the address that sorts by something, or the other way round where it is sorted by it."""
        is_sorted = self.query.sort == sort
        down = not self.query.descending if is_sorted else sort in _SORTED_THE_OTHER_WAY
        return self.address(sort=sort, order="down" if down else None)

    @property
    def is_narrowed(self) -> bool:
        """Say whether something is asked for beside the state at the desk."""
        return bool(self.values.keys() - {"desk", "sort", "order", "page"})


def list_query(text: str, me: str, today: date) -> Query:
    """Return what a list's address asked for: for the way from one dossier to the next."""
    return Asked.of(dict(parse_qsl(text)), me, today).query


@router.get("/")
def show_list(request: Request, visitor: Somebody) -> Response:
    """Show the list."""
    parts = parts_of(request)
    today = parts.now().date()
    asked = Asked.of(request.query_params, visitor.name, today)
    listed = list_dossiers(parts.database, asked.query)
    last = max(-(-listed.total // asked.query.size), 1)
    if asked.query.page > last:
        return drawing.onward(asked.address(page=str(last)))
    return drawing.page(
        request,
        "list",
        visitor,
        asked=asked,
        listed=listed,
        last=last,
        first_row=(asked.query.page - 1) * asked.query.size + 1,
        progress=run_progress(parts.database),
        programmes={name: programmes.load(name).title for name in programmes.known()},
        people=people(parts),
        with_form=asking_for_form(),
        from_list=urlencode(asked.values),
        days_left=partial(days_left, today=today),
        near=NEAR,
        progress_line=progress_line,
    )


@router.get("/progress")
def show_progress(request: Request, visitor: Onlooker) -> Response:
    """Say how tonight's run goes; the list asks every few seconds."""
    del visitor
    progress = run_progress(parts_of(request).database)
    return JSONResponse(
        {
            "is_running": progress.is_running,
            "line": progress_line(progress),
            "done": progress.reported + progress.failed,
            "all": progress.reported + progress.failed + progress.left,
        }
    )


@router.post("/assign")
def assign(
    request: Request,
    visitor: Examiner,
    chosen: Annotated[list[str], Form(default_factory=list)],
    to: Annotated[str, Form()] = "",
    back: Annotated[str, Form()] = "",
) -> Response:
    """Give chosen dossiers to somebody: whoever leads to anybody, others to themselves."""
    parts = parts_of(request)
    to = visitor.name if to == "me" else to
    problems: list[str] = []
    for one in chosen:
        programme, _, rest = one.partition("/")
        dossier, _, version = rest.rpartition("@")
        try:
            parts.desk.act(
                programme,
                dossier,
                int(version) if version.isdecimal() else -1,
                [Assign(to=None if to == "nobody" else to)],
                Reviewer(visitor.name, visitor.account.role),
            )
        except DeskError as error:
            problems.append(f"{dossier}：{error}")
    if problems or not chosen:
        message = "；".join(problems) or "没有选中卷宗。"
        return drawing.refusal(request, visitor, 409, "没有全部指派", message)
    return drawing.onward(_address(dict(parse_qsl(back))))


def progress_line(progress: RunProgress) -> str:
    """Say in a line how the run goes."""
    done = f"已出报告 {progress.reported}，出错 {progress.failed}，已读 {progress.pages} 页"
    if progress.is_running:
        return f"核验进行中：{done}，还有 {progress.left} 个卷宗"
    return f"上次核验：{done}" if progress.began is not None else "还没有核验过"


def people(parts: Parts) -> list[str]:
    """Return who may be given dossiers."""
    return [one.name for one in parts.accounts.known() if one.role in CASES and not one.is_disabled]


def asking_for_form() -> list[str]:
    """Return the notices that ask the centre for a 汇总表."""
    return [one for one in programmes.known() if programmes.load(one).summary_form is not None]


def days_left(listed: Listed, today: date) -> int | None:
    """Return how many working days are left to answer a dossier; None where it has no term, or was answered."""
    if listed.desk != DeskState.OPEN or listed.due is None:
        return None
    due = deadline(programmes.load(listed.programme), listed.received)
    return None if due is None else _left(due, today)


@lru_cache(1024)
def _left(due: Deadline, today: date) -> int:
    """Count once: dossiers of one day have one deadline, and one that is long over takes long to count."""
    return due.left(today)


def _one_of(kind: type[Choice], value: str | None) -> Choice | None:
    return kind(value) if value in set(kind) else None


def _assignee(value: str, me: str) -> str | None:
    return {"": None, "me": me, "nobody": NOBODY}.get(value, value)


def _address(values: Mapping[str, str]) -> str:
    return "/" + ("?" + urlencode(values, quote_via=quote) if values else "")
