// A packet's walk on the map: a frame that goes from interface to interface, and what it carries.

const DN_SVG = "http://www.w3.org/2000/svg";
const DN_STEP_MS = 1300;
const DN_SLIDE_MS = 500;
const DN_LETTER = 7.3; // pixels a letter of the tag, in a fixed-width font
const DN_KINDS = [["ARP", "dn-arp"], ["echo reply", "dn-reply"], ["echo", "dn-echo"], ["DNS", "dn-dns"]];

function dnShape(tag, attributes = {}) {
  const made = document.createElementNS(DN_SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

/** Where a part of the map is, as it was drawn: JupyterLab draws before it shows, so nothing can be
 * measured yet. */
function dnBox(part) {
  const shape = part.querySelector("rect") ?? part.querySelector("text");
  const number = (name) => Number(shape.getAttribute(name) ?? 0);
  return { x: number("x"), y: number("y"), width: number("width"), height: number("height") };
}

/** The frame: a dot with the packet's name, or a cross where it was dropped. */
class DnFrame {
  constructor(map) {
    this.map = map;
    this.node = dnShape("g", { class: "dn-frame", "aria-hidden": "true" });
    this.dot = dnShape("circle", { r: 8 });
    this.cross = dnShape("path", { d: "M-9-9 9 9M9-9-9 9", class: "dn-cross" });
    this.tag = dnShape("g", { class: "dn-tag" });
    this.plate = dnShape("rect", { rx: 4, height: 15, y: -7.5 });
    this.text = dnShape("text", { class: "dn-center" });
    this.tag.append(this.plate, this.text);
    this.node.append(this.dot, this.cross, this.tag);
    map.append(this.node);
  }

  show(frame, from, to) {
    const kind = DN_KINDS.find(([start]) => frame.packet.startsWith(start))?.[1] ?? "dn-error";
    this.node.setAttribute("class", `dn-frame ${kind} dn-did-${frame.action}`);
    this.text.textContent = ["learned", "flooded", "dropped", "delivered"].includes(frame.action)
      ? `${frame.packet}: ${frame.action}`
      : frame.packet;
    this.moving?.cancel();
    this.put(to);
    if (from && !matchMedia("(prefers-reduced-motion: reduce)").matches) this.slide(from, to);
  }

  /** The tag fits into the gap above its row, so it hides no other interface. */
  put({ x, y }) {
    const width = this.text.textContent.length * DN_LETTER + 12;
    const edge = this.map.viewBox.baseVal.width;
    const middle = Math.min(Math.max(x, width / 2 + 2), edge - width / 2 - 2);
    this.plate.setAttribute("x", -width / 2);
    this.plate.setAttribute("width", width);
    this.tag.setAttribute("transform", `translate(${middle - x} -19)`);
    this.node.setAttribute("transform", `translate(${x} ${y})`);
  }

  slide(from, to) {
    const at = ({ x, y }) => ({ transform: `translate(${x}px, ${y}px)` });
    this.moving = this.node.animate([at(from), at(to)], { duration: DN_SLIDE_MS, easing: "ease-in-out" });
  }
}

class DnPlayer {
  constructor(model, el) {
    this.frames = model.get("frames");
    this.lab = model.get("lab");
    this.position = 0;
    this.root = dnMake("div", "dn dn-topology dn-walk");
    this.root.setAttribute("data-lm-suppress-shortcuts", "true");
    this.sheet = dnMake("div", "dn-sheet");
    this.sheet.innerHTML = model.get("svg");
    this.map = this.sheet.firstElementChild;
    for (const part of this.map.querySelectorAll("[tabindex]")) part.removeAttribute("tabindex");
    const head = dnMake("div", "dn-bar");
    head.append(dnMake("strong", "dn-headline", model.get("headline")));
    this.root.append(head, this.sheet, this.controls(), this.story());
    el.append(this.root);
    if (!this.frames.length) return;
    this.places = this.spots();
    this.setAside();
    this.frame = new DnFrame(this.map);
    this.go(0);
  }

  controls() {
    const bar = dnMake("div", "dn-bar dn-controls");
    this.back = dnButton("dn-button", "◀ Back", "One hop back (Left)", () => this.step(-1));
    this.play = dnButton("dn-button dn-play", "▶ Play", "Play or pause (Space)", () => this.toggle());
    this.next = dnButton("dn-button", "Step ▶", "One hop on (Right)", () => this.step(1));
    const again = dnButton("dn-button", "Restart", "To the first hop (Home)", () => this.jump(0));
    this.slider = dnMake("input", "dn-slider");
    Object.assign(this.slider, { type: "range", min: 0, max: Math.max(this.frames.length - 1, 0), value: 0 });
    this.slider.setAttribute("aria-label", "hop");
    this.slider.addEventListener("input", () => this.jump(Number(this.slider.value)));
    this.count = dnMake("span", "dn-count");
    bar.append(again, this.back, this.play, this.next, this.slider, this.count);
    for (const control of bar.querySelectorAll("button, input")) control.disabled = !this.frames.length;
    return bar;
  }

  story() {
    const story = dnMake("div", "dn-panel dn-story");
    this.line = dnMake("div", "dn-line");
    this.line.setAttribute("role", "status");
    this.learned = dnMake("div", "dn-learned");
    story.append(this.line, this.learned);
    return story;
  }

  /** Where the frame is at each hop; all are known from the start, so that back is as on. */
  spots() {
    const spots = [];
    for (const [position, frame] of this.frames.entries()) {
      const near = spots[frame.coming_from] ?? spots[position - 1] ?? null;
      spots.push(this.spot(frame.at, near));
    }
    return spots;
  }

  /** The end of an interface where its wire begins; of a bridge, the port that the frame is near. */
  spot(anchor, near) {
    const part = dnEnd(this.map, anchor);
    if (!part) return this.spotOfNamespace(anchor.slice(0, anchor.lastIndexOf(":")));
    const { x, y, width, height } = dnBox(part);
    if (part.dataset.bridge) {
      const beside = near ? Math.min(Math.max(near.y, y + 10), y + height - 10) : y + height / 2;
      return { x: x + 4, y: beside };
    }
    const onHost = anchor.startsWith("host:");
    return { x: onHost ? x : x + width, y: y + height / 2 };
  }

  /** At the edge of the container: for an interface that the map does not show, such as lo. */
  spotOfNamespace(namespace) {
    const part = dnAll(this.map, "data-namespace", namespace)[0];
    if (!part) return { x: 12, y: 12 };
    const { x, y, height } = dnBox(part);
    return { x, y: y + Math.min(height / 2, 15) };
  }

  /** Fade what the packets never come to. */
  setAside() {
    const met = new Set(this.frames.map((frame) => frame.at));
    for (const row of this.map.querySelectorAll(".dn-row[data-of]")) {
      const ends = [...row.querySelectorAll("[data-end]")];
      row.classList.toggle("dn-faded", !ends.some((end) => met.has(end.dataset.end)));
    }
  }

  go(position, sliding = false) {
    this.position = position;
    const frame = this.frames[position];
    this.frame.show(frame, sliding ? this.places[frame.coming_from] : null, this.places[position]);
    this.keepInView(this.places[position]);
    this.mark(frame);
    this.tell(frame);
    this.slider.value = position;
    this.count.textContent = `hop ${frame.number} of ${this.frames.length}`;
    this.slider.setAttribute("aria-valuetext", this.count.textContent);
    this.back.disabled = position === 0;
    this.next.disabled = position === this.frames.length - 1;
  }

  keepInView(place) {
    const scale = this.map.clientWidth / this.map.viewBox.baseVal.width;
    const [x, y] = [place.x * scale, place.y * scale];
    const { scrollTop, scrollLeft, clientHeight, clientWidth } = this.sheet;
    if (y < scrollTop + 40 || y > scrollTop + clientHeight - 40) this.sheet.scrollTop = y - clientHeight / 2;
    if (x < scrollLeft + 40 || x > scrollLeft + clientWidth - 40) this.sheet.scrollLeft = x - clientWidth / 2;
  }

  mark(frame) {
    for (const part of this.map.querySelectorAll(".dn-here")) part.classList.remove("dn-here");
    const namespace = frame.at.slice(0, frame.at.lastIndexOf(":"));
    const part = dnEnd(this.map, frame.at) ?? dnAll(this.map, "data-namespace", namespace)[0];
    part?.classList.add("dn-here");
  }

  tell(frame) {
    const head = dnMake("p", "dn-did");
    head.append(dnMake("strong", "", `${frame.packet}: ${frame.action}`), ` at ${frame.place}`);
    const ttl = frame.ttl ? `TTL ${frame.ttl}` : "no TTL: ARP is not IP";
    const carried = `from  ${frame.sender}\nto    ${frame.receiver}\n${ttl}`;
    this.line.replaceChildren(
      head,
      dnMake("p", frame.action === "dropped" ? "dn-problem" : "dn-detail", frame.detail),
      dnMake("p", "dn-carried", carried),
    );
    const facts = this.frames.slice(0, this.position + 1).filter((f) => f.action === "learned");
    this.learned.replaceChildren(
      dnMake("strong", "", "Learned so far"),
      ...facts.reverse().map((f) => dnMake("p", "", f.detail)),
    );
    if (!facts.length) this.learned.append(dnMake("p", "dn-hint", "nothing yet"));
  }

  step(by) {
    this.pause();
    this.move(by);
  }

  move(by) {
    const next = Math.min(Math.max(this.position + by, 0), this.frames.length - 1);
    if (next !== this.position) this.go(next, by > 0);
  }

  jump(position) {
    this.pause();
    this.go(position);
  }

  toggle() {
    if (this.timer) return this.pause();
    if (this.position === this.frames.length - 1) this.go(0);
    this.timer = setInterval(() => this.advance(), DN_STEP_MS);
    return this.playing(true);
  }

  advance() {
    this.move(1);
    if (this.position === this.frames.length - 1) this.pause();
  }

  pause() {
    clearInterval(this.timer);
    this.timer = null;
    this.playing(false);
  }

  playing(on) {
    this.play.textContent = on ? "❚❚ Pause" : "▶ Play";
    this.root.classList.toggle("dn-playing", on);
  }

  key(event) {
    if (!this.frames.length) return;
    const act = {
      " ": () => this.toggle(),
      ArrowRight: () => this.step(1),
      ArrowLeft: () => this.step(-1),
      Home: () => this.jump(0),
      End: () => this.jump(this.frames.length - 1),
    }[event.key];
    if (!act) return;
    act();
    event.preventDefault();
    event.stopPropagation();
  }

  listen(signal) {
    const on = (node, type, act) => node.addEventListener(type, act, { signal });
    on(this.root, "keydown", (event) => this.key(event));
    // A button that was pressed with the space bar would be clicked as the bar comes up.
    on(this.root, "keyup", (event) => event.key === " " && event.preventDefault());
    on(this.sheet, "pointerover", (event) => dnPoint(this.lab, dnTarget(event.target)));
    on(this.sheet, "pointerleave", () => dnPoint(this.lab, null));
    on(document, "dockernet:hover", ({ detail }) => {
      if (detail.lab === this.lab) dnLight(this.map, dnLinked(this.map, detail));
    });
    signal.addEventListener("abort", () => this.pause());
  }
}

function render({ model, el }) {
  const gone = new AbortController();
  new DnPlayer(model, el).listen(gone.signal);
  el.classList.add("dn-live");
  return () => gone.abort();
}

export default { render };
