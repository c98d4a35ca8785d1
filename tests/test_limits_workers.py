"""Files that take all time or all memory cost themselves only, whatever they do to the process that handles them."""

import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import pikepdf
import pytest

from extractors.opening import Sheet
from extractors.reading import Reader
from flows.verify import read_files
from flows.workers import Workers
from schemas.dossier import File, FileStatus
from schemas.page import Page
from schemas.settings import Limits, Settings

LIMITS = Limits(page_seconds=3, worker_bytes=1_500_000_000)


class Unread(Reader):
    """Takes sheets without reading them, and raises what a library does where a page is too odd for it."""

    def read(self, sheet: Sheet, work: Path) -> Page:
        if "large" in sheet.file:
            bytearray(2 * LIMITS.worker_bytes)
        if "slow" in sheet.file:
            time.sleep(0.3)
        if "odd" in sheet.file:
            cv2.resize(sheet.image, (0, 0))
        return Page(file=sheet.file, number=sheet.number, width=1, height=1, source="ocr")


@pytest.fixture(scope="module")
def unread() -> Iterator[Workers]:
    with Workers(Settings(workers=1, limits=LIMITS), Unread) as workers:
        yield workers


def plain(folder: Path, name: str, pages: int = 1) -> Path:
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page(page_size=(595, 842))
        pdf.save(folder / name)
    return folder / name


def endless_forms(path: Path) -> Path:
    """A page that shows a form that shows ten others ten times, and so on: ten thousand million in all."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        form = pdf.make_stream(b"0 0 100 100 re f")
        for level in range(11):
            if level:
                inner = form
                form = pdf.make_stream(b"/F Do " * 10)
                form.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=inner))
            form.Type, form.Subtype, form.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, [0, 0, 595, 842]
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=form))
        page.Contents = pdf.make_stream(b"/F Do")
        pdf.save(path)
    return path


def read(workers: Workers, *paths: Path) -> dict[str, File]:
    files, _ = read_files([(path.name, path) for path in paths], workers=workers, limits=LIMITS, work=paths[0].parent)
    return {file.path: file for file in files}


def test_a_page_without_end_costs_its_file_only(unread: Workers, tmp_path: Path) -> None:
    files = read(unread, endless_forms(tmp_path / "forms.pdf"), plain(tmp_path, "whole.pdf"))
    assert files["whole.pdf"].status is FileStatus.READ
    assert files["forms.pdf"].status is FileStatus.QUARANTINED
    assert "limits.page_seconds" in (files["forms.pdf"].reason or "")


def test_a_page_that_takes_all_memory_costs_its_file_only_and_is_logged(
    unread: Workers, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    files = read(unread, plain(tmp_path, "large.pdf"), plain(tmp_path, "whole.pdf"))
    assert files["whole.pdf"].status is FileStatus.READ
    assert files["large.pdf"].status is FileStatus.QUARANTINED
    assert "limits.worker_bytes" in (files["large.pdf"].reason or "")
    [record] = [vars(record) for record in caplog.records if hasattr(record, "file")]
    assert (record["event"], record["file"], record["page"]) == ("page.lost", "large.pdf", 1)


def test_a_dossier_without_end_is_read_in_part(unread: Workers, tmp_path: Path) -> None:
    path = plain(tmp_path, "slow.pdf", pages=20)
    few = LIMITS.model_copy(update={"dossier_seconds": 0.5})
    files, pages = read_files([(path.name, path)], workers=unread, limits=few, work=tmp_path)
    # What was begun is finished: four pages at a time.
    assert [page.number for page in pages] in ([*range(1, 5)], [*range(1, 9)], [*range(1, 13)])
    assert files[0].status is FileStatus.QUARANTINED
    assert "limits.dossier_seconds" in (files[0].reason or "")
    assert read(unread, path)["slow.pdf"].status is FileStatus.READ


def test_what_a_library_raises_on_a_page_costs_its_file_only(unread: Workers, tmp_path: Path) -> None:
    files = read(unread, plain(tmp_path, "odd.pdf"), plain(tmp_path, "whole.pdf"))
    assert files["whole.pdf"].status is FileStatus.READ
    assert files["odd.pdf"].status is FileStatus.QUARANTINED
    assert "第 1 页不能读" in (files["odd.pdf"].reason or "")


def allocated(size: int) -> int:
    return len(bytearray(size))


def test_a_worker_gets_no_more_memory_than_it_may_take(unread: Workers) -> None:
    with pytest.raises(MemoryError):
        unread.call(allocated, LIMITS.worker_bytes)
    assert unread.call(allocated, 100_000_000) == 100_000_000
