"""A notebook in a browser tab: opened, run and read as a learner does."""

from __future__ import annotations

from playwright.sync_api import Error as PlaywrightError

OPEN_TIMEOUT_MS = 60_000
RUN_TIMEOUT_MS = 180_000
ATTEMPTS = 4

# What JupyterLab itself holds of the notebook in front.
NOTEBOOK = "const app = window.jupyterapp, notebook = app?.shell.currentWidget;"
CODE_CELLS = (
    NOTEBOOK + "const cells = notebook.content.widgets.filter("
    "cell => cell.model.type === 'code' && cell.model.sharedModel.getSource().trim());"
)
IS_OPEN = (
    "() => {" + NOTEBOOK + "return Boolean("
    "notebook?.context?.isReady && notebook.sessionContext.session?.kernel); }"
)
CONNECT = (
    "async () => {" + NOTEBOOK + "await notebook.sessionContext.ready;"
    "await notebook.sessionContext.session.kernel.info; }"
)
IS_DONE = (
    "() => {"
    + CODE_CELLS
    + """
    const failed = cells.some(
        cell => cell.model.outputs.toJSON().some(output => output.output_type === "error"));
    const done = cells.every(
        cell => cell.model.executionCount !== null && cell.model.executionState === "idle");
    return notebook.sessionContext.session?.kernel?.status === "idle" && (done || failed);
}"""
)
OUTPUTS = "() => {" + CODE_CELLS + "return cells.flatMap(cell => cell.model.outputs.toJSON()); }"
LAST_OUTPUTS = "() => {" + CODE_CELLS + "return cells.at(-1).model.outputs.toJSON(); }"
NEW_CELL = (
    "async source => {"
    + NOTEBOOK
    + """
    const content = notebook.content;
    content.activeCellIndex = content.widgets.length - 1;
    await app.commands.execute("notebook:insert-cell-below");
    content.activeCell.model.sharedModel.setSource(source);
    await app.commands.execute("notebook:enter-edit-mode");
}"""
)
END = "async () => {" + NOTEBOOK + "await notebook?.sessionContext.shutdown(); }"
HEIGHT = "() => document.querySelector('.jp-NotebookPanel .jp-WindowedPanel-outer').scrollHeight"
MARGIN_PX = 150
"""JupyterLab's menus and bars above and below a notebook."""


class NotebookPage:
    """One notebook in one tab.

    Attributes
    ----------
    page
        Playwright's page.
    problems
        What the page complained of so far: errors on its console, exceptions of its scripts.
    expected
        Words of problems that belong to what is tested.
    """

    def __init__(self, page, server):
        self.page, self._server = page, server
        self.problems, self.expected = [], []
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.problems.append(f"exception: {error}"))
        # A learner closes it, too: see README.md.
        page.add_locator_handler(
            page.locator(".jp-Dialog", has_text="Server Connection Error"),
            lambda dialog: dialog.get_by_role("button", name="Close").click(),
        )

    def _listen(self, message):
        if message.type == "error":
            self.problems.append(f"{message.text} ({message.location.get('url', '')})")

    def open(self, notebook):
        """Open a notebook and wait for its kernel; again, if the network changed meanwhile."""
        for attempt in range(ATTEMPTS):
            try:
                self.page.goto(self._server.address(notebook))
                self.page.wait_for_function(IS_OPEN, timeout=OPEN_TIMEOUT_MS)
                break
            except PlaywrightError:
                if attempt == ATTEMPTS - 1:
                    raise
        self.page.evaluate(CONNECT)

    def command(self, name, **arguments):
        """Carry out one of JupyterLab's commands, as its menus do."""
        self.page.evaluate(
            "([name, args]) => { window.jupyterapp.commands.execute(name, args); }",
            [name, arguments],
        )

    def run_all(self):
        """Run every cell, and wait until each has run or one has failed."""
        self.command("notebook:clear-all-cell-outputs")
        self.command("notebook:run-all-cells")
        self.wait()

    def restart_and_run_all(self):
        """The same with a new kernel."""
        self.command("notebook:clear-all-cell-outputs")
        self.command("notebook:restart-run-all")
        self.page.locator(".jp-Dialog button.jp-mod-accept").click()
        self.wait()

    def run(self, source):
        """Run code in a new cell at the end, wait for it, and give its outputs."""
        self.new_cell(source)
        return self.run_cell()

    def run_cell(self):
        """Run the cell in which the cursor is, wait for it, and give the last cell's outputs."""
        self.command("notebook:run-cell")
        self.wait()
        return self.page.evaluate(LAST_OUTPUTS)

    def new_cell(self, source=""):
        """Put a new cell at the end, ready to be typed in."""
        self.page.evaluate(NEW_CELL, source)

    def wait(self):
        """Wait until every cell with code has run, or one has failed."""
        self.page.wait_for_function(IS_DONE, timeout=RUN_TIMEOUT_MS)

    def outputs(self):
        """Every output of every code cell, as nbformat has it."""
        return self.page.evaluate(OUTPUTS)

    def save(self):
        """Save the notebook, and wait until it is."""
        self.page.evaluate("() => {" + NOTEBOOK + "return notebook.context.save(); }")

    def close(self):
        """End the kernel and close the tab."""
        self.page.evaluate(END)
        self.page.close()

    def errors(self):
        """The error outputs among them."""
        return [output for output in self.outputs() if output["output_type"] == "error"]

    def reopen(self):
        """Open the notebook of this tab again, with a kernel that knows nothing of the last one."""
        name = self.page.evaluate("() => {" + NOTEBOOK + "return notebook.context.path; }")
        self.page.evaluate(END)
        self.open(name)

    def unexpected(self):
        """Give the problems that a test did not reckon with."""
        return [p for p in self.problems if not any(words in p for words in self.expected)]

    def shown(self, selector, **filters):
        """Find something in the outputs of the cells."""
        return self.page.locator(".jp-OutputArea-output").locator(selector, **filters)

    def theme(self, name):
        """Switch to ``JupyterLab Light`` or ``JupyterLab Dark``."""
        self.command("apputils:change-theme", theme=name)
        light = str(name.endswith("Light")).lower()
        self.page.locator(f"body[data-jp-theme-light={light}]").wait_for(state="attached")

    def picture(self, path):
        """Take a picture of the whole notebook, top to bottom."""
        before = self.page.viewport_size
        height = self.page.evaluate(HEIGHT)
        self.page.set_viewport_size({"width": before["width"], "height": height + MARGIN_PX})
        self.page.screenshot(path=path)
        self.page.set_viewport_size(before)
