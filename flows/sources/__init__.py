"""Where dossiers come from and where their reports go: a local folder or a bucket."""

from pathlib import Path

from flows.errors import UsageError
from flows.sources.base import Fetched, Found, Place, Source
from flows.sources.folder import Folder
from schemas.settings import Settings

__all__ = ["Fetched", "Found", "Place", "Source", "open_source"]


def open_source(source: str, programme: str | None, out: Path, settings: Settings) -> Source:
    """Return the source that the command's SOURCE names: `s3://bucket/prefix`, or a folder.

    Reports written into `out` are not read as dossiers where it lies inside the folder.
    """
    scheme, separator, rest = source.partition("://")
    if not separator:
        return Folder(Path(source), programme, out)
    if scheme.lower() != "s3":
        raise UsageError(f"SOURCE 不认识的地址：{source}（应为文件夹，或 s3://存储桶/前缀）")
    from flows.sources.bucket import Bucket  # noqa: PLC0415 - a folder needs no client

    name, _, prefix = rest.partition("/")
    return Bucket(name, prefix, programme, settings.s3, settings.limits)
