"""A region's notice as data: programme.toml and a catalogue of occupations."""

from datetime import date
from typing import Literal

from pydantic import Field, JsonValue

from schemas.base import Model
from schemas.document import DocumentKind
from schemas.dossier import ApplicantType, Scope

Role = Literal["full_time", "expert", "assessor", "supervisor"]
"""What the people on a roster do: 专职工作人员, 专家, 考评员, 督导员."""


class Material(Model):
    """A required material: any one of `kinds` will do.

    It is asked of the applicants in `applicant_types` (an empty list is all of them). One with `if_rented` is asked
    only where the premises are not the applicant's own. `roles` are the lists of people that must be among rosters.
    """

    kinds: list[DocumentKind]
    title: str
    basis: str
    applicant_types: list[ApplicantType] = Field(default_factory=list[ApplicantType])
    if_rented: bool = False
    roles: list[Role] = Field(default_factory=list[Role])


class RuleUse(Model):
    """A rule that the notice calls for, with its clause and its own thresholds (`needs`).

    Of several uses of one rule the first counts whose `scopes` and `applicant_types` hold the dossier's; an empty list
    holds all. `exception` is what the notice accepts instead and the packet does not show; it is said with each fail.
    """

    rule: str
    basis: str
    scopes: list[Scope] = Field(default_factory=list[Scope])
    applicant_types: list[ApplicantType] = Field(default_factory=list[ApplicantType])
    needs: dict[str, JsonValue] = Field(default_factory=dict[str, JsonValue])
    exception: str | None = None


class AnswerTerm(Model):
    """Within how many working days of receipt the centre has to answer, by which clause."""

    working_days: int = Field(ge=1, le=250)
    basis: str


class Occupation(Model):
    """One entry of a catalogue of occupations, as printed; `note` is the bracketed remark on its name.

    `green` marks the entries that carry the sign of a green occupation (a trailing L).
    """

    name: str
    code: str
    source: str
    number: int | None = None
    group: str | None = None
    note: str | None = None
    category: str | None = None
    green: bool = False
    remark: str | None = None


class Programme(Model):
    """A notice: with what materials and under which rules one may apply.

    `catalogues` are the files of the occupations it knows, by their paths from its own folder. `summary_form` is where
    it prints the form (汇总表) in which an office lists the applicants for the region, if it asks for one.
    """

    id: str
    title: str
    document_number: str
    effective_from: date | None = None
    effective_to: date | None = None
    extends: str | None = None
    answer: AnswerTerm | None = None
    summary_form: str | None = None
    catalogues: list[str] = Field(default_factory=list[str])
    materials: list[Material] = Field(default_factory=list[Material])
    rules: list[RuleUse] = Field(default_factory=list[RuleUse])
    catalogue: list[Occupation] = Field(default_factory=list[Occupation])
