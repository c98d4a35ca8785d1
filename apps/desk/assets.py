"""Style and scripts: files of ours, kept by browsers for as long as they are the same."""

import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

from starlette.responses import Response
from starlette.staticfiles import StaticFiles

_FOLDER = files("apps.desk").joinpath("static")


class Assets(StaticFiles):
    """Serves the files; their addresses change with their content."""

    def __init__(self) -> None:
        super().__init__(directory=str(_FOLDER))

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """Let a browser keep a file."""
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


@cache
def address_of_asset(name: str) -> str:
    """Return the address of a file."""
    digest = hashlib.sha256(_FOLDER.joinpath(name).read_bytes()).hexdigest()
    return f"/static/{name}?{digest[:12]}"
