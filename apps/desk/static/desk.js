// What makes the desk quicker: keys, the page viewer, progress. Without it every page works as links and forms.
"use strict";

document.documentElement.classList.add("scripted");

const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const isNarrow = () => matchMedia("(max-width: 900px)").matches;
const isShown = (element) => element.getClientRects().length > 0;

// Scroll until an element is in sight, and nothing but what it is scrolled in.
function reveal(element, within) {
  if (!within || !["auto", "scroll"].includes(getComputedStyle(within).overflowY)) {
    element.scrollIntoView({ block: "nearest" });
    return;
  }
  const [inner, outer] = [element.getBoundingClientRect(), within.getBoundingClientRect()];
  const air = 12;
  if (inner.top < outer.top + air || inner.height > outer.height) within.scrollTop += inner.top - outer.top - air;
  else if (inner.bottom > outer.bottom - air) within.scrollTop += inner.bottom - outer.bottom + air;
  if (inner.left < outer.left) within.scrollLeft += inner.left - outer.left - air;
  else if (inner.right > outer.right) within.scrollLeft += inner.right - outer.right + air;
}

// Keys: single letters, while nobody types; they can be switched off (WCAG 2.1.4).
const keys = new Map();

function onKey(key, action) {
  keys.set(key, action);
}

function isOff() {
  return localStorage.getItem("keys") === "off";
}

document.addEventListener("keydown", (event) => {
  const field = event.target.closest("input:not([type=checkbox]), textarea, select");
  if (event.key === "Escape" && field) {
    field.blur();
    (field.closest("[aria-current], .field, .finding")?.querySelector(".jump") ?? one("main"))?.focus();
    return;
  }
  if (field || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isOff()) return;
  if (one("dialog[open]") && event.key !== "?") return;
  const action = keys.get(event.key);
  if (action && action(event) !== false) event.preventDefault();
});

function setUpHelp() {
  const help = one("#help");
  if (!help) return;
  const toggle = () => (help.open ? help.close() : help.showModal());
  all("[data-opens=help]").forEach((button) => button.addEventListener("click", toggle));
  onKey("?", toggle);
  const off = one("#keys-off");
  const apply = () => document.body.classList.toggle("no-keys", isOff());
  off.checked = isOff();
  off.addEventListener("change", () => {
    localStorage.setItem("keys", off.checked ? "off" : "on");
    apply();
  });
  apply();
}

function setUpPasswords() {
  for (const box of all("[data-shows]")) {
    box.addEventListener("change", () => {
      for (const id of box.dataset.shows.split(" ")) one(`#${id}`).type = box.checked ? "text" : "password";
    });
  }
}

// The list.

function setUpList() {
  const rows = all(".dossiers tbody tr").filter((row) => one("a", row));
  let at = -1;
  const go = (to) => {
    if (!rows.length) return;
    rows[at]?.removeAttribute("aria-current");
    at = Math.min(Math.max(to, 0), rows.length - 1);
    rows[at].setAttribute("aria-current", "true");
    one("th a", rows[at]).focus();
    rows[at].scrollIntoView({ block: "nearest" });
  };
  onKey("j", () => go(at + 1));
  onKey("k", () => go(at - 1));
  onKey("x", () => { const box = rows[at] && one("input[type=checkbox]", rows[at]); if (box) box.checked = !box.checked; });
  onKey("/", () => one("#q").focus());
  onKey("n", () => one(".pages [rel=next]")?.click());
  onKey("p", () => one(".pages [rel=prev]")?.click());
  rows.forEach((row, index) => one("th a", row).addEventListener("focus", () => { if (index !== at) go(index); }));
  if (isNarrow()) one(".more").open = false;
  for (const select of all(".filters select")) select.addEventListener("change", () => select.form.requestSubmit());
  watchProgress();
}

const PROGRESS_SECONDS = 5;

