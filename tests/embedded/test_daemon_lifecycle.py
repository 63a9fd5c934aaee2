"""Starting, stopping, pausing, removing containers, in virtual time."""

import pytest
from api_driver import Client, pass_until

RESTARTING = {"RestartPolicy": {"Name": "always", "MaximumRetryCount": 0}}
PROFILES = ["classic", "modern"]
BODY = {"Image": "xmtubuntu", "Cmd": ["sleep", "1000"]}
SEEN = "cat /etc/hosts; hostname"


@pytest.fixture(params=PROFILES)
def client(request):
    return Client(request.param)


def seconds(client, work):
    before = client.loop.now
    work()
    return client.loop.now - before


def let_it_fail(client, name):
    """Let time pass until a container waits to be restarted."""
    state = client.daemon.containers.find(name).state
    assert pass_until(client.loop, lambda: state.restarting)


def rows(client, query="all=1"):
    return {row["Names"][0]: row for row in client.get(f"/containers/json?{query}")}


def test_a_start_takes_time_and_a_look_takes_none(client):
    made = seconds(client, lambda: client.run("c1"))
    assert 0.1 < made < 1
    assert seconds(client, lambda: client.inspect("c1")) == 0


def test_process_1_that_ignores_sigterm_costs_the_whole_timeout(client):
    client.run("c1")
    assert 10 < seconds(client, lambda: client.post("/containers/c1/stop", status=204)) < 10.5
    assert client.inspect("c1")["State"]["ExitCode"] == 137


def test_an_init_passes_the_signal_on(client):
    client.run("c1", HostConfig={"Init": True})
    assert seconds(client, lambda: client.post("/containers/c1/stop", status=204)) < 1
    assert client.inspect("c1")["State"]["ExitCode"] == 143


def test_the_containers_own_stop_signal_and_timeout_are_used(client):
    client.run("c1", StopTimeout=2)
    client.run("c2", StopSignal="KILL")
    assert 2 < seconds(client, lambda: client.post("/containers/c1/stop", status=204)) < 2.5
    assert seconds(client, lambda: client.post("/containers/c2/stop", status=204)) < 0.5


def test_stop_without_end_waits_for_the_end(client):
    client.run("c1", "sleep", "20", HostConfig={"Init": True}, StopSignal="WINCH")
    assert 19 < seconds(client, lambda: client.post("/containers/c1/stop?t=-1", status=204)) < 21


def test_status_texts(client):
    client.post("/containers/create?name=c0", {"Image": "xmtubuntu"}, 201)
    client.run("c1")
    assert rows(client)["/c0"]["Status"] == "Created"
    assert rows(client)["/c1"]["Status"] == "Up Less than a second"
    client.sleep(125)
    client.post("/containers/c1/pause", status=204)
    assert rows(client)["/c1"]["Status"] == "Up 2 minutes (Paused)"
    client.post("/containers/c1/kill", status=204)
    assert rows(client)["/c1"]["Status"] == "Exited (137) Less than a second ago"
    assert "/c1" not in rows(client, "")


def test_a_paused_container_does_not_go_on(client):
    client.run("c1", "sleep", "5")
    client.post("/containers/c1/pause", status=204)
    client.sleep(100)
    assert client.inspect("c1")["State"]["Status"] == "paused"
    client.post("/containers/c1/unpause", status=204)
    client.sleep(6)
    assert client.inspect("c1")["State"]["ExitCode"] == 0


def test_restart_keeps_the_container_and_gives_a_new_process(client):
    client.run("c1")
    before = client.inspect("c1")["State"]["Pid"]
    client.post("/containers/c1/restart?t=0", status=204)
    state = client.inspect("c1")["State"]
    assert state["Running"]
    assert state["Pid"] != before


