// The matrix of the ping panel: pressing a cell pings that pair.

function render({ model, el }) {
  const root = document.createElement("div");
  root.className = "dn-matrix dn-scroll";

  const show = () => refill(root, model.get("table"));
  // A control that is disabled loses the focus, so cells are not, and the panel's buttons get the
  // focus back: who pings with the keyboard stays where they were.
  let focused = null;
  const rest = () => {
    const disabled = model.get("disabled");
    root.classList.toggle("dn-busy", disabled);
    root.setAttribute("aria-disabled", disabled);
    if (disabled) focused = document.activeElement;
    else if (document.activeElement === document.body) focused?.focus({ preventScroll: true });
  };
  root.addEventListener("click", (event) => {
    const cell = event.target.closest("button");
    if (!cell || model.get("disabled")) return;
    model.send({ ping: [cell.dataset.source, cell.dataset.target] });
  });
  model.on("change:table", show);
  model.on("change:disabled", rest);
  roving(root);
  show();
  rest();
  el.append(root);
  return () => {
    model.off("change:table", show);
    model.off("change:disabled", rest);
  };
}

export default { render };
