"""The run as a Prefect flow, for the night: every step is a task, the summary an artifact.

Used where a Prefect server is named (`PREFECT_API_URL`). Without one Prefect 3 would start a server of its own for the
run: 12 s on two cores before the first dossier (3.8.8), against 2 s to import Prefect and 20 ms a task with a server
that runs already. So a local run calls the same steps by `flows.run.patiently` and pays nothing.
"""

import logging
import os
import time
from collections.abc import Callable
from contextvars import ContextVar
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

# Before Prefect is imported: nothing is told to its makers, and the terminal is ours.
os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
# What is logged is kept with the flow's run, too.
os.environ.setdefault("PREFECT_LOGGING_EXTRA_LOGGERS", "heyan")
os.environ.setdefault("PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW", "ignore")

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE

from flows.artifacts import in_markdown
from flows.database import open_database
from flows.errors import IncompleteError, StorageFault, UsageError
from flows.logs import begin_logging
from flows.metrics import Night
from flows.notify import summary_lines, tell
from flows.pool import call_others, take_up
from flows.privacy import mask_text
from flows.retention import tidy
from flows.run import RETRY_DELAYS, Progress, Relay, database_url, verify_source
from schemas.report import Summary, SummaryRow
from schemas.settings import Settings

_EXPECTED = (UsageError, StorageFault, IncompleteError)

logger = logging.getLogger("heyan")

# Not a parameter of the flow: those are stored by the server.
_progress: ContextVar[Progress | None] = ContextVar("progress", default=None)

P = ParamSpec("P")
T = TypeVar("T")


@flow(name="heyan-verify", on_crashed=[take_up])
def verify(
    source: str,
    programme: str | None = None,
    out: Path = Path("reports"),
    by_night: bool = False,
    helps: str | None = None,
) -> Summary:
    """Verify the dossiers of a source; settings come from the environment and heyan.toml of the worker.

    By night the other machines of the work pool are asked to help: they run this too, with the run that they help.
    """
    return _verify(source, programme, out, by_night=by_night, helps=helps)


def _verify(source: str, programme: str | None, out: Path, *, by_night: bool, helps: str | None) -> Summary:
    # Prefect pickles the flow itself, with all that it names, and a context's variable cannot be.
    settings, watched = Settings(), _progress.get()
    if watched is None:
        begin_logging(settings.log, is_attended=False)
    heard = _Heard(watched)
    night = _night(settings, source, out, heard, helps=helps is not None) if by_night else None
    others = call_others({"source": source, "programme": programme, "out": str(out), "by_night": by_night})
    tells = by_night and helps is None
    try:
        summary = verify_source(
            source,
            programme,
            out,
            settings,
            call=as_task,
            progress=night or heard,
            by_night=by_night,
            helps=helps,
            call_others=others if tells else None,
        )
    except Exception as error:
        lines = [f"{source}：{_reason(error)}"]
        unexpected = None if isinstance(error, _EXPECTED) else error
        logger.error("%s", lines[0], exc_info=unexpected, extra={"event": "run.failed", "source": source})  # noqa: TRY400
        untold = tell(settings.notify, "核验没有完成", lines) if tells else 0
        if night is not None:
            night.end(None, untold)
        raise
    if by_night:
        _tidy(settings, out, is_shared=helps is None)
    untold = tell(settings.notify, "核验完成", summary_lines(source, summary)) if tells else 0
    if night is not None:
        night.end(summary, untold)
    if helps is None:
        create_table_artifact(
            key="heyan-summary",
            table=[row.model_dump(mode="json") for row in summary.dossiers],
            description=f"{source}：{len(summary.dossiers)} 个卷宗",
        )
        create_markdown_artifact(
            key="heyan-run", markdown=in_markdown(source, summary, heard.rows, heard.seconds, settings.desk.url)
        )
    return summary


class _Heard(Relay):
    """Keeps the rows of the dossiers that were verified in this run, and since when it runs."""

    def __init__(self, progress: Progress | None) -> None:
        super().__init__(progress)
        self.rows: list[SummaryRow] = []
        self._begun = time.monotonic()

    @property
    def seconds(self) -> float:
        """Return for how long the run has gone on."""
        return time.monotonic() - self._begun

    def done(self, row: SummaryRow) -> None:
        """Keep the row."""
        super().done(row)
        self.rows.append(row)


def _night(settings: Settings, source: str, out: Path, progress: Progress, *, helps: bool) -> Night | None:
    """Return what writes down the run's figures; None where there is no database to write them into."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        database = open_database(database_url(settings, out.absolute()))
    except (StorageFault, UsageError, OSError) as error:
        logger.warning("%s", error, extra={"event": "metrics.failed"})
        return None
    return Night(database, source, helps=helps, progress=progress)


def _tidy(settings: Settings, out: Path, *, is_shared: bool) -> None:
    """Delete what is no longer to be kept; where that cannot be done, the next night does."""
    try:
        tidy(settings, out, is_shared=is_shared)
    except (StorageFault, UsageError) as error:
        logger.error("保存期限已过的没有全部删除：%s", error, extra={"event": "retention.failed"})  # noqa: TRY400


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, _EXPECTED) else f"程序出错（{type(error).__name__}），见 Prefect 的日志"


def as_task(title: str, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a step as a task, which is tried again after a storage fault."""
    step = cast("Any", task)(
        function,
        task_run_name=mask_text(title).replace("{", "{{").replace("}", "}}"),
        retries=len(RETRY_DELAYS),
        retry_delay_seconds=list(RETRY_DELAYS),
        retry_condition_fn=_is_storage_fault,
        cache_policy=NO_CACHE,
    )
    return step(*args, **kwargs)


def _is_storage_fault(task: Any, run: Any, state: Any) -> bool:
    del task, run
    return isinstance(state.result(raise_on_failure=False), StorageFault)


def verify_here(source: str, programme: str | None, out: Path, progress: Progress) -> Summary:
    """Run the flow in this process against the server that is configured; `progress` hears how it goes."""
    token = _progress.set(progress)
    try:
        return verify(source, programme, out)
    except RuntimeError as error:
        if "Failed to reach API" in str(error):
            raise UsageError(f"Prefect 服务器连不上：PREFECT_API_URL={os.environ.get('PREFECT_API_URL')}") from error
        raise
    finally:
        _progress.reset(token)