@pytest.mark.parametrize("policy", ["on-failure", "always", "unless-stopped"])
def test_restart_policies(client, policy):
    count = 2 if policy == "on-failure" else 0
    host = {"RestartPolicy": {"Name": policy, "MaximumRetryCount": count}}
    client.run("c1", "timeout", "1", "sleep", "9", HostConfig=host)
    let_it_fail(client, "c1")
    assert rows(client)["/c1"]["Status"].startswith("Restarting (124) ")
    client.sleep(60)
    shown = client.inspect("c1")
    assert shown["RestartCount"] == 2 if count else shown["RestartCount"] > 2
    assert (shown["State"]["Status"] == "exited") == bool(count)


def test_a_restarting_container_can_be_stopped_killed_and_removed(client):
    for name, verb in (("c1", "stop"), ("c2", "kill")):
        client.run(name, "timeout", "1", "sleep", "9", HostConfig=RESTARTING)
        let_it_fail(client, name)
        assert client.post(f"/containers/{name}/exec", {"Cmd": ["ls"]}).status == 409
        assert client.post(f"/containers/{name}/pause").status == 409
        client.post(f"/containers/{name}/{verb}", status=204)
        client.sleep(30)
        assert not client.inspect(name)["State"]["Running"]
    client.run("c3", "timeout", "1", "sleep", "9", HostConfig=RESTARTING)
    let_it_fail(client, "c3")
    assert client.ask("DELETE", "/containers/c3?force=1").status == 204
    client.sleep(30)
    assert "/c3" not in rows(client)


def test_nobody_joins_a_container_that_is_being_restarted(client):
    client.run("c1", "timeout", "1", "sleep", "9", HostConfig=RESTARTING)
    host = {"NetworkMode": "container:c1"}
    client.post("/containers/create?name=c2", {"Image": "xmtubuntu", "HostConfig": host}, 201)
    start = None
    container = client.daemon.containers.find("c1")
    networks = client.daemon.containers.find("c2")
    while start is None or start.done:
        let_it_fail(client, "c1")
        start = client.begin("POST", "/containers/c2/start")
        container.state.restarting = container.state.running = True
        container.stopped_by_user = True
    assert pass_until(client.loop, lambda: start.done)
    assert start.result().status == 409
    assert networks.state.status == "created"


def test_a_restart_that_fails_ends_the_restarting(client):
    client.post("/networks/create", {"Name": "n1"}, 201)
    host = {"NetworkMode": "n1", "RestartPolicy": {"Name": "always", "MaximumRetryCount": 0}}
    client.run("c1", "timeout", "1", "sleep", "9", HostConfig=host)
    let_it_fail(client, "c1")
    assert client.ask("DELETE", "/networks/n1").status == 204
    client.sleep(10)
    assert client.inspect("c1")["State"]["Status"] == "exited"


def test_removed_by_itself(client):
    client.run("c1", "sleep", "1", HostConfig={"AutoRemove": True})
    waiting = client.post("/containers/c1/wait?condition=removed")
    assert waiting.json["StatusCode"] == 0
    assert rows(client) == {}
    body = {"Image": "xmtubuntu", "Cmd": ["zz"], "HostConfig": {"AutoRemove": True}}
    client.post("/containers/create?name=c2", body, 201)
    assert client.post("/containers/c2/start").status == 400
    assert rows(client) == {}


def test_two_requests_for_one_container_come_one_after_the_other(client):
    client.post("/containers/create?name=c1", {"Image": "xmtubuntu", "Cmd": ["sleep", "9"]}, 201)
    first, second = (client.begin("POST", "/containers/c1/start") for _ in range(2))
    assert pass_until(client.loop, lambda: first.done and second.done)
    assert (first.result().status, second.result().status) == (204, 304)
    removal, again = (client.begin("DELETE", "/containers/c1?force=1") for _ in range(2))
    assert pass_until(client.loop, lambda: removal.done and again.done)
    assert (removal.result().status, again.result().status) == (204, 409)


def test_removed_while_it_starts(client):
    client.post("/containers/create?name=c1", {"Image": "xmtubuntu", "Cmd": ["sleep", "9"]}, 201)
    start = client.begin("POST", "/containers/c1/start")
    removal = client.begin("DELETE", "/containers/c1?force=1")
    late = client.begin("POST", "/containers/c1/start")
    assert pass_until(client.loop, lambda: start.done and removal.done and late.done)
    assert removal.result().status == 204
    assert late.result().status in (404, 409)
    assert client.get("/networks/bridge")["Containers"] == {}