function watchProgress() {
  const run = one("#run");
  const bar = one("progress", run);
  let seen = null;
  let wasRunning = run.dataset.running === "yes";
  const look = async () => {
    if (document.hidden) return;
    let answer;
    try {
      answer = await fetch("/progress", { headers: { Accept: "application/json" }, redirect: "manual" });
    } catch {
      return;
    }
    if (!answer.ok) return;
    const progress = await answer.json();
    one(".line", run).textContent = progress.line;
    bar.max = Math.max(progress.all, 1);
    bar.value = progress.done;
    bar.hidden = !progress.is_running;
    run.classList.toggle("running", progress.is_running);
    if (seen !== null && seen !== progress.done) one(".refresh", run).hidden = false;
    // Said aloud once, at the end.
    if (wasRunning && !progress.is_running) one("[role=status]", run).textContent = `核验结束。${progress.line}`;
    wasRunning = progress.is_running;
    seen = progress.done;
  };
  look();
  setInterval(look, PROGRESS_SECONDS * 1000);
}

// A dossier: the viewer.

const SMALLEST = 0.1, LARGEST = 6, STEP = 1.25;

class Viewer {
  constructor() {
    this.stage = one(".stage");
    this.room = one(".room");
    this.sheet = one(".sheet");
    this.image = one("#page-image");
    this.marks = one(".marks");
    this.links = all(".thumbs [data-go]");
    this.index = Number(one(".thumbs [aria-current]")?.dataset.go ?? 1);
    this.turned = 0;
    this.shown = [];
    const kept = JSON.parse(sessionStorage.getItem("viewer") ?? "{}");
    this.fit = kept.fit ?? "width";
    this.scale = kept.scale ?? 1;
    const thumb = one(".thumbs [aria-current]");
    if (thumb) reveal(thumb, one(".thumbs"));
    if (!this.image) return;
    this.image.addEventListener("load", () => { this.sheet.classList.remove("waiting"); this.lay(); });
    new ResizeObserver(() => this.lay()).observe(this.stage);
    this.stage.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.setUpDragging();
    this.lay();
  }

  // The size of the upright page on the screen.
  size() {
    const width = Number(this.image.getAttribute("width")), height = Number(this.image.getAttribute("height"));
    const isAcross = this.turned % 180 !== 0;
    const [wide, high] = isAcross ? [height, width] : [width, height];
    const room = { width: this.stage.clientWidth - 20, height: this.stage.clientHeight - 20 };
    if (this.fit === "width") this.scale = room.width / wide;
    if (this.fit === "whole") this.scale = Math.min(room.width / wide, room.height / high);
    return { width: width * this.scale, height: height * this.scale, isAcross };
  }

  lay() {
    if (!this.image) return;
    const { width, height, isAcross } = this.size();
    const [wide, high] = isAcross ? [height, width] : [width, height];
    this.room.style.width = `${wide}px`;
    this.room.style.height = `${high}px`;
    this.sheet.style.width = `${width}px`;
    const shift = { 0: [0, 0], 90: [wide, 0], 180: [wide, high], 270: [0, high] }[this.turned];
    this.sheet.style.transform = `translate(${shift[0]}px, ${shift[1]}px) rotate(${this.turned}deg)`;
    one(".zoom").textContent = `${Math.round(this.scale * 100)}%`;
    sessionStorage.setItem("viewer", JSON.stringify({ fit: this.fit, scale: this.scale }));
  }

  zoom(factor, x = this.stage.clientWidth / 2, y = this.stage.clientHeight / 2) {
    if (!this.image) return;
    const before = this.scale;
    this.fit = null;
    this.scale = Math.min(Math.max(before * factor, SMALLEST), LARGEST);
    const grown = this.scale / before;
    const left = (this.stage.scrollLeft + x) * grown - x, top = (this.stage.scrollTop + y) * grown - y;
    this.lay();
    this.stage.scrollTo(left, top);
  }

  fitTo(what) {
    this.fit = what;
    this.lay();
  }

  turn(degrees) {
    this.turned = (this.turned + degrees + 360) % 360;
    this.lay();
  }

  wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const box = this.stage.getBoundingClientRect();
    this.zoom(event.deltaY < 0 ? STEP : 1 / STEP, event.clientX - box.left, event.clientY - box.top);
  }

  setUpDragging() {
    let from = null;
    this.stage.addEventListener("pointerdown", (event) => {
      if (event.pointerType !== "mouse" || event.button !== 0) return;
      from = { x: event.clientX + this.stage.scrollLeft, y: event.clientY + this.stage.scrollTop };
      event.preventDefault();
      this.stage.focus({ preventScroll: true });
    });
    addEventListener("pointermove", (event) => { if (from) this.stage.scrollTo(from.x - event.clientX, from.y - event.clientY); });
    addEventListener("pointerup", () => { from = null; });
  }

  // Turn to a page, with boxes on it.
  show(index, spots = [], kind = "field") {
    const link = this.links.find((one) => Number(one.dataset.go) === index);
    if (!link) return;
    this.shown = spots;
    if (index !== this.index || !this.image?.src) {
      this.links.forEach((one) => one.removeAttribute("aria-current"));
      link.setAttribute("aria-current", "page");
      reveal(link, one(".thumbs"));
      this.index = index;
      this.turned = 0;
      one(".where .index").textContent = index;
      one(".caption").textContent = `${link.dataset.kind}　${link.dataset.title}`;
      const glance = one("img", link);
      if (!this.image || !glance) { location.assign(link.href); return; }
      this.image.setAttribute("width", glance.getAttribute("width"));
      this.image.setAttribute("height", glance.getAttribute("height"));
      this.image.alt = `第 ${index} 页：${link.dataset.kind}，${link.dataset.title}`;
      this.sheet.classList.add("waiting");
      this.image.src = link.dataset.image;
      const original = one(".original");
      if (original) original.href = link.dataset.image;
      this.lay();
      this.stage.scrollTo(0, 0);
    }
    this.draw(kind);
  }

  draw(kind) {
    const here = this.shown.filter((spot) => spot.page === this.index && spot.box);
    this.marks.replaceChildren(...here.map((spot) => {
      const box = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      const [left, top, right, bottom] = spot.box;
      box.setAttribute("class", spot.doubt ? "doubt" : kind);
      for (const [name, value] of Object.entries({ x: left, y: top, width: right - left, height: bottom - top })) box.setAttribute(name, value);
      return box;
    }));
    if (here.length) this.lookAt(here[0].box);
  }

  // Scroll until a box is well in sight.
  lookAt([left, top, right, bottom]) {
    const { width, height } = this.size();
    const [x, y] = [(left + right) / 2 * width, (top + bottom) / 2 * height];
    const [turnedX, turnedY] = { 0: [x, y], 90: [height - y, x], 180: [width - x, height - y], 270: [y, width - x] }[this.turned];
    this.stage.scrollTo(turnedX - this.stage.clientWidth / 2, turnedY - this.stage.clientHeight / 2);
  }
}

// A dossier: findings and fields.

class Panel {
  constructor(viewer) {
    this.viewer = viewer;
    this.tabs = all(".panel .tabs [data-tab]");
    this.tabs.forEach((tab) => tab.addEventListener("click", (event) => { event.preventDefault(); this.open(tab.dataset.tab); }));
    for (const link of all(".panel .jump")) {
      link.addEventListener("click", (event) => { event.preventDefault(); this.choose(link.closest("[data-marks]"), link); });
    }
    for (const link of all("[data-go]")) link.addEventListener("click", (event) => this.follow(event, link));
    for (const item of all(".finding, .field")) {
      item.addEventListener("click", (event) => { if (!event.target.closest("a, button, summary, form, details[open]")) this.choose(item); });
    }
    for (const details of all(".sections details")) {
      details.addEventListener("toggle", () => { if (details.open) this.enter(details); });
    }
    const current = this.current();
    if (current) {
      this.mark(current);
      if (!isNarrow()) reveal(current, one(".sections"));
    }
    one(".to-item")?.addEventListener("click", (event) => {
      const item = this.current();
      if (!item) return;
      event.preventDefault();
      item.scrollIntoView({ block: "start" });
      one(".jump", item)?.focus({ preventScroll: true });
    });
  }

  section() {
    return all(".section").find((section) => !section.hasAttribute("data-aside"));
  }

  current() {
    return one(".section:not([data-aside]) [data-marks][aria-current]");
  }

  open(name) {
    for (const tab of this.tabs) tab.dataset.tab === name ? tab.setAttribute("aria-current", "true") : tab.removeAttribute("aria-current");
    for (const section of all(".section")) section.toggleAttribute("data-aside", section.id !== name);
    one(".sections").scrollTo(0, 0);
    (this.current()?.querySelector(".jump") ?? one(`#${name}`)).focus();
  }

  items() {
    return all(":is(.finding, .field)", this.section()).filter((item) => isShown(item) && one(".jump", item));
  }

