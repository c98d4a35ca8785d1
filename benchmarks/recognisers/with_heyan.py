"""Heyan, in this project's own environment, with a worker for every core and no pages remembered.

Dossiers go their whole way, from files to reports; other sets are read, every line of every page.
"""

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from measured import Pages, Read, serve

from flows.reports import write_report
from flows.verify import read_files, verify_dossier
from flows.workers import Workers
from schemas.page import Page
from schemas.settings import Settings
from validators import programmes


def load(request: dict[str, Any], cores: int) -> Read:
    """Start the workers and have each load its engine."""
    settings = Settings(workers=cores)
    workers = Workers(settings)

    def read_all(files: list[Path]) -> list[Page]:
        named = [(f"{place:03}.pdf", path) for place, path in enumerate(files)]
        with tempfile.TemporaryDirectory() as work:
            return read_files(named, workers=workers, limits=settings.limits, work=Path(work))[1]

    def verify(folder: Path) -> list[Page]:
        programme = folder.parent.name
        with tempfile.TemporaryDirectory() as work, tempfile.TemporaryDirectory() as out:
            report, pages = verify_dossier(
                folder,
                programme=programme,
                name=folder.name,
                workers=workers,
                limits=settings.limits,
                work=Path(work),
            )
            workers.call(write_report, report, pages, programmes.load(programme), Path(out))
        return pages

    def read(pages: Pages) -> Iterator[str]:
        if not pages.dossiers:
            yield from map(_text, read_all(pages.files))
            return
        # As many at a time as in a run over all dossiers.
        with ThreadPoolExecutor(workers.count + 1) as threads:
            for read_pages in threads.map(verify, pages.dossiers):
                yield from map(_text, read_pages)

    # They end with this process.
    workers.__enter__()
    read_all([Path(request["first"]["files"][0])] * cores)
    return read


def _text(page: Page) -> str:
    return "\n".join(line.text for line in page.lines)


if __name__ == "__main__":
    serve(load)
