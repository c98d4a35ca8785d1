"""What a night asks of the Prefect server: that other machines of its pool help, and that it is taken up again."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import WorkerFilter, WorkerFilterStatus
from prefect.client.schemas.objects import FlowRun, State
from prefect.flows import Flow
from prefect.runtime import deployment
from prefect.runtime import flow_run as this_run
from prefect.states import Scheduled

# A night that crashed begins again so many times, so many seconds later.
AGAIN, AGAIN_AFTER = 3, 20.0

logger = logging.getLogger("heyan")


def call_others(parameters: dict[str, Any]) -> Callable[[str, int], None]:
    """Return what starts a run of the deployment that runs now for every other worker of its pool that is at hand.

    Each is given the parameters, and in `helps` the name of the run that it helps. Where no pool stands behind the
    deployment, or the server does not answer, the run goes on alone.
    """

    def call(run: str, dossiers: int) -> None:
        try:
            for number in range(1, min(_others(), dossiers - 1) + 1):
                _start(f"help-{number}-{run[:8]}", {**parameters, "helps": run})
        except Exception:
            # A night without help is longer, and no worse.
            logger.warning("没有叫到工作池里的其他机器", exc_info=True)

    return call


def _others() -> int:
    """Return how many workers of the pool are at hand beside the one that runs this."""
    if not this_run.id:
        return 0
    with get_client(sync_client=True) as client:
        pool = client.read_flow_run(this_run.id).work_pool_name
        if pool is None:
            return 0
        online = WorkerFilter(status=WorkerFilterStatus(any_=["ONLINE"]))
        return len(client.read_workers_for_work_pool(pool, worker_filter=online)) - 1


def _start(name: str, parameters: dict[str, Any]) -> None:
    with get_client(sync_client=True) as client:
        client.create_flow_run_from_deployment(deployment.id, parameters=parameters, name=name)


def take_up(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:
    """Let a night whose process was lost begin again: what it had done is done, and somebody has to sum up.

    Those that only helped need not.
    """
    del flow, state
    before = [tag for tag in flow_run.tags if tag.startswith("again-")]
    if flow_run.deployment_id is None or not flow_run.parameters.get("by_night") or flow_run.parameters.get("helps"):
        return
    if len(before) == AGAIN:
        logger.error("核验 %d 次意外中断，不再重新开始", AGAIN + 1, extra={"event": "run.given_up"})
        return
    with get_client(sync_client=True) as client:
        client.create_flow_run_from_deployment(
            flow_run.deployment_id,
            parameters=flow_run.parameters,
            state=Scheduled(scheduled_time=datetime.now(UTC) + timedelta(seconds=AGAIN_AFTER)),
            tags=[*flow_run.tags, f"again-{len(before) + 1}"],
        )
