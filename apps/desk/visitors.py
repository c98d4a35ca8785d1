"""Who asks: the session's cookie, what a role may do, and the proof that a form is ours."""

import hmac
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote, urlsplit

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from apps.desk.parts import Parts, parts_of
from flows.accounts import ROLES, form_token, new_token
from schemas.account import Account, Role

CASES = frozenset({Role.REVIEWER, Role.SUPERVISOR})
"""Who may look into dossiers and decide on them. An operator keeps the machine, and needs no one's papers for it."""
LEADING = frozenset({Role.SUPERVISOR})
KEEPING = frozenset({Role.OPERATOR})
WATCHING = frozenset({Role.SUPERVISOR, Role.OPERATOR})


class SignInWanted(Exception):
    """Nobody is signed in."""


class Forbidden(Exception):
    """Who is signed in may not do this; the message says why."""


@dataclass(frozen=True)
class Visitor:
    """Who is signed in, and what their forms bring along."""

    account: Account
    token: str

    @property
    def name(self) -> str:
        """Return the account's name."""
        return self.account.name

    @property
    def form_token(self) -> str:
        """Return what every form of this session holds."""
        return form_token(self.token)

    @property
    def role_name(self) -> str:
        """Return the role in Chinese."""
        return ROLES[self.account.role]

    @property
    def may_decide(self) -> bool:
        """Say whether dossiers are this person's to decide on."""
        return self.account.role in CASES

    @property
    def leads(self) -> bool:
        """Say whether this person hands out dossiers, and may take decisions back."""
        return self.account.role in LEADING

    @property
    def keeps(self) -> bool:
        """Say whether this person keeps accounts."""
        return self.account.role in KEEPING

    @property
    def watches(self) -> bool:
        """Say whether this person may read the log of accounts."""
        return self.account.role in WATCHING


def address_of(request: Request) -> str:
    """Return from where a request comes."""
    return request.client.host if request.client else "-"


def cookie_name(parts: Parts, what: str) -> str:
    """Return a cookie's name; with https browsers hold it to this host and path."""
    return f"__Host-{what}" if parts.is_https else what


def set_cookie(parts: Parts, response: Response, what: str, value: str, *, seconds: int | None = None) -> None:
    """Set a cookie that no script reads and that other sites' requests do not bring along."""
    response.set_cookie(
        cookie_name(parts, what), value, max_age=seconds, path="/", secure=parts.is_https, httponly=True, samesite="lax"
    )


def drop_cookie(parts: Parts, response: Response, what: str) -> None:
    """Have a browser forget a cookie."""
    response.delete_cookie(cookie_name(parts, what), path="/", secure=parts.is_https, httponly=True, samesite="lax")


def cookie_of(request: Request, what: str) -> str | None:
    """Return a cookie's value."""
    return request.cookies.get(cookie_name(parts_of(request), what))


def browser_token(request: Request) -> str:
    """Return what ties a form to a browser that nobody is signed in with: what it has, or a new one."""
    return cookie_of(request, "browser") or new_token()


async def visitor_or_none(request: Request) -> Visitor | None:
    """Return who is signed in, if anybody is."""
    return await _visitor(request, is_use=True)


async def onlooker(request: Request) -> Visitor:
    """Return who is signed in, for what a page asks by itself: it does not keep a session alive."""
    visitor = await _visitor(request, is_use=False)
    if visitor is None:
        raise SignInWanted
    return visitor


async def anybody(visitor: Annotated[Visitor | None, Depends(visitor_or_none)], request: Request) -> Visitor:
    """Return who is signed in; a form that changes something must be theirs. Raises SignInWanted or Forbidden."""
    if visitor is None:
        raise SignInWanted
    if request.method == "POST":
        await check_form(request, visitor.token)
    return visitor


async def reviewing(visitor: Annotated[Visitor, Depends(anybody)]) -> Visitor:
    """Return who is signed in, and may look into dossiers."""
    if not visitor.may_decide:
        raise Forbidden("运维账号不能查看卷宗内容")
    return visitor


async def keeping(visitor: Annotated[Visitor, Depends(anybody)]) -> Visitor:
    """Return who is signed in, and keeps accounts."""
    if not visitor.keeps:
        raise Forbidden("只有运维账号可以管理账号")
    return visitor


async def watching(visitor: Annotated[Visitor, Depends(anybody)]) -> Visitor:
    """Return who is signed in, and may read the log of accounts."""
    if not visitor.watches:
        raise Forbidden("只有主管和运维账号可以查看账号日志")
    return visitor


async def _visitor(request: Request, *, is_use: bool) -> Visitor | None:
    token = cookie_of(request, "session")
    if token is None:
        return None
    account = await run_in_threadpool(parts_of(request).accounts.session, token, is_use=is_use)
    return None if account is None else Visitor(account, token)


async def check_form(request: Request, token: str) -> None:
    """See that a form comes from our own page, made for this session. Raises Forbidden."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise Forbidden("请求来自别的网站，已拒绝")
    given = (await request.form()).get("form_token")
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), form_token(token).encode()):
        raise Forbidden("页面已过期，请返回刷新后再试")


def sign_in_address(request: Request) -> str:
    """Return where to sign in, to come back here."""
    if request.method != "GET":
        return "/sign-in"
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return f"/sign-in?back={quote(here)}"


def way_back(address: object) -> str:
    """Return where to go after signing in: a page of ours, never another site."""
    address = address if isinstance(address, str) else ""
    is_ours = address.startswith("/") and not address.startswith(("//", "/\\")) and "\\" not in address
    return address if is_ours and all(one.isprintable() for one in address) else "/"


Somebody = Annotated[Visitor, Depends(anybody)]
Examiner = Annotated[Visitor, Depends(reviewing)]
Keeper = Annotated[Visitor, Depends(keeping)]
Watcher = Annotated[Visitor, Depends(watching)]
Onlooker = Annotated[Visitor, Depends(onlooker)]
MaybeSomebody = Annotated[Visitor | None, Depends(visitor_or_none)]
