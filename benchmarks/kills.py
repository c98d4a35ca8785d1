"""Rounds of kill -9, as many as wanted, by other seeds than the tests' one; what they are is told in tests/crashes.py.

`python -m benchmarks.kills --help`. Prints what was killed, what was going on then, and how long it was away; ends with
status 1 where anything came out otherwise than in nights that nothing disturbed.
"""

import argparse
import dataclasses
import statistics
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.crashes import Disturbed, Quiet, World, items


def main() -> None:
    """Kill, compare, print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=200)
    arguments.add_argument("--seed", type=int, default=20261121)
    arguments.add_argument("--dossiers", type=int, help="a third have a late file (default: half the rounds)")
    chosen = arguments.parse_args()
    console = Console(width=110)
    console.print(f"seed {chosen.seed}")
    coming = items(chosen.dossiers or chosen.rounds // 2)
    with tempfile.TemporaryDirectory() as temporary, World(Path(temporary) / "world", coming) as world:
        quiet = world.undisturbed()
        began = time.monotonic()
        disturbed = world.disturbed(quiet, chosen.rounds, chosen.seed)
        seconds = time.monotonic() - began
    show(console, disturbed, seconds)
    wrong = differences(quiet, disturbed)
    console.print("\n".join(wrong) if wrong else "nothing differs")
    sys.exit(1 if wrong else 0)


def show(console: Console, disturbed: Disturbed, seconds: float) -> None:
    """Print what was killed."""
    table = Table("killed", title=f"{len(disturbed.kills)} kills in {seconds:.0f} s")
    for column in ("times", "while a dossier was verified", "median seconds away", "most"):
        table.add_column(column, justify="right")
    for target in World.TARGETS:
        own = [kill for kill in disturbed.kills if kill.target == target]
        if own:
            away = [kill.away for kill in own]
            busy = sum(kill.running > 0 for kill in own)
            table.add_row(target, str(len(own)), str(busy), f"{statistics.median(away):.1f}", f"{max(away):.1f}")
    console.print(table)
    looks = disturbed.watcher.looks
    console.print(f"{sum(looks.values()):,} looks at {len(looks)} reports, kept and current")


def differences(quiet: Quiet, disturbed: Disturbed) -> list[str]:
    """Return what came out otherwise, and what nobody should have seen."""
    wrong = [f"seen, but in no undisturbed night: {name}" for name in disturbed.watcher.wrong]
    for part in dataclasses.fields(quiet.outcome):
        one, other = (getattr(whole, part.name) for whole in (quiet.outcome, disturbed.outcome))
        if one != other:
            wrong.append(f"differs: {part.name}\n  undisturbed {one}\n  disturbed {other}"[:2000])
    return wrong


if __name__ == "__main__":
    main()
