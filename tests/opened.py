"""All sheets of a file at once, as the tests look at them."""

from collections.abc import Iterator
from pathlib import Path

from extractors.opening import BrokenSheet, Sheet, UnreadableFile, count_sheets, open_sheets
from extractors.spans import missing_pages
from schemas.settings import Limits


def all_sheets(path: Path, limits: Limits | None = None) -> Iterator[Sheet]:
    """Yield the sheets of a file one at a time; raise UnreadableFile where any cannot be read."""
    limits = limits or Limits()
    count = count_sheets(path, path.name, limits)
    broken: list[int] = []
    for sheet in open_sheets(path, path.name, limits, range(1, count + 1)):
        if isinstance(sheet, BrokenSheet):
            broken.append(sheet.number)
        else:
            yield sheet
    if broken:
        raise UnreadableFile(path.name, missing_pages(broken, count))
