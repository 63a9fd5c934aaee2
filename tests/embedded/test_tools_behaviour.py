"""What recordings do not show: rights, signals, names, and that the project's parsers agree."""

from __future__ import annotations

import json
import re
from ipaddress import IPv4Address, IPv4Network

import pytest
from tool_lab import PLAIN, ToolLab

from dockernet_lessons.embedded.fabric.dns import DnsRecord, DnsReply
from dockernet_lessons.embedded.fabric.rules import Rule
from dockernet_lessons.embedded.userland.ping_statistics import Statistics, round_trip
from dockernet_lessons.observe.forwarding import parse_fdb, parse_neighbors, parse_routes
from dockernet_lessons.observe.interfaces import parse_interfaces
from dockernet_lessons.observe.ping import parse_ping


@pytest.fixture
def lab():
    return ToolLab()


DENIED = {
    "ip link set eth0 down": (2, "RTNETLINK answers: Operation not permitted"),
    "ip route add 1.2.3.4 via 172.17.0.1": (2, "RTNETLINK answers: Operation not permitted"),
    "ip addr add 1.2.3.4/32 dev eth0": (2, "RTNETLINK answers: Operation not permitted"),
    "ip neigh flush all": (1, "Failed to send flush request: Operation not permitted"),
    "ip addr flush dev eth0": (1, "Failed to send flush request: Operation not permitted"),
    "ip route flush dev eth0": (1, "Failed to send flush request: Operation not permitted"),
    "iptables -S": (
        4,
        "iptables v1.8.9 (nf_tables): Could not fetch rule set generation id:"
        " Permission denied (you must be root)",
    ),
    "tcpdump -i any -c1": (
        1,
        "tcpdump: data link type LINUX_SLL2\ntcpdump: Couldn't find user 'tcpdump'",
    ),
    "tcpdump -c1": (1, "tcpdump: Couldn't find user 'tcpdump'"),
    "nsenter -t 9999 -n ip link": (
        1,
        "nsenter: cannot open /proc/9999/ns/net: No such file or directory",
    ),
}


@pytest.mark.parametrize("command", DENIED)
def test_without_rights(lab, command):
    lab.run("A", "ping -c1 172.17.0.3")
    result = lab.run("A", command, PLAIN)
    assert (result.code, result.err.strip()) == DENIED[command]


def test_without_any_capability(lab):
    result = lab.run("A", "tcpdump -Z root -c1", frozenset())
    assert result.err == (
        "tcpdump: eth0: You don't have permission to perform this capture on that device\n"
        "(socket: Operation not permitted)\n"
    )
    assert lab.run("A", "ping -c1 172.17.0.3", frozenset()).code == 0
    refused = lab.run("H", "ping -c1 172.17.0.3", frozenset())
    assert refused.err == "ping: socktype: SOCK_RAW\nping: socket: Operation not permitted\n"
    assert refused.code == 2


NSENTER = {
    "nsenter -n hostname": "nsenter: neither filename nor target pid supplied for ns/net\n",
    "nsenter -t": "nsenter: option requires an argument -- 't'\n"
    "Try 'nsenter --help' for more information.\n",
    "nsenter -t x -n hostname": "nsenter: failed to parse pid: 'x'\n",
    "nsenter --foo": "nsenter: unrecognized option '--foo'\n"
    "Try 'nsenter --help' for more information.\n",
    "nsenter --net=/nope hostname": "nsenter: cannot open /nope: No such file or directory\n",
    "nsenter -nt1 hostname": "nsenter: cannot open t1: No such file or directory\n",
    "nsenter -t -1 -n hostname": "nsenter: cannot open /proc/4294967295/ns/net:"
    " No such file or directory\n",
    "nsenter -t 0 -n hostname": "nsenter: neither filename nor target pid supplied for ns/net\n",
}


@pytest.mark.parametrize("command", NSENTER)
def test_nsenter_mistakes(lab, command):
    result = lab.run("H", command)
    assert (result.code, result.err) == (1, NSENTER[command])


