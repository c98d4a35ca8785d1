"""What a run that was killed leaves of the dossiers it had at hand."""

# ruff: noqa: S603 - the commands are ours

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from flows.working import working_folder

CODE = """
import time
from flows.working import working_folder
with working_folder() as work:
    (work / "page.jpg").write_bytes(b"1")
    print(work, flush=True)
    time.sleep(600)
"""


def begun() -> tuple["subprocess.Popen[str]", Path]:
    process = subprocess.Popen([sys.executable, "-c", CODE], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_what_a_killed_run_left_goes_and_what_is_in_use_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    (killed, left), (living, used) = begun(), begun()
    other = tmp_path / "heyan-work-of-nobody"
    other.mkdir()
    killed.kill()
    killed.communicate()
    assert (left / "page.jpg").exists()
    with working_folder() as work:
        assert list(work.iterdir()) == []
        assert not left.parent.exists()
        assert (used / "page.jpg").exists()
    living.terminate()
    living.communicate()
    assert not work.exists()
    assert other.exists()
