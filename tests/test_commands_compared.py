"""Typed docker lines print what the docker command of the engine's version prints."""

import docker_cli
import pytest

from dockernet_lessons.labels import lab_labels

pytestmark = pytest.mark.real

# Lines in which the lesson differs on purpose.
OWN_WAY = ("exec -it", "start -a")


@pytest.fixture(scope="module")
def bench(lab, tag):
    """Containers and a network that the lines talk about."""
    api = lab.client.api
    labels = lab_labels(lab.name)
    subnet = lab.free_subnet()
    network = lab.client.networks.create(
        f"{tag}-net",
        ipam={"Config": [{"Subnet": subnet}], "Driver": "default"},
        labels=labels | {"x": "y"},
    )
    common = {"image": "xmtubuntu", "stop_timeout": 1}
    api.start(_make(api, f"{tag}-a", labels | {"t": "1", "a.my-label": "z"}, **common))
    _make(api, f"{tag}-b", labels, command="true", **common)
    ports = {"80": ("127.0.0.1", None), "81/udp": None}
    config = api.create_host_config(port_bindings=ports, network_mode=network.name)
    api.start(
        _make(api, f"{tag}-c", labels, host_config=config, ports=["80", ("81", "udp")], **common)
    )
    api.start(_make(api, f"{tag}-p", labels, **common))
    api.pause(f"{tag}-p")
    taken = api.port(f"{tag}-c", 80)[0]["HostPort"]
    yield {"t": tag, "port": taken, "subnet": subnet.removesuffix("0/24")}
    lab.reset()


def _make(api, name, labels, command="sleep 1000", **options):
    return api.create_container(name=name, labels=labels, command=command, **options)["Id"]


@pytest.fixture(scope="module")
def program(engine):
    return docker_cli.find(engine)


def ours(lab, line):
    result = lab.docker(line)
    return result.text, result.exit_code


def theirs(program, engine, line):
    return docker_cli.run(program, engine, line)


def differences(pairs):
    """Describe every line of which the two texts differ."""
    return "\n".join(
        f"$ docker {line}\n--- docker printed ({wanted[1]})\n{wanted[0]}"
        f"--- we print ({got[1]})\n{got[0]}"
        for line, wanted, got in pairs
        if wanted != got
    )


def settled(line, answer):
    """Take out what is by chance: the order of Go's maps, a race in the old docker command."""
    text, code = answer
    text = docker_cli.RACE.sub("", text.replace("\r\n", "\n"))
    if line.startswith("port "):
        text = "\n".join(sorted(text.splitlines()))
    if any(word in line for word in ("raw", "json .", "json", "Labels")):
        text = docker_cli.LABELS.sub(lambda m: ",".join(sorted(m[0].split(","))), text)
    return text, code


def compare_now(lab, engine, program, lines):
    """Compare on the very same things; a clock or a neighbour may change one between two looks."""
    pairs = []
    for line in lines:
        for _ in range(4):
            wanted = settled(line, theirs(program, engine, line))
            got = settled(line, ours(lab, line))
            if got in (wanted, settled(line, theirs(program, engine, line))):
                wanted = got
                break
        pairs.append((line, wanted, got))
    return differences(pairs)


def kept(kind):
    """The lines whose answers are the same on every machine; ids and times are made alike."""
    lines = docker_cli.lines(kind)
    if kind == "mistakes":
        return lines
    everything = (
        "ps", "images", "network ls", "top", "version", "info", "container ls", "image",
    )  # fmt: skip
    documents = (
        "inspect {t}", "inspect --type", "inspect xmtubuntu", "inspect -f json", "inspect -s",
        "inspect -f '{{.ID}}' xmtubuntu",
    )  # fmt: skip
    return [
        line
        for line in lines
        if not line.startswith(documents)
        and ("{t}" in line or line.startswith("run") or not line.startswith(everything))
        and not line.startswith("top")
        and "bridge host none" not in line
    ]


