"""Networks of a lab: create, connect, disconnect, inspect, remove, and what is refused."""

import random

import pytest

from dockernet_lessons import errors


@pytest.fixture
def name(tag):
    return f"{tag}-{random.randrange(16**4):04x}"


@pytest.fixture(scope="module")
def net(lab, tag):
    """A network with a subnet, and a container on it."""
    subnet = lab.free_subnet()
    network = lab.create_network(f"{tag}-net", subnet=subnet)
    lab.run(f"{tag}-on-net", network=f"{tag}-net")
    return network


@pytest.fixture(scope="module")
def box(lab, tag):
    return lab.run(f"{tag}-box").name


def networks_of(lab, container):
    return lab.containers().set_index("container").loc[container, "networks"].split(", ")


def test_the_table_has_dockers_own_and_ours(lab, net):
    table = lab.networks().set_index("name")
    assert {"bridge", "host", "none", net.name} <= set(table.index)
    assert table.loc[net.name, "driver"] == "bridge"
    assert table.loc["bridge", "gateway"]
    assert table.loc[net.name, "containers"] == f"{net.name.removesuffix('-net')}-on-net"


def test_the_gateway_is_the_subnets_first_address_unless_given(lab, name):
    subnet = lab.free_subnet()
    wanted = subnet.replace(".0/24", ".77")
    lab.create_network(name, subnet=subnet, gateway=wanted)
    assert lab.networks().set_index("name").loc[name, "gateway"] == wanted
    lab.remove_network(name)
    lab.create_network(name, subnet=subnet)
    assert lab.networks().set_index("name").loc[name, "gateway"] == subnet.replace(".0/24", ".1")
    lab.remove_network(name)


def test_the_same_network_again_is_the_same_another_one_a_taken_name(lab, net):
    with pytest.raises(errors.NameTaken, match="this lab"):
        lab.create_network(net.name)
    subnet = lab.inspect_network(net.name)["IPAM"]["Config"][0]["Subnet"]
    assert lab.create_network(net.name, subnet=subnet).id == net.id


@pytest.mark.parametrize("predefined", ["bridge", "host", "none"])
def test_dockers_own_names_are_taken(lab, predefined):
    with pytest.raises(errors.NameTaken, match="did not make"):
        lab.create_network(predefined)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"subnet": "banana"}, errors.InvalidSubnet),
        ({"subnet": "10.0.0.0"}, errors.InvalidSubnet),
        ({"subnet": "10.99.3.0/24", "gateway": "10.2.0.1"}, errors.InvalidSubnet),
        ({"subnet": "172.17.16.0/24"}, errors.SubnetInUse),
        ({"gateway": "10.0.0.1"}, errors.BadArgument),
    ],
    ids=str,
)
def test_a_network_that_cannot_be_is_refused_and_not_made(lab, name, options, error):
    with pytest.raises(error):
        lab.create_network(name, **options)
    assert name not in set(lab.networks()["name"])


def test_the_network_that_a_subnet_overlaps_is_named(lab, net):
    subnet = lab.inspect_network(net.name)["IPAM"]["Config"][0]["Subnet"]
    with pytest.raises(errors.SubnetInUse, match=f"the Docker network '{net.name}'"):
        lab.create_network(f"{net.name}2", subnet=subnet)


@pytest.mark.parametrize(
    ("command", "culprit"),
    [
        ("ip addr add 10.213.7.1/24 dev {0}", "the host's address 10.213.7.1 on {0}"),
        ("ip route add 10.213.7.0/25 dev {0}", "the host's route to 10.213.7.0/25 through {0}"),
    ],
    ids=["address", "route"],
)
def test_what_the_host_itself_uses_is_named(lab, tag, name, command, culprit):
    """On an interface made for this test in the engine's own network namespace."""
    device = f"d{tag}"
    assert lab.host(f"ip link add {device} type bridge").ok
    try:
        lab.host(f"ip link set {device} up")
        assert lab.host(command.format(device)).ok
        with pytest.raises(errors.SubnetInUse, match=culprit.format(device)):
            lab.create_network(name, subnet="10.213.0.0/16")
        choice = lab.choose_subnet("10.213.0.0/16")
        assert not choice.as_wished
        assert culprit.format(device) in choice.reason
    finally:
        lab.host(f"ip link del {device}")


