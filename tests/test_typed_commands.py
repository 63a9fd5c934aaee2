"""``%docker`` and ``%host`` in a kernel, asked and answered as JupyterLab does it."""

import pytest
from jupyter_client.manager import start_new_kernel

from dockernet_lessons.ipython import printing
from dockernet_lessons.ipython.magics import filled_in

TIMEOUT_S = 60


class Notebook:
    """A kernel, and what its cells show."""

    def __init__(self, manager, client):
        self.manager = manager
        self.client = client

    def run(self, source):
        """Run a cell; give what it shows as (kind, text) and its number."""
        shown = []
        reply = self.client.execute_interactive(
            source, timeout=TIMEOUT_S, output_hook=lambda message: shown.append(message)
        )
        self.number = reply["content"]["execution_count"]
        return [one for one in map(_seen, shown) if one]

    def text(self, source):
        """Run a cell that prints and does nothing else; give what it prints."""
        shown = self.run(source)
        assert {kind for kind, _ in shown} <= {"stdout", "display_data"}, shown
        return "".join(f"{text}\n" if kind == "display_data" else text for kind, text in shown)

    def complete(self, source):
        """Press Tab at the ``^`` of a cell; give the cell's text with each of the choices."""
        before, _, after = source.partition("^")
        reply = self.client.complete(f"{before}{after}", len(before), reply=True, timeout=TIMEOUT_S)
        found = reply["content"]
        assert found["status"] == "ok"
        start, end = found["cursor_start"], found["cursor_end"]
        return [f"{before}{after}"[:start] + word + f"{before}{after}"[end:]
                for word in found["matches"]]  # fmt: skip


def _seen(message):
    kind, content = message["msg_type"], message["content"]
    if kind == "stream":
        return content["name"], content["text"]
    if kind in ("execute_result", "display_data"):
        return kind, content["data"]["text/plain"]
    return ("error", content["evalue"]) if kind == "error" else None


@pytest.fixture(scope="module")
def kernel(engine):
    manager, client = start_new_kernel(kernel_name="python3")
    yield Notebook(manager, client)
    client.stop_channels()
    manager.shutdown_kernel(now=True)


@pytest.fixture(scope="module")
def notebook(kernel, lab_name, tag):
    """A notebook with a lab and two containers in it."""
    kernel.run("%load_ext dockernet_lessons")
    kernel.run(f"from dockernet_lessons import Lab\nlab = Lab(name={lab_name!r})")
    kernel.run(f"lab.run({tag + '-one'!r}); lab.run({tag + '-two'!r});")
    yield kernel
    kernel.run("lab.close()")


def test_a_line_prints_what_the_lab_prints_and_nothing_else(notebook, tag):
    assert notebook.text(f"%docker ps -a --format '{{{{.Names}}}}' -f name={tag}-one") == (
        f"{tag}-one\n"
    )
    line = f"inspect -f '{{{{json .Name}}}}' {tag}-two"
    assert notebook.text(f"%docker {line}") == f'"/{tag}-two"\n'
    assert notebook.text("%docker network -h") == notebook.text(
        "print(lab.docker('network -h').text, end='')"
    )


def test_errors_are_printed_and_are_no_tracebacks(notebook):
    assert "No such container: nosuch" in notebook.text("%docker stop nosuch")
    assert "not possible in a lesson; possible are" in notebook.text("%docker build .")
    assert "quotation" in notebook.text("%docker exec a sh -c 'ls")
    assert "No shell reads this line, so '|'" in notebook.text("%docker ps | grep a")
    assert "No shell reads this line, so '>'" in notebook.text("%host ip addr > x")


def test_several_lines_are_a_script_that_goes_on_after_an_error(notebook, tag):
    printed = notebook.text(
        "%%docker\n# two commands\n\n$ docker stop nosuch\n"
        f"ps -q --no-trunc \\\n  -f name={tag}-two\n"
    )
    lines = printed.splitlines()
    assert lines[0] == "$ docker stop nosuch"
    assert "No such container" in lines[1]
    assert lines[2] == f"$ docker ps -q --no-trunc  -f name={tag}-two"
    assert len(lines[3]) == 64
    assert lines[4:] == ["(1 of 2 lines failed; like a shell, the cell went on.)"]


def test_lines_wider_than_the_page_are_a_block_that_scrolls(notebook, tag):
    shown = notebook.run(f"%docker exec {tag}-one echo {'wide ' * 30}end")
    assert shown == [("display_data", "wide " * 30 + "end")]
    assert notebook.run(f"%docker exec {tag}-one echo narrow") == [("stdout", "narrow\n")]


def test_the_block_shows_every_character(monkeypatch):
    shown = []
    monkeypatch.setattr(printing, "display", lambda data, raw: shown.append(data))
    printing.print_page("<none> & more " * 10 + "\n")
    [block] = shown
    assert block["text/plain"] == ("<none> & more " * 10).rstrip()
    assert block["text/html"].count("&lt;none&gt; &amp; more") == 10


