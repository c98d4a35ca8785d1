"""The desk in a real browser: by keyboard alone, two people at once, on an office screen and on a phone, with axe."""

import json
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from desk_site import (
    CLEAN,
    HOSTILE,
    OPERATOR,
    OTHER,
    PASSWORD,
    REVIEWER,
    RICH,
    SUPERVISOR,
    Site,
)
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
OFFICE, PHONE = ViewportSize(width=1366, height=768), ViewportSize(width=390, height=844)
# WCAG 2.2 to level AA, and what axe holds to be good practice.
AXE = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}

# A machine that does other things besides draws a page late.
expect.set_options(timeout=15_000)

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert CHROMIUM, "没有 Chromium：sh tests/chromium.sh"
    with sync_playwright() as playwright:
        # In a container of root's the browser's own sandbox cannot be had.
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def open_desk(site: Site, browser: Browser) -> Iterator[Open]:
    """Open the desk in a browser of its own, signed in; nothing may go wrong in its scripts."""
    wrong: list[str] = []
    contexts: list[Any] = []

    def open_(name: str = REVIEWER, viewport: ViewportSize = OFFICE, *, scripts: bool = True) -> Page:
        context = browser.new_context(viewport=viewport, java_script_enabled=scripts, has_touch=viewport == PHONE)
        contexts.append(context)
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)
        page.goto(f"{site.url}/sign-in")
        page.fill("#name", name)
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_url(f"{site.url}/")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert wrong == []


def go(page: Page, site: Site, dossier: str = RICH, programme: str = "tianjin-2020", query: str = "") -> Page:
    page.goto(f"{site.url}/dossiers/{programme}/{dossier}{query}")
    return page


def chosen(page: Page) -> str:
    """Return the title of the item that is chosen."""
    return page.locator(".section:not([data-aside]) [data-marks][aria-current] .jump").first.inner_text()


def says(page: Page, text: str) -> None:
    """Wait for the page that an act leads to, with its script: keys pressed before it are the browser's."""
    expect(page.locator(".done")).to_contain_text(text)
    page.wait_for_load_state("load")


def test_a_dossier_is_gone_through_by_keyboard_alone(site: Site, open_desk: Open) -> None:
    page = open_desk()
    keys = page.keyboard
    keys.press("/")
    keys.type(RICH)
    keys.press("Enter")
    expect(page.locator(".dossiers tbody tr")).to_have_count(1)
    keys.press("j")
    keys.press("Enter")
    expect(page.locator("h1")).to_contain_text(RICH)
    page.wait_for_load_state("load")

    first = chosen(page)
    open_count = page.locator(".finding[data-open]").count()
    assert open_count
    keys.press("j")
    second = chosen(page)
    assert second != first
    keys.press("k")
    assert chosen(page) == first
    focused = page.evaluate("document.activeElement.className")
    assert focused == "jump"

    # A fail is confirmed, the next one overruled with a reason; each time the next one that waits is shown.
    keys.press("c")
    says(page, "已保存")
    expect(page.locator(".finding[data-open]")).to_have_count(open_count - 1)
    overruled = chosen(page).splitlines()[0]
    # Faster than any hand: the box for the reason has the focus when the key has been taken.
    focused = page.evaluate(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'o', bubbles: true})),"
        "document.activeElement.tagName"
    )
    assert focused == "TEXTAREA"
    keys.type("原件已核对，样例理由")
    keys.press("Escape")
    keys.press("1")
    says(page, "改判")
    expect(page.locator(".finding", has_text="样例理由").first).to_contain_text(overruled)

    # What the rules left open is said, too.
    while page.locator(".finding[aria-current].review").count() == 0:
        keys.press("Shift+J")
    keys.press("3")
    says(page, "不适用")
    expect(page.locator(".finding[data-open]")).to_have_count(open_count - 3)

    # And the dossier is returned.
    keys.press("d")
    keys.type("请补正")
    keys.press("Tab")
    keys.press("Tab")
    keys.press("Enter")
    expect(page.locator(".facts").first).to_contain_text("退回补正")
    page.wait_for_load_state("load")
    keys.press("h")
    expect(page.locator("#history")).to_contain_text("请补正")
    keys.press("u")
    expect(page.locator("h1")).to_have_text("卷宗")