def test_a_cancelled_request_leaves_the_container_usable(client):
    client.post("/containers/create?name=c1", {"Image": "xmtubuntu", "Cmd": ["sleep", "9"]}, 201)
    client.begin("POST", "/containers/c1/start").cancel()
    client.post("/containers/c1/start", status=204)


def test_wait_next_exit_and_removed(client):
    client.run("c1", "sleep", "5")
    exits = client.ask("POST", "/containers/c1/wait?condition=next-exit")
    gone = client.ask("POST", "/containers/c1/wait?condition=removed")
    assert exits.json["StatusCode"] == 0
    client.ask("DELETE", "/containers/c1")
    assert gone.json["StatusCode"] == 0


def test_a_client_that_hangs_up_is_forgotten(client):
    client.run("c1", "sleep", "5")
    waiting = client.ask("POST", "/containers/c1/wait")
    waiting.stream.hang_up()
    client.sleep(10)
    assert waiting.stream.outgoing.take() == b""


def test_shared_namespaces(client):
    client.run("c1", Hostname="host1")
    client.run("c2", HostConfig={"NetworkMode": "container:c1", "PidMode": "container:c1"})
    assert client.exec("c2", "hostname")[1].endswith(b"host1\n")
    assert client.inspect("c1")["HostsPath"] == client.inspect("c2")["HostsPath"]
    assert b"PID" in client.exec("c2", "ps")[1]
    client.post("/containers/c1/stop?t=0", status=204)
    body = {"Image": "xmtubuntu", "HostConfig": {"PidMode": "container:c1"}}
    client.post("/containers/create?name=c3", body, 201)
    assert client.post("/containers/c3/start").status == 409


def test_the_hosts_processes_and_network(client):
    client.run("c1")
    host = {"NetworkMode": "host", "PidMode": "host", "Privileged": True}
    client.run("c2", HostConfig=host)
    pid = client.inspect("c1")["State"]["Pid"]
    entered = client.exec("c2", "nsenter", "-t", str(pid), "-n", "ip", "-4", "addr")
    assert b"172.17.0.2/16" in entered[1]
    inside = client.exec("c2", "nsenter", "-t", str(pid), "-m", "-u", "sh", "-c", SEEN)[1]
    short = client.inspect("c1")["Id"][:12].encode()
    assert inside.endswith(short + b"\n")
    assert b"172.17.0.2\t" + short in inside
    assert client.exec("c2", "hostname")[1].endswith(b"dockerhost\n")
    assert client.inspect("c2")["NetworkSettings"]["SandboxKey"].endswith("/default")
    client.exec("c2", "true")


def test_environment_order_and_values(client):
    client.run("c1", Env=["A=1", "PATH=/bin", "GONE"], Tty=True)
    lines = client.exec("c1", "env", Env=["A=2"])[1][8:].decode().splitlines()
    assert lines[0] == "PATH=/bin"
    assert lines[1].startswith("HOSTNAME=")
    assert "A=2" in lines
    assert lines[-1] == "HOME=/root"


def test_links_bring_variables_and_names(client):
    client.run("db", Env=["PW=s"], ExposedPorts={"80/tcp": {}, "81/tcp": {}, "53/udp": {}})
    client.run("web", HostConfig={"Links": ["db:my-db", "/db"]})
    text = client.exec("web", "env")[1].decode(errors="replace")
    for line in ("MY_DB_NAME=/web/my-db", "MY_DB_PORT_80_TCP=tcp://172.17.0.2:80",
                 "MY_DB_ENV_PW=s", "DB_PORT_53_UDP_PROTO=udp"):  # fmt: skip
        assert line in text
    assert ("MY_DB_PORT_80_TCP_END=tcp://172.17.0.2:81" in text) == client.daemon.modern
    assert rows(client)["/db"]["Names"] == ["/db", "/web/db", "/web/my-db"]
    assert client.ask("DELETE", "/containers/web/my-db?link=1").status == 204
    assert client.ask("DELETE", "/containers/web/my-db?link=1").status == 404
    client.post("/containers/db/rename?name=db2", status=204)
    assert client.inspect("web")["HostConfig"]["Links"] == ["/db2:/web/db"]
    client.run("w2", HostConfig={"NetworkMode": "container:db2"})
    client.run("w3", HostConfig={"Links": ["w2:through"]})
    assert client.inspect("w3")["HostConfig"]["Links"] == ["/db2:/w3/through"]
    client.ask("DELETE", "/containers/web?force=1")
    assert rows(client)["/db2"]["Names"] == ["/db2", "/w3/through"]


