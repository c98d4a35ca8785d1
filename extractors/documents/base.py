"""What a document type declares: how to recognise it and what to read from it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import JsonValue

from extractors.ink import is_paper
from extractors.labels import Labelled, labelled
from extractors.layout import Passage, around, rows, stretches
from extractors.values import dates
from schemas.document import DocumentKind, Field, FieldRow
from schemas.page import Page

Parser = Callable[[Labelled], Field | None]
"""Reads one value from what stands beside a label; None where it holds no such value."""


# The second row of a term that is printed in two.
_UNTIL = re.compile(r"[至到]")
_TERM = re.compile(r"[自从]?[12二]")
# In heights of a character: behind so wide a room another column begins.
COLUMN_GAP = 2.2


@dataclass(frozen=True)
class LabelledField:
    """A field that stands beside a label: the label's variants on paper and the parser of its value."""

    name: str
    labels: tuple[str, ...]
    parse: Parser


@dataclass(frozen=True)
class Inside:
    """A document that stands on the pages of another: its kind, its fields, and the parts of pages it stands on."""

    kind: DocumentKind
    fields: dict[str, Field]
    pages: Sequence[Page]

    @property
    def places(self) -> set[tuple[str, int]]:
        """The files and numbers of its pages."""
        return {(page.file, page.number) for page in self.pages}


@dataclass(frozen=True)
class ListTitle:
    """What a list may be headed by where its columns are told under it: a pattern, and the columns' heads.

    Of each of the heads one wording must stand there.
    """

    title: str
    head: tuple[tuple[str, ...], ...]


def _nothing(pages: Sequence[Page]) -> dict[str, Field]:
    del pages
    return {}


def _none_inside(pages: Sequence[Page]) -> list[Inside]:
    del pages
    return []


def _none_derived(fields: dict[str, Field]) -> dict[str, Field]:
    return fields


def _never(page: Page) -> bool:
    del page
    return False


def _no_set(pages: Sequence[Page], page: Page) -> bool:
    del pages, page
    return False


@dataclass(frozen=True)
class DocumentType:
    """One kind of document.

    `titles` are what its heading ends with or consists of, matched fuzzily; `title_pattern` is what headings of its
    kind look like as a whole, for wordings that no list holds, `list_title` what they may be over a list; a heading in
    which `no_title` is found is none of its.
    `marks` are words that its pages carry and others seldom do: they place a page without a heading; those of `keeps`
    open no document, but keep a page in one that runs.
    `pages_at_most` bounds how far it goes on; headings of the kinds in `contains` may stand inside it as sections;
    with `has_parts` its pages may begin with titles that name no kind.
    `continues` says of a page with the very heading of the document before it that it goes on with it (a table's second
    page), `is_one_set` of one with another heading of the kind that it is a part of the same set as the pages before it
    (a balance sheet and an income statement; a list that ends over the next one's heading). `read` returns the fields
    of its pages, `inside` what stands on them besides: a form's lists of people are rosters. `derive` adds to fields
    what follows from them without being printed.
    """

    kind: DocumentKind
    titles: tuple[str, ...]
    title_pattern: str | None = None
    list_title: ListTitle | None = None
    no_title: str | None = None
    marks: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    contains: frozenset[DocumentKind] = frozenset()
    has_parts: bool = False
    pages_at_most: int = 1000
    continues: Callable[[Page], bool] = field(default=_never)
    is_one_set: Callable[[Sequence[Page], Page], bool] = field(default=_no_set)
    read: Callable[[Sequence[Page]], dict[str, Field]] = field(default=_nothing)
    inside: Callable[[Sequence[Page]], list[Inside]] = field(default=_none_inside)
    derive: Callable[[dict[str, Field]], dict[str, Field]] = field(default=_none_derived)


def _is_blank(item: Labelled) -> bool:
    """Say whether a label's cell is blank paper: nothing was read in it and no ink is in it."""
    return item.room is not None and is_paper(item.label.page, item.room)


