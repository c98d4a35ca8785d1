"""`heyan review`: the desk as a server, until it is told to end."""

import socket
from pathlib import Path

import typer
import uvicorn

from apps.desk.application import application
from apps.desk.parts import Parts
from flows.accounts import Accounts
from flows.database import open_database
from flows.desk.desk import open_desk
from flows.desk.files import report_files
from flows.errors import UsageError
from flows.run import database_url
from schemas.settings import Settings


def parts_for(settings: Settings, out: Path) -> Parts:
    """Return what the desk over a folder of reports is made of. Raises UsageError where there is none."""
    if settings.database is None and not out.is_dir():
        raise UsageError(f"还没有核验过：{out} 不存在（--out 指明报告所在的文件夹）")
    folder = out.absolute()
    database = open_database(database_url(settings, folder))
    return Parts(
        settings,
        database,
        Accounts(database, settings.desk),
        open_desk(database, settings, folder),
        report_files(settings, folder),
    )


def review(settings: Settings, out: Path, host: str, port: int) -> None:
    """Serve the desk."""
    parts = parts_for(settings, out)
    try:
        listening = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise UsageError(f"不能在 {host}:{port} 上等候：{error.strerror}（--port 换一个端口）") from error
    _greet(parts, *listening.getsockname()[:2])
    parts.desk.prepare()
    config = uvicorn.Config(
        application(parts),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.desk.proxies,
        timeout_graceful_shutdown=5,
    )
    uvicorn.Server(config).run(sockets=[listening])
    parts.desk.close()


def _greet(parts: Parts, host: str, port: int) -> None:
    address = parts.settings.desk.url or f"http://{host}:{port}"
    typer.echo(f"审核台：{address}")
    if not parts.accounts.has_any():
        typer.echo("还没有账号。请先建一个：heyan user add 名字 --role supervisor")
