"""A short run of the bench that breaks files: each of them ends as pages or as a reason."""

from pathlib import Path
from random import Random

import pytest

from benchmarks.fuzz import FAILURES, Outcome, opened, run
from benchmarks.mutations import mutated, seeds
from schemas.settings import Limits


def test_broken_files_end_as_pages_or_a_reason(tmp_path: Path) -> None:
    results = list(run(range(200), 7, tmp_path / "failed", 60))
    assert [result.number for result in results] == list(range(200))
    assert [result for result in results if result.outcome in FAILURES] == []
    assert not list((tmp_path / "failed").iterdir())
    # Mutations that only whole files or only unreadable ones came of would find little.
    outcomes = [result.outcome for result in results]
    assert all(outcomes.count(one) >= 5 for one in (Outcome.PAGES, Outcome.BOTH, Outcome.REASON))


def test_an_input_can_be_made_again() -> None:
    one, other = ([mutated(whole, Random(f"7 {number}"))[1] for number in range(60)] for whole in (seeds(), seeds()))
    assert one == other


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_the_files_to_start_from_are_whole(tmp_path: Path) -> None:
    whole = {"PDF": 0, "JPEG": 0, "PNG": 0, "TIFF": 0, "ZIP": 0}
    for seed in seeds():
        path = tmp_path / "a.bin"
        path.write_bytes(seed.content)
        outcome, reason = opened(path, Limits(), tmp_path / "work")
        whole[seed.kind] += outcome in (Outcome.PAGES, Outcome.BOTH)
        assert outcome is not Outcome.SILENT, (seed, reason)
    assert min(whole.values()) >= 4, whole
