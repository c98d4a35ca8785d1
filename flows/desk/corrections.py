"""What corrections teach: every value that a person said is right, beside what was read."""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import JsonValue

from flows.database import Database
from schemas.base import Box
from schemas.document import DocumentKind


@dataclass(frozen=True)
class Labelled:
    """What was read somewhere, how surely, and what a person said it is; `is_right` where both are the same.

    `field` is None where it is the document's kind that was said. An entry of a list has the list's field with its
    row and column, `occupations[2].code`.
    """

    programme: str
    dossier: str
    revision: int
    document: DocumentKind
    field: str | None
    file: str | None
    page: int | None
    box: Box | None
    text: str | None
    value: JsonValue
    confidence: float
    right: JsonValue
    who: str
    made: float

    @property
    def is_right(self) -> bool:
        """Say whether it was read right."""
        return self.value == self.right


def labelled(database: Database) -> Iterator[Labelled]:
    """Yield all that people said of values and kinds, the oldest first; of one place what was said last."""
    raise NotImplementedError