def test_a_free_subnet_is_free(lab, name):
    choice = lab.choose_subnet(lab.free_subnet())
    assert choice.as_wished
    lab.create_network(name, subnet=choice.subnet, gateway=choice.gateway)
    assert lab.free_subnet() != choice.subnet
    lab.remove_network(name)


def test_connect_and_disconnect(lab, net, box):
    lab.connect(net.name, box)
    assert networks_of(lab, box) == ["bridge", net.name]
    assert box in {c["Name"] for c in lab.inspect_network(net.name)["Containers"].values()}
    with pytest.raises(errors.AlreadyConnected, match=box):
        lab.connect(net.name, box)
    lab.disconnect(net.name, box)
    assert networks_of(lab, box) == ["bridge"]
    with pytest.raises(errors.NotConnected, match=net.name):
        lab.disconnect(net.name, box)


def test_an_address_can_be_chosen(lab, net, box):
    subnet = lab.inspect_network(net.name)["IPAM"]["Config"][0]["Subnet"]
    chosen = subnet.replace(".0/24", ".77")
    lab.connect(net.name, box, ip=chosen)
    assert chosen in lab.containers().set_index("container").loc[box, "ipv4"]
    lab.disconnect(net.name, box)


@pytest.mark.parametrize("wrong", [".1", ".2", "10.1.2.3", "banana"])
def test_a_failed_connect_leaves_no_endpoint(lab, net, box, wrong):
    """The gateway's address, a taken one, one of another subnet, and no address at all."""
    subnet = lab.inspect_network(net.name)["IPAM"]["Config"][0]["Subnet"]
    address = subnet.replace(".0/24", wrong) if wrong.startswith(".") else wrong
    with pytest.raises(errors.AddressUnavailable):
        lab.connect(net.name, box, ip=address)
    assert networks_of(lab, box) == ["bridge"]
    assert box not in {c["Name"] for c in lab.inspect_network(net.name)["Containers"].values()}
    assert lab.restart(box).status == "running"


@pytest.mark.parametrize("mode", ["host", "none", "container"])
def test_a_container_without_a_network_of_its_own_cannot_be_connected(lab, net, box, name, mode):
    lab.run(name, network=f"container:{box}" if mode == "container" else mode)
    with pytest.raises(errors.EngineRefused):
        lab.connect(net.name, name)
    lab.remove(name)


def test_what_is_not_there_is_named(lab, net, box):
    with pytest.raises(errors.UnknownNetwork, match=f"Did you mean '{net.name}'"):
        lab.connect(f"{net.name}x", box)
    with pytest.raises(errors.UnknownContainer):
        lab.connect(net.name, "nonsuch")
    with pytest.raises(errors.UnknownNetwork):
        lab.inspect_network("")


def test_a_network_in_use_is_not_removed_and_its_users_named(lab, net):
    user = f"{net.name.removesuffix('-net')}-on-net"
    with pytest.raises(errors.NetworkInUse, match=user):
        lab.remove_network(net.name)
    assert net.name in set(lab.networks()["name"])


@pytest.mark.parametrize("predefined", ["bridge", "host", "none"])
def test_dockers_own_networks_are_never_removed(lab, predefined):
    with pytest.raises(errors.NotThisLab):
        lab.remove_network(predefined)


def test_a_container_whose_network_is_gone_says_so_at_its_start(lab, name):
    lab.create_network(name)
    lab.run(f"{name}-c", network=name)
    lab.stop(f"{name}-c")
    lab.remove_network(name)
    with pytest.raises(errors.UnknownNetwork):
        lab.start(f"{name}-c")
    lab.remove(f"{name}-c")


def test_an_internal_network_has_no_way_out(lab, name):
    lab.create_network(name, internal=True)
    lab.run(f"{name}-c", network=name)
    assert lab.inspect_network(name)["Internal"]
    assert lab.ping(f"{name}-c", "host", count=1).ok
    outside = lab.exec(f"{name}-c", "ping -c 1 -W 1 192.0.2.1")
    assert not outside.ok
    lab.remove(f"{name}-c")
    lab.remove_network(name)