def test_nsenter(lab):
    sleeper = lab.start("C", "sleep 1000")
    pid = sleeper.process.pid
    for enter in (f"-t {pid} -n", f"--target={pid} --net", f"-t {pid} -a", f"-n/proc/{pid}/ns/net"):
        result = lab.run("H", f"nsenter {enter} ip -br -4 addr")
        assert "172.18.0.2/16" in result.out, (enter, result)
    assert "172.17.0.1" in lab.run("H", f"nsenter -t {pid} ip -br addr").out
    assert lab.run("H", f"nsenter -t {pid} -n nope").code == 127
    assert "reassociate" in lab.run("H", f"nsenter -t {pid} -n ip link", PLAIN).err
    assert lab.run("H", "nsenter -V").out == "nsenter from util-linux 2.38.1\n"
    assert "Usage" in lab.run("H", "nsenter -h").out
    assert lab.run("H", f"nsenter -t {pid} -n -- ip link show nope").code == 1


def test_own_parsers_understand(lab):
    lab.run("A", "ping -c1 172.17.0.3")
    interfaces = parse_interfaces(lab.run("H", "ip -json -details addr").out)
    by_name = {interface.name: interface for interface in interfaces}
    assert by_name["veth1111111"].master == "docker0"
    assert by_name["veth1111111"].peer_ifindex == lab.spaces["A"].devices["eth0"].ifindex
    assert str(by_name["docker0"].ipv4[0]) == "172.17.0.1/16"
    routes = parse_routes(lab.run("A", "ip -json -4 route").out)
    assert [str(route.gateway) for route in routes] == ["172.17.0.1", "None"]
    neighbors = parse_neighbors(lab.run("A", "ip -json -4 neigh").out)
    assert [(str(n.ipv4), n.mac) for n in neighbors] == [("172.17.0.3", "02:42:ac:11:00:03")]
    entries = parse_fdb(lab.run("H", "bridge -json fdb show br docker0").out, "docker0")
    learned = {entry.mac: entry.port for entry in entries if not entry.own}
    assert learned["02:42:ac:11:00:02"] == "veth1111111"
    result = lab.run("A", "ping -c 3 -i 0.2 -W 4 172.17.0.3")
    output = parse_ping(result.out, result.code)
    assert (output.transmitted, output.received, output.reason) == (3, 3, None)


def test_bridge_links(lab):
    records = json.loads(lab.run("H", "bridge -j -d link").out)
    assert [r["master"] for r in records] == ["docker0", "docker0", "br-aaaabbbbcccc"]
    assert records[0]["learning"] is True
    assert records[0]["link"] == "eth0"  # bridge(8) takes the peer's number for one here
    text = lab.run("H", "bridge -d link show dev veth1111111").out
    assert "state forwarding priority 32 cost 2 \n    hairpin off" in text
    only = lab.run("H", "bridge -j fdb show dev veth1111111 state permanent").out
    assert json.loads(only)[0]["flags"] == []
    assert "self permanent" in lab.run("H", "bridge fdb show brport veth1111111").out
    lab.run("A", "ping -c1 172.17.0.3")
    assert "dev veth1111111 master docker0 \n" in lab.run("H", "bridge fdb show dynamic").out


