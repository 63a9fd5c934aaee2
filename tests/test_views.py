"""What the lab sees: pairs, interfaces, routes, neighbors, the FDB, the graph, the picture."""

import re

import pytest
from engines import Engine

from dockernet_lessons import errors
from dockernet_lessons.topology import node_id


@pytest.fixture(scope="module")
def bench(lab, tag):
    """Two on the default bridge, one on two networks, and one of every other mode."""
    lab.create_network(f"{tag}-net", subnet=lab.free_subnet())
    lab.run_many([f"{tag}-a", f"{tag}-b"])
    lab.run(f"{tag}-c", network=f"{tag}-net")
    lab.connect("bridge", f"{tag}-c")
    lab.run(f"{tag}-host", network="host")
    lab.run(f"{tag}-none", network="none")
    lab.run(f"{tag}-shared", network=f"container:{tag}-a")
    lab.run(f"{tag}-stopped")
    lab.stop(f"{tag}-stopped")
    for source, target in (("a", "host"), ("b", "host"), ("c", "a")):
        lab.ping(f"{tag}-{source}", target if target == "host" else f"{tag}-{target}", count=1)
    lab.exec(f"{tag}-c", f"ping -c 1 {gateway(lab, f'{tag}-net')}")
    return lab


def gateway(lab, network):
    return lab.networks().set_index("name").loc[network, "gateway"]


def pairs_by_fdb(lab, networks):
    """A second witness: behind which port the bridge itself has seen each container's MAC."""
    tables = [lab.fdb(network).query("learned and container == container") for network in networks]
    return {(row.mac, row.port) for table in tables for row in table.itertuples()}


def ends(lab):
    return {(row.mac, row.host_if) for row in lab.veth_pairs().itertuples()}


def test_every_pair_is_found_and_none_where_there_is_none(bench, tag):
    pairs = bench.veth_pairs()
    assert sorted(zip(pairs["container"], pairs["container_if"], strict=True)) == [
        (f"{tag}-a", "eth0"), (f"{tag}-b", "eth0"), (f"{tag}-c", "eth0"), (f"{tag}-c", "eth1"),
    ]  # fmt: skip
    assert pairs["host_ifindex"].is_unique
    assert set(pairs["network"]) == {"bridge", f"{tag}-net"}
    assert pairs["bridge"].nunique() == 2


def test_the_bridges_forwarding_databases_say_the_same(bench, tag):
    assert ends(bench) == pairs_by_fdb(bench, ("bridge", f"{tag}-net"))


def test_the_numbers_are_those_of_the_engines_generation(bench, engine: Engine):
    pairs = bench.veth_pairs().query("container_if == 'eth0'")
    inside, outside = list(pairs["container_ifindex"]), list(pairs["host_ifindex"])
    if engine.generation >= 28:
        assert set(inside) == {2}
    else:
        assert len({*inside, *outside}) == len(inside) + len(outside)
        assert all(abs(one - other) == 1 for one, other in zip(inside, outside, strict=True))


def test_both_ends_name_each_other(bench, tag):
    host = bench.interfaces().set_index("ifindex")
    for pair in bench.veth_pairs().itertuples():
        inside = bench.interfaces(pair.container).set_index("ifindex").loc[pair.container_ifindex]
        assert inside["peer_ifindex"] == pair.host_ifindex
        assert host.loc[pair.host_ifindex, "peer_ifindex"] == pair.container_ifindex
        assert host.loc[pair.host_ifindex, "master"] == pair.bridge


def test_pairs_follow_a_restart_and_new_and_lost_endpoints(bench, tag):
    name = bench.run(f"{tag}-again").name
    bench.restart(name)
    bench.connect(f"{tag}-net", name)
    for network in ("bridge", f"{tag}-net"):
        bench.exec(name, f"ping -c 1 {gateway(bench, network)}")
    seen = {(mac, port) for mac, port in ends(bench) if mac in macs(bench, name)}
    assert len(seen) == 2
    assert seen <= pairs_by_fdb(bench, ("bridge", f"{tag}-net"))
    bench.disconnect(f"{tag}-net", name)
    assert len(macs(bench, name)) == 1
    bench.remove(name)


def macs(lab, container):
    pairs = lab.veth_pairs()
    return set(pairs[pairs["container"] == container]["mac"])


