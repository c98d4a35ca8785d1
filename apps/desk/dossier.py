"""The page of a dossier: look at it, and decide."""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from apps.desk import drawing, listing
from apps.desk.dossier_view import View, column_label, outcomes_left, waits
from apps.desk.forms import WrongForm, acts_of, shown_back
from apps.desk.headers import REPORT_POLICY
from apps.desk.parts import Parts, parts_of
from apps.desk.visitors import Examiner, Visitor
from flows.deadlines import deadline
from flows.desk.acts import DeskState
from flows.desk.desk import Review, Reviewer
from flows.desk.errors import NoSuchDossier, Refused, Stale
from flows.desk.listing import neighbours
from schemas.document import DocumentKind
from schemas.finding import Outcome

router = APIRouter(prefix="/dossiers/{programme}/{dossier}")

_REPORT_TYPES = {"html": "text/html; charset=utf-8", "json": "application/json"}


async def form_of(request: Request) -> FormData:
    """Return a request's form."""
    return await request.form()


@router.get("")
def show_dossier(
    request: Request,
    visitor: Examiner,
    programme: str,
    dossier: str,
    revision: int | None = None,
) -> Response:
    """Show a dossier, or what an earlier report said of it."""
    parts = parts_of(request)
    review = parts.desk.dossier(programme, dossier, revision)
    return _page(request, visitor, review, is_past=revision is not None, done=_take_done(parts, visitor, review))


@router.post("")
def act(
    request: Request,
    visitor: Examiner,
    programme: str,
    dossier: str,
    form: Annotated[FormData, Depends(form_of)],
) -> Response:
    """Do what a form of the page asks for, and show what came of it.

    Where that is not possible, the page says why, and shows what was typed for another try.
    """
    parts = parts_of(request)
    based_on = str(form.get("version", ""))
    before = parts.desk.dossier(programme, dossier)
    try:
        acts = acts_of(form, before)
        version = int(based_on) if based_on.isdecimal() else -1
        after = parts.desk.act(programme, dossier, version, acts, Reviewer(visitor.name, visitor.account.role))
    except Stale as error:
        now = parts.desk.dossier(programme, dossier)
        return _page(
            request, visitor, now, status=409, problem=str(error), since=error.since, pending=shown_back(form, now)
        )
    except (Refused, WrongForm) as error:
        now = parts.desk.dossier(programme, dossier)
        return _page(request, visitor, now, status=422, problem=str(error), pending=shown_back(form, now))
    address = _address(programme, dossier)
    parts.accounts.leave_note(visitor.token, json.dumps({"at": address, **_changes(before, after)}))
    return drawing.onward(f"{address}?{urlencode(_where_next(request, form, before, after))}")


@router.get("/images/{name}")
def show_image(
    request: Request, visitor: Examiner, programme: str, dossier: str, name: str, small: bool = False
) -> Response:
    """Return a page's image."""
    del visitor
    image = parts_of(request).desk.image(programme, dossier, name, small=small)
    return Response(image, media_type="image/jpeg")


@router.get("/report.{kind}")
def show_report(
    request: Request, visitor: Examiner, programme: str, dossier: str, kind: str, revision: int | None = None
) -> Response:
    """Return the report as the program made it."""
    del visitor
    if kind not in _REPORT_TYPES:
        raise NoSuchDossier("没有这样的报告")
    name = f"report.{kind}" if revision is None else f"revisions/{revision}/report.{kind}"
    content = parts_of(request).desk.report_file(programme, dossier, name)
    return Response(content, media_type=_REPORT_TYPES[kind], headers={"Content-Security-Policy": REPORT_POLICY})


