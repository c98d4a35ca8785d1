"""What dossiers tell one another: what each leaves behind to be compared, and what of one was found in others."""

from enum import StrEnum

from pydantic import Field

from schemas.base import Model
from schemas.page import Line


class Applicant(Model):
    """Who applies, by what was read surely; two empty lists are an applicant who is not known."""

    names: list[str] = Field(default_factory=list[str])
    credit_codes: list[str] = Field(default_factory=list[str])


class KeptPage(Model):
    """A page that may be known again; `marks` are the names and numbers of one applicant or person on it.

    One without any text is known by its `fingerprint`.
    """

    file: str
    number: int
    lines: list[Line]
    marks: list[str] = Field(default_factory=list[str])
    fingerprint: str | None = None


class KeptPerson(Model):
    """A person on a roster, with a valid identity number; `full_time` is None where the roster does not tell."""

    name: str
    id_number: str
    full_time: bool | None
    confidence: float
    file: str
    page: int


class Entry(Model):
    """What one dossier leaves behind."""

    programme: str
    dossier: str
    applicant: Applicant
    pages: list[KeptPage] = Field(default_factory=list[KeptPage])
    people: list[KeptPerson] = Field(default_factory=list[KeptPerson])


class Holder(Model):
    """A place in another dossier; `is_another` says that its applicant is another for certain, and not perhaps."""

    programme: str
    dossier: str
    applicant: str | None
    is_another: bool
    file: str
    page: int


class Sharing(StrEnum):
    """How a page stands to one in another dossier."""

    SAME = "same"
    """The same, with a name that only one of the applicants, or a person of its lists, can have."""
    SAME_NUMBERS = "same_numbers"
    """The same, with long numbers, but without such a name: it may be a third party's paper."""
    NEARLY_SAME = "nearly_same"
    """The same, but for so few characters that they may be misread."""
    SAME_WORDS = "same_words"
    """The same, but without names or numbers: both may be copies of a third."""
    SAME_PICTURE = "same_picture"
    """Without text, and by its perceptual hash the same picture."""


class SharedPage(Model):
    """A page that stands in another dossier too."""

    file: str
    page: int
    sharing: Sharing
    holder: Holder


class SharedPerson(Model):
    """A person, by identity number, who stands in another dossier too; `is_certain` that it is the same, full-time."""

    id_number: str
    name: str
    is_certain: bool
    holder: Holder


class Elsewhere(Model):
    """What of one dossier was found in those of other applicants."""

    pages: list[SharedPage] = Field(default_factory=list[SharedPage])
    people: list[SharedPerson] = Field(default_factory=list[SharedPerson])
