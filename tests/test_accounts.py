"""Accounts of the desk: passwords, sessions, tries, and the log, on both databases; and the commands that keep them."""

import hashlib
import io
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from conftest import Command
from sqlalchemy import select, text, update

from flows import accounts as module
from flows.accounts import (
    TRIES,
    TRIES_FROM_ADDRESS,
    TRIES_OF_ACCOUNT,
    Accounts,
    Barred,
    Refused,
    password_problem,
)
from flows.database import open_database
from flows.database.tables import AccountRow, SessionRow
from flows.errors import UsageError
from schemas.account import Role
from schemas.settings import DeskSettings

PASSWORD = "样例 密码 一句很长的话"  # noqa: S105 - invented
HERE = "192.0.2.1"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hash as always, but with less memory and time: what is tried here is not argon2."""
    monkeypatch.setattr(module, "PasswordHasher", lambda: PasswordHasher(1, 8, 1))
    for cached in (module._hasher, module._nobodys_hash):
        cached.cache_clear()
    yield
    for cached in (module._hasher, module._nobodys_hash):
        cached.cache_clear()


@pytest.fixture
def accounts(database_url: str) -> Accounts:
    made = Accounts(open_database(database_url), DeskSettings(idle_seconds=100, session_seconds=1000))
    made.add("样例审核员", Role.REVIEWER, PASSWORD)
    return made


class TestPasswords:
    @pytest.mark.parametrize(
        "password",
        [
            "Short-1!",
            "password2024!",
            "Admin123456789",
            "qwer1234asdf",
            "woaini1314520",
            "123456789012",
            "abcdefghijklm",
            "ababababababab",
            "样例样例样例样例样例样例",
            "zhangshenhe2024",
            "x" * 129,
        ],
    )
    def test_what_is_short_long_or_common_is_refused(self, password: str) -> None:
        assert password_problem("zhangshenhe", password) is not None

    @pytest.mark.parametrize(
        "password",
        ["correct horse staple gun", "下雨天 打 伞 去 上班 路上", "kiwi-lantern-orbit", "x7" * 4 + "qP" * 30],
    )
    def test_a_phrase_needs_no_signs_and_no_capitals(self, password: str) -> None:
        assert password_problem("zhangshenhe", password) is None

    def test_they_are_kept_as_argon2id_and_tokens_as_digests(self, accounts: Accounts) -> None:
        token = accounts.sign_in("样例审核员", PASSWORD, HERE)
        with accounts._database.session() as session:
            [hashed] = session.scalars(select(AccountRow.password))
            [kept] = session.scalars(select(SessionRow.token))
        assert hashed is not None
        assert hashed.startswith("$argon2id$")
        assert kept == hashlib.sha256(token.encode()).hexdigest()

    def test_however_the_keyboard_composes_them(self, accounts: Accounts) -> None:
        accounts.add("cafe", Role.REVIEWER, "caf\u00e9 au lait s'il vous plait")
        assert accounts.sign_in("ｃａｆｅ", "cafe\u0301 au lait s'il vous plait", HERE)


class TestSigningIn:
    def test_a_session_is_whose_it_is(self, accounts: Accounts) -> None:
        account = accounts.session(accounts.sign_in("样例审核员", PASSWORD, HERE))
        assert account is not None
        assert (account.name, account.role) == ("样例审核员", Role.REVIEWER)
        assert accounts.session("anything") is None

    def test_every_sign_in_has_a_token_of_its_own(self, accounts: Accounts) -> None:
        assert accounts.sign_in("样例审核员", PASSWORD, HERE) != accounts.sign_in("样例审核员", PASSWORD, HERE)

    def test_the_unknown_and_the_disabled_hear_what_a_wrong_password_hears(self, accounts: Accounts) -> None:
        accounts.add("样例停用", Role.REVIEWER, PASSWORD)
        accounts.set_disabled("样例停用", True)
        heard = set[str]()
        for name, password in (("样例审核员", "错的" * 6), ("没有这个人", PASSWORD), ("样例停用", PASSWORD)):
            with pytest.raises(Refused) as refused:
                accounts.sign_in(name, password, HERE)
            heard.add(str(refused.value))
        assert heard == {"账号或密码不正确"}

    def test_a_session_ends_by_itself_when_idle_and_in_any_case(self, accounts: Accounts) -> None:
        for column, age in ((SessionRow.seen, 101), (SessionRow.created, 1001)):
            token = accounts.sign_in("样例审核员", PASSWORD, HERE)
            with accounts._database.session() as session:
                session.execute(update(SessionRow).values({column: time.time() - age}))
            assert accounts.session(token) is None

    def test_use_keeps_it_and_what_a_page_asks_by_itself_does_not(self, accounts: Accounts) -> None:
        token = accounts.sign_in("样例审核员", PASSWORD, HERE)
        for is_use in (False, True):
            seen = time.time() - 90
            with accounts._database.session() as session:
                session.execute(update(SessionRow).values(seen=seen))
            assert accounts.session(token, is_use=is_use) is not None
            with accounts._database.session() as session:
                [now] = session.scalars(select(SessionRow.seen))
            assert (now > seen) == is_use

    def test_signing_out_ends_one_and_everywhere_ends_all(self, accounts: Accounts) -> None:
        first, second = (accounts.sign_in("样例审核员", PASSWORD, HERE) for _ in range(2))
        accounts.sign_out(first, HERE)
        assert (accounts.session(first), accounts.session(second) is None) == (None, False)
        accounts.sign_out_everywhere("样例审核员", HERE)
        assert accounts.session(second) is None

    def test_another_password_and_disabling_end_all_sessions(self, accounts: Accounts) -> None:
        token = accounts.sign_in("样例审核员", PASSWORD, HERE)
        accounts.set_password("样例审核员", "另一句 很长很长 的话呀")
        assert accounts.session(token) is None
        token = accounts.sign_in("样例审核员", "另一句 很长很长 的话呀", HERE)
        accounts.set_disabled("样例审核员", True)
        assert accounts.session(token) is None
        accounts.set_disabled("样例审核员", False)
        assert accounts.session(token) is None

    def test_a_note_is_taken_once(self, accounts: Accounts) -> None:
        token = accounts.sign_in("样例审核员", PASSWORD, HERE)
        accounts.leave_note(token, "做了")
        assert [accounts.take_note(token), accounts.take_note(token)] == ["做了", None]


class TestTries:
    def test_too_many_bar_even_the_right_password_and_for_a_while(self, accounts: Accounts) -> None:
        for _ in range(TRIES):
            with pytest.raises(Refused, match="不正确"):
                accounts.sign_in("样例审核员", "错的" * 6, HERE)
        with pytest.raises(Barred) as barred:
            accounts.sign_in("样例审核员", PASSWORD, HERE)
        assert 0 < barred.value.seconds <= module.TRIES_SECONDS
        assert accounts.sign_in("样例审核员", PASSWORD, "192.0.2.2"), "another's tries do not lock the owner out"
        with accounts._database.session() as session:
            session.execute(text("UPDATE attempts SET at = at - 901"))
        assert accounts.sign_in("样例审核员", PASSWORD, HERE)

    def test_many_at_once_do_not_slip_through(self, accounts: Accounts) -> None:
        def try_it(_: int) -> str:
            try:
                return accounts.sign_in("样例审核员", "错的" * 6, HERE)
            except Refused as refused:
                return type(refused).__name__

        with ThreadPoolExecutor(8) as threads:
            outcomes = list(threads.map(try_it, range(3 * TRIES)))
        # PostgreSQL may let as many more through as look at the same moment.
        assert TRIES <= outcomes.count("Refused") <= TRIES + 8
        assert outcomes.count("Barred") >= TRIES

    def test_one_account_from_many_places_and_many_accounts_from_one(self, accounts: Accounts) -> None:
        for number in range(TRIES_OF_ACCOUNT):
            with pytest.raises(Refused, match="不正确"):
                accounts.sign_in("样例审核员", "错的" * 6, f"198.51.100.{number}")
        with pytest.raises(Barred):
            accounts.sign_in("样例审核员", PASSWORD, "198.51.100.200")
        for number in range(TRIES_FROM_ADDRESS):
            with pytest.raises(Refused, match="不正确"):
                accounts.sign_in(f"猜{number}", "错的" * 6, HERE)
        with pytest.raises(Barred):
            accounts.sign_in("另一个人", PASSWORD, HERE)


class TestElsewhere:
    def test_an_account_is_made_at_the_first_coming_and_follows_the_role_that_is_given(
        self, accounts: Accounts
    ) -> None:
        accounts.admit("样例主管", "https://id.example 1", Role.REVIEWER, HERE)
        account = accounts.session(accounts.admit("改了名", "https://id.example 1", Role.SUPERVISOR, HERE))
        assert account is not None
        assert (account.name, account.role, account.has_password) == ("样例主管", Role.SUPERVISOR, False)
        with pytest.raises(Refused, match="不正确"):
            accounts.sign_in("样例主管", PASSWORD, HERE)
        with pytest.raises(UsageError, match="没有密码"):
            accounts.set_password("样例主管", PASSWORD)

    def test_a_name_is_no_proof(self, accounts: Accounts) -> None:
        with pytest.raises(Refused, match="已是别人的"):
            accounts.admit("样例审核员", "https://id.example 2", Role.SUPERVISOR, HERE)

    def test_the_disabled_stay_out(self, accounts: Accounts) -> None:
        accounts.admit("样例主管", "https://id.example 1", Role.REVIEWER, HERE)
        accounts.set_disabled("样例主管", True)
        with pytest.raises(Refused, match="已停用"):
            accounts.admit("样例主管", "https://id.example 1", Role.REVIEWER, HERE)

    def test_what_belongs_to_a_sign_in_is_given_out_once_and_not_late(self, accounts: Accounts) -> None:
        accounts.begin_authorisation("state", {"back": "/"})
        assert [accounts.end_authorisation("state"), accounts.end_authorisation("state")] == [{"back": "/"}, None]
        accounts.begin_authorisation("late", {"back": "/"})
        with accounts._database.session() as session:
            session.execute(text("UPDATE authorisations SET begun = begun - 601"))
        assert accounts.end_authorisation("late") is None


def test_all_that_happens_is_in_the_log_and_no_password_is(accounts: Accounts) -> None:
    with pytest.raises(Refused):
        accounts.sign_in("样例审核员", "不对的 密码 不对的 密码", HERE)
    token = accounts.sign_in("样例审核员", PASSWORD, HERE)
    accounts.set_role("样例审核员", Role.SUPERVISOR, by="样例运维")
    accounts.sign_out(token, HERE)
    events = accounts.events()
    assert [(one.kind, one.by, one.address) for one in reversed(events)] == [
        ("account_added", None, None),
        ("sign_in_failed", None, HERE),
        ("signed_in", "样例审核员", HERE),
        ("role_changed", "样例运维", None),
        ("signed_out", "样例审核员", HERE),
    ]
    assert "密码" not in str(events)
    assert accounts.events(account="没有这个人") == []


class TestCommands:
    @pytest.fixture
    def reports(self, heyan: Command, tmp_path: Path) -> Path:
        folder = tmp_path / "reports"
        folder.mkdir()
        return folder

    @staticmethod
    def _type(monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))

    def test_an_account_is_made_listed_stopped_and_let_in_again(
        self, heyan: Command, reports: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self._type(monkeypatch, f"{PASSWORD}\n")
        added = heyan("user", "add", "样例主管", "--role", "supervisor")
        assert (added.status, added.err) == (0, "")
        assert heyan("user", "disable", "样例主管").status == 0
        listed = heyan("user", "list").out
        assert "样例主管" in listed
        assert "主管" in listed
        assert "已停用" in listed
        assert heyan("user", "enable", "样例主管").status == 0
        self._type(monkeypatch, "再换一句 很长很长的话呀\n")
        assert heyan("user", "passwd", "样例主管").status == 0
        accounts = Accounts(open_database(f"sqlite:///{reports}/heyan.sqlite"), DeskSettings())
        assert accounts.sign_in("样例主管", "再换一句 很长很长的话呀", HERE)

    @pytest.mark.parametrize(
        ("arguments", "typed", "said"),
        [
            (["add", "样例", "--role", "supervisor"], "short\n", "密码至少 12 个字符"),
            (["add", "样例", "--role", "boss"], f"{PASSWORD}\n", "--role"),
            (["add", "a b", "--role", "reviewer"], f"{PASSWORD}\n", "账号名应为"),
            (["passwd", "没有的人"], f"{PASSWORD}\n", "没有账号 没有的人"),
            (["disable", "没有的人"], "", "没有账号 没有的人"),
        ],
    )
    def test_what_is_wrong_is_one_line(
        self,
        heyan: Command,
        reports: Path,
        monkeypatch: pytest.MonkeyPatch,
        arguments: list[str],
        typed: str,
        said: str,
    ) -> None:
        self._type(monkeypatch, typed)
        answer = heyan("user", *arguments)
        assert answer.status == 2
        assert answer.err.startswith("错误：")
        assert answer.err.count("\n") == 1
        assert said in answer.err