def _page(
    request: Request,
    visitor: Visitor,
    review: Review,
    *,
    status: int = 200,
    is_past: bool = False,
    done: Mapping[str, Any] | None = None,
    problem: str | None = None,
    since: Sequence[Any] = (),
    pending: Any = None,
) -> Response:
    parts = parts_of(request)
    today = parts.now().date()
    listed = review.listed
    address = _address(listed.programme, listed.dossier)
    view = View(review, address)
    asked = request.query_params
    finding, field = view.finding(asked.get("finding")), view.field(asked.get("field"))
    if finding is None and field is None and "page" not in asked:
        finding = view.first_waiting or next(iter(view.findings), None)
    chosen = finding or field
    spots = [] if chosen is None else chosen.spots
    number = asked.get("page", "")
    sheet = view.sheet(int(number) if number.isdecimal() else spots[0].page if spots else 1)
    from_list = asked.get("from", "")
    kept = {"from": from_list, "revision": asked.get("revision", "")}
    around = neighbours(
        parts.database, listing.list_query(from_list, visitor.name, today), listed.programme, listed.dossier
    )

    def here(**changes: object) -> str:
        """Return this page's address with something else chosen."""
        return _with_query(address, {**kept, **changes})

    return drawing.page(
        request,
        "dossier",
        visitor,
        status=status,
        view=view,
        review=review,
        listed=listed,
        address=address,
        here=here,
        finding=finding,
        field=field,
        sheet=sheet,
        spots=[spot for spot in spots if sheet is not None and spot.page == sheet.index],
        doubts=[] if field is None else [one for one in field.doubts if sheet is not None and one.page == sheet.index],
        tab=asked.get("tab", "fields" if field is not None else "findings"),
        from_list=from_list,
        back_to_list="/" + (f"?{from_list}" if from_list else ""),
        before_this=_neighbour(around[0], from_list),
        behind_this=_neighbour(around[1], from_list),
        due=deadline(review.programme, review.report.received),
        days_left=listing.days_left(listed, today),
        near=listing.NEAR,
        is_past=is_past,
        is_closed=listed.desk != DeskState.OPEN,
        may_act=not is_past and listed.desk == DeskState.OPEN,
        done=done,
        problem=problem,
        since=since,
        pending=pending,
        people=listing.people(parts),
        kinds=list(DocumentKind),
        outcomes=Outcome,
        outcomes_left=outcomes_left,
        column_label=column_label,
    )


def _address(programme: str, dossier: str) -> str:
    return f"/dossiers/{quote(programme, safe='')}/{quote(dossier, safe='')}"


def _with_query(address: str, values: Mapping[str, object]) -> str:
    query = urlencode({name: str(value) for name, value in values.items() if value}, quote_via=quote)
    return f"{address}?{query}" if query else address


def _neighbour(place: tuple[str, str] | None, from_list: str) -> str | None:
    if place is None:
        return None
    return _address(*place) + (f"?{urlencode({'from': from_list})}" if from_list else "")


def _where_next(request: Request, form: FormData, before: Review, after: Review) -> dict[str, str]:
    """Return what the page shows after an act: the next finding that waits, or the field that was corrected."""
    values = {"from": request.query_params.get("from", "")}
    key = form.get("finding")
    if isinstance(key, str):
        keys = [one.key for one in before.findings]
        start = keys.index(key) + 1 if key in keys else 0
        waiting = {one.key for one in after.findings if waits(one)}
        behind = (one for one in (*keys[start:], *keys[:start]) if one in waiting)
        values["finding"] = next(behind, key)
    elif isinstance(form.get("field"), str):
        section = form.get("section")
        values["field"] = ".".join(str(one) for one in (form["document"], section, form["field"]) if one)
    values["tab"] = str(form.get("tab", ""))
    return {name: value for name, value in values.items() if value}


def _changes(before: Review, after: Review) -> dict[str, Any]:
    """Return what an act did: the acts' titles, and which findings came, went, or came to something else."""
    old = {one.key: one.finding for one in before.findings}
    new = {one.key: one.finding for one in after.findings}
    known = {one.id for one in before.history}
    turned = [
        (key, old[key].outcome, new[key].outcome)
        for key in new
        if key in old and (old[key].outcome, old[key].message) != (new[key].outcome, new[key].message)
    ]
    verdicts = [before.report.verdict, after.report.verdict]
    return {
        "acts": [one.title for one in after.history if one.id not in known],
        "turned": turned,
        "came": [key for key in new if key not in old],
        "went": [[old[key].rule, old[key].subject, old[key].message] for key in old if key not in new],
        "verdict": verdicts if len(set(verdicts)) > 1 else None,
    }


def _take_done(parts: Parts, visitor: Visitor, review: Review) -> Mapping[str, Any] | None:
    note = parts.accounts.take_note(visitor.token)
    done = json.loads(note) if note else None
    address = _address(review.listed.programme, review.listed.dossier)
    return done if done is not None and done["at"] == address else None
