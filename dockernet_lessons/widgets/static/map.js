// The topology map: point at a part and what hangs on it lights up; open a container to look inside.

const DN_PARTS = "[tabindex]";

/** The panel below the map: what one namespace knows, asked from the kernel, a tab at a time. */
class DnPanel {
  constructor(model, onClose) {
    this.model = model;
    this.onClose = onClose;
    this.asked = 0;
    this.node = dnMake("section", "dn-panel");
    this.node.setAttribute("aria-label", "what a container knows");
    this.close();
  }

  close() {
    this.namespace = null;
    this.asked += 1;
    const hint = "Click a container or the host, or press Enter on it, to see what it knows.";
    this.node.replaceChildren(dnMake("p", "dn-hint", hint));
    this.node.classList.remove("dn-panel-opened");
  }

  open(namespace, tab) {
    this.namespace = namespace;
    this.body = dnMake("div", "dn-panel-body");
    this.body.setAttribute("role", "tabpanel");
    this.tabs = dnMake("div", "dn-tabs");
    this.tabs.setAttribute("role", "tablist");
    const titles = this.model.get("tabs").filter((t) => namespace !== "host" || t !== "hosts file");
    for (const title of titles) this.tabs.append(this.tabButton(title));
    const head = dnMake("div", "dn-panel-head");
    const name = namespace === "host" ? "the host" : namespace;
    const close = dnButton("dn-button", "Close", "Close (Escape)", () => this.onClose());
    head.append(dnMake("strong", "dn-panel-name", name), this.tabs, close);
    this.node.replaceChildren(head, this.body);
    this.node.classList.add("dn-panel-opened");
    this.node.scrollIntoView({ block: "nearest" });
    this.choose(titles.includes(tab) ? tab : titles[0]);
  }

  tabButton(title) {
    const button = dnButton("dn-tab", title, "", () => this.choose(title));
    button.setAttribute("role", "tab");
    return button;
  }

  /** Left and right move between tabs. */
  step(by) {
    const titles = [...this.tabs.children].map((button) => button.textContent);
    const next = (titles.indexOf(this.tab) + by + titles.length) % titles.length;
    this.choose(titles[next]);
    this.tabs.children[next].focus();
  }

  choose(tab) {
    this.tab = tab;
    for (const button of this.tabs.children) {
      const chosen = button.textContent === tab;
      button.setAttribute("aria-selected", chosen);
      button.tabIndex = chosen ? 0 : -1;
    }
    this.body.setAttribute("aria-label", tab);
    this.ask();
  }

  ask() {
    if (!this.namespace) return;
    this.asked += 1;
    const { asked, namespace, tab } = this;
    this.model.send({ ask: "details", number: asked, namespace, tab });
    // An answer is usually here at once; what was there stays for so long, so nothing flickers.
    setTimeout(() => {
      if (this.asked === asked && this.answered !== asked && this.body) this.say("asking the kernel …");
    }, 200);
  }

  answer(message) {
    if (message.answer !== this.asked || !this.namespace) return;
    this.answered = message.answer;
    if (message.problem) return this.say(message.problem, "dn-problem");
    if (message.text !== undefined) return this.body.replaceChildren(dnMake("pre", "", message.text));
    if (!message.rows.length) return this.say("nothing yet");
    return this.body.replaceChildren(dnTable(message.columns, message.rows));
  }

  say(sentence, className = "dn-hint") {
    this.body.replaceChildren(dnMake("p", className, sentence));
  }
}

function dnTable(columns, rows) {
  const table = dnMake("table", "dn-table");
  const line = (cells, tag) => {
    const row = dnMake("tr");
    for (const cell of cells) row.append(dnMake(tag, "", cell));
    return row;
  };
  const head = dnMake("thead");
  head.append(line(columns, "th"));
  const body = dnMake("tbody");
  body.append(...rows.map((row) => line(row, "td")));
  table.append(head, body);
  return table;
}

/** The nearest part in the direction of an arrow key; null at the edge. */
function dnNeighbor(parts, from, key) {
  const middle = (part) => {
    const box = part.getBoundingClientRect();
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  };
  const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
  const start = middle(from);
  let best = null;
  let least = Infinity;
  for (const part of parts) {
    if (part === from) continue;
    const to = middle(part);
    const ahead = (to.x - start.x) * dx + (to.y - start.y) * dy;
    const aside = Math.abs((to.x - start.x) * dy) + Math.abs((to.y - start.y) * dx);
    // What lies more to the side than ahead is in another direction.
    if (ahead < 1 || aside > 2 * ahead + 40) continue;
    if (ahead + 2 * aside < least) [best, least] = [part, ahead + 2 * aside];
  }
  return best;
}

class DnMap {
  constructor(model, el) {
    this.model = model;
    this.lab = model.get("lab");
    this.root = dnMake("div", "dn dn-topology");
    // JupyterLab's own shortcuts stay out of here.
    this.root.setAttribute("data-lm-suppress-shortcuts", "true");
    this.sheet = dnMake("div", "dn-sheet");
    this.panel = new DnPanel(model, () => this.close());
    this.root.append(this.bar(), this.sheet, this.foot(), this.panel.node);
    el.append(this.root);
    this.draw();
    this.tell();
  }

