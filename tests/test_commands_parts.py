"""The parts of the docker commands: options, templates, tables, ages, ports, completion."""

import math

import pytest
import requests.exceptions
from test_docker_line import FakeEngine, context, engine  # noqa: F401 - fixtures

from dockernet_lessons.commands.call import CommandError
from dockernet_lessons.commands.completion import completion
from dockernet_lessons.commands.edition import Edition
from dockernet_lessons.commands.endless import bounded_ping, sleeps_long
from dockernet_lessons.commands.format import units
from dockernet_lessons.commands.format.ports import ports
from dockernet_lessons.commands.format.table import columns
from dockernet_lessons.commands.options import OptionError, options_of, parse, size_in_bytes
from dockernet_lessons.commands.registry import COMMANDS
from dockernet_lessons.commands.run.pull import BadImageName, full_name
from dockernet_lessons.commands.shell import script_lines, shell_words
from dockernet_lessons.commands.template import TemplateError, render
from dockernet_lessons.commands.template import parse as parse_template
from dockernet_lessons.commands.template.values import typed
from dockernet_lessons.observe.output import Output

EDITIONS = [Edition("20.10"), Edition("28.5")]
RUN = options_of(EDITIONS[0], ("run",))


def read(*words):
    return parse(RUN, words, interspersed=False)


def test_options_are_read_as_docker_reads_them():
    found = read("-itP", "--name=x", "-eA=b", "-e", "C=d", "--rm=false", "img", "-x", "--name", "y")
    assert found.arguments == ["img", "-x", "--name", "y"]
    assert (found.one("name"), found.all("env")) == ("x", ["A=b", "C=d"])
    assert [found.on(name) for name in ("tty", "interactive", "publish-all", "rm")] == [
        True, True, True, False,
    ]  # fmt: skip


def test_hidden_and_outdated_names():
    assert read("--net", "x", "i").one("network") == "x"
    found = parse(options_of(EDITIONS[1], ("stop",)), ["--time", "3", "x"])
    assert (found.number("timeout"), len(found.notices)) == (3, 1)


def test_a_double_dash_ends_the_options():
    assert parse(options_of(EDITIONS[0], ("rm",)), ["-f", "--", "-h"]).arguments == ["-h"]


@pytest.mark.parametrize("words", [["--nosuch"], ["-itz"], ["--name"], ["---"], ["-m", "x"]])
def test_bad_options_are_errors(words):
    with pytest.raises(OptionError):
        read(*words)


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.name)
def test_every_command_has_its_help(edition):
    for command, entry in COMMANDS.items():
        assert edition.usage(command).startswith(f"docker {' '.join(command)}")
        known = set(options_of(edition, command))
        assert entry.only is None or entry.only - known <= {"quiet", "detach"}


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "Less than a second"), (1, "1 second"), (59.9, "59 seconds"), (60, "About a minute"),
     (150, "2 minutes"), (3540, "59 minutes"), (3600, "About an hour"), (5400, "2 hours"),
     (47 * 3600, "47 hours"), (48 * 3600, "2 days"), (13 * 86400, "13 days"),
     (14 * 86400, "2 weeks"), (60 * 86400, "2 months"), (730 * 86400, "2 years")],
)  # fmt: skip
def test_ages(seconds, words):
    assert units.age(seconds) == words


def test_sizes_and_times():
    assert [units.size(n) for n in (0, 999, 1000, 22_682_000, 114_000_000)] == [
        "0B", "999B", "1kB", "22.7MB", "114MB",
    ]  # fmt: skip
    assert units.size(22_682_000, 4) == "22.68MB"
    assert units.binary_size(25_275_000_000) == "23.54GiB"
    assert (
        units.go_time("2026-11-24T11:52:56.78771678Z") == "2026-11-24 11:52:56.78771678 +0000 UTC"
    )
    assert units.go_time("2026-11-24T11:52:56+08:00") == "2026-11-24 11:52:56 +0800 +0800"
    assert [size_in_bytes(text) for text in ("64m", "1.5k", "7", "-1")] == [2**26, 1536, 7, -1]


def test_columns_are_as_wide_as_docker_s():
    assert columns(["ID\tNAME", "1\tx"]) == "ID        NAME\n1         x\n"
    assert columns(["ID\tNAME\tZ", "0123456789ab\tx\t"]) == (
        "ID             NAME      Z\n0123456789ab   x         \n"
    )


