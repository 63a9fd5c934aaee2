"""/etc/hosts and /etc/resolv.conf, byte for byte as recorded; legacy links."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest
from cnm_helpers import (
    BOTH,
    PROFILES,
    EndpointSettings,
    Link,
    World,
    own_lines,
)

from dockernet_lessons.embedded.cnm import host
from dockernet_lessons.embedded.cnm.hosts_file import HostsFile


@pytest.fixture
def world(request):
    made = World(PROFILES[request.param])
    for number, name in enumerate(("mynet", "aaa", "zzz")):
        made.network(name, f"10.{50 + number}.0.0/24")
    return made


HEAD = """127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::0\tip6-localnet
ff00::0\tip6-mcastprefix
ff02::1\tip6-allnodes
ff02::2\tip6-allrouters
"""


@BOTH
def test_the_whole_file(world):
    sandbox = world.start("u1", "mynet")
    head = HEAD.replace("00::0", "00::") if world.modern else HEAD
    assert sandbox.hosts_file() == f"{head}10.50.0.2\t{sandbox.container_id[:12]}\n"


@BOTH
def test_host_names_and_extra_hosts(world):
    hosts = (("db", "10.0.0.9"), ("ww", "10.0.0.8"))
    named = {"hostname": "hh", "domainname": "dd.test", "extra_hosts": hosts}
    sandbox = world.start("x1", "mynet", **named)
    assert own_lines(sandbox) == ["10.0.0.9\tdb", "10.0.0.8\tww", "10.50.0.2\thh.dd.test hh"]
    dotted = world.start("x2", "bridge", hostname="hh.ee")
    assert own_lines(dotted) == ["172.17.0.2\thh.ee hh"]


def test_classic_deletes_every_line_that_ends_with_a_name_of_the_network():
    world = World(PROFILES["classic"])
    for name, subnet in (("mynet", 50), ("aaa", 51)):
        world.network(name, f"10.{subnet}.0.0/24")
    sandbox = world.start("u1", "mynet", extra_hosts=(("other", "10.9.9.9"), ("db", "10.0.0.9")))
    world.start("other", "aaa")
    world.connect(sandbox, "aaa")
    world.connect(sandbox, "bridge")
    assert own_lines(sandbox)[2:] == ["10.50.0.2\tID", "10.51.0.3\tID", "172.17.0.2\tID"]
    world.disconnect(sandbox, "aaa")
    assert own_lines(sandbox) == ["10.0.0.9\tdb"]
    world.connect(sandbox, "aaa")
    assert own_lines(sandbox) == ["10.0.0.9\tdb", "10.51.0.3\tID"]
    world.disconnect(sandbox, "bridge")
    world.connect(sandbox, "bridge")
    assert own_lines(sandbox)[1:] == ["10.51.0.3\tID", "172.17.0.2\tID"]


def test_classic_leaves_stale_lines_of_the_default_bridge_and_of_host_names():
    world = World(PROFILES["classic"])
    world.network("mynet", "10.50.0.0/24")
    sandbox = world.start("b1", "bridge")
    for _ in range(2):
        world.disconnect(sandbox, "bridge")
        world.connect(sandbox, "bridge")
    assert own_lines(sandbox) == ["172.17.0.2\tID"] * 3
    named = world.start("u1", "mynet", hostname="hh", domainname="d")
    world.disconnect(named, "mynet")
    assert own_lines(named) == ["10.50.0.2\thh.d hh"]


def test_modern_deletes_its_own_line():
    world = World(PROFILES["modern"])
    world.network("mynet", "10.50.0.0/24")
    sandbox = world.start("u1", "mynet", "bridge", extra_hosts=(("db", "10.0.0.9"),))
    world.disconnect(sandbox, "mynet")
    assert own_lines(sandbox) == ["10.0.0.9\tdb", "172.17.0.2\tID"]
    world.disconnect(sandbox, "bridge")
    assert own_lines(sandbox) == ["10.0.0.9\tdb"]
    world.connect(sandbox, "mynet")
    assert own_lines(sandbox) == ["10.0.0.9\tdb", "10.50.0.2\tID"]


def linked(world):
    """Start t1, t2 and l1, which is linked to them by three names."""
    first = world.start("t1", "bridge")
    second = world.start("t2", "bridge", hostname="thost")
    links = (
        Link(first.container_id, "t1", "al"),
        Link(second.container_id, "t2", "other"),
        Link(second.container_id, "t2", "t2"),
    )
    wanted = EndpointSettings(links=links)
    sandbox = world.start("l1", ("bridge", wanted), extra_hosts=(("db", "1.2.3.4"),))
    return first, sandbox, wanted


@BOTH
def test_link_lines(world):
    first, sandbox, _ = linked(world)
    short = first.container_id[:12]
    assert own_lines(sandbox) == [
        "1.2.3.4\tdb",
        f"172.17.0.2\tal {short} t1",
        "172.17.0.3\tother thost t2",
        "172.17.0.3\tt2 thost",
        "172.17.0.4\tID",
    ]
    assert own_lines(first) == ["172.17.0.2\tID"]


@BOTH
def test_links_follow_the_targets_address_but_not_its_name(world):
    first, sandbox, wanted = linked(world)
    identifier, short = first.container_id, first.container_id[:12]
    world.stop(first)
    assert f"172.17.0.2\tal {short} t1" in own_lines(sandbox)
    world.start("filler", "bridge")
    first = world.start("t1", "bridge", identifier=identifier)
    assert f"172.17.0.5\tal {short} t1" in own_lines(sandbox)
    world.controller.rename(identifier, "tt1")
    assert f"172.17.0.5\tal {short} t1" in own_lines(sandbox)
    world.stop(sandbox)
    world.restart(first, "bridge")
    again = world.start("l1", ("bridge", wanted))
    assert own_lines(again)[0] == f"172.17.0.4\tal {short} t1"


@BOTH
def test_links_after_a_reconnection(world):
    """A modern engine writes them again, beside the old ones; a classic one keeps the old."""
    _, sandbox, wanted = linked(world)
    lines = own_lines(sandbox)
    world.disconnect(sandbox, "bridge")
    world.controller.connect(sandbox, world.find("bridge"), wanted)
    if world.modern:
        assert own_lines(sandbox) == [*lines[:4], *lines[1:]]
    else:
        assert own_lines(sandbox) == [*lines, lines[-1]]


@BOTH
def test_a_link_to_nobody_writes_nothing(world):
    wanted = EndpointSettings(links=(Link("f" * 64, "gone", "gone"),))
    assert own_lines(world.start("l1", ("bridge", wanted))) == ["172.17.0.2\tID"]


@BOTH
def test_an_edited_file_stays_edited(world):
    sandbox = world.start("u1", "mynet")
    sandbox.hosts.text += "192.0.2.7\tmine\n"
    sandbox.write_resolv_conf("nameserver 192.0.2.9\n")
    world.connect(sandbox, "aaa")
    assert own_lines(sandbox) == ["10.50.0.2\tID", "192.0.2.7\tmine", "10.51.0.2\tID"]
    assert sandbox.resolv_conf() == "nameserver 192.0.2.9\n"


def test_update_keeps_what_follows_and_other_names():
    file = HostsFile()
    file.begin(modern=False)
    before = file.text
    file.text += "1.1.1.1\tal x t1\n1.1.1.1\talso x\n1.1.1.1\tt2.d t2\n1.1.1.1\tlast\n"
    file.update("2.2.2.2", "al")
    file.update("2.2.2.2", "t2")
    file.update("2.2.2.2", "last")
    lines = file.text.removeprefix(before).splitlines()
    assert lines == ["2.2.2.2\tal x t1", "1.1.1.1\talso x", "2.2.2.2\tt2.d t2", "2.2.2.2\tlast"]


MODERN_HEAD = """# Generated by Docker Engine.
# This file can be edited; Docker Engine will not make further changes once it
# has been modified.

