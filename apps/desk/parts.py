"""What the desk is made of, at hand wherever a request is answered."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from typing import Any
from zoneinfo import ZoneInfo

from authlib.integrations.starlette_client import OAuth
from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined

from apps.desk import wording
from apps.desk.assets import address_of_asset
from flows.accounts import Accounts
from flows.database import Database
from flows.desk.desk import Desk
from flows.desk.files import ReportFiles
from flows.reports import labels
from schemas.settings import OidcSettings, Settings


@dataclass(frozen=True)
class Parts:
    """The database, what works on it, and what draws pages."""

    settings: Settings
    database: Database
    accounts: Accounts
    desk: Desk
    files: ReportFiles

    @cached_property
    def zone(self) -> ZoneInfo:
        """The clock that people here go by."""
        return ZoneInfo(self.settings.night.timezone)

    def now(self) -> datetime:
        """Return what that clock shows."""
        return datetime.now(self.zone)

    @property
    def is_https(self) -> bool:
        """Say whether people come by https."""
        return (self.settings.desk.url or "").startswith("https://")

    @cached_property
    def templates(self) -> Environment:
        """What draws pages."""
        environment = Environment(
            loader=PackageLoader("apps.desk", "templates"),
            autoescape=True,
            finalize=labels.in_order,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        shared: dict[str, Any] = {"asset": address_of_asset, "labels": labels, "wording": wording}
        environment.globals.update(shared)
        filters: dict[str, Any] = {
            **wording.FILTERS,
            "moment": partial(wording.moment, zone=self.zone),
            "machine_time": partial(wording.machine_time, zone=self.zone),
        }
        environment.filters.update(filters)
        return environment

    @cached_property
    def oidc(self) -> Any:
        """What talks to the service that says who somebody is; None where none is set."""
        return None if self.settings.desk.oidc is None else _client(self.settings.desk.oidc)


def parts_of(request: Request) -> Parts:
    """Return what the desk that answers a request is made of."""
    return request.app.state.parts


def _client(settings: OidcSettings) -> Any:
    """Return an OpenID Connect client: authorisation code with PKCE, state and nonce."""
    secret = settings.client_secret
    return OAuth().register(  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        "oidc",
        client_id=settings.client_id,
        client_secret=None if secret is None else secret.get_secret_value(),
        server_metadata_url=f"{settings.issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": settings.scopes,
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": "none" if secret is None else "client_secret_basic",
            "timeout": 10,
        },
    )
