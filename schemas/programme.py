"""A region's notice as data: programme.toml and catalogue.csv."""

from datetime import date

from pydantic import Field, JsonValue

from schemas.base import Model
from schemas.document import DocumentKind


class Material(Model):
    """A required material: any one of `kinds` satisfies it."""

    kinds: list[DocumentKind]
    title: str
    basis: str


class RuleUse(Model):
    """A rule that the notice calls for, with its clause and its own thresholds (`needs`).

    Several uses of one rule are told apart by `scopes` and `applicant_types`: the first whose lists hold the dossier's
    scope and type is the one that counts; an empty list holds all.
    """

    rule: str
    basis: str
    scopes: list[str] = Field(default_factory=list[str])
    applicant_types: list[str] = Field(default_factory=list[str])
    needs: dict[str, JsonValue] = Field(default_factory=dict[str, JsonValue])


class Occupation(Model):
    """One entry of the occupation catalogue, as printed in the notice; `note` is the bracketed remark on its name.

    `green` marks the entries that carry the green-occupation sign (a trailing L).
    """

    number: int
    group: str
    name: str
    note: str | None = None
    code: str
    category: str | None = None
    green: bool = False
    remark: str | None = None


class Programme(Model):
    """A notice: who may apply, with what materials, under which rules."""

    id: str
    title: str
    document_number: str
    effective_from: date | None = None
    effective_to: date | None = None
    extends: str | None = None
    materials: list[Material] = Field(default_factory=list[Material])
    rules: list[RuleUse] = Field(default_factory=list[RuleUse])
    catalogue: list[Occupation] = Field(default_factory=list[Occupation])
