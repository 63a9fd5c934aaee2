"""Pings between the nodes of a lab: what answers, what does not and why, and what is never sent."""

import math

import pytest

from dockernet_lessons import errors


@pytest.fixture(scope="module")
def bench(lab, tag):
    """Two on the default bridge, one of them linked; two on networks of their own; one stopped."""
    for letter in "xy":
        lab.create_network(f"{tag}-net{letter}", subnet=lab.free_subnet())
    lab.run(f"{tag}-a")
    lab.run(f"{tag}-linked", links=[f"{tag}-a"])
    lab.run_many([f"{tag}-x", f"{tag}-x2"], network=f"{tag}-netx")
    lab.run(f"{tag}-y", network=f"{tag}-nety")
    lab.run(f"{tag}-none", network="none")
    lab.run(f"{tag}-host", network="host")
    lab.run(f"{tag}-shared", network=f"container:{tag}-x")
    lab.run(f"{tag}-stopped")
    lab.stop(f"{tag}-stopped")
    return lab


def address_of(lab, container):
    return lab.containers().set_index("container").loc[container, "ipv4"]


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("a", "linked"), ("host", "a"), ("a", "host"), ("host", "x"), ("x", "host"),
        ("a", "a"), ("host", "host"), ("shared", "x2"), ("x2", "shared"),
        ("shared", "host"), ("a", "-host"), ("-host", "a"),
    ],
)  # fmt: skip
def test_what_answers_by_address(bench, tag, source, target):
    ends = [end if end == "host" else f"{tag}-{end.removeprefix('-')}" for end in (source, target)]
    result = bench.ping(*ends, count=2)
    assert result.ok, result
    assert (result.transmitted, result.received, result.loss_percent) == (2, 2, 0.0)
    assert len(result.rtt_ms) == 2
    assert result.error is None
    assert result.address in result.text


def test_names_answer_on_a_network_of_ones_own_and_show_the_network(bench, tag):
    result = bench.ping(f"{tag}-x", f"{tag}-x2", count=1, by="name")
    assert result.ok
    assert f"{tag}-x2.{tag}-netx" in result.text
    assert address_of(bench, f"{tag}-x2") in result.lookup.text


def test_a_link_works_one_way_by_name(bench, tag):
    there = bench.ping(f"{tag}-linked", f"{tag}-a", count=1, by="name")
    assert there.ok
    assert there.address == address_of(bench, f"{tag}-a")
    back = bench.ping(f"{tag}-a", f"{tag}-linked", count=1, by="name")
    assert (back.ok, back.reason) == (False, "unknown name")
    assert back.error.startswith("unknown name")
    assert (back.transmitted, back.loss_percent) == (0, 100.0)


def test_the_other_network_does_not_answer(bench, tag):
    result = bench.ping(f"{tag}-x", f"{tag}-y", count=2)
    assert (result.transmitted, result.received, result.loss_percent) == (2, 0, 100.0)
    assert result.reason == "no reply"
    assert math.isnan(result.median_rtt_ms)


def test_the_other_networks_gateway_does_it_belongs_to_the_host(bench, tag):
    gateway = bench.networks().set_index("name").loc[f"{tag}-nety", "gateway"]
    assert bench.ping(f"{tag}-x", gateway, count=1).ok


def test_a_target_whose_interface_is_down_is_unreachable(bench, tag):
    down, asker = (bench.run(f"{tag}-{name}") for name in ("down", "asker"))
    process = down.attrs["State"]["Pid"]
    assert bench.host(f"nsenter -t {process} -n ip link set eth0 down").ok
    result = bench.ping(asker.name, down.name)
    assert (result.ok, result.reason) == (False, "unreachable")
    assert "Destination Host Unreachable" in result.text
    for container in (down, asker):
        bench.remove(container.name)


def test_without_any_network_it_is_unreachable_too(bench, tag):
    result = bench.ping(f"{tag}-none", f"{tag}-a")
    assert (result.reason, result.transmitted) == ("unreachable", 0)


@pytest.mark.parametrize("target", ["stopped", "none"])
def test_a_target_without_an_address_gets_nothing_sent(bench, tag, target):
    result = bench.ping(f"{tag}-a", f"{tag}-{target}")
    assert (result.reason, result.transmitted, result.text) == ("no address", 0, "")
    assert f"{tag}-{target}" in result.error


def test_a_stopped_source_is_an_error(bench, tag):
    with pytest.raises(errors.NotRunning):
        bench.ping(f"{tag}-stopped", f"{tag}-a")


def test_a_source_that_may_not_ping(bench, tag):
    line = "run -d --cap-drop NET_RAW --sysctl net.ipv4.ping_group_range='1 0' "
    assert bench.docker(f"{line} --name {tag}-mute xmtubuntu sleep 1000").ok
    result = bench.ping(f"{tag}-mute", f"{tag}-a", count=1)
    assert (result.ok, result.reason) == (False, "not permitted")
    bench.remove(f"{tag}-mute")


