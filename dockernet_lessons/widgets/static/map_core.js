// What the widgets that draw on the map share: finding its parts, and lighting what hangs together.
//
// The map is drawn by the kernel. Each line of it is one .dn-row: an interface of a container, its
// veth pair, its peer on the host, the line to its bridge. So to light a row is to light a pair.

/** Make an element. Texts are set as texts, never as HTML. */
function dnMake(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

/** Make a button. */
function dnButton(className, text, title, press) {
  const made = dnMake("button", className, text);
  made.type = "button";
  if (title) made.title = title;
  made.addEventListener("click", press);
  return made;
}

/** Find all parts of a map that bear an attribute of this value. */
function dnAll(map, attribute, value) {
  return [...map.querySelectorAll(`[${attribute}="${CSS.escape(value)}"]`)];
}

/** Find the interface NAMESPACE:NAME; null where the map does not show it. */
function dnEnd(map, end) {
  return dnAll(map, "data-end", end)[0] ?? null;
}

/** List what lights up when something is pointed at: {end}, {namespace} or {bridge}. */
function dnLinked(map, { end, namespace, bridge }) {
  if (namespace) return dnOfNamespace(map, namespace);
  const at = end ? dnEnd(map, end) : null;
  const of = bridge ?? at?.dataset.bridge;
  if (of) return [...dnAll(map, "data-bridge", of), ...dnAll(map, "data-port-of", of)];
  return at ? [at.closest(".dn-row") ?? at] : [];
}

function dnOfNamespace(map, namespace) {
  const own = dnAll(map, "data-namespace", namespace);
  const rows = own.flatMap((part) => dnAll(map, "data-of", part.dataset.box));
  const bridges = rows.flatMap((row) => dnAll(map, "data-bridge", row.dataset.portOf ?? ""));
  return [...own, ...rows, ...bridges];
}

/** Light some parts of a map, and nothing else. */
function dnLight(map, parts) {
  for (const part of map.querySelectorAll(".dn-lit")) part.classList.remove("dn-lit");
  for (const part of parts) {
    part.classList.add("dn-lit");
    for (const end of part.querySelectorAll(".dn-end")) end.classList.add("dn-lit");
  }
  map.classList.toggle("dn-pointed", parts.length > 0);
}

/** Tell every widget of the page what is pointed at; null for nothing. */
function dnPoint(lab, what) {
  const detail = { lab, end: null, ...what };
  document.dispatchEvent(new CustomEvent("dockernet:hover", { detail }));
}

/** Say which part of the map an event is about, as `dnLinked` takes it; null for none. */
function dnTarget(element) {
  const part = element?.closest?.("[data-end], [data-namespace], .dn-row[data-of]");
  if (!part) return null;
  const { end, bridge, namespace } = part.dataset;
  if (bridge) return { end, bridge };
  if (end) return { end };
  if (namespace) return namespace === "host" ? null : { namespace };
  return { end: part.querySelector("[data-end]").dataset.end };
}
