"""Of which role the people on a roster are: as its heading says, page by page."""

import re

from schemas.document import Document
from schemas.page import Page
from schemas.programme import Role
from validators.case import Case, Row, value_of

ROLES: dict[Role, str] = {
    "full_time": "专职工作人员",
    "expert": "专家",
    "assessor": "考评员",
    "supervisor": "质量督导员",
}
_WORDS: dict[Role, re.Pattern[str]] = {
    "full_time": re.compile("专职|工作人员"),
    "expert": re.compile("专家"),
    "assessor": re.compile("考评"),
    "supervisor": re.compile("督导"),
}
_LIST = re.compile("名单|名册|一览|信息|情况|登记|汇总|清单|人员表")
_LONGEST = 30


def roles_on(page: Page) -> set[Role]:
    """Return the roles that headings of lists on a page name."""
    texts = ["".join(line.text.split()) for line in page.lines]
    headings = [text for text in texts if len(text) <= _LONGEST and _LIST.search(text)]
    return {role for role, word in _WORDS.items() if any(word.search(heading) for heading in headings)}


def roles_of(case: Case, roster: Document) -> set[Role]:
    """Return the roles a roster is for: the one its heading was read as, and those that stand on its pages."""
    roles: set[Role] = {role for page in case.pages(roster) for role in roles_on(page)}
    read = _read(case, roster)
    if read is not None:
        roles.add(read)
    return roles


def role_of(case: Case, row: Row) -> Role | None:
    """Return a person's role: of the list's heading on that very page, or else of the roster; None where several.

    Where a document holds several lists, each was read with its own heading.
    """
    roster = row.list_value.document
    if any(roster is section or roster is one for one in case.dossier.documents for section in one.sections):
        return _read(case, roster)
    named = roles_on(row.page) if row.page is not None else set[Role]()
    if len(named) > 1:
        return None
    return next(iter(named), None) or _read(case, roster)


def _read(case: Case, roster: Document) -> Role | None:
    read = value_of(roster, "role")
    if read is None or read.field.confidence < case.thresholds.sure:
        return None
    return next((role for role in ROLES if role == read.value), None)
