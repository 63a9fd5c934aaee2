"""Engines' own words, as Docker Engine 20.10.24 and 28.5.2 said them, and what they become."""

from types import SimpleNamespace

import docker.errors
import pytest
import requests.exceptions
import urllib3.exceptions

from dockernet_lessons import errors
from dockernet_lessons.engine_errors import error_for, translated

WORDINGS = [
    # status, wording, class
    (409, 'Conflict. The container name "/a" is already in use by container "253c04bb". You have '
     "to remove (or rename) that container to be able to reuse that name.", errors.NameTaken),
    (409, "network with name shop already exists", errors.NameTaken),
    (404, "No such image: nonsuch:1", errors.ImageUnavailable),
    (404, "network nonet not found", errors.UnknownNetwork),
    (404, "failed to set up container networking: network nonet not found",
     errors.UnknownNetwork),
    (400, "could not get container for zz: No such container: zz", errors.UnknownContainer),
    (404, "No such container: zz", errors.UnknownContainer),
    (500, "joining network namespace of container: No such container: zz",
     errors.UnknownContainer),
    (500, "Cannot link to a non running container: /b AS /c/x", errors.LinkTargetNotRunning),
    (409, "Container 4becbe70eb33 is not running", errors.NotRunning),
    (409, "container edcebd58a766 is not running", errors.NotRunning),
    (409, "cannot join network of a non running container: 4becbe70", errors.NotRunning),
    (409, "cannot join network namespace of a non running container: container b is created",
     errors.NotRunning),
    (403, "Pool overlaps with other one on this address space", errors.SubnetInUse),
    (403, "invalid pool request: Pool overlaps with other one on this address space",
     errors.SubnetInUse),
    (500, "Invalid subnet 10.0.0.0 : invalid CIDR address: 10.0.0.0", errors.InvalidSubnet),
    (400, "invalid network config:\ninvalid subnet 10.0.0.0: invalid CIDR block notation",
     errors.InvalidSubnet),
    (500, "failed to allocate gateway (10.2.0.1): Requested address is out of range",
     errors.InvalidSubnet),
    (500, "invalid gateway address banana in Ipam configuration", errors.InvalidSubnet),
    (400, "invalid network config:\ninvalid gateway 10.2.0.1: parent subnet 10.99.3.0/24 doesn't "
     "contain this address", errors.InvalidSubnet),
    (403, "endpoint with name a already exists in network shop", errors.AlreadyConnected),
    (403, "error while removing network: network shop id a80d4bf3 has active endpoints",
     errors.NetworkInUse),
    (403, 'error while removing network: network shop has active endpoints (name:"a" id:"ee5c")',
     errors.NetworkInUse),
    (500, "container 253c04bb is not connected to network shop", errors.NotConnected),
    (403, "Address already in use", errors.AddressUnavailable),
    (403, "failed to set up container networking: Address already in use",
     errors.AddressUnavailable),
    (500, "Invalid address 10.88.1.2: It does not belong to any of this network's subnets",
     errors.AddressUnavailable),
    (400, "invalid config for network shop: invalid endpoint settings:\nno configured subnet or "
     "ip-range contain the IP address 10.88.1.2", errors.AddressUnavailable),
    (400, "user specified IP address is supported only when connecting to networks with user "
     "configured subnets", errors.AddressUnavailable),
    (400, "user specified IP address is supported on user defined networks only",
     errors.AddressUnavailable),
    (500, "driver failed programming external connectivity on endpoint d (e4a7): Bind for "
     "0.0.0.0:18081 failed: port is already allocated", errors.PortTaken),
    (500, "driver failed programming external connectivity on endpoint d (e4a7): Error starting "
     "userland proxy: listen tcp4 0.0.0.0:80: bind: address already in use", errors.PortTaken),
    (400, "Invalid container name (a b), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed",
     errors.EngineRefused),
    (409, "Container a1e3 is paused, unpause the container before exec", errors.EngineRefused),
    (400, "cannot connect container to host network - container must be created in host network "
     "mode", errors.EngineRefused),
    (403, "bridge is a pre-defined network and cannot be removed", errors.EngineRefused),
]  # fmt: skip


@pytest.mark.parametrize(("status", "wording", "kind"), WORDINGS, ids=lambda value: str(value)[:60])
def test_what_an_engine_says_becomes_a_lesson_error(status, wording, kind):
    error = error_for(status, wording)
    assert type(error) is kind
    assert error.what.endswith(".")
    assert "\n" not in str(error)


def test_facts_are_taken_from_the_wording():
    in_use = error_for(403, 'network shop has active endpoints (name:"b" id:"1", name:"a" id:"2")')
    assert "'shop' is in use by a, b." in in_use.what
    assert "0.0.0.0:18081" in error_for(500, WORDINGS[30][1]).what
    assert error_for(404, "No such container: zz").name == "zz"


def test_an_unknown_refusal_keeps_the_engines_own_words_and_status():
    error = error_for(418, "I'm a\nteapot")
    assert type(error) is errors.EngineRefused
    assert (error.status, error.message) == (418, "I'm a teapot")
    assert "I'm a teapot" in str(error)


def api_error(status, message):
    response = SimpleNamespace(status_code=status, url="", reason="")
    return docker.errors.APIError("refused", response=response, explanation=message)


def test_a_docker_py_error_is_translated_and_kept_as_the_cause():
    original = api_error(404, "No such container: zz")
    with pytest.raises(errors.UnknownContainer) as caught, translated():
        raise original
    assert caught.value.__cause__ is original


def test_a_missing_image_is_named():
    original = docker.errors.ImageNotFound("no", explanation="No such image: nonsuch:1")
    with pytest.raises(errors.ImageUnavailable, match="nonsuch:1"), translated():
        raise original


@pytest.mark.parametrize(
    ("lost", "word"),
    [
        (requests.exceptions.ConnectionError("[Errno 111] Connection refused"), "refused"),
        (requests.exceptions.ReadTimeout("Read timed out."), "timed out"),
        (requests.exceptions.ChunkedEncodingError("Connection broken"), "connection lost"),
        (urllib3.exceptions.ProtocolError("Connection broken"), "connection lost"),
        (ConnectionResetError(104, "reset by peer"), "connection lost"),
        (BrokenPipeError(32, "Broken pipe"), "broken pipe"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_engine_that_goes_away_is_lost_however_it_shows(lost, word):
    with pytest.raises(errors.EngineLost, match=word), translated():
        raise lost


def test_lesson_errors_pass_untouched():
    original = errors.NotRunning("a")
    with pytest.raises(errors.NotRunning) as caught, translated():
        raise original
    assert caught.value is original
