"""All settings: from heyan.toml in the working folder, overridden by environment variables (HEYAN_S3__ENDPOINT, …).

In between are files that hold one setting each, as containers and systemd hand secrets over: named as the variable, in
small letters or capitals (heyan_s3__secret_key), in /run/secrets or in the folder $CREDENTIALS_DIRECTORY.
"""

import os
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    NestedSecretsSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from schemas.account import Role
from schemas.base import Model
from schemas.thresholds import Thresholds


class S3Settings(Model):
    """The object storage that packets come from and reports go to. `endpoint` is a URL such as http://127.0.0.1:9000."""

    endpoint: str | None = None
    access_key: SecretStr | None = None
    secret_key: SecretStr | None = None
    region: str | None = None


class OcrSettings(Model):
    """Which models read, and on what.

    `detection_model` and `recognition_model` name official PaddleOCR models, which PaddleOCR fetches itself, or the
    folder of a local one; without them the PP-OCRv6 small weights that are installed with Heyan are used. `engine` is
    what runs a model: `onnxruntime`, or another engine PaddleOCR knows where it is installed. `device` is PaddleOCR's:
    `cpu`, `gpu:0`. `threads` are those of one worker's engine; 0 shares the cores among the workers.
    """

    detection_model: str | None = None
    recognition_model: str | None = None
    engine: str = "onnxruntime"
    device: str = "cpu"
    threads: int = 0


class Limits(Model):
    """Bounds that keep one bad file from harming the run. A file over a bound is quarantined with the bound named.

    `page_seconds` are those of work on one page, `dossier_seconds` those of reading all of a dossier's pages, added up
    over the processes that read them: the rest is left unread. `check_seconds` are those of judging a dossier that is
    read, and of writing its report: where they are over, the dossier ends with an error. `worker_bytes` is the memory
    of its own that a process may come to take (on Linux, reading on the CPU): its engine and an ordinary page take
    1.7 GB of it.
    """

    file_bytes: int = 500_000_000
    pages: int = 1_000
    pixels: int = 120_000_000
    archive_members: int = 2_000
    archive_bytes: int = 2_000_000_000
    archive_ratio: int = 200
    archive_depth: int = 2
    page_seconds: float = 120.0
    dossier_seconds: float = 14_400.0
    check_seconds: float = 600.0
    worker_bytes: int = 4_000_000_000


class NightSettings(Model):
    """The nightly run: what it verifies (as SOURCE of the command line), when, by which clock.

    A dossier of which a file came less than `settle_seconds` ago is still being uploaded, and waits.
    """

    source: str | None = None
    cron: str = "0 1 * * *"
    timezone: str = "Asia/Shanghai"
    settle_seconds: float = 600.0


class WebhookSettings(Model):
    """A group robot: its address, with its key, and for 钉钉 the secret that it signs with, if it was given one."""

    url: SecretStr
    kind: Literal["wecom", "dingtalk"] = "wecom"
    secret: SecretStr | None = None


class MailSettings(Model):
    """A mail server, who mails and to whom."""

    host: str
    port: int = 25
    starttls: bool = False
    user: str | None = None
    password: SecretStr | None = None
    sender: str
    to: list[str]


class NotifySettings(Model):
    """Who is told when a night is over, or did not come to its end."""

    webhook: WebhookSettings | None = None
    mail: MailSettings | None = None


class OidcSettings(Model):
    """A service that says who somebody is (OpenID Connect), as an addition to local accounts.

    `role_claim` is the claim, of the identity token or of the user's info, that `roles` translates: a value of it and
    the role it gives; whose values give none is not let in. `name_claim` is the claim that names the account. `title`
    stands on the button.
    """

    issuer: str
    client_id: str
    client_secret: SecretStr | None = None
    scopes: str = "openid profile"
    name_claim: str = "preferred_username"
    role_claim: str = "roles"
    roles: dict[str, Role] = Field(default_factory=lambda: {str(role): role for role in Role})
    title: str = "统一身份认证"


class DeskSettings(Model):
    """The reviewer's desk.

    `url` is the address that people open, such as https://heyan.example.cn, where it is not the one that `heyan review`
    listens at; the desk answers to no other name then, and with https it says so to browsers. `proxies` are the
    addresses (with commas) of those who may say for whom they ask. A session ends when `idle_seconds` pass without a
    request, and after `session_seconds` in any case.
    """

    url: str | None = None
    proxies: str = "127.0.0.1"
    idle_seconds: float = 7_200.0
    session_seconds: float = 43_200.0
    oidc: OidcSettings | None = None


class LetterSettings(Model):
    """What letters say of the centre that writes them; what is not set is left blank in them, for a pen.

    `template` is the centre's own template (`heyan letter template` writes the default one out), `fonts` a folder with
    fonts for PDF beside the system's. `mend_days` are the working days that an applicant has to mend what is wrong: no
    notice says how many.
    """

    template: Path | None = None
    fonts: Path | None = None
    centre: str | None = None
    window: str | None = None
    address: str | None = None
    contact: str | None = None
    phone: str | None = None
    mend_days: int = Field(default=10, ge=1, le=250)


class PrivacySettings(Model):
    """What is shown of people, and for how long their papers are kept.

    Identity numbers are masked in reports, summaries and messages unless `full_identity_numbers` is set. Where
    `retention_days` is set, the page images and what was read of a dossier are deleted so many days after a reviewer
    decided it.
    """

    full_identity_numbers: bool = False
    retention_days: int | None = Field(default=None, ge=0)


class LogSettings(Model):
    """What is logged to standard error: from which level on, and as lines for people or one JSON object a line.

    Without a `format` it is JSON where the command runs unattended (`heyan serve`, a worker), and text elsewhere.
    """

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    format: Literal["text", "json"] | None = None


class MetricsSettings(Model):
    """Where `heyan serve` answers Prometheus, at /metrics; without a `port` it does not."""

    host: str = "127.0.0.1"
    port: int | None = Field(default=None, ge=1, le=65535)


class Settings(BaseSettings):
    """Everything an operator may set.

    `database` is the URL of the database that runs share, such as postgresql://user:password@host/heyan; without one
    it is a file in the folder of reports.

    `workers` are the processes that read and check, each with an engine of its own (about 1.2 GB); 0 is one for every
    core, as far as memory goes. Pages that were read are kept, up to `kept_bytes`, so that nobody reads them again; 0
    keeps none.
    """

    model_config = SettingsConfigDict(
        env_prefix="HEYAN_", env_nested_delimiter="__", toml_file=Path("heyan.toml"), extra="forbid"
    )

    workers: int = 0
    kept_bytes: int = 2_000_000_000
    database: SecretStr | None = None
    night: NightSettings = NightSettings()
    notify: NotifySettings = NotifySettings()
    privacy: PrivacySettings = PrivacySettings()
    log: LogSettings = LogSettings()
    metrics: MetricsSettings = MetricsSettings()
    desk: DeskSettings = DeskSettings()
    letters: LetterSettings = LetterSettings()
    s3: S3Settings = S3Settings()
    ocr: OcrSettings = OcrSettings()
    confidence: Thresholds = Thresholds()
    limits: Limits = Limits()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment first, then files of secrets, then heyan.toml."""
        folders = ["/run/secrets", os.environ.get("CREDENTIALS_DIRECTORY", "")]
        secrets = NestedSecretsSettingsSource(
            file_secret_settings, secrets_dir=[folder for folder in folders if folder], secrets_dir_missing="ok"
        )
        return init_settings, env_settings, secrets, TomlConfigSettingsSource(settings_cls)