def test_choosing_turns_to_the_page_and_lights_the_box(site: Site, open_desk: Open) -> None:
    page = go(open_desk(), site)
    image = page.locator("#page-image")
    marked = page.locator(".finding:not([data-marks='[]'])")
    assert marked.count() > 2
    for number in range(marked.count()):
        finding = marked.nth(number)
        spots = json.loads(finding.get_attribute("data-marks") or "[]")
        if not finding.is_visible() or not spots[0]["box"]:
            continue
        finding.locator(".jump").click()
        expect(page.locator(".where .index")).to_have_text(str(spots[0]["page"]))
        expect(page.locator(".marks rect").first).to_have_class(finding.get_attribute("data-outcome") or "")
        expect(image).to_have_js_property("complete", value=True)
        box, stage = page.locator(".marks rect").first.bounding_box(), page.locator(".stage").bounding_box()
        assert box is not None
        assert stage is not None
        assert stage["x"] - 1 <= box["x"] + box["width"] / 2 <= stage["x"] + stage["width"] + 1
        assert stage["y"] - 1 <= box["y"] + box["height"] / 2 <= stage["y"] + stage["height"] + 1

    page.keyboard.press("f")
    field = page.locator(".field[data-marks]:not([data-marks='[]'])").first
    field.locator(".jump").first.click()
    expect(page.locator(".marks rect.field").first).to_be_attached()


def test_the_page_is_zoomed_turned_and_fitted(site: Site, open_desk: Open) -> None:
    page = go(open_desk(), site)
    sheet = page.locator(".sheet img")

    def size() -> tuple[float, float]:
        box = sheet.bounding_box()
        assert box is not None
        return box["width"], box["height"]

    width, height = size()
    page.keyboard.press("+")
    assert size()[0] == pytest.approx(width * 1.25, rel=0.02)
    page.keyboard.press("0")
    stage = page.locator(".stage").bounding_box()
    assert stage is not None
    assert size()[1] <= stage["height"]
    page.keyboard.press("w")
    assert size() == pytest.approx((width, height), rel=0.02)
    page.keyboard.press("r")
    turned = size()
    assert turned[0] > turned[1]
    page.keyboard.press("l")
    page.locator(".stage").hover()
    page.keyboard.down("Control")
    page.mouse.wheel(0, -100)
    page.keyboard.up("Control")
    assert size()[0] > width
    first = page.locator(".where .index").inner_text()
    page.keyboard.press("n")
    assert page.locator(".where .index").inner_text() != first


def test_a_field_is_corrected_in_place_and_the_rules_run_again(site: Site, open_desk: Open) -> None:
    page = go(open_desk(), site, query="?tab=fields")
    field = page.locator(".field:has([name=value])", has_text="租赁止日").first
    field.locator(".jump").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("e")
    value = field.locator("input[name=value]")
    expect(value).to_be_focused()
    value.fill("2035年4月30日")
    page.keyboard.press("Enter")
    says(page, "更正为2035-04-30")
    expect(page.locator(".done li", has_text="租赁期是否届满")).to_contain_text("不符合 → 符合")
    expect(page.locator(".field.corrected .value").first).to_contain_text("2035-04-30")
    expect(page.locator(".field.corrected").first).to_contain_text(REVIEWER)


def test_a_documents_kind_and_pages_are_changed_in_place(site: Site, open_desk: Open) -> None:
    page = go(open_desk(), site, query="?tab=fields")
    before = page.locator(".document:not(.envelope, .part)").count()
    whole = page.locator(".document:has([name=at])").first
    whole.locator(".arrange > summary").click()
    whole.locator("form:has([name=at]) button").click()
    says(page, "拆出")
    assert page.locator(".document:not(.envelope, .part)").count() == before + 1
    page.keyboard.press("f")
    some = page.locator(".document:has(.arrange)").first
    some.locator(".arrange > summary").click()
    some.locator("form:has([name=other]) button").click()
    says(page, "并入")
    some = page.locator(".document:has(.arrange)").first
    some.locator(".arrange > summary").click()
    some.locator("form:has(> [value=kind]) select").select_option("other")
    some.locator("form:has(> [value=kind]) button").click()
    says(page, "其他")


def test_a_list_is_corrected_row_by_row(site: Site, open_desk: Open) -> None:
    page = go(open_desk(), site, query="?tab=fields")
    field = page.locator(".field:has(table.rows)").first
    rows = field.locator("tr[data-marks]").count()
    field.locator(".edit > summary").click()
    line = field.locator("tr.new").first
    line.locator("input:not([type=hidden])").nth(1).fill("样例职业")
    field.locator("form button").click()
    says(page, f"{rows + 1} 行")
    expect(page.locator(".field.corrected tr[data-marks]")).to_have_count(rows + 1)


def test_the_second_reviewer_is_told_who_did_what_and_loses_nothing(site: Site, open_desk: Open) -> None:
    first, second = go(open_desk(), site), go(open_desk(OTHER), site)
    first.keyboard.press("c")
    says(first, "已保存")
    second.keyboard.press("h")
    second.locator("#note").fill("我写了很久的备注")
    second.locator("#history > form button").click()
    told = second.locator(".problem")
    expect(told).to_contain_text(REVIEWER)
    expect(second.locator(".pending textarea")).to_have_value("我写了很久的备注")
    second.locator(".pending button").click()
    says(second, "备注")
    second.keyboard.press("h")
    expect(second.locator("#history")).to_contain_text("我写了很久的备注")
    expect(second.locator("#history")).to_contain_text(REVIEWER)


