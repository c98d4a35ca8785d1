"""Pages drawn from templates, and the pages that say why there is none."""

from typing import Any

from fastapi import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from apps.desk.parts import parts_of
from apps.desk.visitors import Visitor


def page(request: Request, template: str, visitor: Visitor | None, *, status: int = 200, **values: Any) -> HTMLResponse:
    """Return a page drawn from a template."""
    drawn = parts_of(request).templates.get_template(f"{template}.html.jinja")
    return HTMLResponse(drawn.render(visitor=visitor, path=request.url.path, **values), status)


def refusal(
    request: Request, visitor: Visitor | None, status: int, title: str, message: str, *, typed: list[str] | None = None
) -> HTMLResponse:
    """Return a page that says why something was not done; what somebody typed stands on it, to be taken along."""
    return page(request, "refusal", visitor, status=status, title=title, message=message, typed=typed or [])


def onward(address: str) -> Response:
    """Send the browser on to a page, after a form."""
    return RedirectResponse(address, 303)
