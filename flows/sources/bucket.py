"""Dossiers in a bucket of an S3 object storage."""

import io
import os
import re
import ssl
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.commonconfig import CopySource
from minio.datatypes import Object
from minio.error import InvalidResponseError, MinioException, S3Error, ServerError

from flows.errors import DossierError, StorageFault, UsageError
from flows.packet import is_litter, is_safe, refused_file
from flows.sources.base import Fetched, Found, Place, PlacedFile
from schemas.dossier import File
from schemas.settings import Limits, S3Settings

REPORTS = "reports/"
"""What the keys of reports begin with, from the bucket's root; they are never read as dossiers."""

_CONTENT_TYPES = {
    ".gz": "application/gzip",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".html": "text/html; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# Keys in one answer to a listing.
_LISTED = 1000
# Seconds to connect, and between two pieces of an answer.
_TIMEOUT = urllib3.Timeout(connect=5, read=60)
# That are kept open: dossiers are fetched by several threads.
_CONNECTIONS = 32
_WRONG_KEYS = frozenset({"InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidTokenId"})
_FAULTS = frozenset({"InternalError", "ServiceUnavailable", "SlowDown", "RequestTimeout", "OperationAborted"})


@dataclass(frozen=True)
class Bucket:
    """Keys laid out as a folder's files are: `<prefix>/<programme>/<dossier>/<files…>`."""

    name: str
    prefix: str
    programme: str | None
    settings: S3Settings
    limits: Limits

    def __post_init__(self) -> None:
        if not self.name:
            raise UsageError("SOURCE 没有写存储桶：应为 s3://存储桶/前缀")
        if self._under.startswith(REPORTS):
            raise UsageError(f"SOURCE 指向报告本身：{REPORTS} 下是核验报告，不是卷宗")

    def find(self) -> Found:
        """List the dossiers; raise UsageError where the bucket is refused, StorageFault where it fails."""
        with self._errors(f"s3://{self.name}"):
            listed = {
                key.removeprefix(self._under): item
                for item in self._client.list_objects(self.name, prefix=self._under, recursive=True)
                if not (key := str(item.object_name)).startswith(REPORTS)
            }
        return self._found({name: item for name, item in listed.items() if name and not is_litter(name)})

    def fetch(self, place: Place, work: Path) -> Fetched:
        """Download a dossier's files into a folder in `work`."""
        folder = work / "packet"
        refused: list[File] = []
        with self._errors(f"s3://{self.name}/{place.location}"):
            for item in self._client.list_objects(self.name, prefix=place.location, recursive=True):
                key = str(item.object_name)
                name = key.removeprefix(place.location)
                # Keys that end in a slash stand for empty folders.
                if name.endswith("/") or not name or is_litter(name) or key.startswith(REPORTS):
                    continue
                reason = self._refusal(name, item.size or 0)
                if reason is None:
                    try:
                        self._client.fget_object(self.name, key, str(folder / name))
                    except (IsADirectoryError, NotADirectoryError, FileExistsError, ValueError):
                        reason = "与另一个文件的文件夹同名，无法保存，请改名后重新提交"
                if reason is not None:
                    refused.append(refused_file(name, reason))
        folder.mkdir(parents=True, exist_ok=True)
        return Fetched(folder, tuple(refused))

    def deliver(self, reports: Mapping[str, Path]) -> None:
        """Write the reports back into the bucket."""
        with self._errors(f"s3://{self.name}/{REPORTS}"):
            for name, path in reports.items():
                self._client.fput_object(self.name, REPORTS + name, str(path), content_type=_CONTENT_TYPES[path.suffix])

    def read_report(self, name: str) -> bytes | None:
        """Return what was written back, by its path under `reports/`; None where there is none."""
        try:
            with self._errors(f"s3://{self.name}/{REPORTS}{name}"):
                answer = self._client.get_object(self.name, REPORTS + name)
                try:
                    return answer.read()
                finally:
                    answer.close()
                    answer.release_conn()
        except DossierError:
            return None

    def write_report(self, name: str, content: bytes) -> None:
        """Write a file back into the bucket, by its path under `reports/`."""
        kind = _CONTENT_TYPES[PurePosixPath(name).suffix]
        with self._errors(f"s3://{self.name}/{REPORTS}{name}"):
            self._client.put_object(self.name, REPORTS + name, io.BytesIO(content), len(content), content_type=kind)

    def reports_under(self, prefix: str) -> list[str]:
        """Return what was written back under a path under `reports/` that ends in a slash."""
        with self._errors(f"s3://{self.name}/{REPORTS}{prefix}"):
            listed = self._client.list_objects(self.name, prefix=REPORTS + prefix, recursive=True)
            return [str(item.object_name).removeprefix(REPORTS) for item in listed]

    def remove_report(self, name: str) -> None:
        """Remove what was written back, by its path under `reports/`; nothing happens where there is none."""
        with self._errors(f"s3://{self.name}/{REPORTS}{name}"):
            self._client.remove_object(self.name, REPORTS + name)

    def existing(self, reports: Collection[str]) -> set[str]:
        """Return those reports that lie in the bucket.

        They are looked for in listings: one asks for a thousand keys at once. Where the keys between two reports are
        more than that, another listing begins at the second.
        """
        wanted = sorted(REPORTS + report for report in reports)
        # All that lies between the first and the last begins as both do.
        common = os.path.commonprefix([*wanted[:1], *wanted[-1:]])  # noqa: RUF071 - of keys, not of paths
        found: set[str] = set()
        index = 0
        with self._errors(f"s3://{self.name}/{REPORTS}"):
            while index < len(wanted):
                passed = 0
                for key in self._keys_from(wanted[index], common):
                    index = bisect_left(wanted, key, index)
                    if index == len(wanted) or passed == _LISTED:
                        break
                    passed += 1
                    if wanted[index] == key:
                        found.add(key.removeprefix(REPORTS))
                        index, passed = index + 1, 0
                else:
                    break
        return found

    def keep(self, reports: Mapping[str, str]) -> None:
        """Copy reports within the bucket; a kept one stays as it is."""
        there = self.existing([*reports.keys(), *reports.values()])
        for report, other in reports.items():
            if report in there and other not in there:
                with self._errors(f"s3://{self.name}/{REPORTS}{other}"):
                    self._client.copy_object(self.name, REPORTS + other, CopySource(self.name, REPORTS + report))

    def _keys_from(self, first: str, prefix: str) -> Iterator[str]:
        """Yield the keys with a prefix in their order, from one on; a thousand are asked for at a time."""
        for item in self._client.list_objects(self.name, prefix=prefix, recursive=True, start_after=first[:-1]):
            yield str(item.object_name)

    @property
    def _under(self) -> str:
        """What all keys of this source begin with."""
        prefix = self.prefix.strip("/")
        return f"{prefix}/" if prefix else ""

    @cached_property
    def _client(self) -> Minio:
        endpoint = self.settings.endpoint
        if not endpoint:
            raise UsageError("S3 地址没有设置：请设置 HEYAN_S3__ENDPOINT，如 http://127.0.0.1:9000")
        if self.settings.access_key is None or self.settings.secret_key is None:
            raise UsageError("S3 密钥没有设置：请设置 HEYAN_S3__ACCESS_KEY 和 HEYAN_S3__SECRET_KEY")
        url = urlsplit(endpoint)
        if url.scheme not in {"http", "https"} or not url.netloc or url.path.strip("/"):
            raise UsageError(f"S3 地址不正确：HEYAN_S3__ENDPOINT={endpoint}（应如 http://127.0.0.1:9000，不带路径）")
        try:
            return Minio(
                url.netloc,
                access_key=self.settings.access_key.get_secret_value(),
                secret_key=self.settings.secret_key.get_secret_value(),
                region=self.settings.region,
                secure=url.scheme == "https",
                # Faults are retried step by step, not request by request.
                http_client=urllib3.PoolManager(
                    timeout=_TIMEOUT, retries=False, maxsize=_CONNECTIONS, ssl_context=ssl.create_default_context()
                ),
            )
        except ValueError as error:
            raise UsageError(f"S3 地址不正确：HEYAN_S3__ENDPOINT={endpoint}（{error}）") from error

    def _found(self, listed: Mapping[str, Object]) -> Found:
        """Group objects, by their keys without what these all begin with, by dossier."""
        if self.programme is not None and any("/" not in name for name in listed):
            own = self._under.rstrip("/").rpartition("/")[2] or self.name
            return Found([Place(self.programme, own, self._under, _placed(listed))])
        depth = 2 if self.programme is None else 1
        dossiers: defaultdict[tuple[str, str], dict[str, Object]] = defaultdict(dict)
        found = Found()
        for name, item in listed.items():
            *folders, last = name.split("/", depth)
            if len(folders) == depth:
                dossiers[self.programme or folders[0], folders[-1]][last] = item
            elif last:
                found.strays.append(f"s3://{self.name}/{self._under}{name}")
        for (programme, dossier), own in sorted(dossiers.items(), key=lambda one: one[0]):
            folders = dossier if self.programme is not None else f"{programme}/{dossier}"
            found.places.append(Place(programme, dossier, f"{self._under}{folders}/", _placed(own)))
        return found

    def _refusal(self, name: str, size: int) -> str | None:
        """Say why a file is not downloaded; None where it is."""
        if not is_safe(name):
            return "文件名指向卷宗之外，或含有不能用的字符，为安全起见没有下载，请改名后重新提交"
        if size > self.limits.file_bytes:
            return (
                f"文件有 {size:,} 字节，超过上限 {self.limits.file_bytes:,} 字节（limits.file_bytes），请拆分后重新提交"
            )
        return None

    @contextmanager
    def _errors(self, what: str) -> Generator[None]:
        """Turn the client's exceptions into ours; `what` is the address that was asked for."""
        try:
            yield
        except S3Error as error:
            if error.code in _FAULTS:
                raise StorageFault(f"存储出错：{what}（{error.code}）") from error
            raise self._refused(what, error) from error
        except InvalidResponseError as error:
            # A proxy before the storage answers in HTML.
            if re.search(r"Response code: 5\d\d", str(error)):
                raise StorageFault(f"存储出错：{what}（{_first_line(error)}）") from error
            raise UsageError(f"S3 地址答复的不是 S3：{self.settings.endpoint}（{_first_line(error)}）") from error
        except (ServerError, MinioException) as error:
            raise StorageFault(f"存储出错：{what}（{_first_line(error)}）") from error
        except (urllib3.exceptions.HTTPError, ConnectionError, TimeoutError) as error:
            raise StorageFault(f"存储连不上：{self.settings.endpoint}（{_cause(error)}）") from error

    def _refused(self, what: str, error: S3Error) -> Exception:
        """Return what a refusal that no further try will change means."""
        if error.code in _WRONG_KEYS:
            keys = "HEYAN_S3__ACCESS_KEY / HEYAN_S3__SECRET_KEY"
            return UsageError(f"S3 密钥不正确：{self.settings.endpoint} 不认 {keys}")
        if error.code == "NoSuchBucket":
            return UsageError(f"存储桶不存在：{self.name}（{self.settings.endpoint}）")
        if error.code == "AccessDenied":
            return UsageError(f"S3 密钥没有权限：{what}")
        if error.code == "NoSuchKey":
            return DossierError(f"文件在读取时已不在：{what}")
        return UsageError(f"S3 拒绝了请求：{what}（{error.code}：{error.message}）")


def _placed(listed: Mapping[str, Object]) -> tuple[PlacedFile, ...]:
    """Return objects, by their names in a dossier; keys that end in a slash stand for empty folders."""
    return tuple(
        PlacedFile(
            name,
            item.size or 0,
            item.etag or "",
            item.last_modified.timestamp() if item.last_modified is not None else 0.0,
        )
        for name, item in listed.items()
        if name and not name.endswith("/")
    )


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _cause(error: Exception) -> str:
    """Name the fault in words, without the addresses of objects that urllib3 prints."""
    if isinstance(error, urllib3.exceptions.NameResolutionError):
        return "域名无法解析"
    if isinstance(error, urllib3.exceptions.NewConnectionError | ConnectionRefusedError):
        return "连接被拒绝，或没有这样的主机"
    if isinstance(error, urllib3.exceptions.TimeoutError | TimeoutError):
        return "超时没有答复"
    if isinstance(error, urllib3.exceptions.SSLError):
        return "TLS 证书不被信任，或对方不是 HTTPS"
    return type(error).__name__