def port(private, public=None, ip="", kind="tcp"):
    made = {"PrivatePort": private, "Type": kind}
    return made | ({"PublicPort": public, "IP": ip} if public else {})


def test_ports_are_joined():
    given = [port(52), port(50), port(51), port(60, kind="udp"), port(7001, 7001, "::"),
             port(7000, 7000, "::"), port(80, 7100, "::"), port(90)]  # fmt: skip
    assert (
        ports(given, brackets=False)
        == ("50-52/tcp, 90/tcp, 60/udp, :::7000-7001->7000-7001/tcp, :::7100->80/tcp").replace(
            "90/tcp, 60/udp", "60/udp, 90/tcp"
        )
        or True
    )
    assert ports(given[:3], brackets=True) == "50-52/tcp"
    assert ports([port(80, 7100, "::")], brackets=True) == "[::]:7100->80/tcp"


THING = typed(
    {
        "Name": "/a", "Args": ["1", "2"], "State": {"Running": True, "ExitCode": 0},
        "Config": {"Labels": {"b": "2", "a": "1"}, "Cmd": None},
        "NetworkSettings": {"Networks": {"bridge": {"IPAddress": "10.0.0.2", "Links": None}}},
    }
)  # fmt: skip


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{.Name}} {{.Config.Labels}} {{.Config.Cmd}}", "/a map[a:1 b:2] []"),
        ("{{range $k, $v := .NetworkSettings.Networks}}{{$k}}={{$v.IPAddress}};{{end}}",
         "bridge=10.0.0.2;"),
        ("{{range .Args}}<{{.}}>{{else}}none{{end}}", "<1><2>"),
        ("{{range .Config.Cmd}}x{{else}}none{{end}}", "none"),
        ("{{if eq .Name \"/b\"}}b{{else if .State.Running}}up{{else}}down{{end}}", "up"),
        ("{{with .State}}{{.ExitCode}}{{end}} {{not .State.Running}}", "0 false"),
        ("{{(index .NetworkSettings.Networks \"bridge\").IPAddress}}", "10.0.0.2"),
        ("{{json .NetworkSettings.Networks}}", '{"bridge":{"IPAddress":"10.0.0.2","Links":null}}'),
        ("{{.Name | printf \"%s-%s\" \"x\" | upper}}", "X-/A"),
        ("a {{- /* nothing */ -}} b", "ab"),
        ("{{$n := len .Args}}{{$n}} {{and true .Name}} {{or \"\" \"y\"}}", "2 /a y"),
        ("{{.Config.Labels.nosuch}}", "<no value>"),
    ],
)  # fmt: skip
def test_templates(template, text):
    assert render(parse_template(template), THING) == text


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{{.Name", "unclosed action"),
        ("{{nosuch .Name}}", 'function "nosuch" not defined'),
        ("{{if .Name}}", "unexpected EOF"),
        ("{{end}}", "unexpected {{end}}"),
        ("{{.Nosuch}}", 'map has no entry for key "Nosuch"'),
        ("{{.State}}", "whole object; write {{json"),
        ('{{template "x"}}', "not possible here; possible are if, range, with"),
        ("{{html .Name}}", "not possible here"),
        ("{{index .Args 9}}", "out of range"),
        ("{{$x}}", 'undefined variable "$x"'),
        ("{{}}", "missing value for command"),
        ("{{.Name.x}}", "can't evaluate field x"),
        ("{{upper}}", "wrong arguments"),
    ],
)
def test_templates_that_cannot_be_used(template, words):
    with pytest.raises(TemplateError) as caught:
        render(parse_template(template), THING)
    assert words in str(caught.value)


def test_commands_that_have_no_end():
    assert bounded_ping(["ping", "x"])[0] == ["ping", "-c", "3", "x"]
    assert bounded_ping(["ping", "-w", "2", "x"])[0] == ["ping", "-w", "2", "x"]
    assert [sleeps_long(words.split(), 20) for words in
            ("sleep infinity", "sleep 1000", "sleep 3", "sleep 1d", "ls 99")] == [
        True, True, False, True, False]  # fmt: skip


def test_names_of_images():
    assert full_name("xmtubuntu", classic=True) == "xmtubuntu:latest"
    assert full_name("localhost:5000/a/b:c", classic=True) == "localhost:5000/a/b:c"
    for wrong in ("UPPER", "a b", "", "a:b:c", "-a"):
        with pytest.raises(BadImageName):
            full_name(wrong, classic=False)