  bar() {
    const bar = dnMake("div", "dn-bar");
    this.state = dnMake("span", "dn-state");
    const legend = dnMake("span", "dn-legend");
    legend.append(dnMake("span", "dn-key dn-key-new", "new"), " since the last change");
    legend.append(dnMake("span", "dn-key dn-key-gone", "gone"), " no longer there");
    const refresh = dnButton("dn-button", "Refresh", "Look again", () => this.model.send({ ask: "refresh" }));
    bar.append(this.state, legend, refresh);
    return bar;
  }

  foot() {
    const foot = dnMake("div", "dn-foot");
    this.news = dnMake("span", "dn-news");
    this.news.setAttribute("role", "status");
    this.problem = dnMake("span", "dn-problem");
    this.problem.setAttribute("role", "alert");
    foot.append(this.news, this.problem);
    return foot;
  }

  /** Show the map as the kernel drew it, with the focus where it was. */
  draw() {
    const focused = this.sheet.contains(document.activeElement) ? dnTarget(document.activeElement) : null;
    this.sheet.innerHTML = this.model.get("svg");
    this.map = this.sheet.firstElementChild;
    const again = focused && this.partOf(focused);
    // One stop for the Tab key, at first the topmost container; arrows move about inside.
    this.current = again ?? this.parts().find((part) => !part.matches(".dn-host")) ?? this.parts()[0];
    this.current.setAttribute("tabindex", "0");
    if (again) again.focus({ preventScroll: true });
    this.markOpen();
  }

  parts() {
    return [...this.map.querySelectorAll(DN_PARTS)];
  }

  partOf({ end, namespace }) {
    return end ? dnEnd(this.map, end) : dnAll(this.map, "data-namespace", namespace)[0];
  }

  tell() {
    const live = this.model.get("live");
    this.state.textContent = live ? "● live" : "❚❚ as it was; Refresh makes it live again";
    this.root.classList.toggle("dn-frozen", !live);
    this.news.textContent = this.model.get("news");
    this.problem.textContent = this.model.get("problem");
  }

  open(part) {
    const bridge = part.dataset.bridge;
    const end = part.dataset.end;
    const namespace = part.dataset.namespace ?? (bridge ? "host" : end.slice(0, end.lastIndexOf(":")));
    this.panel.open(namespace, this.panel.tab);
    this.markOpen();
  }

  close() {
    this.panel.close();
    this.markOpen();
    this.current.focus({ preventScroll: true });
  }

  markOpen() {
    for (const part of this.map.querySelectorAll(".dn-open")) part.classList.remove("dn-open");
    const { namespace } = this.panel;
    if (namespace) for (const part of dnAll(this.map, "data-namespace", namespace)) part.classList.add("dn-open");
  }

  /** The part that has the focus is the one that Tab comes back to. */
  focused(part) {
    this.current.setAttribute("tabindex", "-1");
    this.current = part;
    part.setAttribute("tabindex", "0");
    if (part.matches(":focus-visible")) this.point(dnTarget(part));
  }

  key(event) {
    if (event.key === "Escape" && this.panel.namespace) this.close();
    else if (event.target.closest(".dn-tabs")) this.tabKey(event);
    else if (event.target.closest(".dn-sheet")) this.mapKey(event);
    else return;
    event.stopPropagation();
  }

  tabKey(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by) this.panel.step(by);
  }

  mapKey(event) {
    const part = event.target.closest(DN_PARTS);
    if (!part) return;
    if (event.key === "Enter" || event.key === " ") this.open(part);
    else if (event.key.startsWith("Arrow")) this.move(part, event.key);
    else return;
    event.preventDefault();
  }

  move(part, key) {
    // The host's box surrounds the others: it is reached from the top, not by the way.
    const parts = this.parts().filter((other) => !other.matches(".dn-host"));
    const next = dnNeighbor(parts, part, key) ?? (key === "ArrowUp" ? this.partOf({ namespace: "host" }) : null);
    next?.focus();
  }

  /** What is pointed at by the pointer, or else has the focus, lights up in every widget. */
  point(what) {
    const said = JSON.stringify(what);
    if (said === this.said) return;
    this.said = said;
    dnPoint(this.lab, what);
  }

  listen(signal) {
    const on = (node, type, act) => node.addEventListener(type, act, { signal });
    on(this.sheet, "pointerover", (event) => this.point(dnTarget(event.target)));
    on(this.sheet, "pointerleave", () => this.point(null));
    on(this.sheet, "focusin", (event) => this.focused(event.target));
    on(this.sheet, "focusout", () => this.point(null));
    on(this.sheet, "click", (event) => {
      const part = event.target.closest(DN_PARTS);
      if (part) this.open(part);
    });
    on(this.root, "keydown", (event) => this.key(event));
    on(document, "dockernet:hover", ({ detail }) => {
      if (detail.lab === this.lab) dnLight(this.map, dnLinked(this.map, detail));
    });
    const model = this.model;
    const follow = (name, act) => {
      model.on(name, act);
      signal.addEventListener("abort", () => model.off(name, act));
    };
    follow("change:svg", () => {
      this.draw();
      this.panel.ask();
    });
    for (const name of ["live", "news", "problem"]) follow(`change:${name}`, () => this.tell());
    follow("msg:custom", (message) => this.panel.answer(message));
  }
}

function render({ model, el }) {
  const gone = new AbortController();
  new DnMap(model, el).listen(gone.signal);
  el.classList.add("dn-live");
  return () => gone.abort();
}

export default { render };
