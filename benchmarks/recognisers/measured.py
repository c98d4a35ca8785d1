"""What every recogniser's script does: take the request, load, read, say what was read and what it took.

A script is called with the path of a request (JSON, see `benchmarks.comparison`) and writes lines of JSON: one when it
is loaded, one for each page, one at the end of a set of pages. It runs in an environment of its own (`# /// script`),
with nothing of this project but this file. Seconds are those since the set was begun; CPU seconds are those of the
process and of all its children.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil


@dataclass(frozen=True)
class Pages:
    """A set of pages: as one image each, and as PDF files that hold the same pages in the same order.

    Where these are whole dossiers, `dossiers` are their folders.
    """

    images: list[Path]
    files: list[Path]
    dossiers: list[Path]


Read = Callable[[Pages], Iterator[str]]


def serve(load: Callable[[dict[str, Any], int], Read]) -> None:
    """Read the sets of the request with what `load` makes of it and of the number of cores.

    What it makes yields the text of each page of a set, in their order.
    """
    # Libraries print what they like: only this goes to standard output.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    request = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    clock = _Clock()

    def answer(**values: Any) -> None:
        print(json.dumps(values | clock.seconds(), ensure_ascii=False), file=answers, flush=True)

    read = load(request, request["cores"])
    list(read(_pages(request["first"])))
    answer(loaded=True)
    for name, pages in request["sets"].items():
        clock = _Clock()
        for text in read(_pages(pages)):
            answer(set=name, text=text)
        answer(set=name, done=True)


def _pages(values: dict[str, list[str]]) -> Pages:
    return Pages(**{name: [Path(one) for one in paths] for name, paths in values.items()})


class _Clock:
    """Wall clock and CPU seconds from now on."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), _cpu_seconds()

    def seconds(self) -> dict[str, float]:
        return {"wall": time.perf_counter() - self._wall, "cpu": _cpu_seconds() - self._cpu}


def _cpu_seconds() -> float:
    """Return the CPU seconds of this process and its children, those that have ended too."""
    own = psutil.Process()
    total = 0.0
    for process in (own, *own.children(recursive=True)):
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total
