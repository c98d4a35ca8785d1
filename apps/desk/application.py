"""The desk's application: routes, headers, and what is said where something is wrong."""

import logging
from importlib.metadata import version
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import text
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp

from apps.desk import accounts, dossier, drawing, listing, papers, signing_in
from apps.desk.assets import Assets
from apps.desk.headers import SecurityHeaders, SmallBodies
from apps.desk.parts import Parts, parts_of
from apps.desk.visitors import Forbidden, SignInWanted, Visitor, sign_in_address, visitor_or_none
from flows.desk.errors import DeskError, NoSuchDossier
from flows.errors import StorageFault, UsageError
from flows.metrics import metrics

logger = logging.getLogger("heyan")


def application(parts: Parts) -> ASGIApp:
    """Return the desk."""
    # No pages about the interface: it is for our own pages alone.
    app = FastAPI(title="核验", version=version("heyan"), openapi_url=None, docs_url=None, redoc_url=None)
    app.state.parts = parts
    app.mount("/static", Assets())
    for part in (signing_in, accounts, listing, papers, dossier):
        app.include_router(part.router)
    app.add_api_route("/health", _health, methods=["GET"])
    app.add_api_route("/metrics", _metrics, methods=["GET"])
    app.add_exception_handler(SignInWanted, _ask_to_sign_in)
    for kind in (DeskError, Forbidden, StorageFault, UsageError, HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(kind, _refuse)
    app.add_middleware(SmallBodies)
    if parts.settings.desk.url:
        host = urlsplit(parts.settings.desk.url).hostname or ""
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=[host, "127.0.0.1", "localhost"], www_redirect=False)
    # Around all else: what goes wrong is answered with the same headers.
    return SecurityHeaders(app, is_https=parts.is_https)


def _health(request: Request) -> Response:
    """Say whether the desk can work: it can where its database answers."""
    try:
        with parts_of(request).database.session() as session:
            session.execute(text("SELECT 1"))
    except (StorageFault, UsageError):
        return PlainTextResponse("数据库没有应答", 503)
    return PlainTextResponse("ok")


def _metrics(request: Request) -> Response:
    """Answer Prometheus. These are counts of dossiers and pages, and no one's data."""
    return Response(metrics(parts_of(request).database), media_type=CONTENT_TYPE_LATEST)


async def _ask_to_sign_in(request: Request, error: Exception) -> Response:
    """Lead to the sign-in; what somebody typed before their session ended is not lost."""
    del error
    if request.method != "POST":
        return drawing.onward(sign_in_address(request))
    form = await request.form()
    hidden = {"form_token", "password", "current", "new", "again"}
    typed = [value for name, value in form.multi_items() if isinstance(value, str) and name not in hidden and value]
    return drawing.refusal(
        request,
        None,
        401,
        "登录已过期",
        "您的操作没有保存。请重新登录后再试；刚才填写的内容在下面，可以复制。",
        typed=typed,
    )


async def _refuse(request: Request, error: Exception) -> Response:
    """Say what is wrong, in words for who asked; never more than they need."""
    visitor: Visitor | None = None
    try:
        visitor = await visitor_or_none(request)
    except (StorageFault, UsageError):
        logger.warning("%s", error)
    match error:
        case NoSuchDossier():
            return drawing.refusal(request, visitor, 404, "没有找到", str(error))
        case DeskError():
            return drawing.refusal(request, visitor, 409, "没有完成", str(error))
        case Forbidden():
            return drawing.refusal(request, visitor, 403, "不能这样做", str(error))
        case StorageFault() | UsageError():
            logger.error("%s", error)
            return drawing.refusal(request, visitor, 503, "暂时不能使用", "数据库或报告存储没有应答，请稍后再试。")
        case RequestValidationError():
            return drawing.refusal(request, visitor, 400, "不能这样做", "地址或表单的内容不完整。")
        case HTTPException(status_code=404):
            return drawing.refusal(request, visitor, 404, "没有找到", "没有这个页面。")
        case HTTPException():
            return drawing.refusal(request, visitor, error.status_code, "不能这样做", "这个地址不接受这样的请求。")
        case _:
            # The server puts the rest into its log.
            return drawing.refusal(request, visitor, 500, "程序出错", "详情已记入日志，请告诉运维人员。")