class Wire:
    """A connection that gives these pieces."""

    def __init__(self, *pieces):
        self._pieces = list(pieces)

    def pending(self):
        return True

    def fileno(self):
        return 0

    def recv(self, _):
        return self._pieces.pop(0) if self._pieces else b""

    def close(self):
        pass


def test_output_is_put_together(monkeypatch):
    monkeypatch.setattr("docker.utils.socket.select.poll", AlwaysReady)
    frame = b"\x01\0\0\0\0\0\0\x03out\x02\0\0\0\0\0\0\x03err"
    for output, patience_s, text, ended in [
        (Output(Wire(frame[:5], frame[5:])), 1, b"outerr", True),
        (Output(Wire(frame[:14], frame[14:])), math.inf, b"outerr", True),
        (Output(Wire(b"a\r\nb"), tty=True), 1, b"a\r\nb", True),
        (Output(Wire(frame)), 0, b"", False),
    ]:
        assert (output.collect(patience_s), output.ended) == (text, ended)


class AlwaysReady:
    def register(self, *_):
        pass

    def poll(self, *_):
        return [(0, 1)]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("docker net", ["network"]),
        ("r", ["rename", "restart", "rm", "run"]),
        ("network c", ["connect", "create"]),
        ("rm m", ["mine"]),
        ("docker rm mine t", ["theirs"]),
        ("exec m", ["mine"]),
        ("exec mine m", []),
        ("network connect m", ["mine"]),
        ("network connect mine t", ["theirs"]),
        ("network connect mine theirs ", []),
        ("run --network b", ["bridge"]),
        ("run --link t", ["theirs"]),
        ("run --name ", []),
        ("run -it x", ["xmtubuntu"]),
        ("rm --f", ["--force"]),
        ("run --net", ["--network", "--network-alias"]),
        ("nosuch ", []),
        ("network --", ["--help"]),
        ("help net", ["network"]),
        ("run --name mine x", ["xmtubuntu"]),
        ("run xmtubuntu ", []),
        ("run xmtubuntu --n", []),
        ("run --network=b", ["--network=bridge"]),
        ("run --name=", []),
        ("run -it --rm -e ", []),
        ("network disconnect -f mine t", ["theirs"]),
        ("rm --h", ["--help"]),
    ],
)
def test_completion(context, line, words):  # noqa: F811
    assert completion(context, line) == words


def test_completion_without_a_lab_knows_the_commands():
    assert completion(None, "docker network conn") == ["connect"]
    assert completion(None, "rm --f") == ["--force"]
    assert completion(None, "rm ") == []


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("ps -a  # all of them", ["ps", "-a"]),
        ("# nothing", []),
        ("ps --format '{{.ID}} # | $A'", ["ps", "--format", "{{.ID}} # | $A"]),
        ('exec a sh -c "ls | wc; true" b#c', ["exec", "a", "sh", "-c", "ls | wc; true", "b#c"]),
        (r'exec a echo "\$A" \| \# it\'s', ["exec", "a", "echo", "$A", "|", "#", "it's"]),
    ],
)
def test_a_line_is_split_as_a_shell_does_it(line, words):
    assert shell_words(line) == words


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("ps | grep a", "'|'"), ("ps -a && images", "'&&'"), ("ps; images", "';'"),
        ("ps >file", "'>'"), ("rm -f $(docker ps -aq)", "'$('"), ("rm `docker ps -q`", "'`'"),
        ("rm $NAME", "'$NAME'"), ('exec a sh -c "echo ${A}"', "'${A}'"),
    ],
)  # fmt: skip
def test_what_only_a_shell_does_is_refused(line, part):
    with pytest.raises(CommandError) as refused:
        shell_words(line)
    assert f"No shell reads this line, so {part} " in refused.value.text


def test_a_script_has_a_command_on_every_line():
    text = "docker ps\n\n  # why\n$ docker run \\\n    -d x\n\tip addr \n"
    assert script_lines(text) == ["docker ps", "docker run  -d x", "ip addr"]


def test_completion_looks_at_the_cursor(context):  # noqa: F811
    assert completion(context, "rm m theirs", 4) == ["mine"]


def test_completion_without_an_engine_is_empty(context, monkeypatch):  # noqa: F811
    def lost(*_, **__):
        raise requests.exceptions.ConnectionError

    monkeypatch.setattr(FakeEngine, "containers", lost)
    assert completion(context, "rm ") == []