def test_the_host_and_the_modes_show_the_interfaces_they_should(bench, tag):
    host = bench.interfaces()
    assert {"lo", "docker0"} <= set(host["name"])
    assert host.set_index("name").loc["docker0", "ipv4"] == gateway(bench, "bridge")
    assert set(bench.interfaces(f"{tag}-a")["name"]) == {"lo", "eth0"}
    assert set(bench.interfaces(f"{tag}-none")["name"]) == {"lo"}
    assert set(bench.interfaces(f"{tag}-shared")["ifindex"]) == set(
        bench.interfaces(f"{tag}-a")["ifindex"]
    )
    assert "docker0" in set(bench.interfaces(f"{tag}-host")["name"])


def test_the_lab_and_the_container_itself_see_the_same(bench, tag):
    printed = bench.exec(f"{tag}-b", "ip -o -4 addr show eth0").text
    eth0 = bench.interfaces(f"{tag}-b").set_index("name").loc["eth0"]
    assert f"{eth0['ifindex']}: eth0" in printed
    assert f"inet {eth0['ipv4']}/{eth0['prefix_length']} " in printed


def test_routes(bench, tag):
    inside = bench.routes(f"{tag}-b").set_index("destination")
    assert inside.loc["default", "gateway"] == gateway(bench, "bridge")
    assert "docker0" in set(bench.routes()["interface"])
    assert bench.routes(f"{tag}-none").empty


def test_neighbors(bench, tag):
    bench.ping(f"{tag}-b", f"{tag}-c", count=1)
    address = bench.containers().set_index("container").loc[f"{tag}-c", "ipv4"].split(", ")[0]
    known = bench.neighbors(f"{tag}-b").set_index("ipv4")
    assert known.loc[address, "mac"] in set(bench.veth_pairs()["mac"])
    assert known.loc[address, "interface"] == "eth0"


def test_the_fdb_tells_learned_from_own_and_names_the_containers(bench, tag):
    table = bench.fdb()
    learned = table[table["learned"]].set_index("container")
    pairs = bench.veth_pairs().query("network == 'bridge'").set_index("container")
    assert learned.loc[f"{tag}-b", "port"] == pairs.loc[f"{tag}-b", "host_if"]
    assert not table[table["container"].isna()].empty


def test_an_interface_that_is_no_bridge_is_refused(bench):
    with pytest.raises(errors.UnknownInterface, match="There is no interface 'lo' in host"):
        bench.fdb("lo")


def test_the_graph_has_the_pairs_as_edges(bench, tag):
    graph = bench.topology()
    pairs = bench.veth_pairs()
    expected = {
        frozenset((node_id(p.container, p.container_if), node_id("host", p.host_if)))
        for p in pairs.itertuples()
    }
    assert {frozenset(edge[:2]) for edge in graph.edges(data="kind") if edge[2] == "veth"} == (
        expected
    )
    ports = {frozenset(edge[:2]) for edge in graph.edges(data="kind") if edge[2] == "port"}
    assert ports == {
        frozenset((node_id("host", p.host_if), node_id("host", p.bridge)))
        for p in pairs.itertuples()
    }
    kinds = dict(graph.nodes(data="kind"))
    assert kinds["host"] == kinds[f"{tag}-none"] == "namespace"
    assert graph.nodes[node_id("host", "docker0")]["network"] == "bridge"


def test_the_wiring_can_be_drawn(bench, tag):
    figure = bench.draw(highlight=f"{tag}-a")
    assert figure.axes


def test_the_containers_table_tells_modes_and_states(bench, tag):
    table = bench.containers().set_index("container")
    assert table.loc[f"{tag}-stopped", "status"] == "exited"
    assert table["network_mode"].str.startswith("container:").sum() == 1
    assert {"bridge", "host", "none"} <= set(table["network_mode"])
    assert table.loc[f"{tag}-c", "ipv4"].count(",") == 1


def test_the_images_table_has_the_lesson_image(bench):
    row = bench.images().set_index("repository").loc["xmtubuntu"]
    assert row["tag"] == "latest"
    assert row["size_mb"] > 1
    assert str(row["created"].tz) == "UTC"


def test_a_command_on_the_host(bench):
    assert "docker0" in bench.host("ip -brief link").text
    assert bench.host(["sh", "-c", "exit 7"]).exit_code == 7
    assert re.match("(Docker|Embedded) [Ee]ngine ", bench.engine)
    assert bench.name in repr(bench)
