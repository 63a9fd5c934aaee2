"""Who shows a lab looks again after each of its actions."""

import pytest

from dockernet_lessons.errors import DockernetError


class Follower:
    def __init__(self):
        self.refreshed, self.frozen = 0, 0

    def refresh(self):
        self.refreshed += 1

    def freeze(self):
        self.frozen += 1


@pytest.fixture
def follower(own_lab):
    made = Follower()
    own_lab._context.on_change("map", made)
    return made


ACTIONS = {
    "run": lambda lab, name: lab.run(name),
    "run_many": lambda lab, name: lab.run_many([name]),
    "docker": lambda lab, name: lab.docker("ps"),
    "stop": lambda lab, name: lab.stop(f"{name}-here"),
    "restart": lambda lab, name: lab.restart(f"{name}-here"),
    "remove": lambda lab, name: lab.remove(f"{name}-here"),
    "exec": lambda lab, name: lab.exec(f"{name}-here", "ip link"),
    "reset": lambda lab, name: lab.reset(),
}


@pytest.mark.parametrize("action", ACTIONS)
def test_each_action_is_followed(own_lab, follower, tag, action):
    own_lab.run(f"{tag}-here")
    before = follower.refreshed
    ACTIONS[action](own_lab, tag)
    assert follower.refreshed == before + 1


def test_an_action_that_fails_is_followed_too(own_lab, follower):
    with pytest.raises(DockernetError):
        own_lab.stop("nobody")
    assert follower.refreshed == 1


def test_looking_is_no_action(own_lab, follower):
    own_lab.containers(), own_lab.veth_pairs(), own_lab.networks()
    assert follower.refreshed == 0


def test_the_newest_of_a_kind_follows_and_the_older_one_is_frozen(own_lab, follower):
    newer, other_kind = Follower(), Follower()
    own_lab._context.on_change("map", newer)
    own_lab._context.on_change("pairs", other_kind)
    own_lab.docker("ps")
    assert (follower.refreshed, follower.frozen) == (0, 1)
    assert (newer.refreshed, newer.frozen) == (1, 0)
    assert (other_kind.refreshed, other_kind.frozen) == (1, 0)


def test_the_same_one_again_is_not_frozen(own_lab, follower):
    own_lab._context.on_change("map", follower)
    assert follower.frozen == 0


def test_closing_freezes_and_looks_no_more(own_lab, follower):
    own_lab.close()
    assert (follower.refreshed, follower.frozen) == (0, 1)
