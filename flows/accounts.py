"""Who may work at the reviewer's desk: accounts, sign-ins, sessions, and a log of all that happens to them.

Passwords are kept as argon2id hashes, session tokens as SHA-256 of themselves: who reads the database can use neither.
What a person may not know (is there such an account?) no message says and no answer's time tells.
"""

import hashlib
import json
import re
import secrets
import time
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from flows.database import Database
from flows.database.tables import AccountRow, AttemptRow, AuthorisationRow, EventRow, SessionRow
from flows.errors import UsageError
from schemas.account import Account, Role
from schemas.settings import DeskSettings

ROLES = {Role.REVIEWER: "审核员", Role.SUPERVISOR: "主管", Role.OPERATOR: "运维"}

# OWASP ASVS 4.0.3, 2.1.1 and 2.1.2.
SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 128
# Tries within so many seconds: of one account from one address, of one account, from one address (ASVS 2.2.1).
TRIES_SECONDS, TRIES, TRIES_OF_ACCOUNT, TRIES_FROM_ADDRESS = 900.0, 5, 25, 50
# Seconds for which a sign-in that was begun elsewhere may take.
AUTHORISATION_SECONDS = 600.0
# A session's last use is written down once in so many seconds.
SEEN_SECONDS = 30.0
# Of a name that somebody typed, which may be anything.
LONGEST_NAME = 64

EVENTS = {
    "account_added": "新建账号",
    "account_disabled": "停用账号",
    "account_enabled": "启用账号",
    "password_changed": "修改密码",
    "role_changed": "调整角色",
    "signed_in": "登录",
    "sign_in_failed": "登录失败",
    "sign_in_barred": "登录过于频繁，已拒绝",
    "signed_out": "退出",
    "sessions_ended": "退出所有设备",
}


class Refused(Exception):
    """A sign-in is refused; the message is for whoever tried."""


