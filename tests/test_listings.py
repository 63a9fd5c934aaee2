"""What an engine lists agrees with what it says of each container and network alone."""

from dataclasses import fields

import pytest

from dockernet_lessons.observe.engine import (
    Container,
    Network,
    inspect_containers,
    inspect_networks,
    list_containers,
    list_networks,
)

KINDS = ("linked", "inside", "renamed", "shared", "paused", "stopped", "created", "none", "host")


@pytest.fixture(scope="module")
def names(lab, tag):
    """Containers in every state and mode: short name -> name."""
    named = {word: f"{tag}-{word}" for word in KINDS}
    lab.create_network(f"{tag}-in", internal=True)
    lab.run(named["linked"])
    lab.run(named["inside"], network=f"{tag}-in")
    lab.run(f"{tag}-first", links=[f"{named['linked']}:other"])
    lab.client.api.rename(f"{tag}-first", named["renamed"])
    lab.run(named["shared"], network=f"container:{named['linked']}")
    for word in ("paused", "stopped", "created", "none", "host"):
        lab.run(named[word], network=word if word in ("none", "host") else None)
    lab.connect(f"{tag}-in", named["stopped"])
    lab.client.api.pause(named["paused"])
    lab.stop(named["stopped"])
    labels = lab.client.api.inspect_container(named["created"])["Config"]["Labels"]
    lab.remove(named["created"])
    lab.client.api.create_container("xmtubuntu", name=named["created"], labels=labels)
    return named


def listed_facts(kind, items):
    return [{f.name: getattr(item, f.name) for f in fields(kind)} for item in items]


def test_containers(lab, names):
    listed = list_containers(lab.client, lab.name)
    alone = inspect_containers(lab.client, lab.name)
    assert listed_facts(Container, listed) == listed_facts(Container, alone)
    assert set(names.values()) <= {container.name for container in listed}
    assert [c.running for c in listed] == [c.pid > 0 for c in alone]
    states = {container.name: container.status for container in listed}
    assert [states[names[word]] for word in ("paused", "stopped", "created", "none")] == [
        "paused", "exited", "created", "running",
    ]  # fmt: skip


def test_networks(lab, names):
    listed, alone = list_networks(lab.client), inspect_networks(lab.client)
    assert listed_facts(Network, listed) == listed_facts(Network, alone)
    bridge = next(network for network in alone if network.name == "bridge")
    assert names["linked"] in bridge.containers
    assert names["stopped"] not in bridge.containers
