"""The desk over HTTP: who gets in, what each may do, what forms must bring, what is said to browsers."""

# ruff: noqa: S603 - commands are ours

import base64
import hashlib
import io
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import docx
import httpx
import openpyxl
import pytest
from desk_site import (
    CLEAN,
    HOSTILE,
    OPERATOR,
    PASSWORD,
    RICH,
    SUPERVISOR,
    Client,
    Site,
    field,
    served,
    serving,
)
from desk_site import REVIEWER as REVIEWING
from fastapi import FastAPI, Form, Request
from joserfc import jwt
from joserfc.jwk import RSAKey
from sqlalchemy import text
from starlette.responses import JSONResponse, RedirectResponse, Response

from apps.desk.visitors import way_back
from flows.accounts import TRIES
from schemas.settings import DeskSettings, OidcSettings, Settings

PAGE = f"/dossiers/neimenggu-enterprise-2019/{CLEAN}"
RICH_PAGE = f"/dossiers/tianjin-2020/{RICH}"
PRIVATE = ("/", "/progress", "/account", "/accounts", "/events", PAGE, f"{PAGE}/report.html", f"{PAGE}/images/0.jpg")


class TestGettingIn:
    @pytest.mark.parametrize("address", PRIVATE)
    def test_nothing_is_shown_to_strangers(self, site: Site, address: str) -> None:
        answer = site.client().get(address)
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/sign-in?back={quote(address)}"
        assert answer.text == ""

    def test_a_password_opens_and_signing_out_closes(self, site: Site) -> None:
        client = site.client(REVIEWING)
        assert client.get("/").status_code == 200
        kept = client.cookies["session"]
        client.post("/sign-out", data={"form_token": client.token("/")})
        assert client.get("/").status_code == 303
        stale = site.client()
        stale.cookies.set("session", kept)
        assert stale.get("/").status_code == 303

    def test_a_wrong_password_says_so_and_too_many_bar(self, site: Site) -> None:
        client = site.client()
        for _ in range(TRIES):
            answer = client.sign_in(REVIEWING, "不是这个密码不是这个密码")
            assert answer.status_code == 401
            assert "账号或密码不正确" in answer.text
        barred = client.sign_in(REVIEWING)
        assert barred.status_code == 429
        assert int(barred.headers["retry-after"]) > 0
        assert client.get("/").status_code == 303

    def test_signing_in_gives_a_new_session_and_ends_the_old_one(self, site: Site) -> None:
        client = site.client(REVIEWING)
        old = client.cookies["session"]
        token = field(site.client().get("/sign-in").text, "form_token")
        answer = client.post("/sign-in", data={"form_token": token, "name": REVIEWING, "password": PASSWORD})
        assert answer.status_code == 403, "another browser's form"
        client.cookies.delete("session")
        planted = "x" * 43
        client.cookies.set("session", planted)
        assert client.sign_in(REVIEWING).status_code == 303
        assert client.cookies.get("session", domain="127.0.0.1") not in {old, planted}

    @pytest.mark.parametrize(
        ("asked", "given"),
        [
            ("/account", "/account"),
            ("/?q=a", "/?q=a"),
            ("//evil.example", "/"),
            ("https://evil.example/", "/"),
            ("/\\evil.example", "/"),
            ("/\tevil", "/"),
            ("", "/"),
        ],
    )
    def test_it_leads_back_to_our_own_pages_only(self, asked: str, given: str) -> None:
        assert way_back(asked) == given

    def test_cookies_are_not_for_scripts_nor_for_other_sites(self, site: Site) -> None:
        [cookie] = [one for one in _cookies(site.client().sign_in(REVIEWING)) if one.startswith("session=")]
        parts = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"httponly", "samesite=lax", "path=/"} <= parts
        assert not any(part.startswith(("domain", "max-age", "expires")) for part in parts)

    def test_by_https_they_are_held_to_this_host(self, desk_reports: Path) -> None:
        with served(desk_reports, Settings(desk=DeskSettings(url="https://desk.example"))) as site:
            answer = httpx.get(f"{site.url}/sign-in", headers={"Host": "desk.example"})
            [cookie] = _cookies(answer)
            assert cookie.startswith("__Host-browser=")
            assert "secure" in cookie.lower()
            assert answer.headers["strict-transport-security"] == "max-age=31536000"
            assert httpx.get(f"{site.url}/sign-in", headers={"Host": "evil.example"}).status_code == 400


