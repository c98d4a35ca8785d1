"""The folder of a run in which dossiers lie while they are verified: nothing of them stays there."""

import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

_PREFIX, _LOCK = "heyan-work-", "lock"


@contextmanager
def working_folder() -> Generator[Path]:
    """Have an empty folder for as long as the context lasts; what killed runs left of theirs goes first."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        _remove_if_left(folder)
    with tempfile.TemporaryDirectory(prefix=_PREFIX) as name:
        folder = Path(name)
        begun = folder / f"{_LOCK}.begun"
        with begun.open("wb") as lock:
            with suppress(OSError):
                _take(lock)
            # Nobody finds a lock that is not held yet.
            begun.rename(folder / _LOCK)
            work = folder / "work"
            work.mkdir()
            yield work


def _remove_if_left(folder: Path) -> None:
    """Remove a folder whose run is gone: nobody holds its lock any more, in whatever container it ran."""
    # Another user's, without a lock, or in use.
    with suppress(OSError), (folder / _LOCK).open("r+b") as lock:
        _take(lock)
        shutil.rmtree(folder, ignore_errors=True)


def _take(lock: IO[bytes]) -> None:
    """Take a lock that ends with this process. Raises OSError where another holds it, or there is no such thing."""
    try:
        import fcntl  # noqa: PLC0415 - not on Windows
    except ImportError:
        raise OSError from None
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