"""


def conf(world, **settings):
    options = {name: tuple(values) for name, values in settings.items()}
    return world.start("c", "mynet", **options).resolv_conf()


@BOTH
def test_resolv_conf_without_embedded_dns(world):
    for sandbox in (world.start("a", "bridge"), world.start("b", "none", mode="none")):
        text = "nameserver 10.0.2.3\n"
        if world.modern:
            text = (
                f"{MODERN_HEAD}{text}\n"
                "# Based on host file: '/etc/resolv.conf' (legacy)\n# Overrides: []\n"
            )
        assert sandbox.resolv_conf() == text
    assert host.resolv_conf(world.profile) == "nameserver 10.0.2.3\n"


@BOTH
def test_resolv_conf_in_host_mode(world):
    text = world.start("h", "host", mode="host").resolv_conf()
    expected = "nameserver 10.0.2.3\n"
    if world.modern:
        expected = (
            f"{MODERN_HEAD}{expected}\n# Based on host file: '/etc/resolv.conf'\n# Overrides: []\n"
        )
    assert text == expected


@BOTH
def test_resolv_conf_of_a_container_on_no_network(world):
    sandbox = world.start("c")
    assert "(legacy)" not in sandbox.resolv_conf()
    world.connect(sandbox, "bridge")
    assert ("(legacy)" in sandbox.resolv_conf()) is world.modern
    sandbox.write_resolv_conf("nameserver 192.0.2.9\n")
    world.connect(sandbox, "mynet")
    kept = sandbox.resolv_conf() == "nameserver 192.0.2.9\n"
    assert kept is world.modern


@BOTH
def test_resolv_conf_with_embedded_dns_which_stays(world):
    sandbox = world.start("b1", "bridge")
    world.connect(sandbox, "mynet")
    text = "nameserver 127.0.0.11\noptions ndots:0\n"
    if world.modern:
        text = (
            f"{MODERN_HEAD}{text}\n# Based on host file: '/etc/resolv.conf' (internal resolver)\n"
            "# ExtServers: [host(10.0.2.3)]\n# Overrides: []\n# Option ndots from: internal\n"
        )
    assert sandbox.resolv_conf() == text
    world.disconnect(sandbox, "mynet")
    assert sandbox.resolv_conf() == text


@BOTH
def test_resolv_conf_with_own_servers(world):
    text = conf(
        world,
        dns=["10.9.8.7", "10.9.8.6"],
        dns_search=["s.test", "t.test"],
        dns_options=["ndots:1", "timeout:3"],
    )
    if world.modern:
        assert text == (
            f"{MODERN_HEAD}nameserver 127.0.0.11\nsearch s.test t.test\n"
            "options ndots:1 timeout:3\n\n"
            "# Based on host file: '/etc/resolv.conf' (internal resolver)\n"
            "# ExtServers: [10.9.8.7 10.9.8.6]\n"
            "# Overrides: [nameservers search options]\n# Option ndots from: override\n"
        )
    else:
        assert text == ("search s.test t.test\nnameserver 127.0.0.11\noptions ndots:1 timeout:3\n")


@BOTH
def test_resolv_conf_with_bad_ndots(world):
    text = conf(world, dns_options=["ndots:x", "foo"])
    if world.modern:
        assert "\noptions foo ndots:0\n" in text
    else:
        assert text == "nameserver 10.0.2.3\noptions ndots:x foo\n"


@BOTH
def test_a_dot_searches_nothing(world):
    sandbox = world.start("c", "bridge", dns=("10.9.8.7",), dns_search=(".",))
    assert "search" not in sandbox.resolv_conf().replace("Overrides: [nameservers search]", "")
    assert IPv4Address("10.9.8.7").compressed in sandbox.resolv_conf()
