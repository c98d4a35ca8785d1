# /// script
# requires-python = ">=3.11,<3.14"
# dependencies = ["ocrmypdf>=17,<18", "pypdfium2>=5,<6", "psutil"]
# ///
"""OCRmyPDF with the simplified Chinese model: pages that have text keep it, a job for every core."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
from measured import Pages, Read, serve


def load(request: dict[str, Any], cores: int) -> Read:
    """Look for what it calls."""
    del request
    missing = [command for command in ("tesseract", "gs") if shutil.which(command) is None]
    if missing:
        sys.exit("not installed: apt install tesseract-ocr tesseract-ocr-chi-sim ghostscript")

    def read(pages: Pages) -> Iterator[str]:
        for path in pages.files:
            with tempfile.TemporaryDirectory() as folder:
                made = Path(folder) / "searchable.pdf"
                _convert(path, made, cores)
                with pypdfium2.PdfDocument(made) as document:
                    texts = [page.get_textpage().get_text_bounded() for page in document]
            yield from texts

    return read


def _convert(path: Path, made: Path, cores: int) -> None:
    command = [sys.executable, "-m", "ocrmypdf", "--quiet", "--skip-text", "--language", "chi_sim"]
    # One thread a job, as it does itself where pages are many.
    environment = os.environ | {"OMP_THREAD_LIMIT": "1"}
    subprocess.run([*command, "--jobs", str(cores), path, made], check=True, env=environment)


if __name__ == "__main__":
    serve(load)
