// A table of which one element at a time is a stop of the Tab key; arrow keys move between them.
// The stops carry data-row and data-column. JupyterLab moves between cells with the same keys, so
// what is used here goes no further.

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

function stops(root) {
  return [...root.querySelectorAll("[data-row]")];
}

function at(root, row, column) {
  return root.querySelector(`[data-row="${row}"][data-column="${column}"]`);
}

/** Make one element the stop. */
function settle(root, stop) {
  for (const other of stops(root)) other.tabIndex = other === stop ? 0 : -1;
}

/** Find where a key leads from a stop; undefined if it leads nowhere. */
function destination(root, stop, key) {
  const [row, column] = [Number(stop.dataset.row), Number(stop.dataset.column)];
  const line = stops(root).filter((other) => other.dataset.row === stop.dataset.row);
  if (key === "Home") return line[0];
  if (key === "End") return line[line.length - 1];
  const step = STEPS[key];
  return step && at(root, row + step[0], column + step[1]);
}

/** Let the arrow keys, Home and End move within the table. */
function roving(root) {
  root.addEventListener("keydown", (event) => {
    const stop = event.target.closest("[data-row]");
    if (!stop || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (!(event.key in STEPS) && !["Home", "End", "Enter", " "].includes(event.key)) return;
    event.stopPropagation();
    const next = destination(root, stop, event.key);
    if (event.key !== "Enter" && event.key !== " ") event.preventDefault();
    next?.focus();
  });
  root.addEventListener("focusin", (event) => {
    const stop = event.target.closest("[data-row]");
    if (stop) settle(root, stop);
  });
}

/** Show another table in the place of the one before; the focus and the stop stay where they are. */
function refill(root, html) {
  const before = root.querySelector('[data-row][tabindex="0"]');
  const focused = before !== null && before === document.activeElement;
  const scrolled = [root.scrollLeft, root.scrollTop];
  root.innerHTML = html;
  [root.scrollLeft, root.scrollTop] = scrolled;
  const stop = (before && at(root, before.dataset.row, before.dataset.column)) ?? stops(root)[0];
  settle(root, stop);
  if (focused) stop?.focus({ preventScroll: true });
}