def test_exec_needs_running_links(client):
    client.run("db")
    client.run("web", HostConfig={"Links": ["db"]})
    client.post("/containers/db/stop?t=0", status=204)
    answer = client.post("/containers/web/exec", {"Cmd": ["ls"]}, 500)
    assert answer.message == "Cannot link to a non running container: /db AS /web/db"


def test_published_ports(client):
    places = [{"HostIp": "127.0.0.1", "HostPort": "8000-8010"}]
    body = {"ExposedPorts": {"80/tcp": {}}, "HostConfig": {"PortBindings": {"80/tcp": places}}}
    client.run("c1", **body)
    assert client.inspect("c1")["NetworkSettings"]["Ports"] == {
        "80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "8000"}]
    }
    client.run("c2", ExposedPorts={"80/tcp": {}})
    assert client.inspect("c2")["NetworkSettings"]["Ports"] == {"80/tcp": None}
    assert rows(client)["/c2"]["Ports"] == [{"PrivatePort": 80, "Type": "tcp"}]
    assert set(rows(client, 'filters={"publish":["80"]}')) == {"/c1"}
    assert set(rows(client, 'filters={"expose":["80/tcp"]}')) == {"/c1", "/c2"}


def test_extra_hosts_and_name_servers(client):
    host = {"ExtraHosts": ["db:10.0.0.9", "gw:host-gateway"], "Dns": ["10.9.8.7"]}
    client.run("c1", HostConfig=host)
    assert b"10.0.0.9\tdb" in client.exec("c1", "cat", "/etc/hosts")[1]
    assert b"172.17.0.1\tgw" in client.exec("c1", "cat", "/etc/hosts")[1]
    assert b"10.9.8.7" in client.exec("c1", "cat", "/etc/resolv.conf")[1]


def test_names_are_made_up_and_differ(client):
    made = {client.post("/containers/create", {"Image": "xmtubuntu"}, 201).json["Id"]
            for _ in range(30)}  # fmt: skip
    names = set(rows(client))
    assert len(made) == len(names) == 30
    assert all("_" in name for name in names)


def test_containers_are_found_by_the_beginning_of_their_id(client):
    identifier = client.run("c1")
    assert client.inspect(identifier[:4])["Name"] == "/c1"
    for _ in range(40):
        client.post("/containers/create", {"Image": "xmtubuntu"}, 201)
    several = [
        client.ask("GET", f"/containers/{digit}/json").status for digit in "0123456789abcdef"
    ]
    assert 400 in several


def test_many_containers_cost_no_more_each(client):
    for number in range(200):
        client.post(f"/containers/create?name=many{number}", {"Image": "xmtubuntu"}, 201)
    assert len(client.get("/containers/json?all=1")) == 200
    assert len(client.get("/containers/json?limit=5")) == 5


def test_the_engine_does_not_take_more_than_it_can(client, monkeypatch):
    monkeypatch.setattr("dockernet_lessons.embedded.daemon.creation.MAX_CONTAINERS", 1)
    client.run("c1")
    assert client.post("/containers/create?name=c2", {"Image": "xmtubuntu"}).status == 507


def test_published_on_no_address_is_published_on_all(client):
    bindings = {"80/tcp": [{"HostIp": "zz", "HostPort": "8000"}]}
    client.run("c1", ExposedPorts={"80/tcp": {}}, HostConfig={"PortBindings": bindings})
    assert client.inspect("c1")["NetworkSettings"]["Ports"]["80/tcp"][0]["HostIp"] == "0.0.0.0"


