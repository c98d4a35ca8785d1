"""Lists whose entries are blocks of lines, each a label and its value (姓名：…  学历：…), instead of a table's rows."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from extractors.layout import Passage, rows, space_between, stretches
from extractors.tables import TableRow
from schemas.page import Page

# So many entries make a list, and so many values an entry.
_ENTRIES, _VALUES = 2, 2
# In heights of a character: behind a wider space a value does not go on.
_APART = 2.5
# And behind such a one another label may begin.
_SPACE = 0.5
# The first line of an entry whose name has no label: 1 梁样例.
_NUMBERED_NAME = re.compile(r"\d{1,2}[、.．]?\s*(?P<name>[\u3400-\u9fff·]{2,8})")
_COLON = "[:：]"


@dataclass(frozen=True)
class _Labelled:
    name: str
    left: float
    value: Passage


def read_blocks(pages: Sequence[Page], columns: Mapping[str, Sequence[str]]) -> list[TableRow]:
    """Read the entries on some pages whose labels are among `columns` (name → variants); none where they are no list.

    Each begins with its `name`. Two blocks may stand side by side.
    """
    label = re.compile(
        "|".join(
            f"(?P<{name}>{'|'.join(re.escape(one) for one in sorted(variants, key=len, reverse=True))}){_COLON}"
            for name, variants in columns.items()
        )
    )
    entries: list[dict[str, Passage]] = []
    for page in pages:
        page_rows = rows(page)
        lines = [list(_labelled(row, label)) for row in page_rows]
        if not any(one.name == "name" for line in lines for one in line):
            lines = [line or list(_numbered_name(row)) for line, row in zip(lines, page_rows, strict=True)]
        for block in _side_by_side(lines):
            for one in block:
                if not entries or one.name == "name":
                    entries.append({})
                entries[-1].setdefault(one.name, one.value)
    filled = [{name: value for name, value in entry.items() if value} for entry in entries]
    found = [entry for entry in filled if "name" in entry and len(entry) >= _VALUES]
    return [TableRow(entry, sum(entry.values(), Passage())) for entry in found] if len(found) >= _ENTRIES else []


def _labelled(row: Passage, label: re.Pattern[str]) -> Iterator[_Labelled]:
    """Return the labels in a row with what stands behind them."""
    found = [match for match in label.finditer(row.text) if _begins(row, match.start())]
    for match, end in zip(found, [*(match.start() for match in found[1:]), len(row)], strict=False):
        value = row[match.end() : end].stripped()
        value = stretches(value, _APART)[0] if value else value
        yield _Labelled(str(match.lastgroup), row[match.start()].box[0], value)


def _begins(row: Passage, start: int) -> bool:
    """Say whether a label may begin here: 单位： is none within 发证单位：."""
    return (
        start == 0
        or re.match(r"[\u3400-\u9fff]", row.text[start - 1]) is None
        or space_between(row[start - 1], row[start]) > _SPACE
    )


def _numbered_name(row: Passage) -> Iterator[_Labelled]:
    for part in stretches(row, _APART):
        found = _NUMBERED_NAME.fullmatch(part.text)
        if found is not None:
            yield _Labelled("name", part.box[0], part[found.start("name") : found.end("name")])


def _side_by_side(lines: Sequence[Sequence[_Labelled]]) -> list[list[_Labelled]]:
    """Return the labels of each column of blocks, from the left: a row that has a label twice has two columns."""
    again = [
        other.left
        for line in lines
        for place, other in enumerate(line)
        if other.name in {one.name for one in line[:place]}
    ]
    every = [one for line in lines for one in line]
    if not again:
        return [every]
    edge = min(again) - 0.02
    return [[one for one in every if one.left < edge], [one for one in every if one.left >= edge]]