  choose(item, focused = one(".jump", item)) {
    all("[data-marks][aria-current]", this.section()).forEach((other) => other.removeAttribute("aria-current"));
    item.setAttribute("aria-current", "true");
    focused?.focus({ preventScroll: true });
    this.mark(item);
    // On a phone the page stands above the findings.
    if (isNarrow()) one(".viewer").scrollIntoView({ block: "start" });
    else reveal(item, one(".sections"));
  }

  // Show where an item stands.
  mark(item) {
    const spots = JSON.parse(item.dataset.marks);
    if (spots.length) this.viewer.show(spots[0].page, spots, item.dataset.outcome ?? "field");
    else this.viewer.show(this.viewer.index);
  }

  follow(event, link) {
    event.preventDefault();
    const item = link.closest("[data-marks]");
    const index = Number(link.dataset.go);
    if (item) {
      this.choose(item, link);
      this.viewer.show(index, JSON.parse(item.dataset.marks), item.dataset.outcome ?? "field");
    } else {
      this.viewer.show(index);
      if (isNarrow() && !link.closest(".viewer")) one(".viewer").scrollIntoView({ block: "start" });
    }
  }

  step(by, isWanted = () => true) {
    const items = this.items();
    const at = items.indexOf(this.current());
    const ahead = by > 0 ? items.slice(at + 1) : items.slice(0, Math.max(at, 0)).reverse();
    const next = ahead.find(isWanted);
    if (next) this.choose(next);
  }

  // Go to the first box of what was opened, unless one of its boxes is being filled in.
  enter(details) {
    if (details.matches(":has(:is(textarea, input, select):focus)")) return;
    one("textarea, input:not([type=hidden]):not([type=checkbox]), select", details)?.focus();
  }

  // Open what is to be filled in. The toggle event comes later than the next key of a quick hand: the box has the focus at once.
  unfold(details) {
    details.open = true;
    this.enter(details);
  }

  // The control of the chosen item that a key stands for; a button behind a reason that is not written opens it.
  press(key) {
    const item = this.current();
    const control = item && one(`[data-key="${key}"]`, item);
    if (!control) return;
    const details = control.closest("details");
    if (details && (control.tagName === "SUMMARY" || !details.open)) this.unfold(details);
    else control.click();
  }
}

function setUpDossier() {
  const viewer = new Viewer();
  const panel = new Panel(viewer);
  const turn = (by) => viewer.show(Math.min(Math.max(viewer.index + by, 1), viewer.links.length));
  const tools = {
    previous: () => turn(-1), next: () => turn(1), in: () => viewer.zoom(STEP), out: () => viewer.zoom(1 / STEP),
    width: () => viewer.fitTo("width"), whole: () => viewer.fitTo("whole"), left: () => viewer.turn(-90), right: () => viewer.turn(90),
  };
  for (const tool of all("[data-tool]")) {
    tool.addEventListener("click", (event) => { event.preventDefault(); tools[tool.dataset.tool](); });
  }
  const follow = (selector) => () => one(selector)?.click();
  const shortcuts = {
    j: () => panel.step(1), k: () => panel.step(-1), J: () => panel.step(1, (item) => item.hasAttribute("data-open")),
    c: () => panel.press("c"), o: () => panel.press("o"), e: () => panel.press("e"), 1: () => panel.press("1"), 2: () => panel.press("2"), 3: () => panel.press("3"),
    g: () => panel.open("findings"), f: () => panel.open("fields"), h: () => panel.open("history"),
    n: tools.next, p: tools.previous, "+": tools.in, "=": tools.in, "-": tools.out, w: tools.width, 0: tools.whole, r: tools.right, l: tools.left,
    v: () => viewer.stage.focus(), d: () => one("#decision-reason, #decision summary")?.focus(),
    "]": follow(".neighbours [rel=next]"), "[": follow(".neighbours [rel=prev]"), u: follow(".up"),
  };
  for (const [key, action] of Object.entries(shortcuts)) onKey(key, action);
  // One act at a time.
  for (const form of all("form[method=post]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    });
  }
  addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => delete form.dataset.sent));
}

setUpHelp();
setUpPasswords();
if (document.body.classList.contains("list")) setUpList();
if (document.body.classList.contains("dossier")) setUpDossier();