def test_keys_can_be_switched_off_and_are_explained(site: Site, open_desk: Open) -> None:
    page = go(open_desk(), site)
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.locator("#keys-off").check()
    page.keyboard.press("Escape")
    expect(page.locator("#help")).not_to_be_visible()
    before = chosen(page)
    page.keyboard.press("j")
    assert chosen(page) == before
    page.reload()
    page.keyboard.press("j")
    assert chosen(page) == before


def test_it_works_without_scripts(site: Site, open_desk: Open) -> None:
    page = open_desk(scripts=False)
    page.locator("#q").fill(RICH)
    page.press("#q", "Enter")
    page.click(f"text={RICH}")
    links = page.locator(".finding:not([data-marks='[]']) .jump")
    links.nth(1).click()
    expect(page.locator(".finding[aria-current] .jump").first).to_be_visible()
    expect(page.locator(".marks rect").first).to_be_attached()
    page.locator(".tools a", has_text="下一页").click()
    page.locator(".finding.fail form button").first.click()
    says(page, "已保存")


PAGES = {
    "list": ("/", REVIEWER),
    "list without a hit": ("/?q=nothing", REVIEWER),
    "dossier": (f"/dossiers/tianjin-2020/{RICH}", REVIEWER),
    "fields": (f"/dossiers/tianjin-2020/{RICH}?tab=fields", SUPERVISOR),
    "history": (f"/dossiers/neimenggu-enterprise-2019/{CLEAN}?tab=history", REVIEWER),
    "files": (f"/dossiers/tianjin-2020/{RICH}?tab=files", REVIEWER),
    "missing": ("/dossiers/tianjin-2020/nothing", REVIEWER),
    "account": ("/account", REVIEWER),
    "accounts": ("/accounts", OPERATOR),
    "events": ("/events", OPERATOR),
}


# On a phone these stand otherwise; the rest is the same in a narrower column.
LAID_OUT_ANEW = ("list", "dossier", "fields", "accounts")


@pytest.mark.parametrize("viewport", [OFFICE, PHONE], ids=["office", "phone"])
def test_axe_finds_no_violation(site: Site, open_desk: Open, browser: Browser, viewport: ViewportSize) -> None:
    people = {name: open_desk(name, viewport) for name in (REVIEWER, SUPERVISOR, OPERATOR)}
    found: dict[str, list[str]] = {}
    stranger = browser.new_page(viewport=viewport)
    stranger.goto(f"{site.url}/sign-in")
    found["sign-in"] = violations(stranger)
    stranger.close()
    for title, (address, name) in PAGES.items():
        if viewport == PHONE and title not in LAID_OUT_ANEW:
            continue
        page = people[name]
        page.goto(f"{site.url}{address}")
        found[title] = violations(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{title} is wider than the screen"
    if viewport == OFFICE:
        found |= violations_of_what_opens(people[REVIEWER], site)
    assert {title: wrong for title, wrong in found.items() if wrong} == {}


def violations_of_what_opens(page: Page, site: Site) -> dict[str, list[str]]:
    """Look at forms and the help, which are shown on demand."""
    found: dict[str, list[str]] = {}
    page = go(page, site)
    for details in page.locator(".section:not([data-aside]) details > summary").all()[:6]:
        details.click()
    found["open forms"] = violations(page)
    page = go(page, site, query="?tab=fields")
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    found["open fields"] = violations(page)
    page = go(page, site)
    page.evaluate("document.querySelector('#help').showModal()")
    found["help"] = violations(page)
    return found


def violations(page: Page) -> list[str]:
    response = Axe().run(page, options=AXE).response
    return [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for one in response["violations"]
        for node in one["nodes"]
    ]


def test_on_a_phone_a_dossier_is_decided(site: Site, open_desk: Open) -> None:
    page = open_desk(viewport=PHONE)
    page.locator(".dossiers a", has_text=CLEAN).tap()
    expect(page.locator("#page-image")).to_be_visible()
    for button in page.locator("button:visible, .tools a:visible").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 24
    page.locator(".to-item").tap()
    page.locator("button", has_text="通过").last.tap()
    expect(page.locator(".facts").first).to_contain_text("通过")


def test_a_hostile_name_is_shown_as_it_is(site: Site, open_desk: Open) -> None:
    page = open_desk()
    page.locator(".dossiers a", has_text=HOSTILE).click()
    expect(page.locator("h1 small")).to_have_text(HOSTILE)
    page.keyboard.press("j")
    page.keyboard.press("u")
    expect(page.locator(".dossiers a", has_text=HOSTILE)).to_be_visible()


def test_the_list_says_how_the_run_goes(site: Site, open_desk: Open) -> None:
    page = open_desk()
    expect(page.locator("#run .line")).to_contain_text("已出报告 3")
    with page.expect_response("**/progress", timeout=10_000) as answered:
        pass
    assert answered.value.ok