@pytest.mark.parametrize(
    ("command", "code", "text"),
    [
        ("ip", 255, "Usage: ip"),
        ("ip help", 255, "Usage: ip"),
        ("ip link help", 255, "Usage: ip link"),
        ("ip neigh help", 255, "Usage: ip neigh"),
        ("ip rule add", 255, "not emulated"),
        ("ip netns add x", 255, "not emulated"),
        ("ip tunnel", 255, "not emulated"),
        ("ip route add", 255, "Usage: ip route"),
        ("ip route add blackhole 1.0.0.0/8", 255, "unicast"),
        ("ip route add 1.0.0.0/8 dev eth0 table 5", 255, "main"),
        ("ip link show group 5", 255, "Invalid group"),
        ("ip addr show scope x", 255, "invalid scope"),
        ("ip addr add 1.2.3.4/8 scope x dev eth0", 255, "invalid scope"),
        ("ip addr add 1.2.3.4/8 5.6.7.8/8 dev eth0", 255, "garbage"),
        ("ip addr del dev eth0", 2, "Invalid argument"),
        ("ip addr del 1.2.3.4/8", 1, "dev"),
        ("ip link set eth0 mtu 70000", 2, "maximum"),
        ("ip link set eth0 name this-name-is-too-long", 255, "ifname"),
        ("ip link set eth0 master lo", 2, "enslaving"),
        ("ip link add a b", 255, "garbage"),
        ("ip route get 9.9.9.9 oif lo", 0, "9.9.9.9"),
        ("ip -6 route", 0, ""),
        ("bridge", 255, "Usage: bridge"),
        ("bridge help", 255, "Usage: bridge"),
        ("bridge fdb help", 255, "Usage: bridge fdb"),
        ("bridge vlan", 255, "not emulated"),
        ("bridge fdb add x", 255, "only"),
        ("ping -h", 2, "Usage"),
        ("ping -Z x", 2, "invalid option -- 'Z'"),
        ("ping -R 172.17.0.3", 2, "not emulated"),
        ("ping 172.17.0.3 172.17.0.4", 2, "one destination"),
        ("ping -M x 172.17.0.3", 2, "invalid -M"),
        ("ping -c1 ::1", 2, "Cannot assign"),
        ("ping -c1 -I lo 172.17.0.3", 2, "only the interface"),
        ("traceroute", 0, "Usage"),
        ("traceroute -T 172.17.0.3", 2, "not emulated"),
        ("traceroute -n", 2, "host"),
        ("traceroute 172.17.0.3 70000", 2, "too big"),
        ("tcpdump -h", 0, "Usage"),
        ("tcpdump -D", 0, "1.eth0 [Up, Running, Connected]"),
        ("tcpdump -w f", 1, "not emulated"),
        ("tcpdump -Q x", 1, "unknown capture direction"),
        ("tcpdump -i 99", 1, "Invalid adapter"),
        ("tcpdump --nope", 1, "unrecognized option"),
        ("tcpdump -i eth0 icmp[0]=8", 1, "not emulated"),
        ("tcpdump -i eth0 host nosuchhost", 1, "unknown host"),
        ("tcpdump -i eth0 ( icmp", 1, "syntax error"),
        ("tcpdump -i eth0 ether", 1, "syntax error"),
        ("tcpdump -i eth0 ether host x", 1, "unknown"),
        ("tcpdump -i eth0 less x", 1, "syntax error"),
        ("tcpdump -i eth0 net x", 1, "syntax error"),
        ("iptables -h", 0, "Usage"),
        ("iptables -F", 4, "read-only"),
    ],
)
def test_help_and_what_is_not_here(lab, command, code, text):
    result = lab.run("A", command)
    assert result.code == code
    assert text in result.out + result.err


def test_interrupted_ping(lab):
    running = lab.start("A", "ping 172.17.0.3")
    lab.loop.advance(lab.loop.now + 2.5)
    running.process.signal(2)
    lab.loop.settle()
    result = lab.finish(running)
    assert result.code == 0
    assert "3 packets transmitted, 3 received, 0% packet loss" in result.out


def test_ping_through_a_firewall(lab):
    output = lab.spaces["A"].firewall.chain("filter", "OUTPUT")
    output.append(Rule("DROP"))
    silent = lab.run("A", "ping -c1 -W1 172.17.0.3")
    assert (silent.code, silent.err) == (1, "")
    assert lab.run("A", "traceroute -n 172.17.0.3").err == "\nsend: Operation not permitted\n"
    output.flush()
    output.append(Rule("REJECT", destination=IPv4Network("172.17.0.3/32")))
    told = lab.run("A", "ping -c1 -W1 172.17.0.3")
    assert "From 172.17.0.2 icmp_seq=1 Destination Port Unreachable" in told.out
    assert told.err == "ping: sendmsg: Operation not permitted\n"


@pytest.mark.parametrize(
    ("reject", "ping", "mark"),
    [
        ("icmp-net-unreachable", "Destination Net Unreachable", "!N"),
        ("icmp-proto-unreachable", "Destination Protocol Unreachable", "!P"),
        ("icmp-host-prohibited", "Destination Host Prohibited", "!X"),
        ("icmp-admin-prohibited", "Packet filtered", "!X"),
    ],
)
def test_rejected(lab, reject, ping, mark):
    lab.spaces["H"].firewall.chain("filter", "FORWARD").append(Rule("REJECT", reject_with=reject))
    dump = lab.start("H", "tcpdump -Z root -n -i docker0 -c 2 icmp")
    assert ping in lab.run("A", "ping -c1 172.18.0.2").out
    assert "unreachable" in lab.finish(dump).out
    lab.loop.advance(lab.loop.now + 5)
    assert mark in lab.run("A", "traceroute -n -q1 -f 2 172.18.0.2").out


def test_fragmentation_needed(lab):
    lab.spaces["H"].devices["eth0"].mtu = 1200
    dump = lab.start("H", "tcpdump -Z root -n -i docker0 -c 2 icmp")
    result = lab.run("A", "ping -c1 -M do -s 1400 10.0.2.2")
    assert "From 172.17.0.1 icmp_seq=1 Frag needed and DF set (mtu = 1200)" in result.out
    assert "10.0.2.2 unreachable - need to frag (mtu 1200)" in lab.finish(dump).out