def test_a_configuration_is_no_network(client):
    client.post("/networks/create", {"Name": "conf", "ConfigOnly": True}, 201)
    host = {"NetworkMode": "conf"}
    client.post("/containers/create?name=c1", {"Image": "xmtubuntu", "HostConfig": host}, 201)
    answer = client.post("/containers/c1/start", status=403)
    assert answer.message.endswith("cannot create endpoint on configuration-only network")


def test_addresses_that_are_none(client):
    client.post("/networks/create", {"Name": "n1", "IPAM": {"Config": [{"Subnet": "10.9.0.0/24"}]}})
    client.run("c1")
    wrong = ({"IPv4Address": "fd00::9"}, {"LinkLocalIPs": ["zz"]}, {"IPv6Address": "zz"},
             {"IPv4Address": "10.9.0.7", "IPv6Address": "fd00::9"})  # fmt: skip
    for ipam in wrong:
        body = {"Container": "c1", "EndpointConfig": {"IPAMConfig": ipam}}
        assert client.post("/networks/n1/connect", body).status in (400, 500)
    networks = client.inspect("c1")["NetworkSettings"]["Networks"]
    assert [name for name, wanted in networks.items() if wanted["EndpointID"]] == ["bridge"]


def test_a_mac_and_a_link_that_are_asked_for(client):
    client.post("/networks/create", {"Name": "n1"}, 201)
    client.run("c1", HostConfig={"NetworkMode": "n1"})
    client.run("c2", MacAddress="02:42:ac:11:00:99", HostConfig={"NetworkMode": "n1"})
    shown = client.inspect("c2")["NetworkSettings"]["Networks"]["n1"]
    assert shown["MacAddress"] == "02:42:ac:11:00:99"
    endpoint = {"Links": ["c1:al", "zz:yy"]}
    client.run("c3")
    client.post("/networks/n1/connect", {"Container": "c3", "EndpointConfig": endpoint}, 200)
    assert client.exec("c3", "getent", "hosts", "al")[0] == 0


def test_names_that_begin_with_a_slash(client):
    client.post("/containers/create?name=/c1", {"Image": "xmtubuntu"}, 201)
    assert client.inspect("/c1".removeprefix("/"))["Name"] == "/c1"


def test_the_files_of_a_container_outlive_a_restart(client):
    client.run("c1")
    client.exec("c1", "sh", "-c", "echo kept > /tmp/x")
    client.post("/containers/c1/restart?t=0", status=204)
    assert client.exec("c1", "cat", "/tmp/x")[1].endswith(b"kept\n")


@pytest.mark.parametrize("workdir", ["/a/b/c", "/etc/passwd/x"])
def test_a_folder_to_work_in_is_made(client, workdir):
    client.run("c1", WorkingDir=workdir)
    assert (client.exec("c1", "ls", "-d", workdir)[0] == 0) == (workdir == "/a/b/c")


@pytest.mark.parametrize(
    ("config", "host"),
    [
        ({"Volumes": {"/x": {}}}, {}),
        ({}, {"Binds": ["/a:/b"]}),
        ({}, {"Mounts": [{"Type": "tmpfs", "Target": "/x"}]}),
        ({}, {"Devices": [{"PathOnHost": "/dev/null"}]}),
    ],
)
def test_what_a_container_would_miss_is_refused(client, config, host):
    body = {"Image": "xmtubuntu", **config, "HostConfig": host}
    assert "does not emulate" in client.post("/containers/create", body, 501).message


def test_what_will_be_without_effect_is_said(client):
    body = {"Image": "xmtubuntu", "User": "nobody", "HostConfig": {"Memory": 10**9}}
    warnings = client.post("/containers/create", body, 201).json["Warnings"]
    assert "users other than root, limits of memory" in warnings[0]