@pytest.mark.real
@pytest.mark.parametrize("target", ["DROP", "REJECT"])
def test_a_firewall_in_the_source_lets_nothing_out(bench, tag, target):
    """This ping says nothing of what its own kernel drops: it looks as if nobody answered."""
    container = bench.run(f"{tag}-walled")
    rule = f"nsenter -t {container.attrs['State']['Pid']} -n iptables -A OUTPUT -p icmp -j {target}"
    assert bench.host(rule).ok
    result = bench.ping(f"{tag}-walled", f"{tag}-a", count=1)
    assert not result.ok
    assert result.reason in ("no reply", "not permitted", "unreachable")
    bench.remove(f"{tag}-walled")


@pytest.mark.parametrize("stranger", ["192.0.2.77", "::ffff:192.0.2.77", "2001:db8::7"])
def test_a_name_that_leads_outside_the_lab_is_reported_and_not_pinged(bench, tag, stranger):
    name = f"outside{stranger.count(':')}"
    bench.exec(f"{tag}-a", ["sh", "-c", f"echo {stranger} {name} >>/etc/hosts"])
    result = bench.ping(f"{tag}-a", name, by="name")
    assert (result.ok, result.reason) == (False, "outside the lab")
    assert (result.transmitted, result.text) == (0, "")
    assert result.address in result.error
    assert result.address in result.lookup.text


def test_an_address_outside_the_lab_is_refused(bench, tag):
    with pytest.raises(errors.AddressOutsideLab, match=r"192\.0\.2\.77"):
        bench.ping(f"{tag}-a", "192.0.2.77")


@pytest.mark.parametrize("number", ["3221226061", "0xc000024d"])
def test_an_address_in_disguise_is_not_pinged_either(bench, tag, number):
    """The resolver reads both as 192.0.2.77."""
    result = bench.ping(f"{tag}-a", number, by="name")
    assert (result.reason, result.transmitted, result.text) == ("outside the lab", 0, "")


@pytest.mark.parametrize("word", ["-f", "", "-c"])
def test_an_option_is_no_name(bench, tag, word):
    with pytest.raises(errors.BadArgument):
        bench.ping(f"{tag}-a", word, by="name")
    with pytest.raises(errors.UnknownContainer):
        bench.ping(f"{tag}-a", word)


@pytest.mark.parametrize("options", [{"by": "magic"}, {"count": 0}, {"count": 101}], ids=str)
def test_arguments_that_mean_nothing(bench, tag, options):
    with pytest.raises(errors.BadArgument):
        bench.ping(f"{tag}-a", "host", **options)


def test_unknown_ends_are_named(bench, tag):
    for ends in ((f"{tag}-a", "nonsuch"), ("nonsuch", f"{tag}-a")):
        with pytest.raises(errors.UnknownContainer, match="nonsuch"):
            bench.ping(*ends)


def test_the_matrix_shows_who_reaches_whom(bench, tag):
    nodes = [f"{tag}-a", f"{tag}-x", f"{tag}-x2", f"{tag}-y"]
    matrix = bench.ping_matrix([*nodes, "host"])
    assert list(matrix.index) == list(matrix.columns) == [*nodes, "host"]
    reached = matrix.notna()
    assert reached.loc["host"].all()
    assert reached["host"].all()
    assert reached.loc[f"{tag}-x", f"{tag}-x2"]
    assert not reached.loc[f"{tag}-a", f"{tag}-x"]
    assert not reached.loc[f"{tag}-x", f"{tag}-y"]
    assert bench.draw_matrix(matrix).axes


@pytest.mark.parametrize("by", ["ip", "name"])
def test_the_matrix_says_what_single_pings_say(bench, tag, by):
    nodes = [f"{tag}-{name}" for name in ("a", "linked", "x", "shared", "none")]
    matrix = bench.ping_matrix(nodes, by=by)
    for source in nodes:
        for target in nodes:
            result = bench.ping(source, target, count=1, by=by)
            assert result.ok == (not math.isnan(matrix.loc[source, target])), result


def test_by_default_the_matrix_has_every_running_container(own_lab, tag):
    names = [f"{tag}-m1", f"{tag}-m2", f"{tag}-m3"]
    own_lab.run_many(names)
    own_lab.stop(names[0])
    matrix = own_lab.ping_matrix()
    assert sorted(matrix.columns) == names[1:]
    assert matrix.notna().all(axis=None)
    assert (matrix > 0).all(axis=None)
    with pytest.raises(errors.NotRunning):
        own_lab.ping_matrix(names)


def test_a_stranger_is_no_node_of_the_matrix(bench, tag):
    with pytest.raises(errors.UnknownContainer):
        bench.ping_matrix([f"{tag}-a", "nonsuch"])