def serve(lab, records):
    server = lab.spaces["H"].open_udp(None, 53)

    def answer(received):
        packet = received.packet
        query = packet.payload.payload
        found = tuple(
            DnsRecord(query.name, query.type, 600, data)
            for name, kind, data in records
            if (name, kind) == (query.name, query.type)
        )
        reply = DnsReply(query, "NOERROR" if found else "NXDOMAIN", found)
        port = packet.payload.source_port
        server.send(packet.source, port, reply, size=reply.size, source=packet.destination)

    server.handler = answer


def test_names_by_dns(lab):
    address = IPv4Address("172.17.0.3")
    name = "3.0.17.172.in-addr.arpa"
    serve(lab, [("ubuntu2", "A", address), (name, "PTR", "ubuntu2.mynet")])
    lab.context("A").files.write("/etc/hosts", "")
    lab.context("A").files.write("/etc/resolv.conf", "nameserver 172.17.0.1\n")
    dump = lab.start("H", "tcpdump -Z root -n -l -i docker0 udp port 53 and host 172.17.0.2")
    named = lab.start("A", "tcpdump -Z root -l -i eth0 -c 2 icmp")
    result = lab.run("A", "ping -c1 ubuntu2")
    assert "64 bytes from ubuntu2.mynet (172.17.0.3): icmp_seq=1" in result.out
    assert "172.17.0.2 > ubuntu2.mynet: ICMP echo request" in lab.finish(named).out
    assert " 1  ubuntu2.mynet (172.17.0.3)  " in lab.run("A", "traceroute -q1 ubuntu2").out
    unknown = lab.run("A", "ping -c1 nobody")
    assert (unknown.code, unknown.err) == (2, "ping: nobody: Name or service not known\n")
    dump.process.signal(15)
    lab.loop.settle()
    lines = lab.finish(dump).out
    assert "+ A? ubuntu2. (25)" in lines
    assert " 1/0/0 A 172.17.0.3 (41)" in lines
    assert f"+ PTR? {name}. (41)" in lines
    assert " 1/0/0 PTR ubuntu2.mynet. (68)" in lines
    assert " NXDomain 0/0/0 (24)" in lines


TIMES = {
    "-tt": r"\d{10}\.\d{6} IP",
    "-ttt": r" 00:00:00\.0{6} IP",
    "-tttt": r"2025-10-09 \d\d:\d\d:\d\d\.\d{6} IP",
    "-ttttt": r" 00:00:00\.0{6} IP",
}


@pytest.mark.parametrize("option", TIMES)
def test_time_stamps(lab, option):
    dump = lab.start("H", f"tcpdump -Z root -n {option} -i veth1111111 -c 2 icmp")
    lab.run("A", "ping -c1 172.17.0.3")
    assert re.match(TIMES[option], lab.finish(dump).out)


FILTERS = {
    "": 4, "icmp": 2, "arp": 2, "ip": 2, "not arp": 2, "! icmp": 2, "icmp or arp": 4,
    "icmp and src 172.17.0.2": 1, "src or dst host 172.17.0.3": 4, "host foo": 4,
    "src and dst net 172.17": 4, "net 172.17.0.0 mask 255.255.0.0": 4, "net 10.0.0.0/8": 0,
    "udp": 0, "port 53": 0, "( icmp or arp ) and dst 172.17.0.3": 2, "broadcast": 1,
    "ether multicast": 1, "ether src 02:42:ac:11:00:02": 2, "arp host 172.17.0.3": 2,
    "ip host 172.17.0.3": 2, "greater 60": 2, "less 60": 2, "tcp": 0, "ip6": 0, "tcp port 80": 0,
    "host 1.2.3.4 or 172.17.0.3": 4, "udp portrange 1-5 or 172": 0, "src foo or dst foo": 4,
}  # fmt: skip


@pytest.mark.parametrize("expression", FILTERS)
def test_filters(lab, expression):
    dump = lab.start("A", f"tcpdump -Z root -n -t -i eth0 {expression}")
    lab.run("A", "ping -c1 172.17.0.3")
    dump.process.signal(2)
    lab.loop.settle()
    result = lab.finish(dump)
    if expression.endswith("or 172"):
        assert result.code == 0
        return
    assert result.out.count("length") == FILTERS[expression], result