def test_a_network_of_the_same_name_is_another_one(client):
    first = client.post("/networks/create", {"Name": "n1"}, 201).json["Id"]
    client.run("c1", HostConfig={"NetworkMode": "n1"})
    client.post("/containers/c1/stop?t=0", status=204)
    assert client.ask("DELETE", "/networks/n1").status == 204
    client.post("/networks/create", {"Name": "n1"}, 201)
    answer = client.post("/containers/c1/restart", status=500)
    assert answer.message.startswith("Cannot restart container c1: ")
    assert answer.message.endswith(f"network {first} not found")


def test_a_link_to_a_container_on_another_network(client):
    client.post("/networks/create", {"Name": "n1"}, 201)
    host = {"NetworkMode": "n1"}
    client.post("/containers/create?name=c1", {"Image": "xmtubuntu", "HostConfig": host}, 201)
    host = {"Links": ["c1"]}
    client.post("/containers/create?name=c2", {"Image": "xmtubuntu", "HostConfig": host}, 201)
    message = client.post("/containers/c2/start", status=500).message
    assert ("non running" in message) == client.daemon.modern


def test_a_container_without_a_network_shows_no_ports(client):
    client.run("c1", ExposedPorts={"80/tcp": {}}, Hostname="hh")
    client.post("/containers/c1/rename?name=c2", status=204)
    names = client.inspect("c2")["NetworkSettings"]["Networks"]["bridge"].get("DNSNames")
    assert names == (
        ["c2", client.inspect("c2")["Id"][:12], "hh"] if client.daemon.modern else None
    )
    client.post("/networks/bridge/disconnect", {"Container": "c2"}, 200)
    assert client.inspect("c2")["NetworkSettings"]["Ports"] == {}


@pytest.mark.parametrize("bind", ["foo:bar", "a", "", "/a:/b:zz", "a:b:c:d", "/a:b", ":/b"])
def test_binds_that_are_none(client, bind):
    body = {"Image": "xmtubuntu", "HostConfig": {"Binds": [bind]}}
    message = client.post("/containers/create", body, 500).message
    assert message.startswith(("invalid volume specification", "invalid mode"))


def test_a_domain_is_in_the_hosts_file_alone(client):
    client.run("c1", Hostname="x1", Domainname="y.test")
    assert client.exec("c1", "hostname")[1].endswith(b"x1\n")
    assert client.exec("c1", "cat", "/etc/hosts")[1].endswith(b"x1.y.test x1\n")


def test_a_refused_connection_stays_noted_on_classic_engines(client):
    client.post("/networks/create", {"Name": "n1", "IPAM": {"Config": [{"Subnet": "10.9.0.0/30"}]}})
    client.run("c1", HostConfig={"NetworkMode": "n1"})
    client.run("c2")
    client.post("/networks/n1/connect", {"Container": "c2"}, 500)
    shown = client.inspect("c2")["NetworkSettings"]["Networks"]
    assert ("n1" in shown) != client.daemon.modern
    client.post("/networks/n1/disconnect", {"Container": "c2"}, 500)


def test_connecting_a_stopped_container_again(client):
    client.post("/networks/create", {"Name": "n1"}, 201)
    client.post("/containers/create?name=c1", {"Image": "xmtubuntu"}, 201)
    for alias in ("a1", "a2"):
        body = {"Container": "c1", "EndpointConfig": {"Aliases": [alias]}}
        client.post("/networks/n1/connect", body, 200)
    aliases = client.inspect("c1")["NetworkSettings"]["Networks"]["n1"]["Aliases"]
    assert aliases[0] == "a1"


def test_connecting_to_another_network_of_the_same_name(client):
    """Engine 28 notes the new one; 20.10 keeps what it knows of the name."""
    client.post("/networks/create", {"Name": "n1"}, 201)
    client.run("c1", HostConfig={"NetworkMode": "n1"})
    client.post("/containers/c1/stop?t=0", status=204)
    client.ask("DELETE", "/networks/n1")
    client.post("/networks/create", {"Name": "n1"}, 201)
    body = {"Container": "c1", "EndpointConfig": {"Aliases": ["new"]}}
    client.post("/networks/n1/connect", body, 200)
    aliases = client.inspect("c1")["NetworkSettings"]["Networks"]["n1"]["Aliases"]
    assert ("new" in (aliases or [])) == client.daemon.modern


