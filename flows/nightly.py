"""The run as a Prefect flow, for the night: every step is a task, the summary an artifact.

Used where a Prefect server is named (`PREFECT_API_URL`). Without one Prefect 3 would start a server of its own for the
run: 12 s on two cores before the first dossier (3.8.8), against 2 s to import Prefect and 20 ms a task with a server
that runs already. So a local run calls the same steps by `flows.run.patiently` and pays nothing.
"""

import os
from collections.abc import Callable
from contextvars import ContextVar
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

# Before Prefect is imported: nothing is told to its makers, and the terminal is ours.
os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE

from flows.errors import IncompleteError, StorageFault, UsageError
from flows.notify import summary_lines, tell
from flows.pool import call_others
from flows.privacy import mask_text
from flows.run import RETRY_DELAYS, Progress, verify_source
from schemas.report import Summary
from schemas.settings import Settings

# Not a parameter of the flow: those are stored by the server.
_progress: ContextVar[Progress | None] = ContextVar("progress", default=None)

P = ParamSpec("P")
T = TypeVar("T")


@flow(name="heyan-verify")
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
    if helps is not None:
        return verify_source(source, programme, out, Settings(), call=as_task, by_night=True, helps=helps)
    return _verify(source, programme, out, by_night=by_night)


def _verify(source: str, programme: str | None, out: Path, *, by_night: bool) -> Summary:
    # Prefect pickles the flow itself, with all that it names, and a context's variable cannot be.
    settings = Settings()
    others = call_others({"source": source, "programme": programme, "out": str(out), "by_night": by_night})
    try:
        summary = verify_source(
            source,
            programme,
            out,
            settings,
            call=as_task,
            progress=_progress.get(),
            by_night=by_night,
            call_others=others if by_night else None,
        )
    except Exception as error:
        if by_night:
            tell(settings.notify, "核验没有完成", [f"{source}：{_reason(error)}"])
        raise
    if by_night:
        tell(settings.notify, "核验完成", summary_lines(source, summary))
    for row in summary.dossiers:
        if row.error is not None:
            get_run_logger().error("%s/%s：%s", row.programme, row.dossier, row.error)
    create_table_artifact(
        key="heyan-summary",
        table=[row.model_dump(mode="json") for row in summary.dossiers],
        description=f"{source}：{len(summary.dossiers)} 个卷宗",
    )
    return summary


def _reason(error: Exception) -> str:
    known = isinstance(error, (UsageError, StorageFault, IncompleteError))
    return str(error) if known else f"程序出错（{type(error).__name__}），见 Prefect 的日志"


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
