"""What is logged: to standard error, as lines for people or one JSON object a line, and to Prefect where a flow runs.

A record may say what happened by `extra`: `event`, a short name, and with it `file`, `page` and figures. Which run and
which dossier it is about comes from `about`. Identity numbers are masked.
"""

import logging
import sys
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from flows.privacy import mask_text
from schemas.settings import LogSettings

_WHAT = ("run", "programme", "dossier", "file", "page")
# What a record may say beside that, by its `extra`.
_FIGURES = ("source", "dossiers", "verdict", "pages", "seconds", "errors", "outcome")

logger = logging.getLogger("heyan")

_about: ContextVar[dict[str, str] | None] = ContextVar("about", default=None)


@contextmanager
def about(**what: str) -> Generator[None]:
    """Say for as long as the context lasts what is logged is about: `run`, `programme`, `dossier`."""
    token = _about.set({**(_about.get() or {}), **what})
    try:
        yield
    finally:
        _about.reset(token)


def begin_logging(settings: LogSettings, *, is_attended: bool) -> None:
    """Log to standard error from now on.

    Where a person looks on, and no format is set, events are left out: the screen shows how it goes.
    """
    handler = _ToStandardError()
    if is_attended and settings.format is None:
        handler.addFilter(lambda record: not hasattr(record, "event"))
        handler.setFormatter(logging.Formatter("%(message)s"))
    else:
        handler.setFormatter(_Text() if settings.format == "text" else _Json())
    for earlier in [one for one in logger.handlers if isinstance(one, _ToStandardError)]:
        logger.removeHandler(earlier)
    logger.addHandler(handler)
    for marked in [one for one in logger.filters if isinstance(one, _Marked)]:
        logger.removeFilter(marked)
    logger.addFilter(_Marked())
    logger.setLevel(settings.level)


class _ToStandardError(logging.Handler):
    """Writes to whatever is standard error by then."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record down."""
        try:
            print(self.format(record), file=sys.stderr, flush=True)
        except Exception:
            self.handleError(record)


class _Marked(logging.Filter):
    """Says in every record what it is about, and masks what is in it, whoever writes it down."""

    def filter(self, record: logging.LogRecord) -> bool:
        for name, value in (_about.get() or {}).items():
            if not hasattr(record, name):
                setattr(record, name, value)
        record.msg, record.args = mask_text(record.getMessage()), ()
        if record.exc_info:
            record.exc_text = mask_text(logging.Formatter().formatException(record.exc_info))
            record.exc_info = None
        return True


class _Json(JsonFormatter):
    """One object a line: time, level, event, message, and what it is about."""

    def __init__(self) -> None:
        super().__init__(json_ensure_ascii=False)  # pyright: ignore[reportUnknownMemberType] - carries no types

    def add_fields(self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]) -> None:
        """Fill the object."""
        del message_dict
        log_data |= {"time": _time(record), "level": record.levelname}
        if (event := getattr(record, "event", None)) is not None:
            log_data["event"] = event
        log_data["message"] = record.getMessage()
        log_data |= {
            name: mask_text(value) if isinstance(value := getattr(record, name), str) else value
            for name in (*_WHAT, *_FIGURES)
            if getattr(record, name, None) is not None
        }
        if record.exc_text:
            log_data["error"] = record.exc_text


class _Text(logging.Formatter):
    """A line a person reads: the time, the level, the dossier, what happened."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; an error that nobody expected follows on further ones."""
        where = "/".join(str(getattr(record, name)) for name in ("programme", "dossier") if hasattr(record, name))
        where = mask_text(f"{where}：") if where else ""
        # What comes from a packet is one line, and does not steer the terminal.
        message = "".join(one if one.isprintable() else " " for one in f"{where}{record.getMessage()}")
        line = f"{_time(record)} {record.levelname} {message}"
        return f"{line}\n{record.exc_text}" if record.exc_text else line


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds")