class TestForms:
    @pytest.mark.parametrize(
        "address", ["/sign-out", "/account/password", "/account/sign-out-everywhere", "/assign", PAGE]
    )
    def test_one_without_its_token_does_nothing(self, site: Site, address: str) -> None:
        client = site.client(REVIEWING)
        for data in ({}, {"form_token": "x"}, {"form_token": site.client(OPERATOR).token("/")}):
            assert client.post(address, data=data).status_code == 403
        assert client.get("/").status_code == 200

    def test_one_from_another_site_does_nothing(self, site: Site) -> None:
        client = site.client(REVIEWING)
        token = client.token("/")
        for origin in ("https://evil.example", "null"):
            answer = client.post("/sign-out", data={"form_token": token}, headers={"Origin": origin})
            assert answer.status_code == 403
        assert client.get("/").status_code == 200
        answer = client.post("/sign-out", data={"form_token": token}, headers={"Origin": site.url})
        assert answer.status_code == 303

    def test_the_sign_in_has_one_too(self, site: Site) -> None:
        answer = site.client().post("/sign-in", data={"name": REVIEWING, "password": PASSWORD})
        assert answer.status_code == 403

    def test_what_was_typed_into_an_ended_session_is_shown_back(self, site: Site) -> None:
        client = site.client(REVIEWING)
        data = {"form_token": client.token(PAGE), "version": "1", "act": "note", "reason": "写了很久的<备注>"}
        site.parts.accounts.sign_out_everywhere(REVIEWING, "-")
        answer = client.post(PAGE, data=data)
        assert answer.status_code == 401
        assert "写了很久的&lt;备注&gt;" in answer.text
        assert data["form_token"] not in answer.text

    def test_a_huge_one_is_refused(self, site: Site) -> None:
        client = site.client(REVIEWING)
        assert client.post(PAGE, data={"reason": "x" * 2_000_000}).status_code == 413
        # And one that does not say how long it is.
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        assert client.post(PAGE, content=(b"x" * 100_000 for _ in range(30)), headers=form).status_code == 413
        assert client.get("/").status_code == 200