def neutral(answer, bench):
    """Make an answer comparable with one of another machine and another time."""
    text, code = answer
    for name in sorted(bench, key=lambda name: -len(bench[name])):
        for value in (bench[name], bench[name].upper()):
            text = text.replace(value, f"<{name}>")
    return [docker_cli.alike(text, times=True), code]


@pytest.mark.parametrize("kind", ["mistakes", "reads"])
def test_a_line_prints_what_was_recorded(lab, engine, program, bench, kind):
    """Where there is no docker command of this version; or, if asked to, record what it prints."""
    recording = docker_cli.recording()
    if (program is None) == recording:
        pytest.skip("compared with the docker command itself")
    known = docker_cli.golden(engine)
    pairs, answers = [], {}
    for line in kept(kind):
        typed = docker_cli.filled(line, bench)
        if recording:
            answers[line] = neutral(settled(typed, theirs(program, engine, typed)), bench)
        else:
            pairs.append((line, known[line], neutral(settled(typed, ours(lab, typed)), bench)))
    docker_cli.record(engine, answers)
    problem = differences(pairs)
    assert not problem, problem


@pytest.mark.parametrize("kind", ["help", "mistakes", "reads"])
def test_a_line_prints_what_docker_prints(lab, engine, program, bench, kind):
    if program is None:
        pytest.skip("no docker command of this engine's version here")
    lines = [docker_cli.filled(line, bench) for line in docker_cli.lines(kind)]
    problem = compare_now(lab, engine, program, lines)
    assert not problem, problem


def test_what_changes_something_prints_what_docker_prints(lab, engine, program, bench):
    if program is None:
        pytest.skip("no docker command of this engine's version here")
    lines = [docker_cli.filled(line, bench) for line in docker_cli.lines("changes")]
    lines = [line for line in lines if not line.startswith(OWN_WAY)]
    wanted = [settled(line, theirs(program, engine, line)) for line in lines]
    got = [settled(line, ours(lab, line)) for line in lines]
    pairs = [
        (line, (docker_cli.alike(w[0]), w[1]), (docker_cli.alike(g[0]), g[1]))
        for line, w, g in zip(lines, wanted, got, strict=True)
    ]
    problem = differences(pairs)
    assert not problem, problem


def asked_for(client, name):
    """What a container was made with, but for what differs by chance or on purpose."""
    attrs = client.api.inspect_container(name)
    client.api.remove_container(name, v=True)
    made, networks = attrs["Config"], attrs["NetworkSettings"]["Networks"]
    for key in ("Labels", "StopTimeout"):
        made.pop(key, None)
    made["Env"] = sorted(made["Env"])
    if made["Hostname"] == attrs["Id"][:12]:
        made["Hostname"] = "ID"
    for endpoint in networks.values():
        for key in ("Aliases", "DNSNames"):
            known = endpoint.get(key) or []
            endpoint[key] = [alias for alias in known if alias != attrs["Id"][:12]]
    links = attrs["HostConfig"]["Links"]
    attrs["HostConfig"]["Links"] = sorted(links) if links else links
    return {"Config": made, "HostConfig": attrs["HostConfig"], "Networks": networks}


def test_a_container_is_made_as_docker_makes_it(lab, engine, program, bench, client):
    if program is None:
        pytest.skip("no docker command of this engine's version here")
    name, problems = f"{bench['t']}-made", []
    for options in [docker_cli.filled(line, bench) for line in docker_cli.lines("creates")]:
        line = f"create --name {name} {options} xmtubuntu -l"
        text, code = theirs(program, engine, line)
        assert code == 0, text
        wanted = asked_for(client, name)
        assert lab.docker(line).ok, lab.docker(line).text
        got = asked_for(client, name)
        problems += [
            f"{options}: {part} {key}: {wanted[part][key]!r} != {got[part].get(key)!r}"
            for part in wanted
            for key in wanted[part]
            if wanted[part][key] != got[part].get(key)
        ]
    assert not problems, "\n".join(problems)
