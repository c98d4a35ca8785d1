"""What a person may say that a field's value is: the types of the contract's fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pydantic import JsonValue

from schemas.document import DocumentKind


class Type(StrEnum):
    """The types of values: how they are typed in, and how they stand in a report."""

    TEXT = "text"
    CODE = "code"
    DATE = "date"
    MONTH = "month"
    """YYYY-MM or YYYY-MM-DD."""
    NUMBER = "number"
    COUNT = "count"
    YES_NO = "yes_no"
    CHOICE = "choice"
    LEVELS = "levels"
    ROWS = "rows"


@dataclass(frozen=True)
class FieldType:
    """A field: its name, its type, what it may be (`choices`, by what reports call them), a list's `columns`."""

    name: str
    type: Type
    choices: Mapping[str, str] | None = None
    columns: tuple["FieldType", ...] = ()

    @property
    def label(self) -> str:
        """Return how people call it."""
        raise NotImplementedError


def fields_of(kind: DocumentKind) -> Mapping[str, FieldType]:
    """Return the fields that documents of a kind have, by name, in the contract's order."""
    raise NotImplementedError


def parse(field: FieldType, value: JsonValue) -> JsonValue:
    """Return a value as it stands in a report; blank text is None.

    Dates may come as 2022年7月18日 or 2022/7/18, numbers with separators, codes and names with spaces and half-width
    brackets. Raises ValueError, in words for who typed it, where a value is none of its type.
    """
    raise NotImplementedError