class Barred(Refused):
    """There were too many tries; `seconds` says for how long to wait."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"尝试次数过多，请 {max(round(seconds / 60), 1)} 分钟后再试")
        self.seconds = seconds


@dataclass(frozen=True)
class Event:
    """Something that happened to an account: when, whose doing, from where."""

    at: float
    kind: str
    account: str
    by: str | None
    address: str | None
    detail: str | None


class Accounts:
    """Accounts, sessions and their log, in the database that runs share."""

    def __init__(self, database: Database, settings: DeskSettings) -> None:
        self._database = database
        self._settings = settings

    def add(self, name: str, role: Role, password: str, *, by: str | None = None) -> None:
        """Make an account. Raises UsageError where the name is taken or no name, or the password is too weak."""
        name = checked_name(name)
        hashed = _hashed(name, password)
        with self._database.session() as session:
            if session.get(AccountRow, name) is not None:
                raise UsageError(f"账号 {name} 已经存在")
            now = time.time()
            session.add(AccountRow(name=name, role=role, password=hashed, created=now, is_disabled=False))
            _log(session, "account_added", name, by=by, detail=ROLES[role])

    def set_password(self, name: str, password: str, *, by: str | None = None) -> None:
        """Change an account's password; its sessions end. Raises UsageError where it is too weak, or none is there."""
        hashed = _hashed(name, password)
        with self._database.session() as session:
            row = _account(session, name)
            if row.password is None:
                raise UsageError(f"账号 {name} 由统一身份认证登录，没有密码")
            row.password = hashed
            session.execute(delete(SessionRow).where(SessionRow.account == name))
            session.execute(delete(AttemptRow).where(AttemptRow.account == name))
            _log(session, "password_changed", name, by=by)

    def set_role(self, name: str, role: Role, *, by: str | None = None) -> None:
        """Give an account another role."""
        with self._database.session() as session:
            row = _account(session, name)
            if row.role != role:
                row.role = role
                _log(session, "role_changed", name, by=by, detail=ROLES[role])

    def set_disabled(self, name: str, is_disabled: bool, *, by: str | None = None) -> None:
        """Let an account sign in no more, or again; its sessions end."""
        with self._database.session() as session:
            row = _account(session, name)
            if row.is_disabled != is_disabled:
                row.is_disabled = is_disabled
                session.execute(delete(SessionRow).where(SessionRow.account == name))
                _log(session, "account_disabled" if is_disabled else "account_enabled", name, by=by)

    def known(self) -> list[Account]:
        """Return all accounts by name."""
        with self._database.session() as session:
            return [_shown(row) for row in session.scalars(select(AccountRow).order_by(AccountRow.name))]

    def has_any(self) -> bool:
        """Say whether there is an account at all."""
        with self._database.session() as session:
            return session.scalar(select(AccountRow.name).limit(1)) is not None

    def events(self, *, account: str | None = None, limit: int = 200, before: float | None = None) -> list[Event]:
        """Return what happened last to an account, or to all of them; the latest first."""
        chosen = select(EventRow).order_by(EventRow.at.desc(), EventRow.id.desc()).limit(limit)
        if account is not None:
            chosen = chosen.where(EventRow.account == account)
        if before is not None:
            chosen = chosen.where(EventRow.at < before)
        with self._database.session() as session:
            return [
                Event(row.at, row.kind, row.account, row.by, row.address, row.detail) for row in session.scalars(chosen)
            ]

    def sign_in(self, name: str, password: str, address: str) -> str:
        """Check a password and begin a session; return its token.

        Raises Barred after too many tries, Refused where name and password do not belong together.
        """
        name = _plain(name)[:LONGEST_NAME]
        self._count_try(name, address)
        with self._database.session() as session:
            row = session.get(AccountRow, name)
            hashed = row.password if row is not None and not row.is_disabled else None
        # Outside the transaction: this is slow on purpose. One who is unknown waits as long.
        is_right = _verify(hashed or _nobodys_hash(), password) and hashed is not None
        with self._database.session() as session:
            row = session.get(AccountRow, name)
            if is_right and row is not None and not row.is_disabled and row.password == hashed:
                session.execute(delete(AttemptRow).where(AttemptRow.account == name, AttemptRow.address == address))
                return _begin(session, row, address)
            _log(session, "sign_in_failed", name, address=address)
        raise Refused("账号或密码不正确")

    def check_password(self, name: str, password: str, address: str) -> None:
        """Check the password of who is signed in. Raises Barred or Refused."""
        self._count_try(name, address)
        with self._database.session() as session:
            hashed = _account(session, name).password
        if hashed is None or not _verify(hashed, password):
            raise Refused("现在的密码不正确")
        with self._database.session() as session:
            session.execute(delete(AttemptRow).where(AttemptRow.account == name, AttemptRow.address == address))

    def admit(self, name: str, subject: str, role: Role, address: str) -> str:
        """Begin a session for somebody whom another service knows as `subject`; return its token.

        Their account is made when they first come, and has the role that the service gives them now. Raises Refused
        where the name is another's, or the account is disabled.
        """
        name = checked_name(name)
        with self._database.session() as session:
            row = session.scalar(select(AccountRow).where(AccountRow.subject == subject))
            if row is None:
                # A name is no proof: another's account is not taken over by it.
                if session.get(AccountRow, name) is not None:
                    raise Refused(f"账号 {name} 已是别人的，请联系运维人员")
                row = AccountRow(name=name, role=role, subject=subject, created=time.time(), is_disabled=False)
                session.add(row)
                session.flush()
                _log(session, "account_added", name, address=address, detail=f"{ROLES[role]}，统一身份认证")
            if row.role != role:
                row.role = role
                _log(session, "role_changed", row.name, address=address, detail=ROLES[role])
            if not row.is_disabled:
                return _begin(session, row, address)
            _log(session, "sign_in_failed", row.name, address=address)
        raise Refused("账号已停用，请联系运维人员")

    def session(self, token: str, *, is_use: bool = True) -> Account | None:
        """Return who a session's token belongs to; None where it ended. `is_use` keeps it from ending."""
        now = time.time()
        with self._database.session() as session:
            row = session.get(SessionRow, _digest(token))
            if row is None:
                return None
            idle, whole = self._settings.idle_seconds, self._settings.session_seconds
            account = session.get(AccountRow, row.account)
            if account is None or account.is_disabled or now > row.seen + idle or now > row.created + whole:
                session.delete(row)
                return None
            if is_use and now > row.seen + SEEN_SECONDS:
                row.seen = now
            return _shown(account)

    def leave_note(self, token: str, note: str) -> None:
        """Leave something for the next page of a session."""
        with self._database.session() as session:
            session.execute(update(SessionRow).where(SessionRow.token == _digest(token)).values(note=note))

    def take_note(self, token: str) -> str | None:
        """Return what was left for this page of a session, once."""
        with self._database.session() as session:
            row = session.get(SessionRow, _digest(token))
            if row is None or row.note is None:
                return None
            note, row.note = row.note, None
            return note

    def sign_out(self, token: str, address: str) -> None:
        """End a session."""
        with self._database.session() as session:
            row = session.get(SessionRow, _digest(token))
            if row is not None:
                _log(session, "signed_out", row.account, by=row.account, address=address)
                session.delete(row)

    def sign_out_everywhere(self, name: str, address: str) -> None:
        """End all sessions of an account."""
        with self._database.session() as session:
            session.execute(delete(SessionRow).where(SessionRow.account == name))
            _log(session, "sessions_ended", name, by=name, address=address)

    def begin_authorisation(self, state: str, kept: Mapping[str, str]) -> None:
        """Keep what belongs to a sign-in that goes on elsewhere, under a state that only this browser knows."""
        now = time.time()
        with self._database.session() as session:
            session.execute(delete(AuthorisationRow).where(AuthorisationRow.begun < now - AUTHORISATION_SECONDS))
            session.add(AuthorisationRow(state=_digest(state), begun=now, kept=json.dumps(dict(kept))))

    def end_authorisation(self, state: str) -> dict[str, str] | None:
        """Return what was kept under a state, once; None where nothing was, or too long ago."""
        with self._database.session() as session:
            row = session.get(AuthorisationRow, _digest(state), with_for_update=True)
            if row is None:
                return None
            session.delete(row)
            return json.loads(row.kept) if row.begun >= time.time() - AUTHORISATION_SECONDS else None

    def _count_try(self, name: str, address: str) -> None:
        """Count a try before it is made, so that many at once do not slip through. Raises Barred."""
        now = time.time()
        with self._database.session() as session:
            session.execute(delete(AttemptRow).where(AttemptRow.at < now - TRIES_SECONDS))
            counted = select(func.count(), func.min(AttemptRow.at))
            for chosen, allowed in (
                ((AttemptRow.account == name, AttemptRow.address == address), TRIES),
                ((AttemptRow.account == name,), TRIES_OF_ACCOUNT),
                ((AttemptRow.address == address,), TRIES_FROM_ADDRESS),
            ):
                count, first = session.execute(counted.where(*chosen)).one()
                if count >= allowed:
                    _log(session, "sign_in_barred", name, address=address)
                    barred = Barred(first + TRIES_SECONDS - now)
                    break
            else:
                session.add(AttemptRow(account=name, address=address, at=now))
                return
        raise barred


