"""Stamps on copies: 复印件与原件一致, often with a day. They say nothing of what was copied, so no field is of them."""

import re

from extractors.values import dates
from schemas.page import Line, Page

# A stamp's day stands so many of the statement's heights under it at most.
BELOW = 1.6
_STATEMENT = re.compile(
    r"[此本该]?(?:复印|影印)?件?(?:内容)?[经已]?(?:核对)?[,，]?与原件(?:核对|比对)?(?:一致|相符|相同|无误|无异|属实)"
)
# What a sentence over several lines ends with: a clause of a pledge, not a stamp.
_SENTENCE_END = re.compile(r"(?:一致|相符|相同|无误|无异|属实)[。；;，,]$")


def without_copy_statements(page: Page) -> Page:
    """Return the page without what a stamp on the copy says: the statement and the day under it."""
    statements = [line for line in page.lines if _is_statement(line)]
    if not statements:
        return page
    lines = [
        line for line in page.lines if line not in statements and not any(_is_day_of(line, one) for one in statements)
    ]
    return page.model_copy(update={"lines": lines})


def _is_statement(line: Line) -> bool:
    text = "".join(line.text.split())
    return _STATEMENT.match(text) is not None and _SENTENCE_END.search(text) is None


def _is_day_of(line: Line, statement: Line) -> bool:
    """Say whether a line is a day and nothing else, in the middle under a statement."""
    text = "".join(line.text.split())
    found = dates.find_dates(text)
    if len(found) != 1 or (found[0].start, found[0].end) != (0, len(text)):
        return False
    left, top, right, bottom = statement.box
    aside = abs((line.box[0] + line.box[2]) - (left + right)) / 2
    return aside < (right - left) / 2 and 0 <= line.box[1] - (top + bottom) / 2 <= BELOW * (bottom - top)