def read_labelled(
    pages: Sequence[Page], fields: Sequence[LabelledField], other_labels: Mapping[str, Sequence[str]] | None = None
) -> dict[str, Field]:
    """Read the fields beside their labels.

    Of several places the best label whose value parses counts. Where none parses, the field says what was seen; where
    the label's cell is blank paper, the field has neither value nor text.
    `other_labels` are labels of values that are not wanted but end the value before them.
    """
    labels: dict[str, Sequence[str]] = {one.name: one.labels for one in fields}
    labels.update(other_labels or {})
    candidates: dict[str, list[Labelled]] = {one.name: [] for one in fields}
    for page in pages:
        for name, found in labelled(page, labels).items():
            if name in candidates:
                candidates[name].extend(found)
    values: dict[str, Field] = {}
    for one in fields:
        ordered = sorted(candidates[one.name], key=lambda item: -item.score)
        parsed = next((value for item in ordered if item.value and (value := one.parse(item))), None)
        if parsed is not None:
            values[one.name] = parsed
            continue
        seen = next((item.value for item in ordered if item.value), None)
        if seen is not None:
            values[one.name] = seen.field(None, confidence=0.5)
        elif (blank := next((item for item in ordered if _is_blank(item)), None)) is not None:
            values[one.name] = blank.label.field(None, confidence=blank.score).model_copy(
                update={"text": None, "box": blank.room}
            )
    return values


def lacks(fields: Mapping[str, Field], name: str) -> bool:
    """Say whether a field has no value: it was not found, or not understood."""
    return name not in fields or fields[name].value is None


def keep(fields: dict[str, Field], name: str, value: Field | None) -> None:
    """Set a field where something was read for it."""
    if value is not None:
        fields[name] = value


def list_field(values: Sequence[JsonValue], places: Sequence[FieldRow]) -> Field | None:
    """Return a list of entries as a field, whose box is around those on its first page; None where there are none."""
    if not values:
        return None
    first = places[0].place
    on_page = [one.place.box for one in places if (one.place.file, one.place.page) == (first.file, first.page)]
    return Field(
        value=list(values),
        text="\n".join(place.text for place in places),
        confidence=min(place.confidence for place in places),
        file=first.file,
        page=first.page,
        box=around(on_page),
        rows=list(places),
    )


def _with_end_below(item: Labelled) -> Passage:
    """Return a term with its end from the next row, 至2022年4月13日, where another column stands beside both."""
    if not item.value:
        return item.value
    first = stretches(item.value, COLUMN_GAP)[0]
    for row in rows(item.label.page):
        for part in stretches(row, COLUMN_GAP):
            is_under = first.box[1] < part.box[1] < first.box[3] + 2 * first.height
            beside = min(part.box[2], first.box[2]) - max(part.box[0], item.label.box[0])
            if is_under and beside > 0 and _UNTIL.match(part.text) and dates.find_dates(part.text):
                return first + part
    return item.value


def _range_below(item: Labelled) -> Passage:
    """Return a whole term in the row under its label, where both stand in the middle of a column."""
    label = item.label
    for row in rows(label.page):
        for part in stretches(row, COLUMN_GAP):
            is_under = 0 < part.box[1] - label.box[1] < 3 * label.height
            if is_under and part.box[0] < (label.box[0] + label.box[2]) / 2 < part.box[2] and _TERM.match(part.text):
                return part
    return Passage()


def read_term(pages: Sequence[Page], labels: Mapping[str, Sequence[str]], term: str) -> dict[str, Field]:
    """Read a certificate's term, labelled by `labels[term]`, as `valid_from` and `valid_to` (null for 长期).

    Of several readings the first one with both sides counts: a seal hides the end of one.
    """
    best: dict[str, Field] = {}
    for page in pages:
        for item in labelled(page, labels)[term]:
            value = item.value
            found = dates.find_range(value.text)
            if found is None or found.last is None:
                value = _with_end_below(item) if value else _range_below(item)
                found = dates.find_range(value.text)
            if found is None:
                continue
            sides = {
                name: value[side.start : side.end].field(side.value.isoformat() if side.value else None)
                for name, side in (("valid_from", found.first), ("valid_to", found.last))
                if side is not None
            }
            if len(sides) > len(best):
                best = sides
    return best
