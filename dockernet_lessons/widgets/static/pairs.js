// The table of veth pairs. Pointing at an end tells every widget of the page which one, and every
// widget lights it and its peer; the kernel has no part in it.

const HOVER = "dockernet:hover";

function render({ model, el }) {
  const root = document.createElement("div");
  root.className = "dn-pairs dn-scroll dn-live";
  const problem = document.createElement("p");
  problem.className = "dn-problem";
  problem.setAttribute("role", "alert");
  let lit = null;

  const light = () => {
    for (const shown of root.querySelectorAll("[data-end]")) {
      const { end, peer } = shown.dataset;
      shown.classList.toggle("dn-lit", lit !== null && (end === lit || peer === lit));
    }
    for (const row of root.querySelectorAll("tbody tr"))
      row.classList.toggle("dn-lit", row.querySelector("td.dn-lit") !== null);
  };
  const tell = (end) => {
    const detail = { lab: model.get("lab"), end };
    document.dispatchEvent(new CustomEvent(HOVER, { detail }));
  };
  const heard = (event) => {
    if (event.detail.lab !== model.get("lab")) return;
    lit = event.detail.end;
    light();
  };
  const point = (event) => {
    const end = event.target.closest("[data-end]")?.dataset.end ?? null;
    if (end !== lit) tell(end);
  };
  const show = () => {
    refill(root, model.get("table"));
    problem.textContent = model.get("problem");
    light();
  };

  root.addEventListener("mouseover", point);
  root.addEventListener("focusin", point);
  root.addEventListener("mouseleave", () => tell(null));
  root.addEventListener("focusout", () => tell(null));
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    tell(null);
  });
  document.addEventListener(HOVER, heard);
  for (const name of ["table", "problem"]) model.on(`change:${name}`, show);
  roving(root);
  show();
  el.append(root, problem);
  return () => {
    document.removeEventListener(HOVER, heard);
    for (const name of ["table", "problem"]) model.off(`change:${name}`, show);
  };
}

export default { render };
