"""Containers whose image has next to nothing in it: seen all the same, and said what is missing."""

import docker.errors
import pytest

from dockernet_lessons import errors
from dockernet_lessons.image.provide import pack_from_tools

REPOSITORY = "dockernet-test-bare"


@pytest.fixture(scope="module")
def bare(lab, tag):
    """Two containers of an image with sh, bash and sleep; and one with ping besides."""
    for repository, commands in ((REPOSITORY, ()), (f"{REPOSITORY}-ping", ("ping",))):
        pack_from_tools(
            lab.client, commands=("sh", "sleep", "bash", *commands), repository=repository
        )
    lab.create_network(f"{tag}-net")
    options = {"network": f"{tag}-net", "command": "sleep infinity"}
    lab.run_many([f"{tag}-one", f"{tag}-two"], image=REPOSITORY, **options)
    lab.run(f"{tag}-pinging", image=f"{REPOSITORY}-ping", **options)
    yield lab
    lab.reset()
    for repository in (REPOSITORY, f"{REPOSITORY}-ping"):
        lab.client.images.remove(repository, force=True)


def test_the_observer_sees_into_it(bare, tag):
    assert set(bare.interfaces(f"{tag}-one")["name"]) == {"lo", "eth0"}
    assert f"{tag}-two" in set(bare.veth_pairs()["container"])
    assert not bare.routes(f"{tag}-one").empty


def test_the_host_can_ping_it_but_it_cannot_ping(bare, tag):
    assert bare.ping("host", f"{tag}-one", count=1).ok
    result = bare.ping(f"{tag}-one", f"{tag}-two")
    assert (result.ok, result.reason) == (False, "no ping command")
    assert "image has none" in result.error


def test_a_name_that_cannot_be_looked_up_first_is_not_pinged(bare, tag):
    result = bare.ping(f"{tag}-pinging", f"{tag}-one", by="name")
    assert (result.ok, result.reason, result.transmitted) == (False, "failed", 0)
    assert "getent" in result.error
    assert result.text == ""
    assert bare.ping(f"{tag}-pinging", f"{tag}-one", count=1).ok


def test_a_file_cannot_be_read_without_cat(bare, tag):
    with pytest.raises(errors.ToolMissing, match=f"'{tag}-one' has no `cat`"):
        bare.hosts_file(f"{tag}-one")


def test_without_observer_and_ip_it_says_so(bare, tag, monkeypatch):
    def refuse(*_, **__):
        answer = type("Response", (), {"status_code": 403, "url": "", "reason": ""})()
        raise docker.errors.APIError("no", response=answer, explanation="forbidden")

    bare._context.observer.remove()
    monkeypatch.setattr(type(bare.client.containers), "run", refuse)
    with pytest.raises(errors.ToolMissing, match="`ip`"):
        bare.interfaces(f"{tag}-one")
    assert bare.veth_pairs().empty