class TestHeaders:
    @pytest.mark.parametrize("address", ["/sign-in", "/", PAGE, "/nothing", "/progress"])
    def test_every_answer_has_them(self, site: Site, address: str) -> None:
        headers = site.client(REVIEWING).get(address).headers
        policy = headers["content-security-policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"
        assert "server" not in headers or "uvicorn" in headers["server"]
        assert "strict-transport-security" not in headers

    def test_no_page_has_a_script_or_a_style_of_its_own(self, site: Site) -> None:
        client = site.client(SUPERVISOR)
        pages = [client.get(address).text for address in ("/", PAGE, RICH_PAGE, "/account", "/events")]
        for page in (*pages, site.client().get("/sign-in").text):
            assert page.count("<script") == 1
            assert "<style" not in page
            assert " style=" not in page
            assert "onclick" not in page

    def test_a_report_runs_no_script(self, site: Site) -> None:
        answer = site.client(REVIEWING).get(f"{PAGE}/report.html")
        assert answer.status_code == 200
        assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")

    def test_style_and_scripts_are_kept_as_long_as_they_are_the_same(self, site: Site) -> None:
        page = site.client().get("/sign-in").text
        address = page.split('<script src="')[1].split('"')[0]
        answer = site.client().get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        assert "javascript" in answer.headers["content-type"]


class TestDossiers:
    def test_the_list_is_searched_sorted_and_counted(self, site: Site) -> None:
        client = site.client(REVIEWING)
        page = client.get("/").text
        assert CLEAN in page
        assert RICH in page
        assert "第 1–3 个，共 3 个" in page
        found = client.get("/", params={"q": RICH}).text
        assert RICH in found
        assert f">{CLEAN}<" not in found
        for odd in ({"page": "99"}, {"page": "-1"}, {"verdict": "x"}, {"sort": "x"}, {"state": "x"}, {"desk": "x"}):
            assert client.get("/", params=odd, follow_redirects=True).status_code == 200, odd

    def test_a_hostile_name_stays_a_name(self, site: Site) -> None:
        client = site.client(REVIEWING)
        address = f"/dossiers/jilin-2022/{quote(HOSTILE, safe='')}"
        for page in (client.get("/").text, client.get(address).text):
            assert "JL-&lt;b&gt;&amp;" in page
            assert HOSTILE not in page
        assert address.replace("%", "%") in client.get("/").text

    @pytest.mark.parametrize(
        "address",
        [
            "/dossiers/neimenggu-enterprise-2019/..",
            "/dossiers/neimenggu-enterprise-2019/%2e%2e%2fjilin-2022",
            "/dossiers/..%2f..%2fetc/passwd",
            "/dossiers/nothing/here",
            f"{PAGE}/images/..%2f..%2freport.json",
            f"{PAGE}/images/%2e%2e%2f%2e%2e%2f%2e%2e%2fheyan.sqlite",
            f"{PAGE}/images/{'0' * 32}.jpg",
            f"{PAGE}/report.sqlite",
            f"{PAGE}/report.html?revision=99",
            f"{PAGE}?revision=99",
            "/static/../application.py",
            "/static/%2e%2e%2fapplication.py",
        ],
    )
    def test_there_is_no_way_out_of_the_folder(self, site: Site, address: str) -> None:
        with socket.create_connection(urlsplit(site.url).netloc.split(":")) as connection:  # type: ignore[arg-type]
            cookie = site.client(REVIEWING).cookies["session"]
            head = ("GET " + address + " HTTP/1.1", "Host: localhost", f"Cookie: session={cookie}", "Connection: close")
            request = "\r\n".join((*head, "", ""))
            connection.sendall(request.encode())
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        assert answer.split(b" ")[1] in {b"404", b"400"}
        assert b"SQLite format" not in answer

    def test_pages_and_reports_are_served(self, site: Site) -> None:
        client = site.client(REVIEWING)
        page = client.get(PAGE).text
        address = page.split('id="page-image" src="')[1].split('"')[0]
        for image in (client.get(address), client.get(f"{address}?small=true")):
            assert image.headers["content-type"] == "image/jpeg"
            assert image.content.startswith(b"\xff\xd8")
            assert image.headers["cache-control"] == "no-store"
        report = client.get(f"{PAGE}/report.json")
        assert report.json()["dossier"] == CLEAN

    def test_a_judgement_is_recorded_and_shown(self, site: Site) -> None:
        client = site.client(REVIEWING)
        key = client.get(RICH_PAGE).text.split('name="finding" value="')[1].split('"')[0]
        answer = client.submit(RICH_PAGE, act="judge", finding=key, outcome="not_applicable", reason="样例理由")
        assert answer.status_code == 303
        page = client.get(answer.headers["location"]).text
        assert "已保存" in page
        assert "样例理由" in page
        assert REVIEWING in page
        assert "已保存" not in client.get(RICH_PAGE).text

    def test_the_second_reviewer_is_told_and_loses_nothing(self, site: Site) -> None:
        first, second = site.client(REVIEWING), site.client(SUPERVISOR)
        page = second.get(RICH_PAGE).text
        assert first.submit(RICH_PAGE, act="note", reason="先写的备注").status_code == 303
        typed = {"act": "note", "reason": "写了很久的一段话", "version": field(page, "version")}
        answer = second.post(RICH_PAGE, data={"form_token": field(page, "form_token"), **typed})
        assert answer.status_code == 409
        assert "先写的备注" in answer.text
        assert REVIEWING in answer.text
        assert "写了很久的一段话</textarea>" in answer.text
        again = {**typed, "version": field(answer.text, "version"), "form_token": field(answer.text, "form_token")}
        assert second.post(RICH_PAGE, data=again).status_code == 303
        history = second.get(RICH_PAGE).text
        assert "先写的备注" in history
        assert "写了很久的一段话" in history

    def test_what_cannot_be_done_is_said_with_what_was_typed(self, site: Site) -> None:
        client = site.client(REVIEWING)
        answer = client.submit(RICH_PAGE, act="decide", state="accepted", reason="想通过")
        assert answer.status_code == 422
        assert "想通过" in answer.text
        for odd in ({"act": "nothing"}, {"act": "judge"}, {"act": "split", "document": "d1", "at": "x"}, {}):
            assert client.submit(RICH_PAGE, **odd).status_code == 422

    def test_reviewers_take_dossiers_and_supervisors_hand_them_out(self, site: Site) -> None:
        client = site.client(SUPERVISOR)
        version = field(client.get(PAGE).text, "version")
        chosen = f"neimenggu-enterprise-2019/{CLEAN}@{version}"
        data = {"form_token": client.token("/"), "chosen": chosen, "to": REVIEWING, "back": "q=QY"}
        answer = client.post("/assign", data=data)
        assert (answer.status_code, answer.headers["location"]) == (303, "/?q=QY")
        mine = site.client(REVIEWING).get("/", params={"assignee": "me"}).text
        assert CLEAN in mine
        assert f">{RICH}<" not in mine


class TestPapers:
    def test_a_letter_says_what_to_mend_as_word_and_pdf(self, site: Site) -> None:
        client = site.client(REVIEWING)
        word = client.get(f"{RICH_PAGE}/letter.docx", params={"number": "样人社补〔2026〕1号"})
        assert word.status_code == 200, word.text
        assert quote(f"补正通知书-{RICH}.docx") in word.headers["content-disposition"]
        said = "\n".join(one.text for one in docx.Document(io.BytesIO(word.content)).paragraphs)
        assert "样人社补〔2026〕1号" in said
        assert "租赁期至" in said
        pdf = client.get(f"{RICH_PAGE}/letter.pdf")
        assert pdf.headers["content-type"] == "application/pdf"
        assert pdf.content.startswith(b"%PDF")
        nothing = client.get(f"{PAGE}/letter.docx")
        assert nothing.status_code == 409
        assert "不需要补正通知书" in nothing.text
        assert client.get(f"{RICH_PAGE}/letter.exe").status_code == 404

    def test_lists_are_of_what_is_shown(self, site: Site) -> None:
        client = site.client(REVIEWING)
        one = client.get(f"{RICH_PAGE}/findings.csv").content.decode("utf-8-sig")
        assert "租赁期至 2022-04-30" in one
        many = client.get("/lists/findings.csv", params={"q": CLEAN}).content.decode("utf-8-sig")
        assert CLEAN in many
        assert RICH not in many
        night = client.get("/lists/night.xlsx")
        assert night.status_code == 200
        book = openpyxl.load_workbook(io.BytesIO(night.content))
        assert book.sheetnames[0] == "夜间清单"
        form = {"programme": "neimenggu-enterprise-2019"}
        assert client.get("/lists/summary-form.xlsx", params=form).status_code == 409
        assert client.submit(PAGE, act="decide", state="accepted").status_code == 303
        sheet = openpyxl.load_workbook(io.BytesIO(client.get("/lists/summary-form.xlsx", params=form).content)).active
        assert sheet is not None
        assert "鄂尔多斯市样例晨星乳业股份有限公司" in str([cell.value for row in sheet.rows for cell in row])
        assert client.get("/lists/summary-form.xlsx", params={"programme": "jilin-2022"}).status_code == 404

    def test_they_are_not_for_operators(self, site: Site) -> None:
        client = site.client(OPERATOR)
        for address in (f"{RICH_PAGE}/letter.docx", "/lists/findings.csv", "/lists/night.xlsx"):
            assert client.get(address).status_code == 403


class TestRoles:
    def test_an_operator_keeps_accounts_and_sees_no_dossier(self, site: Site) -> None:
        client = site.client(OPERATOR)
        for address in (PAGE, f"{PAGE}/report.json", f"{PAGE}/images/{'0' * 32}.jpg"):
            assert client.get(address).status_code == 403
        page = client.get("/").text
        assert CLEAN in page
        assert f'href="{PAGE}"' not in page
        data = {"form_token": client.token("/accounts"), "name": "新来的", "role": "reviewer", "password": PASSWORD}
        assert client.post("/accounts", data=data).status_code == 303
        assert site.client("新来的").get("/").status_code == 200
        stop = {"form_token": client.token("/accounts"), "name": "新来的", "change": "disable"}
        assert client.post("/accounts/change", data=stop).status_code == 303
        assert site.client().sign_in("新来的").status_code == 401
        own = {"form_token": client.token("/accounts"), "name": OPERATOR, "change": "disable"}
        assert client.post("/accounts/change", data=own).status_code == 422
        assert "停用账号" in client.get("/events").text

    def test_others_keep_none(self, site: Site) -> None:
        for name, may_watch in ((REVIEWING, 403), (SUPERVISOR, 200)):
            client = site.client(name)
            assert client.get("/accounts").status_code == 403
            assert client.get("/events").status_code == may_watch
            data = {"form_token": client.token("/"), "name": "新来的", "role": "operator", "password": PASSWORD}
            assert client.post("/accounts", data=data).status_code == 403

    def test_one_changes_ones_own_password_with_the_old_one(self, site: Site) -> None:
        client, elsewhere = site.client(REVIEWING), site.client(REVIEWING)
        token = client.token("/account")
        new = "换了 一句 很长很长 的话"
        wrong = client.post("/account/password", data={"form_token": token, "current": "错", "new": new, "again": new})
        assert wrong.status_code == 422
        assert elsewhere.get("/").status_code == 200
        right = {"form_token": token, "current": PASSWORD, "new": new, "again": new}
        assert client.post("/account/password", data=right).status_code == 303
        assert client.get("/account").status_code == 200
        assert elsewhere.get("/").status_code == 303
        assert site.client().sign_in(REVIEWING, new).status_code == 303


class TestHealth:
    def test_it_answers_without_a_session_and_says_when_the_database_is_gone(self, site: Site) -> None:
        assert httpx.get(f"{site.url}/health").text == "ok"
        assert "heyan_dossiers" in httpx.get(f"{site.url}/metrics").text
        assert httpx.get(f"{site.url}/progress").status_code == 303
        progress = site.client(REVIEWING).get("/progress").json()
        assert progress["is_running"] is False
        assert "3" in progress["line"]

    def test_an_error_nobody_expected_shows_nothing_of_itself(
        self, site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client = site.client(REVIEWING)
        monkeypatch.setattr("apps.desk.listing.list_dossiers", lambda *_: 1 / 0)
        answer = client.get("/")
        assert answer.status_code == 500
        assert "ZeroDivision" not in answer.text
        assert "content-security-policy" in answer.headers


class Provider:
    """A small OpenID Connect provider: discovery, keys, authorisation code with PKCE, user's info."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}"
        self.key = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig", "alg": "RS256"})
        self.claims: dict[str, Any] = {}
        self.told: dict[str, Any] = {}
        self.begun: dict[str, dict[str, str]] = {}
        self.spoil: dict[str, Any] = {}
        self.app = FastAPI()
        self.app.get("/.well-known/openid-configuration")(self.discovery)
        self.app.get("/keys")(lambda: {"keys": [self.key.as_dict(private=False)]})
        self.app.get("/authorize")(self.authorize)
        self.app.post("/token")(self.token)
        self.app.get("/userinfo")(lambda: self.told)

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.spoil.get("issuer", self.issuer),
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe()
        self.begun[code] = asked
        return RedirectResponse(f"{asked['redirect_uri']}?code={code}&state={self.spoil.get('state', asked['state'])}")

    def token(
        self, request: Request, code: str = Form(), code_verifier: str = Form(), redirect_uri: str = Form()
    ) -> Response:
        asked = self.begun.pop(code)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(code_verifier.encode()).digest()).decode().rstrip("=")
        known = base64.b64encode(b"heyan:secret").decode()
        if (challenge, redirect_uri, request.headers["authorization"]) != (
            asked["code_challenge"],
            asked["redirect_uri"],
            f"Basic {known}",
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": "heyan", "iat": now, "exp": now + 60, "nonce": asked["nonce"]}
        key = self.spoil.get("key", self.key)
        token = jwt.encode({"alg": "RS256", "kid": "k1"}, claims | self.claims | self.spoil.get("claims", {}), key)
        return JSONResponse({"access_token": "a", "token_type": "Bearer", "expires_in": 600, "id_token": token})


class TestElsewhere:
    @pytest.fixture
    def provider(self) -> Iterator[Provider]:
        listening = socket.create_server(("127.0.0.1", 0))
        provider = Provider(listening.getsockname()[1])
        provider.claims = {"sub": "42", "preferred_username": "样例统一", "roles": ["heyan-lead"]}
        with serving(provider.app, listening):
            yield provider

    @pytest.fixture
    def site(self, provider: Provider, desk_reports: Path, tmp_path: Path) -> Iterator[Site]:
        oidc = OidcSettings(
            issuer=provider.issuer,
            client_id="heyan",
            client_secret="secret",  # type: ignore[arg-type]  # noqa: S106
            roles={"heyan-lead": "supervisor", "heyan-reads": "reviewer"},  # type: ignore[arg-type]
        )
        shutil.copytree(desk_reports, tmp_path / "reports")
        with served(tmp_path / "reports", Settings(desk=DeskSettings(oidc=oidc))) as site:
            yield site

    def test_who_is_known_there_gets_in_with_the_role_that_is_given(self, site: Site) -> None:
        client = site.client()
        assert "用统一身份认证登录" in client.get("/sign-in").text
        answer = self._go(client, back="/account")
        assert answer.status_code == 303
        assert answer.headers["location"] == "/account"
        page = client.get("/account").text
        assert "样例统一" in page
        assert "主管" in page
        assert "修改密码" not in page

    def test_the_role_may_stand_in_the_users_info(self, site: Site, provider: Provider) -> None:
        del provider.claims["roles"]
        provider.told = {"sub": "42", "roles": "other heyan-reads"}
        client = site.client()
        assert self._go(client).status_code == 303
        assert "审核员" in client.get("/account").text
        provider.told = {"sub": "43", "roles": "heyan-lead"}
        assert self._go(site.client()).status_code == 502

    def test_without_a_role_nobody_gets_in(self, site: Site, provider: Provider) -> None:
        provider.claims["roles"] = ["somebody"]
        client = site.client()
        answer = self._go(client)
        assert answer.status_code == 403
        assert "没有本系统的角色" in answer.text
        assert client.get("/").status_code == 303

    @pytest.mark.parametrize(
        "spoil",
        [
            {"claims": {"nonce": "another"}},
            {"claims": {"aud": "another"}},
            {"claims": {"iss": "http://another.example"}},
            {"claims": {"exp": 1}},
            {"key": RSAKey.generate_key(2048)},
            {"state": "another"},
            {"issuer": "http://another.example"},
        ],
        ids=["nonce", "audience", "issuer", "expired", "key", "state", "metadata"],
    )
    def test_a_token_that_is_not_ours_lets_nobody_in(self, site: Site, provider: Provider, spoil: Any) -> None:
        provider.spoil = spoil
        client = site.client()
        answer = self._go(client)
        assert answer.status_code == 502
        assert "没有成功" in answer.text
        assert client.get("/").status_code == 303

    def test_another_browser_cannot_finish_it_and_nobody_twice(self, site: Site) -> None:
        client = site.client()
        there = client.get("/sign-in/oidc")
        back = httpx.get(there.headers["location"]).headers["location"]
        assert "code_challenge" in parse_qs(urlsplit(there.headers["location"]).query)
        assert site.client().get(back).status_code == 400
        begun = client.cookies["begun"]
        assert client.get(back).status_code == 303
        client.cookies.set("begun", begun)
        assert client.get(back).status_code == 400

    @pytest.mark.parametrize("issuer", ["http://127.0.0.1:9", "{desk}/nothing"], ids=["nobody", "no provider"])
    def test_a_service_that_does_not_answer_is_said(self, desk_reports: Path, provider: Provider, issuer: str) -> None:
        oidc = OidcSettings(issuer=issuer.format(desk=provider.issuer), client_id="heyan")
        with served(desk_reports, Settings(desk=DeskSettings(oidc=oidc))) as site:
            answer = site.client().get("/sign-in/oidc")
        assert answer.status_code == 502
        assert "没有成功" in answer.text

    def _go(self, client: Client, back: str = "/") -> httpx.Response:
        there = client.get("/sign-in/oidc", params={"back": back})
        assert there.status_code == 302
        return client.get(httpx.get(there.headers["location"]).headers["location"])


def test_the_command_serves_it_and_says_where_and_how_to_begin(own_settings: None, tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from apps.cli import main; main()"]
    missing = subprocess.run([*command, "review"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert missing.returncode == 2
    assert "还没有核验过" in missing.stderr
    (tmp_path / "reports").mkdir()
    with subprocess.Popen([*command, "review", "--port", "0"], cwd=tmp_path, stdout=subprocess.PIPE, text=True) as desk:
        assert desk.stdout is not None
        try:
            address = desk.stdout.readline().strip().removeprefix("审核台：")
            assert "heyan user add" in desk.stdout.readline()
            answer = httpx.Client(transport=httpx.HTTPTransport(retries=20)).get(f"{address}/sign-in", timeout=30)
            assert "还没有账号" in answer.text
            assert "server" not in answer.headers
        finally:
            desk.terminate()
    assert desk.returncode is not None


def test_idle_sessions_end_whatever_the_page_asks_by_itself(site: Site) -> None:
    client = site.client(REVIEWING)
    with site.parts.database.session() as session:
        session.execute(text("UPDATE sessions SET seen = seen - 7300"))
    assert client.get("/progress").status_code == 303


def _cookies(answer: httpx.Response) -> list[str]:
    return answer.headers.get_list("set-cookie")