def test_a_failed_restart_leaves_the_exit_code(client):
    client.run("c1")
    client.run("c2", HostConfig={"Links": ["c1:al"]})
    client.post("/containers/c2/kill", status=204)
    client.post("/containers/c1/stop?t=0", status=204)
    client.post("/containers/c2/start", status=500)
    state = client.inspect("c2")["State"]
    assert (state["ExitCode"], bool(state["Error"])) == (137, True)
    client.post("/containers/c1/start", status=204)
    client.post("/containers/c2/start", status=204)
    state = client.inspect("c2")["State"]
    assert (state["ExitCode"], state["Error"]) == (0, "")


def test_a_shared_hosts_file_loses_the_line_of_who_stopped(client):
    client.post("/networks/create", {"Name": "n1"}, 201)
    client.run("c1", HostConfig={"NetworkMode": "n1"})
    client.run("c2", HostConfig={"NetworkMode": "container:c1"})
    own = client.inspect("c1")["NetworkSettings"]["Networks"]["n1"]["IPAddress"].encode()
    assert own in client.exec("c2", "cat", "/etc/hosts")[1]
    client.post("/containers/c1/stop?t=0", status=204)
    assert own not in client.exec("c2", "cat", "/etc/hosts")[1]
    client.post("/containers/c1/start", status=204)
    assert client.exec("c2", "cat", "/etc/hosts")[1].count(own) == 1


def test_leaving_a_network_that_is_gone(client):
    client.post("/networks/create", {"Name": "n1"}, 201)
    client.post("/containers/create?name=c1", {**BODY, "HostConfig": {"NetworkMode": "n1"}}, 201)
    client.ask("DELETE", "/networks/n1")
    client.post("/networks/n1/disconnect", {"Container": "c1"}, 200)
    assert client.inspect("c1")["NetworkSettings"]["Networks"] == {}
    refused = client.post("/networks/n1/disconnect", {"Container": "c1"}, 500)
    assert refused.message.endswith("is not connected to the network n1")
    client.run("c2")
    assert client.post("/networks/n1/disconnect", {"Container": "c2"}).status == 404
    assert client.post("/networks/n1/disconnect", {"Container": "c2", "Force": True}).status == 500


def test_an_exec_outlives_its_container_a_little(client):
    client.run("c1")
    body = {"Cmd": ["sleep", "100"]}
    execs = [client.post("/containers/c1/exec", body, 201).json["Id"] for _ in range(2)]
    start = f"/exec/{execs[0]}/start"
    client.post(start, {"Detach": True}, 200)
    assert client.post(start, {"Detach": True}, 409).message.endswith("is already running")
    client.post("/containers/c1/stop?t=0", status=204)
    assert "is not running" in client.post(start, {}).message
    client.ask("DELETE", "/containers/c1")
    assert client.post(start, {}, 404).message == f"No such container: {execs[0]}"
    unstarted = client.post(f"/exec/{execs[1]}/start", {}, 404)
    assert unstarted.message == f"No such exec instance: {execs[1]}"
    client.sleep(600)
    client.run("c1")
    client.ask("DELETE", "/containers/c1?force=1")
    assert client.post(start, {}, 404).message == f"No such exec instance: {execs[0]}"


def test_a_container_that_shares_may_be_connected_until_it_runs(client):
    """Both engines look at the mode of running containers only."""
    client.run("c1")
    host = {"NetworkMode": "container:c1"}
    client.post("/containers/create?name=c2", {**BODY, "HostConfig": host}, 201)
    client.post("/networks/bridge/connect", {"Container": "c2"}, 200)
    client.post("/containers/c2/start", status=400 if client.daemon.modern else 204)
    again = 200 if client.daemon.modern else 400
    client.post("/networks/bridge/connect", {"Container": "c2"}, again)
    assert list(client.inspect("c2")["NetworkSettings"]["Networks"]) == ["bridge"]