def test_a_result_can_be_kept_and_is_shown_once(notebook, tag):
    shown = notebook.run(f"out = %docker inspect -f '{{{{.Name}}}}' {tag}-one\nout")
    assert shown == [("stdout", f"/{tag}-one\n")]
    assert notebook.text("print(out.text, out.exit_code, out.ok)") == f"/{tag}-one\n 0 True\n"
    ((kind, text),) = notebook.run("out")
    assert (kind, text) == (
        "execute_result", f"$ docker inspect -f '{{{{.Name}}}}' {tag}-one\n/{tag}-one",
    )  # fmt: skip


def test_a_variable_is_filled_in_and_templates_are_left_alone(notebook, tag):
    notebook.run(f"which = {tag + '-two'!r}")
    assert notebook.text("%docker inspect -f '{{.Name}} {which}' {which}") == (
        f"/{tag}-two {tag}-two\n"
    )
    line = "%docker inspect -f '{{range $which, $v := .NetworkSettings.Networks}}{{$which}}{{end}}'"
    assert notebook.text(f"{line} {tag}-two") == "bridge\n"
    loop = f"for name in ['one', 'two']:\n    %docker inspect -f '{{{{.Name}}}}' {tag}-{{name}}"
    assert notebook.text(loop) == f"/{tag}-one\n/{tag}-two\n"


def test_the_dollar_of_a_container_s_shell_reaches_it(notebook, tag):
    typed = f"%docker exec -e A=b {tag}-one sh -c"
    assert notebook.text(f"{typed} 'A=$A; echo $A'") == "b\n"
    assert "'$A' is not filled in" in notebook.text(f'{typed} "echo $A"')


def test_commands_of_the_host(notebook, tag):
    assert "docker0" in notebook.text("%host ip addr")
    notebook.run("bridge = 'docker0'")
    printed = notebook.text("%%host\nip -br link show {bridge}\n\nip route\n")
    assert printed.startswith("$ ip -br link show docker0\ndocker0 ")
    assert "\n$ ip route\n" in printed
    assert "3 packets transmitted" in notebook.text("%host ping 127.0.0.1")
    assert "Type a command" in notebook.text("%host")
    assert "There is no nosuch here. The lesson image has bash, " in notebook.text("%host nosuch")


def test_an_interactive_shell_starts_in_the_background_and_says_so(notebook, tag):
    printed = notebook.text(f"%docker run -it --name {tag}-shell -P xmtubuntu")
    assert "(Started in the background: a notebook has no terminal to attach.)" in printed
    assert notebook.text(f"%docker rm -f {tag}-shell") == f"{tag}-shell\n"


def test_tab_completes_commands_options_and_names(notebook, tag):
    assert notebook.complete("%docker netw^") == ["%docker network"]
    assert notebook.complete("out = %docker network conn^") == ["out = %docker network connect"]
    assert notebook.complete("%docker rm --vol^") == ["%docker rm --volumes"]
    assert notebook.complete(f"%docker stop {tag}-^") == [
        f"%docker stop {tag}-one", f"%docker stop {tag}-two",
    ]  # fmt: skip
    assert notebook.complete(f"%docker run --name {tag}-three --network bri^ xmtubuntu") == [
        f"%docker run --name {tag}-three --network bridge xmtubuntu"
    ]
    assert notebook.complete("%docker run --network=ho^") == ["%docker run --network=host"]
    assert notebook.complete("%docker run -it xmt^") == ["%docker run -it xmtubuntu"]
    cell = f"%%docker\nps -a\nnetwork disconnect bridge {tag}-o^\nps"
    assert notebook.complete(cell) == [cell.replace("-o^", "-one")]
    assert notebook.complete("%%docker\nren^") == ["%%docker\nrename"]


def test_tab_leaves_python_alone(notebook):
    notebook.run("docker_line_of_mine = 1")
    assert notebook.complete("docker_line_of_m^") == ["docker_line_of_mine"]
    assert "%docker" in notebook.complete("%dock^")


def test_the_newest_lab_is_taken_unless_one_is_called_lab(notebook, tag, lab_name):
    notebook.run(f"mine = lab; del lab; other = Lab(name={lab_name + '-2'!r})")
    notebook.text(f"%docker create --name {tag}-x xmtubuntu")
    assert notebook.text("print(*other.containers()['container'])") == f"{tag}-x\n"
    notebook.run("other.close(); del other; lab = mine")
    assert notebook.text(f"%docker ps -aqf name={tag}-x") == ""


def test_the_extension_can_be_taken_away(notebook):
    notebook.run("%unload_ext dockernet_lessons")
    try:
        assert "`%docker` not found" in str(notebook.run("%docker ps"))
        assert notebook.complete("%docker netw^") == []
    finally:
        notebook.run("%load_ext dockernet_lessons")
    assert notebook.complete("%docker netw^") == ["%docker network"]


@pytest.mark.parametrize(
    ("typed", "filled"),
    [
        ("ping {a}", "ping 1.2.3.4"),
        ("ping {a.real} {b[0]} {b[9]} {a.nosuch}", "ping {a.real} x {b[9]} {a.nosuch}"),
        ("{{a}} {{.Names}} {{json .}} ${a} $a {nosuch} {print $1} {a", None),
        ("'{{.ID}}{a}'", "'{{.ID}}1.2.3.4'"),
    ],
)
def test_what_is_filled_in(typed, filled):
    assert filled_in(typed, {"a": "1.2.3.4", "b": "xy"}) == (filled or typed)
