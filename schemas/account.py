"""Who may work at the reviewer's desk."""

from enum import StrEnum

from schemas.base import Model


class Role(StrEnum):
    """What a person at the desk does: reviews dossiers, leads those who do, or keeps the machine and its accounts."""

    REVIEWER = "reviewer"
    SUPERVISOR = "supervisor"
    OPERATOR = "operator"


class Account(Model):
    """A person at the desk, since when, and when last seen to sign in.

    `has_password` is false where another service says who they are (OIDC).
    """

    name: str
    role: Role
    is_disabled: bool = False
    has_password: bool = True
    created: float
    signed_in: float | None = None