def test_udp_filters(lab):
    dump = lab.start("A", "tcpdump -Z root -n -t -i 1 udp dst portrange 33434-33440 and greater 5")
    other = lab.start("A", "tcpdump -Z root -t -i eth0 -c 1 -q dst port 33434")
    lab.run("A", "traceroute -n -q1 -N1 172.17.0.3")
    dump.process.signal(1)
    lab.loop.settle()
    assert "172.17.0.3.33434: UDP, length 32" in lab.finish(dump).out
    assert "UDP, length 32" in lab.finish(other).out


def test_ten_thousand_counters_are_short(lab):
    firewall = lab.spaces["H"].firewall
    rule = Rule("ACCEPT", comment="let it pass", to="")
    rule.packets, rule.bytes = 123_456, 12_345_678_901
    firewall.chain("filter", "INPUT").append(rule)
    translated = Rule("SNAT", protocol="udp", sport=53, to="10.0.2.15")
    firewall.chain("nat", "POSTROUTING").append(translated)
    text = lab.run("H", "iptables -vnL INPUT").out
    assert " 123K   12G ACCEPT" in text.replace("12346M", "  12G")
    assert "/* let it pass */" in text
    assert "udp spt:domain to:10.0.2.15" in lab.run("H", "iptables -t nat -L POSTROUTING").out


def test_ipv6_routes(lab):
    assert (
        "fe80::/64 dev docker0 proto kernel metric 256 pref medium\n"
        in lab.run("H", "ip -6 route").out
    )
    assert '"pref":"medium"' in lab.run("H", "ip -j -6 route").out
    everything = lab.run("H", "ip route show table all").out
    assert "local 172.17.0.1 dev docker0 table local proto kernel scope host" in everything


def test_neighbors_with_ages(lab):
    lab.run("A", "ping -c1 172.17.0.3")
    lab.loop.advance(lab.loop.now + 3)
    assert "used 3/3/3probes" in lab.run("A", "ip -s neigh show nud all").out
    record = json.loads(lab.run("A", "ip -j -s neigh").out)[0]
    assert list(record) == [
        "dst",
        "dev",
        "lladdr",
        "used",
        "confirmed",
        "updated",
        "probes",
        "state",
    ]
    assert "deleting 1 entries" in lab.run("A", "ip -s neigh flush dev eth0").out
    assert lab.run("A", "ip neigh").out == ""
    assert lab.run("A", "ip -6 neigh").out == ""


def test_reverse_and_flushed_routes(lab):
    lab.run("A", "ip route add 10.0.0.0/8 via 172.17.0.1")
    assert lab.run("A", "ip route flush 10.0.0.0/8").code == 0
    assert "10.0.0.0" not in lab.run("A", "ip route").out
    assert lab.run("A", "ip route flush cache").code == 0


def test_link_changes(lab):
    assert lab.run("H", "ip link set br-aaaabbbbcccc address 02:00:00:00:00:09").code == 0
    assert lab.run("H", "ip link set veth3333333 nomaster").code == 0
    assert lab.run("H", "ip link set veth3333333 master docker0").code == 0
    assert lab.run("H", "ip link set veth3333333 address 02:00:00:00:00:08").code == 0
    fdb = lab.run("H", "bridge fdb show br docker0").out
    assert "02:00:00:00:00:08 dev veth3333333 master docker0 permanent" in fdb
    assert lab.run("H", "ip link add type veth").code == 0
    assert "veth0@veth1" in lab.run("H", "ip link").out
    assert lab.run("H", "ip link add v7 mtu 1400 address 02:00:00:00:00:07 type bridge").code == 0
    assert "mtu 1400" in lab.run("H", "ip link show v7").out


@pytest.mark.parametrize(
    ("microseconds", "text"),
    [(7, "0.007"), (1234, "1.23"), (15_249, "15.2"), (3_054_576, "3055"), (99_960, "100")],
)
def test_round_trip_times(microseconds, text):
    assert round_trip(microseconds) == f"{text} ms"


def test_second_answers_are_counted_apart():
    statistics = Statistics(transmitted=1)
    assert not statistics.count(1, 50)
    assert statistics.count(1, 70)
    text = statistics.summary("x", 0.0, timing=True, pauses=True)
    assert "1 packets transmitted, 1 received, +1 duplicates, 0% packet loss, time 0ms" in text
    assert "rtt min/avg/max/mdev = 0.050/0.060/0.070/0.010 ms" in text


def test_pretty_json_of_an_unused_device(lab):
    assert json.loads(lab.run("X", "ip -j -p -d link").out)[0]["operstate"] == "DOWN"
