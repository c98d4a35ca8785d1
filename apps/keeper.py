"""What whoever keeps the desk does with accounts on the command line."""

import getpass
import sys
from datetime import datetime
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from apps.screen import FILE_WIDTH
from flows.accounts import ROLES, Accounts
from flows.database import open_database
from flows.errors import UsageError
from flows.run import database_url
from schemas.account import Role
from schemas.settings import Settings


def add(settings: Settings, out: Path, name: str, role: Role) -> None:
    """Make an account, with a password that is asked for."""
    accounts = _accounts(settings, out)
    accounts.add(name, role, _asked_password())
    print(f"已新建账号 {name}（{ROLES[role]}）")


def change_password(settings: Settings, out: Path, name: str) -> None:
    """Give an account another password, which is asked for."""
    accounts = _accounts(settings, out)
    accounts.set_password(name, _asked_password())
    print(f"已修改 {name} 的密码")


def change_role(settings: Settings, out: Path, name: str, role: Role) -> None:
    """Give an account another role."""
    _accounts(settings, out).set_role(name, role)
    print(f"{name} 现在是{ROLES[role]}")


def set_disabled(settings: Settings, out: Path, name: str, *, is_disabled: bool) -> None:
    """Let an account sign in no more, or again."""
    _accounts(settings, out).set_disabled(name, is_disabled)
    print(f"已{'停用' if is_disabled else '启用'}账号 {name}")


def show(settings: Settings, out: Path) -> None:
    """Print all accounts."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=FILE_WIDTH)
    table = Table("账号", "角色", "登录方式", "状态", "最近登录", box=SIMPLE_HEAD, pad_edge=False)
    for account in _accounts(settings, out).known():
        last = account.signed_in
        table.add_row(
            account.name,
            ROLES[account.role],
            "密码" if account.has_password else "统一身份认证",
            "已停用" if account.is_disabled else "可用",
            "从未" if last is None else datetime.fromtimestamp(last).strftime("%Y-%m-%d %H:%M"),
        )
    console.print(table)


def _accounts(settings: Settings, out: Path) -> Accounts:
    if settings.database is None:
        # The first account may well be made before the first run.
        out.mkdir(parents=True, exist_ok=True)
    return Accounts(open_database(database_url(settings, out.absolute())), settings.desk)


def _asked_password() -> str:
    """Ask for a password, twice; from a file or a pipe it is the first line."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass("密码：")
    if getpass.getpass("再输入一次：") != password:
        raise UsageError("两次输入的密码不一致")
    return password
