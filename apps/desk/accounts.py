"""One's own account, the accounts of others, and the log of both."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from apps.desk import drawing
from apps.desk.parts import parts_of
from apps.desk.visitors import Keeper, Somebody, Visitor, Watcher, address_of, drop_cookie, set_cookie
from flows.accounts import LONGEST_PASSWORD, SHORTEST_PASSWORD, Barred, Refused
from flows.errors import UsageError
from schemas.account import Role

router = APIRouter()


@router.get("/account")
def show_own(request: Request, visitor: Somebody, done: str | None = None) -> Response:
    """Show one's own account."""
    return _own(request, visitor, done="密码已修改，其他设备上的登录已结束" if done == "password" else None)


@router.post("/account/password")
def change_password(
    request: Request,
    visitor: Somebody,
    current: Annotated[str, Form()] = "",
    new: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    """Change one's password; all other sessions end."""
    parts = parts_of(request)
    address = address_of(request)
    try:
        parts.accounts.check_password(visitor.name, current, address)
        if new != again:
            raise UsageError("两次输入的新密码不一致")
        parts.accounts.set_password(visitor.name, new, by=visitor.name)
        token = parts.accounts.sign_in(visitor.name, new, address)
    except Barred as error:
        return _own(request, visitor, problem=str(error), status=429)
    except (Refused, UsageError) as error:
        return _own(request, visitor, problem=str(error), status=422)
    answer = drawing.onward("/account?done=password")
    set_cookie(parts, answer, "session", token)
    return answer


@router.post("/account/sign-out-everywhere")
def sign_out_everywhere(request: Request, visitor: Somebody) -> Response:
    """End all of one's sessions, this one as well."""
    parts = parts_of(request)
    parts.accounts.sign_out_everywhere(visitor.name, address_of(request))
    answer = drawing.onward("/sign-in")
    drop_cookie(parts, answer, "session")
    return answer


@router.get("/accounts")
def show_accounts(request: Request, visitor: Keeper) -> Response:
    """Show all accounts."""
    return _accounts(request, visitor)


@router.post("/accounts")
def add_account(
    request: Request,
    visitor: Keeper,
    name: Annotated[str, Form()] = "",
    role: Annotated[Role, Form()] = Role.REVIEWER,
    password: Annotated[str, Form()] = "",
) -> Response:
    """Make an account."""
    try:
        parts_of(request).accounts.add(name, role, password, by=visitor.name)
    except UsageError as error:
        return _accounts(request, visitor, problem=str(error), name=name, status=422)
    return drawing.onward("/accounts")


@router.post("/accounts/change")
def change_account(
    request: Request,
    visitor: Keeper,
    name: Annotated[str, Form()],
    change: Annotated[str, Form()],
    password: Annotated[str, Form()] = "",
) -> Response:
    """Give an account another role or password, stop it, or let it in again."""
    accounts = parts_of(request).accounts
    try:
        if name == visitor.name:
            raise UsageError("不能在这里改自己的账号：请另一位运维人员来改")
        if change in set(Role):
            accounts.set_role(name, Role(change), by=visitor.name)
        elif change == "password":
            accounts.set_password(name, password, by=visitor.name)
        elif change in {"disable", "enable"}:
            accounts.set_disabled(name, change == "disable", by=visitor.name)
    except UsageError as error:
        return _accounts(request, visitor, problem=str(error), status=422)
    return drawing.onward("/accounts")


@router.get("/events")
def show_events(request: Request, visitor: Watcher, account: str = "", before: float | None = None) -> Response:
    """Show what happened to accounts, the latest first."""
    size = 100
    events = parts_of(request).accounts.events(account=account.strip() or None, limit=size, before=before)
    following = events[-1].at if len(events) == size else None
    return drawing.page(request, "events", visitor, events=events, account=account, following=following)


def _own(
    request: Request, visitor: Visitor, *, problem: str | None = None, done: str | None = None, status: int = 200
) -> Response:
    return drawing.page(
        request,
        "account",
        visitor,
        status=status,
        problem=problem,
        done=done,
        shortest=SHORTEST_PASSWORD,
        longest=LONGEST_PASSWORD,
        events=parts_of(request).accounts.events(account=visitor.name, limit=10),
    )


def _accounts(
    request: Request, visitor: Visitor, *, problem: str | None = None, name: str = "", status: int = 200
) -> Response:
    known = parts_of(request).accounts.known()
    return drawing.page(
        request,
        "accounts",
        visitor,
        status=status,
        accounts=known,
        problem=problem,
        name=name,
        roles=list(Role),
        shortest=SHORTEST_PASSWORD,
    )
