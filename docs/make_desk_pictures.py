"""Draws docs/list.png, docs/dossier.png and docs/phone.png: the desk over the sample packets, in Chromium.

`python docs/make_desk_pictures.py [REPORTS]`: REPORTS is a folder that `heyan verify samples/packets --out REPORTS`
made; without one they are verified first. The clock stands in the spring of 2022, when the samples were received.
"""

import shutil
import socket
import sys
import tempfile
import threading
import time
from datetime import datetime
from pathlib import Path

import uvicorn
from playwright.sync_api import Page, sync_playwright

from apps.desk.application import application
from apps.desk.parts import Parts
from apps.desk.server import parts_for
from flows.desk.acts import Assign, Decide, DeskState, Judge
from flows.desk.desk import Reviewer
from flows.run import verify_source
from schemas.account import Role
from schemas.settings import Settings

DOCS = Path(__file__).parent
SAMPLES = DOCS.parent / "samples" / "packets"
PASSWORD = "样例 密码 一句很长的话"  # noqa: S105 - invented
LEAD, FIRST, SECOND = "王主管", "张样例", "李样例"
WHOSE = {"TJ-0001": FIRST, "TJ-0002": FIRST, "JL-0002": FIRST, "TJ-0003": SECOND, "NM-0002": SECOND}


def main() -> None:
    """Verify, serve, look."""
    with tempfile.TemporaryDirectory() as folder:
        reports = Path(folder) / "reports"
        if sys.argv[1:]:
            shutil.copytree(sys.argv[1], reports)
        else:
            verify_source(str(SAMPLES), None, reports, Settings())
        Parts.now = lambda self: datetime(2022, 5, 31, 9, 12, tzinfo=self.zone)
        parts = parts_for(Settings(), reports)
        prepare(parts)
        listening = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(application(parts), log_level="warning", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        draw(f"http://127.0.0.1:{listening.getsockname()[1]}")
        server.should_exit = True
        thread.join(10)


def prepare(parts: Parts) -> None:
    """Have people at the desk, and a little done."""
    for name, role in ((LEAD, Role.SUPERVISOR), (FIRST, Role.REVIEWER), (SECOND, Role.REVIEWER)):
        parts.accounts.add(name, role, PASSWORD)
    for name, whose in WHOSE.items():
        programme = next(SAMPLES.glob(f"*/{name}")).parent.name
        version = parts.desk.dossier(programme, name).version
        review = parts.desk.act(programme, name, version, [Assign(to=whose)], Reviewer(LEAD, Role.SUPERVISOR))
        if name == "TJ-0001":
            decided = Decide(state=DeskState.ACCEPTED)
            parts.desk.act(programme, name, review.version, [decided], Reviewer(whose, Role.REVIEWER))
        if name == "JL-0002":
            last = [one for one in review.findings if one.finding.outcome == "fail"][-1]
            judged = Judge(finding=last.key, outcome=last.finding.outcome)
            parts.desk.act(programme, name, review.version, [judged], Reviewer(whose, Role.REVIEWER))


def draw(url: str) -> None:
    """Take the pictures."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        office = signed_in(browser.new_page(viewport={"width": 1366, "height": 768}), url)
        office.screenshot(path=DOCS / "list.png")
        office.goto(f"{url}/dossiers/jilin-2022/JL-0002")
        settle(office)
        office.screenshot(path=DOCS / "dossier.png")
        phone = signed_in(browser.new_page(viewport={"width": 390, "height": 844}, device_scale_factor=1.5), url)
        phone.goto(f"{url}/dossiers/jilin-2022/JL-0002")
        settle(phone)
        phone.screenshot(path=DOCS / "phone.png")
        browser.close()


def signed_in(page: Page, url: str) -> Page:
    """Sign in."""
    page.goto(f"{url}/sign-in")
    page.fill("#name", FIRST)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(f"{url}/")
    return page


def settle(page: Page) -> None:
    """Wait until all that is seen is loaded."""
    page.wait_for_load_state("networkidle")
    page.locator("h1").hover()


if __name__ == "__main__":
    main()
