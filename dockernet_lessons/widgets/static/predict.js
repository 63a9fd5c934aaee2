// A predict card: a question with radio buttons or a text field, and a Commit button.
// The kernel decides; what is shown follows the model.

let cards = 0;

function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function radio(choice, group) {
  const label = element("label", "dn-choice");
  const input = document.createElement("input");
  Object.assign(input, { type: "radio", name: group, value: choice, required: true });
  label.append(input, element("span", "", choice));
  return label;
}

function field(name) {
  const input = element("input", "dn-field");
  Object.assign(input, { type: "text", name, required: true, autocomplete: "off" });
  input.placeholder = "your answer";
  input.setAttribute("aria-label", "your answer");
  return input;
}

/** What the card says below the answers. */
function status(model) {
  if (model.get("outcome")) return model.get("outcome");
  if (model.get("said")) return `You predicted: ${model.get("said")}. Now run the next cell.`;
  if (model.get("earlier")) return `Earlier you said: ${model.get("earlier")}. You may answer anew.`;
  return "";
}

function render({ model, el }) {
  const group = `dn-predict-${(cards += 1)}`;
  const form = element("form", "dn-predict dn-live");
  form.tabIndex = -1; // takes the focus from Commit, so that Shift+Enter still runs the next cell
  const answers = element("fieldset", "dn-answers");
  const legend = element("legend", "");
  legend.append(element("strong", "", "Predict. "), model.get("question"));
  const choices = model.get("choices");
  const inputs = choices.length ? choices.map((c) => radio(c, group)) : [field(group)];
  const commit = element("button", "dn-commit", "Commit");
  commit.type = "submit";
  answers.append(legend, ...inputs, commit);
  const said = element("p", "dn-said");
  said.setAttribute("role", "status");
  const problem = element("p", "dn-problem");
  problem.setAttribute("role", "alert");
  form.append(answers, said, problem);

  const show = () => {
    const answer = model.get("said");
    for (const input of form.querySelectorAll("input")) {
      if (answer && input.type === "radio") input.checked = input.value === answer;
      else if (answer) input.value = answer;
    }
    answers.disabled = Boolean(answer);
    form.classList.toggle("dn-locked", Boolean(answer));
    said.textContent = status(model);
    problem.textContent = model.get("problem");
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    model.send({ commit: new FormData(form).get(group) });
    form.focus({ preventScroll: true });
  });
  // JupyterLab moves between cells with these keys; here they move between answers.
  form.addEventListener("keydown", (event) => {
    const chord = event.shiftKey || event.ctrlKey || event.metaKey;
    if (event.target !== form && !chord) event.stopPropagation();
  });
  for (const name of ["said", "earlier", "outcome", "problem"]) model.on(`change:${name}`, show);
  show();
  el.append(form);
  return () => {
    for (const name of ["said", "earlier", "outcome", "problem"]) model.off(`change:${name}`, show);
  };
}

export default { render };
