"""Whatever is killed at whatever moment: what there is in the end is what nights that nothing disturbs give."""

from collections import Counter
from pathlib import Path

import pytest

from tests.crashes import World, items, revisions

ROUNDS, SEED, DOSSIERS = 50, 20261121, 36


@pytest.mark.timeout(1800)
@pytest.mark.usefixtures("own_settings")
def test_kills_at_any_moment_lose_nothing_and_change_nothing(tmp_path: Path) -> None:
    print(f"seed {SEED}")
    coming = items(DOSSIERS)
    with World(tmp_path / "world", coming) as world:
        quiet = world.undisturbed()
        disturbed = world.disturbed(quiet, ROUNDS, SEED)

    # What is compared is what there should be.
    assert {name: row["revision"] for name, row in quiet.outcome.dossiers.items()} == revisions(coming)
    assert len(quiet.outcome.summary) == len(revisions(coming))
    assert disturbed.outcome == quiet.outcome

    # Nothing else was to be seen while it went on.
    assert disturbed.watcher.wrong == {}
    assert disturbed.watcher.looks.keys() >= {name for name in quiet.outcome.reports if name.startswith("jilin-2022/")}

    kills = Counter(kill.target for kill in disturbed.kills)
    assert kills == {"night": 12, "worker": 12, "s3": 10, "postgresql": 10, "prefect": 6}
    assert sum(kill.running > 0 for kill in disturbed.kills) > ROUNDS / 5, disturbed.kills
    # The last night of this machine was not disturbed, and removed what killed ones had left.
    assert not list(disturbed.folders[0].glob("heyan-work-*"))
