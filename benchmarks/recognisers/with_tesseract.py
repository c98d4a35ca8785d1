# /// script
# requires-python = ">=3.11,<3.14"
# dependencies = ["psutil"]
# ///
"""Tesseract's command with the simplified Chinese model: a process for every core, a page each, one thread."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from measured import Pages, Read, serve


def load(request: dict[str, Any], cores: int) -> Read:
    """Look for the command and its model."""
    del request
    command = shutil.which("tesseract")
    if command is None or "chi_sim" not in _run(command, "--list-langs").split():
        sys.exit("not installed: apt install tesseract-ocr tesseract-ocr-chi-sim")

    def read(pages: Pages) -> Iterator[str]:
        def one(path: Path) -> str:
            return _run(command, str(path), "stdout", "-l", "chi_sim")

        with ThreadPoolExecutor(cores) as threads:
            yield from threads.map(one, pages.images)

    return read


def _run(*command: str) -> str:
    # Its threads win little on a page; pages side by side win all.
    environment = os.environ | {"OMP_THREAD_LIMIT": "1"}
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout


if __name__ == "__main__":
    serve(load)