def checked_name(name: str) -> str:
    """Return an account's name without what is not seen. Raises UsageError where it is none."""
    name = _plain(name)
    if not 2 <= len(name) <= LONGEST_NAME or not all(one.isalnum() or one in "-_.@" for one in name):
        raise UsageError(f"账号名应为 2 至 {LONGEST_NAME} 个汉字、字母、数字或 - _ . @：{name[:LONGEST_NAME]}")
    return name


def password_problem(name: str, password: str) -> str | None:
    """Say what is wrong with a password; None where it will do (OWASP ASVS 4.0.3, 2.1: length, and no common one)."""
    password = _plain(password)
    if len(password) < SHORTEST_PASSWORD:
        return f"密码至少 {SHORTEST_PASSWORD} 个字符，可以是一句话"
    if len(password) > LONGEST_PASSWORD:
        return f"密码至多 {LONGEST_PASSWORD} 个字符"
    low = password.casefold()
    if _common().fullmatch(low) or _repeats(low) or _counts(low):
        return "这个密码太常见，容易被猜到，请换一个"
    if name.casefold() in low and len(low) - len(name) < SHORTEST_PASSWORD - 4:
        return "密码不能由账号名变来，请换一个"
    return None


def form_token(token: str) -> str:
    """Return what a form of a session has to bring along (against requests that another site makes)."""
    return hashlib.sha256(f"form {token}".encode()).hexdigest()


def new_token() -> str:
    """Return a token that nobody guesses: 256 bits."""
    return secrets.token_urlsafe(32)


def _begin(session: Session, row: AccountRow, address: str) -> str:
    token, now = new_token(), time.time()
    session.execute(update(AccountRow).where(AccountRow.name == row.name).values(signed_in=now))
    session.add(SessionRow(token=_digest(token), account=row.name, created=now, seen=now, address=address))
    _log(session, "signed_in", row.name, by=row.name, address=address)
    return token


def _account(session: Session, name: str) -> AccountRow:
    row = session.get(AccountRow, name)
    if row is None:
        raise UsageError(f"没有账号 {name}（heyan user list 列出全部）")
    return row


def _shown(row: AccountRow) -> Account:
    return Account(
        name=row.name,
        role=Role(row.role),
        is_disabled=row.is_disabled,
        has_password=row.password is not None,
        created=row.created,
        signed_in=row.signed_in,
    )


def _log(
    session: Session, kind: str, account: str, *, by: str | None = None, address: str | None = None,
    detail: str | None = None,
) -> None:  # fmt: skip
    session.add(EventRow(at=time.time(), kind=kind, account=account, by=by, address=address, detail=detail))


def _hashed(name: str, password: str) -> str:
    problem = password_problem(name, password)
    if problem is not None:
        raise UsageError(problem)
    return _hasher().hash(_plain(password))


def _verify(hashed: str, password: str) -> bool:
    try:
        return _hasher().verify(hashed, _plain(password)[: LONGEST_PASSWORD + 1])
    except (VerificationError, InvalidHashError):
        return False


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobodys_hash() -> str:
    return _hasher().hash(secrets.token_hex())


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _plain(text: str) -> str:
    """Return a name or password as it is compared: however the keyboard composes its characters."""
    return unicodedata.normalize("NFKC", text).strip()


@cache
def _common() -> re.Pattern[str]:
    """Return what matches a password of up to four of the commonest parts: Password2024!, admin123456, qwer1234asdf."""
    listed = files("flows").joinpath("common_passwords.txt").read_text(encoding="utf-8")
    # A line that begins like this is the comment; `#` itself is a part.
    parts = [line for line in listed.splitlines() if not line.startswith("# ")]
    return re.compile(f"(?:{'|'.join(map(re.escape, parts))}){{1,4}}")


def _repeats(text: str) -> bool:
    """Say whether a text is a few characters over and over."""
    return any(text == (text[:length] * len(text))[: len(text)] for length in range(1, 5))


def _counts(text: str) -> bool:
    """Say whether each character follows the one before it, up or down: 12345678901, abcdefghijkl."""
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    return steps <= {1, -9} or steps <= {-1, 9}
