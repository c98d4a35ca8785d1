"""What `make bench-others` stands on: the true text of pages, the answers of tools, the table's sums."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pypdfium2
import pytest
from rich.console import Console

from benchmarks.printed_text import printed_text
from benchmarks.reading_errors import Errors, compare
from samples.generator import fonts

try:
    from benchmarks.comparison import HEYAN, Pages, Result, Seconds, Sheet, Tool, measure, show
except fonts.FontsMissingError as error:
    pytest.skip(str(error), allow_module_level=True)

SAMPLES = Path(__file__).parents[1] / "samples"
RECOGNISERS = Path(__file__).parents[1] / "benchmarks" / "recognisers"

# A tool that reads nothing but its pages' names, prints what is no answer, and works by a process of its own.
NAMES = """
import subprocess, sys
from measured import serve

def load(request, cores):
    print("loading", cores)

    def read(pages):
        for path in pages.images:
            print("noise")
            subprocess.run([sys.executable, "-c", "sum(range(3_000_000))"], check=True)
            yield path.stem

    return read

serve(load)
"""


def test_printed_text_has_what_the_truth_says() -> None:
    truth = json.loads((SAMPLES / "truth/neimenggu-enterprise-2019/QY-0001.json").read_text(encoding="utf-8"))
    folder = SAMPLES / "packets/neimenggu-enterprise-2019/QY-0001"
    found = 0
    for document in truth["documents"]:
        page = document["pages"][0]
        with pypdfium2.PdfDocument(folder / page["file"]) as pdf:
            text = printed_text(pdf, page["page"] - 1)
            drawn = pdf[page["page"] - 1].get_textpage().get_text_range()
        assert compare(drawn, text).bag == 0
        code = document["fields"].get("credit_code")
        if code is not None:
            found += any(code in line for line in text.splitlines())
    assert found >= 2


def test_answers_of_a_tool(tmp_path: Path) -> None:
    (tmp_path / "names.py").write_text(NAMES, encoding="utf-8")
    (tmp_path / "measured.py").symlink_to(RECOGNISERS / "measured.py")
    pages = Pages([Sheet("", "office", Path(f"{name}.png")) for name in ("一", "二")]).request()
    request = {"cores": 1, "first": pages, "sets": {"scanned": pages, "digital": Pages().request()}}
    (tmp_path / "request.json").write_text(json.dumps(request), encoding="utf-8")
    done = subprocess.run(  # noqa: S603
        [sys.executable, tmp_path / "names.py", tmp_path / "request.json"], capture_output=True, text=True, check=True
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(one.get("set"), one.get("text")) for one in answers] == [
        *((None, None), ("scanned", "一"), ("scanned", "二"), ("scanned", None), ("digital", None))
    ]
    assert answers[0]["loaded"]
    assert answers[3]["done"]
    # The work of the process that it waited for.
    assert answers[2]["cpu"] > answers[1]["cpu"] > 0.01
    assert "noise" in done.stderr


def test_a_tool_that_cannot_be_installed_costs_its_row_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV", "false")
    console = Console(file=io.StringIO(), width=130)
    sheets = [Sheet("样例", "office", tmp_path / "1.png")]
    result = measure(
        Tool("Other", "with_rapidocr.py", ""),
        {"scanned": Pages(sheets), "digital": Pages()},
        tmp_path,
        tmp_path,
        9,
        console,
    )
    assert result.trouble.startswith("not installed")
    own = Result(
        HEYAN, 1.0, {"scanned": Seconds(4, 2.0, 4.0), "dossiers": Seconds(6, 2.0, 4.0)}, {"office": Errors(200, 3, 2)}
    )
    other = Result(
        Tool("Slow", "slow.py", ""), 1.0, {"scanned": Seconds(4, 16.0, 30.0), "digital": Seconds(2, 4.0, 8.0)}
    )
    show(console, [own, other, result])
    printed = console.file.getvalue()
    # 6 pages in 20 s against 6 in 2 s; 4 in 16 s against 4 in 2 s.
    assert "10.00" in printed
    assert "8.00" in printed
    assert "1.50% (1.00%)" in printed
