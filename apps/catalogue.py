"""What the terminal shows of a look into a catalogue: the entries that a name and a code may mean, and why."""

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from flows.errors import UsageError
from schemas.programme import Occupation
from validators import programmes
from validators.catalogue import match, split

# Characters in a line where the output goes into a file, which has no width of its own.
FILE_WIDTH = 120


def show_matches(text: str, programme_id: str) -> None:
    """Print the entries of a programme's catalogue that a name, a code or both may mean, best first.

    Raises UsageError where the text is blank or there is no such programme.
    """
    name, code = split(text)
    if name is None and code is None:
        raise UsageError("请写明职业（工种）的名称或编码")
    try:
        programme = programmes.load(programme_id)
    except programmes.ProgrammeError as error:
        raise UsageError(str(error)) from error
    console = Console()
    if not console.is_terminal:
        console = Console(width=FILE_WIDTH)
    candidates = match(name, code, programme.catalogue)
    if not candidates:
        console.print(f"{programme.document_number}的职业目录中没有与“{text}”相近的职业（工种）", markup=False)
        return
    table = Table("名次", "职业（工种）", "编码", "相似度", box=SIMPLE_HEAD, pad_edge=False)
    for title in ("依据", "出处"):
        table.add_column(title, overflow="fold")
    for rank, one in enumerate(candidates, start=1):
        why = "；".join(part for part in (one.why, one.entry.remark) if part)
        table.add_row(str(rank), _printed(one.entry), one.entry.code, f"{one.score:.2f}", why, one.entry.source)
    console.print(table)


def _printed(entry: Occupation) -> str:
    """Return an entry's name as the notice prints it: with its note, with the sign of a green occupation."""
    return f"{entry.name}{'L' if entry.green else ''}{f'（{entry.note}）' if entry.note else ''}"
