"""Signing in and out: by password, or by the service that is set (OpenID Connect)."""

import json
import logging
from typing import Annotated, Any

from authlib.common.errors import AuthlibBaseError
from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from apps.desk import drawing
from apps.desk.parts import Parts, parts_of
from apps.desk.visitors import (
    MaybeSomebody,
    Somebody,
    address_of,
    browser_token,
    check_form,
    cookie_of,
    drop_cookie,
    set_cookie,
    way_back,
)
from flows.accounts import AUTHORISATION_SECONDS, Barred, Refused, form_token, new_token
from flows.errors import UsageError
from schemas.account import Role
from schemas.settings import OidcSettings

router = APIRouter()

logger = logging.getLogger("heyan")


@router.get("/sign-in")
def show_sign_in(request: Request, visitor: MaybeSomebody, back: str = "/") -> Response:
    """Show the form."""
    return drawing.onward(way_back(back)) if visitor is not None else _form(request, back)


@router.post("/sign-in")
async def sign_in(
    request: Request,
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    back: Annotated[str, Form()] = "/",
) -> Response:
    """Check a password and begin a session, always a new one."""
    await check_form(request, cookie_of(request, "browser") or new_token())
    accounts = parts_of(request).accounts
    try:
        token = await run_in_threadpool(accounts.sign_in, name, password, address_of(request))
    except Barred as error:
        answer = _form(request, back, name, str(error), status=429)
        answer.headers["Retry-After"] = str(max(int(error.seconds), 1))
        return answer
    except Refused as error:
        return _form(request, back, name, str(error), status=401)
    return await _signed_in(request, token, back)


@router.post("/sign-out")
def sign_out(request: Request, visitor: Somebody) -> Response:
    """End the session."""
    parts = parts_of(request)
    parts.accounts.sign_out(visitor.token, address_of(request))
    answer = drawing.onward("/sign-in")
    drop_cookie(parts, answer, "session")
    # Pages that the browser keeps to go back to.
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@router.get("/sign-in/oidc")
async def go_elsewhere(request: Request, back: str = "/") -> Response:
    """Send somebody to the service that says who they are."""
    parts = parts_of(request)
    if parts.oidc is None:
        return drawing.refusal(request, None, 404, "没有这个页面", "没有设置统一身份认证。")
    begun = new_token()
    # Where the library keeps state, nonce and verifier until the browser comes back.
    request.scope["session"] = {}
    try:
        answer: Response = await parts.oidc.authorize_redirect(request, _return_address(request, parts))
    except Exception as error:  # as below
        return _form(request, back, problem=_trouble(error), status=502)
    kept = {"session": json.dumps(request.scope["session"]), "back": way_back(back)}
    await run_in_threadpool(parts.accounts.begin_authorisation, begun, kept)
    set_cookie(parts, answer, "begun", begun, seconds=int(AUTHORISATION_SECONDS))
    return answer


@router.get("/sign-in/oidc/return")
async def come_back(request: Request) -> Response:
    """Check what the service says of somebody, and begin a session."""
    parts = parts_of(request)
    settings = parts.settings.desk.oidc
    begun = cookie_of(request, "begun")
    kept = await run_in_threadpool(parts.accounts.end_authorisation, begun) if begun else None
    if settings is None or kept is None:
        return _form(request, problem="登录已过期或不是从本页开始的，请重新登录", status=400)
    request.scope["session"] = json.loads(kept["session"])
    try:
        claims = await _claims(parts, request, settings)
        role = _role(claims, settings)
        if role is None:
            raise Refused("您的统一身份没有本系统的角色，请联系运维人员")
        subject = f"{claims['iss']} {claims['sub']}"
        name = str(claims.get(settings.name_claim) or claims["sub"])
        token = await run_in_threadpool(parts.accounts.admit, name, subject, role, address_of(request))
    except (Refused, UsageError) as error:
        answer = _form(request, kept["back"], problem=str(error), status=403)
    except Exception as error:
        # What goes wrong between us and the service is the service's, whatever the library's client calls it.
        answer = _form(request, kept["back"], problem=_trouble(error), status=502)
    else:
        answer = await _signed_in(request, token, kept["back"])
    drop_cookie(parts, answer, "begun")
    return answer


async def _claims(parts: Parts, request: Request, settings: OidcSettings) -> dict[str, Any]:
    """Return what the service says: of the identity token (checked), and of the user's info where it is asked for."""
    metadata = await parts.oidc.load_server_metadata()
    if metadata.get("issuer", "").rstrip("/") != settings.issuer.rstrip("/"):
        raise ValueError("issuer")
    token = await parts.oidc.authorize_access_token(request)
    claims = dict(token["userinfo"])
    wanted = {settings.name_claim, settings.role_claim}
    if wanted - claims.keys() and "userinfo_endpoint" in metadata:
        further = await parts.oidc.userinfo(token=token)
        if further.get("sub") != claims["sub"]:
            raise ValueError("sub")
        claims = dict(further) | claims
    return claims


def _role(claims: dict[str, Any], settings: OidcSettings) -> Role | None:
    """Return the highest role that a claim gives; a claim may be one word, several with spaces, a list, or nested."""
    value: Any = claims
    for part in settings.role_claim.split("."):
        value = value.get(part) if isinstance(value, dict) else None  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    words = value.split() if isinstance(value, str) else value if isinstance(value, list) else []  # pyright: ignore[reportUnknownVariableType]
    given = {settings.roles[word] for word in words if isinstance(word, str) and word in settings.roles}  # pyright: ignore[reportUnknownVariableType]
    return next((role for role in (Role.SUPERVISOR, Role.REVIEWER, Role.OPERATOR) if role in given), None)


async def _signed_in(request: Request, token: str, back: str) -> Response:
    """Hand out a session, and end the one that this browser had."""
    parts = parts_of(request)
    old = cookie_of(request, "session")
    if old is not None:
        await run_in_threadpool(parts.accounts.sign_out, old, address_of(request))
    answer = drawing.onward(way_back(back))
    set_cookie(parts, answer, "session", token)
    drop_cookie(parts, answer, "browser")
    return answer


def _form(
    request: Request, back: str = "/", name: str = "", problem: str | None = None, *, status: int = 200
) -> Response:
    parts = parts_of(request)
    browser = browser_token(request)
    oidc = parts.settings.desk.oidc
    answer = drawing.page(
        request,
        "sign_in",
        None,
        status=status,
        form_token=form_token(browser),
        back=way_back(back),
        name=name,
        problem=problem,
        oidc_title=None if oidc is None else oidc.title,
        has_accounts=parts.accounts.has_any(),
    )
    set_cookie(parts, answer, "browser", browser)
    return answer


def _return_address(request: Request, parts: Parts) -> str:
    own = parts.settings.desk.url or str(request.base_url)
    return f"{own.rstrip('/')}/sign-in/oidc/return"


def _trouble(error: Exception) -> str:
    known = error.error if isinstance(error, AuthlibBaseError) and error.error else type(error).__name__
    logger.warning("OpenID Connect: %s: %s", known, error)
    return f"统一身份认证没有成功（{known}），请再试一次或联系运维人员"
