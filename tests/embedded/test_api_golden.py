"""The emulated engine answers the requests of `api_steps` as the real engines did."""

from __future__ import annotations

import json
import re

import pytest
from api_driver import Client
from api_golden import answer, filled, load
from api_steps import GROUPS
from record_api import named_id

# Values that differ from machine to machine and from run to run: only their type counts.
VOLATILE = {
    "Created", "Pid", "time", "timeNano", "Size", "VirtualSize", "LayersSize", "SizeRootFs",
    "SpaceReclaimed", "NCPU", "MemTotal", "NFd", "NGoroutines", "NEventsListener", "ID",
    "KernelVersion", "OperatingSystem", "OSVersion", "GitCommit", "GoVersion", "BuildTime",
    "Hostname", "Processes", "org.opencontainers.runtime-spec.features", "memory_stats",
    "cpu_stats", "precpu_stats", "networks", "Expected",
    "DockerVersion", "LastTagTime",
}  # fmt: skip

# What the emulation answers otherwise on purpose: the step, which paths of its answer, and why.
DIFFERENT = {
    "version": (r"/Components/\d/Version", "its parts are the emulation's"),
    "info": (r"/(IndexServerAddress|RegistryConfig/IndexConfigs.*|Name|Containerd/Address)",
             "no registry is named, and the machine is another one"),
    "page_unknown": ("", "the router tells what is not emulated"),
    "version_odd": ("", "the router tells what is not emulated"),
    "version_too_old": ("", "told as JSON, as everything else"),
    "auth_bad_json": ("", "logging in is not emulated: 501"),
    "changes": ("", "not emulated: 501"),
    "inspect_plain": ("/HostConfig/Runtime", "20.10 leaves it out once after its own start"),
    "full": ("/Warnings.*", "health checks are not run, which it says"),
    "privileged_ro": ("/Warnings.*", "read-only file systems are not emulated, which it says"),
    "user_missing": ("/Warnings.*", "users are not emulated, which it says"),
    "full_running": ("/State/Health/.*", "health checks are not run, and none is claimed"),
    "list_full": (r"/\d+/Status", "health checks are not run"),
    "list_modes": (r"/\d+/Status", "health checks are not run"),
    "list_by_network": (r"/\d+/Status", "health checks are not run"),
    "linked_env_run": (r"/\d+/\d+", "links come in any order from Go's map"),
    "command_missing_list": ("/0/NetworkSettings/.*", "20.10 lists the address it gave back"),
    "inspect_c5": ("/NetworkSettings/Networks/net1/NetworkID", "the networks' order is chance"),
    "logs_tail": (r"/\d+/\d+", "out and err race each other"),
    "events_reversed": ("/message", "it tells the times"),
}  # fmt: skip

# Answered before the API is reached, on a real engine without its usual headers.
OUTSIDE = ("page_unknown", "version_odd", "version_too_new", "version_too_old")

# Lists whose order matters; others come in any order from Go's maps, or from two pipes.
ORDERED = {
    "Args",
    "Cmd",
    "Entrypoint",
    "Env",
    "arguments",
    "Titles",
    "Aliases",
    "DNSNames",
    "Names",
}


def _sort_key(item):
    if isinstance(item, dict) and "Name" in item:
        return str(item["Name"])
    return str(item.get("PrivatePort", "")) if isinstance(item, dict) else str(item)


def flat(value, path=""):
    """Yield each leaf of a JSON value with its path; empty containers are leaves."""
    name = re.sub(r"(/\d+)+$", "", path).rpartition("/")[2]
    if name in VOLATILE:
        yield path, type(value).__name__
    elif name == "Containers" and isinstance(value, dict) and "Name" not in value:
        members = [item for item in value.values() if isinstance(item, dict)]
        yield from flat(sorted(members, key=_sort_key), f"{path}/members")
    elif isinstance(value, dict) and value:
        for key, item in value.items():
            yield from flat(item, f"{path}/{key}")
    elif isinstance(value, list) and value:
        if name not in ORDERED:
            value = sorted(value, key=_sort_key)
        for number, item in enumerate(value):
            yield from flat(item, f"{path}/{number}")
    else:
        yield path, value


def replay(group, profile):
    """Put a group's requests to a fresh emulated engine; give its condensed answers."""
    client = Client(profile)
    client.sleep(100.25)
    known = {"since": f"{client.loop.now:.9f}"}
    answers = {}
    for step in GROUPS[group]:
        known["until"] = f"{client.loop.now:.9f}"
        client.sleep(0.01)
        body = step.body
        if isinstance(body, dict):
            body = json.loads(filled(json.dumps(body), known))
        got = client.ask(step.method, filled(step.path, known), body)
        data = got.body(1.0)
        answers[step.name] = answer(got.status, got.headers, data)
        known.update(named_id(step.name, data))
    return answers


def differences(got, wanted, allowed):
    """Describe how an answer differs from the recorded one, but for the allowed paths."""
    if allowed == "":
        return []
    found = [] if got["status"] == wanted["status"] else [f"status {got['status']}"]
    have, want = (dict(flat(answer["body"])) for answer in (got, wanted))
    for path in {**want, **have}:
        if have.get(path, "missing") != want.get(path, "missing") and not (
            allowed and re.fullmatch(allowed, path)
        ):
            found.append(f"{path}: {have.get(path)!r}, not {want.get(path)!r}")
    return found


@pytest.mark.parametrize("profile", ["classic", "modern"])
@pytest.mark.parametrize("group", GROUPS)
def test_answers_are_those_of_the_real_engine(group, profile):
    got, recorded = replay(group, profile), load(group, profile)
    wrong = {
        name: found
        for name in recorded
        if (found := differences(got[name], recorded[name], DIFFERENT.get(name, (None,))[0]))
    }
    assert not wrong


@pytest.mark.parametrize("profile", ["classic", "modern"])
@pytest.mark.parametrize("step", ["running", "list_running", "stats"])
def test_keys_come_in_the_order_of_the_real_engine(step, profile):
    """``docker inspect`` prints our order."""
    got, wanted = replay("containers", profile)[step], load("containers", profile)[step]
    assert [p for p, _ in flat(got["body"])] == [p for p, _ in flat(wanted["body"])]


@pytest.mark.parametrize("profile", ["classic", "modern"])
def test_headers_are_those_of_the_real_engine(profile):
    for group in ("system", "containers", "exec"):
        got, recorded = replay(group, profile), load(group, profile)
        for name, answered in recorded.items():
            if name not in (*DIFFERENT, *OUTSIDE):
                assert answered["headers"].items() <= got[name]["headers"].items(), name
