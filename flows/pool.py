"""The other machines of a work pool: asked to help with a night that has more than one dossier."""

import logging
from collections.abc import Callable
from typing import Any

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import WorkerFilter, WorkerFilterStatus
from prefect.runtime import deployment, flow_run

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
    if not flow_run.id:
        return 0
    with get_client(sync_client=True) as client:
        pool = client.read_flow_run(flow_run.id).work_pool_name
        if pool is None:
            return 0
        online = WorkerFilter(status=WorkerFilterStatus(any_=["ONLINE"]))
        return len(client.read_workers_for_work_pool(pool, worker_filter=online)) - 1


def _start(name: str, parameters: dict[str, Any]) -> None:
    with get_client(sync_client=True) as client:
        client.create_flow_run_from_deployment(deployment.id, parameters=parameters, name=name)
