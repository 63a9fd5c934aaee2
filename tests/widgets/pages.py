"""A bare page with a widget's own module in it, and a model that stands for the kernel's."""

from __future__ import annotations

import json

_PAGE = """<!doctype html><meta charset="utf-8">
<style>
  body {{ margin: 16px; font-family: sans-serif; background: {paper}; color: {ink};
         --jp-layout-color0: {paper}; --jp-layout-color1: {raised}; --jp-border-color1: {line}; }}
</style>
<style>{css}</style>
<body data-jp-theme-light="{light}"><div id="place"></div>
<script type="module">
{esm}
</script>
"""
_LIGHT = {"paper": "#fff", "raised": "#fff", "ink": "#212121", "line": "#bdbdbd", "light": "true"}
_DARK = {"paper": "#111", "raised": "#1c1c1c", "ink": "#ddd", "line": "#555", "light": "false"}
# What anywidget gives to `render`, as far as the widgets use it.
_MODEL = """
class Model {
  constructor(state) { this.state = state; this.listeners = {}; this.sent = []; }
  get(name) { return this.state[name]; }
  set(name, value) { this.state[name] = value; this.tell("change:" + name); }
  on(name, act) { (this.listeners[name] ??= []).push(act); }
  off(name, act) { this.listeners[name] = (this.listeners[name] ?? []).filter((a) => a !== act); }
  send(message) { this.sent.push(message); }
  receive(message) { this.tell("msg:custom", message); }
  tell(name, message) { for (const act of this.listeners[name] ?? []) act(message); }
  save_changes() {}
}
"""


def page_of(widget, *, dark=False):
    """Give the text of a page that shows a widget."""
    module = widget._esm.replace("export default { render };", "window.render = render;")
    state = {name: value for name, value in widget.get_state().items() if not name.startswith("_")}
    state.pop("layout", None)
    given = json.dumps(state).replace("</", "<\\u002f")
    start = (
        f"window.model = new Model({given});"
        # JupyterLab, too, draws a widget before it puts it into the page.
        "const el = document.createElement('div'); el.id = 'widget';"
        "window.stop = render({ model, el });"
        "document.querySelector('#place').append(el);"
    )
    script = f"{_MODEL}\n{module}\n{start}"
    return _PAGE.format(css=widget._css, esm=script, **(_DARK if dark else _LIGHT))


def opened(chromium, widget, *, dark=False, width=1120, height=760):
    """Open a page with a widget in it; the errors of its console go to ``page.problems``."""
    page = chromium.new_page(viewport={"width": width, "height": height})
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("console", lambda m: page.problems.append(m.text) if m.type == "error" else None)
    page.set_content(page_of(widget, dark=dark))
    page.wait_for_selector("#widget.dn-live")
    return page
