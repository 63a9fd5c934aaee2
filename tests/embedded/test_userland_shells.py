"""sh and bash, against what the real ones printed."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from userland_box import Box

from dockernet_lessons.embedded.pipe import Pipe

GOLDEN = json.loads((Path(__file__).parent / "golden/userland/shells.json").read_text())
CASES = [(shell, *row) for shell, rows in GOLDEN.items() for row in rows]


@pytest.mark.parametrize(
    ("shell", "script", "text", "code"), CASES, ids=[f"{c[0]} {c[1]!r}" for c in CASES]
)
def test_a_script_prints_what_it_prints_in_the_real_shell(shell, script, text, code):
    assert Box().sh(script, shell) == (text, code)


RECORDED = json.loads(
    (Path(__file__).parent / "golden/userland/container_scripts.json").read_text()
)


@pytest.mark.parametrize(
    ("shell", "script", "text", "code"), RECORDED, ids=[f"{r[0]} {r[1][:60]!r}" for r in RECORDED]
)
def test_a_script_prints_what_it_prints_in_a_real_container(shell, script, text, code):
    assert Box(first=("sleep", "infinity")).sh(script, shell) == (text, code)


WORDS = st.sampled_from(
    ["a", "'b c'", '"$x"', "$x", "${y:-d}", "$#", "$?", "*", "$((1+2))", "$(echo s t)", '"$@"', "~"]
)
SIMPLE = st.one_of(
    st.builds("echo {}".format, st.lists(WORDS, max_size=3).map(" ".join)),
    st.sampled_from(["true", "false", ":", "x=1", "x='p  q'", "y=", "set -- u v", "test $x = 1"]),
    st.builds("test {} = {}".format, WORDS, WORDS),
    st.builds(r"printf '%s-%s\n' {} {}".format, WORDS, WORDS),
)


def compound(inner):
    return st.one_of(
        st.builds("{}; {}".format, inner, inner),
        st.builds("{} && {}".format, inner, inner),
        st.builds("{} || {}".format, inner, inner),
        st.builds("{{ {}; }}".format, inner),
        st.builds("( {} )".format, inner),
        st.builds("! {{ {}; }}".format, inner),
        st.builds("if {}; then {}; else {}; fi".format, inner, inner, inner),
        st.builds("for x in {}; do {}; done".format, WORDS, inner),
        st.builds("case {} in a) {};; *) {};; esac".format, WORDS, inner, inner),
        st.builds("{{ {}; }} | cat".format, inner),
        st.builds("f() {{ {}; }}; f".format, inner),
    )


@pytest.mark.skipif(shutil.which("dash") is None, reason="needs the real dash to compare with")
@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.recursive(SIMPLE, compound, max_leaves=6))
def test_a_random_script_prints_what_it_prints_in_dash(script):
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/root"}
    real = subprocess.run(
        ["dash", "-c", f"set -f; {script}"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, env=environment, check=False,
    )  # fmt: skip
    # Standard error apart: in a real pipeline nobody knows which of the two comes first.
    printed, code = Box().sh(f"set -f; {script}", stderr=Pipe())
    assert (printed, code) == (real.stdout.decode(), real.returncode)


ENDLESS = [
    "while true; do :; done",
    "until false; do echo x; done",
    "f() { f; }; f",
    "x=a; while true; do x=$x$x; done",
    "while true; do x=$(echo a); done",
    "f() { f | f; }; f",
    "echo 'sh /tmp/s' > /tmp/s; sh /tmp/s",
    'x=\'eval "$x"\'; eval "$x"',
    'trap "kill $$" TERM; kill $$',
    "while true; do echo y; done | cat > /tmp/big",
    *(opening * 30_000 for opening in ("(", "$(", "`", '"${x:-', "{ ", "if ", "$((", "! ")),
    "echo $((" + "(" * 4_000 + "1" + ")" * 4_000 + "))",
    "[ " + "\\( " * 3_000 + "a" + " \\)" * 3_000 + " ]",
    "x=" + "a" * 90_000 + "; echo ${x##*a*b*c} | wc -c",
    "case " + "a" * 20_000 + " in " + "*a" * 50 + "b) ;; esac",
]


@pytest.mark.no_cover  # long ways to lines that other tests reach, three times as long traced
@pytest.mark.parametrize("shell", ["sh", "bash"])
@pytest.mark.parametrize("script", ENDLESS, ids=[script[:30] for script in ENDLESS])
def test_every_script_comes_to_an_end(shell, script):
    text, code = Box().sh(script, shell)
    assert code is not None
    assert "Traceback" not in text
    assert "RecursionError" not in text


def test_what_the_emulation_stops_says_so():
    text, code = Box().sh("while true; do :; done")
    assert code == 137
    assert text.startswith("sh: stopped by the emulation: ")
    assert text.count("\n") == 1


def test_a_loop_that_waits_runs_as_long_as_it_likes():
    box = Box()
    process = box.start("sh", "-c", "while true; do sleep 1; done")
    box.loop.advance(box.loop.now + 10_000)
    assert process.running


def test_commands_that_nobody_reads_end_by_sigpipe():
    assert Box().sh("while true; do echo y; done | head -2; echo done") == ("y\ny\ndone\n", 0)


def test_a_shell_answers_each_line_as_it_comes():
    box = Box()
    stdin = Pipe()
    process = box.start("sh", stdin=stdin)
    stdin.write(b"echo '#key'; cat /nope 2>/dev/null || echo '#failed'; echo '#end 1'\n")
    box.loop.settle()
    assert process.stdout.take() == b"#key\n#failed\n#end 1\n"
    stdin.write(b"if true\nthen ec")
    box.loop.settle()
    assert process.stdout.take() == b""
    stdin.write(b"ho yes; fi\ncat <<E\nin $((1+1))\nE\nexit 3\n")
    box.loop.settle()
    assert process.stdout.take() == b"yes\nin 2\n"
    assert process.exit_code == 3


class Terminal(Pipe):
    size = (24, 80)


def talk(shell, *keys):
    """Talk to a shell at a terminal; keys are lines, or numbers of signals."""
    box = Box(first=("sleep", "infinity"))
    stdin, screen = Pipe(), Terminal()
    process = box.start(shell, stdin=stdin, stdout=screen, tty=True)
    for key in keys:
        if isinstance(key, int):
            for other in list(box.context.processes.values()):
                if other.terminal is screen:
                    other.signal(key)
        elif key:
            stdin.write(key.encode())
        else:
            stdin.close()
        box.loop.settle()
        box.loop.advance(box.loop.now + 0.5)
    return screen.take().decode(), process.exit_code


def test_a_shell_at_a_terminal_prompts_and_outlives_mistakes():
    text, code = talk("sh", "foo\n", "if true\n", "then echo y; fi\n", "echo )\n", "exit 4\n")
    assert text == ('# sh: 1: foo: not found\n# > y\n# sh: 4: Syntax error: ")" unexpected\n# ')
    assert code == 4


def test_bash_at_a_terminal():
    text, code = talk("bash", "foo\n", "echo )\n", "cd /etc; PS1='\\u@\\h:\\w\\$ '\n", "")
    assert text == (
        "bash-5.2# bash: foo: command not found\n"
        "bash-5.2# bash: syntax error near unexpected token `)'\n"
        "bash-5.2# root@bfcb7ff32d5f:/etc# exit\n"
    )
    assert code == 0


def test_ctrl_c_ends_the_program_and_gives_a_new_prompt():
    text, _ = talk("sh", "sleep 100; echo no\n", 2, "echo $?\n", 2, "exit\n")
    assert text == "# \n# 130\n# \n# "


def test_jobs_at_a_terminal():
    text, _ = talk("bash", "sleep 0.1 &\n", "jobs\n", "sleep 9 &\n", "kill %1\n", "fg\n", "exit\n")
    assert "[1]+  Done                    sleep 0.1\n" in text
    assert "[1]+  Terminated              sleep 9\n" in text
    assert "bash: fg: current: no such job\n" in text


def test_a_job_in_the_foreground_and_in_the_background():
    """What dash and bash print at a real terminal."""
    keys = ("sleep 9 &\n", "bg\n", "fg %1\n", 2, "echo $?\n", "fg\n", "bg %7\n", "exit\n")
    text, _ = talk("sh", *keys)
    assert text == (
        "# # [1] sleep 9\n# sleep 9\n\n# 130\n# sh: 5: fg: No current job\n"
        "# sh: 6: bg: No such job: %7\n# "
    )
    keys = ("PS1=; sleep 9 &\n", "bg\n", "kill -STOP %1\n", "jobs\n", "bg\n", "jobs\n", "fg\n", 2)
    text, _ = talk("bash", *keys)
    assert text.partition("\n")[2] == (
        "bash: bg: job 1 already in background\n"
        "[1]+  Stopped                 sleep 9\n"
        "[1]+ sleep 9 &\n"
        "[1]+  Running                 sleep 9 &\n"
        "sleep 9\n\n"
    )
