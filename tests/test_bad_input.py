"""Whatever a learner types: a clear error, or a run that ends; no traceback and nothing touched."""

from __future__ import annotations

import pytest

from dockernet_lessons.errors import (
    BadArgument,
    DockernetError,
    InvalidSubnet,
    UnknownContainer,
    UnknownNetwork,
)

LONG = 100_000
NAMES = ["a\x00b", "a\nb", "\x1b[31m", "../x", "..", ".", "", "a/b", "../networks", "é"]
ENDLESS = {
    "a loop": "sh -c 'while :; do :; done'",
    "a loop that prints": "sh -c 'while :; do echo y; done'",
    "a loop that waits": "sh -c 'while :; do sleep 1; done'",
    "a text that grows": "sh -c 'x=a; while :; do x=$x$x; done'",
    "a function that calls itself": "sh -c 'f() { f; }; f'",
    "a fork bomb": "sh -c 'f() { f | f & }; f'",
    "a long sleep": "sleep 100000",
    "an endless file": "cat /dev/zero",
    "an endless capture": "tcpdump -ni eth0",
}
FLOODS = ["-f -q", "-i 0 -c 100000", "", "-c 1000000000"]
MOST = 5_000_000
"""Characters of output that no emulated command reaches; real ones may be endless."""


@pytest.fixture(scope="module")
def two(lab, tag):
    names = [f"{tag}a", f"{tag}b"]
    for name in names:
        lab.run(name)
    return names


@pytest.fixture
def only_embedded(engine):
    """For what is endless in real time, or once hung a real engine: a long word, on 20.10."""
    if not engine.in_process:
        pytest.skip("a real engine is not to be kept busy, or hung, by a test")


@pytest.mark.parametrize("name", NAMES)
def test_names_that_no_container_has(lab, two, name):
    with pytest.raises(DockernetError):
        lab.run(name)
    for ask in (lab.start, lab.stop, lab.remove, lab.restart, lab.interfaces, lab.hosts_file):
        with pytest.raises(UnknownContainer):
            ask(name)
    with pytest.raises(UnknownContainer):
        lab.ping(two[0], name)
    with pytest.raises(UnknownNetwork):
        lab.remove_network(name)


@pytest.mark.parametrize("name", [None, 5, ["a"]])
def test_names_that_are_no_text(lab, two, name):
    for ask in (lab.run, lab.start, lab.remove, lab.routes, lab.inspect_network, lab.docker):
        with pytest.raises(BadArgument, match="is a text, not"):
            ask(name)


@pytest.mark.parametrize("verb", ["rm -f", "stop", "network rm"])
def test_a_path_is_no_name(own_lab, engine, verb):
    """The way over ``..`` would reach what is not the lab's."""
    network = engine.client().networks.create(f"{own_lab.name}-not-ours")
    try:
        for way in (f"../networks/{network.name}", f"x/../../networks/{network.name}", "."):
            assert own_lab.docker(f"{verb} {way}").exit_code == 1
        network.reload()
    finally:
        network.remove()


@pytest.mark.parametrize("command", [None, 5, [], ["echo", 5], "'", 'echo "'])
def test_commands_that_are_none(lab, two, command):
    for ask in (lambda: lab.exec(two[0], command), lambda: lab.host(command)):
        with pytest.raises(BadArgument):
            ask()


def test_long_commands(only_embedded, lab, two):
    word = "x" * LONG
    assert lab.exec(two[0], ["echo", word]).text == f"{word}\n"
    assert lab.host(f"echo {word}").text == f"{word}\n"
    assert lab.exec(two[0], word).exit_code in (126, 127)
    assert lab.docker(f"exec {two[0]} echo {word}").text == f"{word}\n"
    assert lab.docker(word).exit_code == 1
    with pytest.raises(DockernetError):
        lab.start(word)


@pytest.mark.parametrize("what", ENDLESS)
def test_what_has_no_end_is_ended(only_embedded, lab, two, what):
    result = lab.exec(two[0], ENDLESS[what])
    assert len(result.text) < MOST
    assert lab.exec(two[0], "echo still here").text == "still here\n"


@pytest.mark.parametrize("options", FLOODS)
def test_floods_are_ended(only_embedded, lab, two, options):
    address = lab.containers().set_index("container").loc[two[1], "ipv4"]
    result = lab.exec(two[0], f"ping {options} {address}")
    assert len(result.text) < MOST
    assert lab.ping(*two).received == 3


def test_a_full_network(own_lab, tag):
    own_lab.create_network(f"{tag}small", subnet="10.117.9.0/30")
    own_lab.run(f"{tag}c", network=f"{tag}small")
    with pytest.raises(DockernetError, match="address"):
        own_lab.run(f"{tag}d", network=f"{tag}small")
    assert list(own_lab.containers()["container"]) == [f"{tag}c"]


@pytest.mark.parametrize("subnet", ["10.117.8.0/32", "10.117.8.0/31", "10.0.0.0/99", "x", "::/0"])
def test_subnets_that_hold_nobody(own_lab, tag, subnet):
    with pytest.raises(InvalidSubnet):
        own_lab.create_network(f"{tag}n", subnet=subnet)


def test_no_subnet_is_left(only_embedded, own_lab, tag):
    names = (f"{tag}n{number}" for number in range(100))
    with pytest.raises(DockernetError, match="address pool"):
        [own_lab.create_network(name) for name in names]
    own_lab.reset()
    own_lab.create_network(f"{tag}n")
