"""What ``ip -details`` and ``bridge -details`` tell of devices, bridges and bridge ports.

Each value has a name in text and one in JSON (iproute2 does not always use the same), so one list
serves both. Attributes that Docker never changes have the values the kernel starts with.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from dockernet_lessons.embedded.fabric.bridge import Bridge
from dockernet_lessons.embedded.fabric.device import Device
from dockernet_lessons.embedded.userland.ip.json_text import Hundredths

_LARGEST_TSO = 524280
_USUAL_TSO = 65536


class Field(NamedTuple):
    """One value; a name is None where that form leaves it out."""

    text: str | None
    json: str | None
    value: object

    def words(self) -> str:
        """Word it as text, blank at the end included."""
        value = self.value
        if isinstance(value, bool):
            value = "on" if value else "off"
        elif isinstance(value, Hundredths):
            value = f"{value!s:>7}"
        return f"{self.text} {value} "


def text_of(fields: Iterable[Field]) -> str:
    """Word fields as text."""
    return "".join(field.words() for field in fields if field.text is not None)


def json_of(fields: Iterable[Field]) -> dict[str, Any]:
    """Give fields as a JSON object."""
    return {field.json: field.value for field in fields if field.json is not None}


def _same(**values: object) -> list[Field]:
    return [Field(name, name, value) for name, value in values.items()]


def watching(device: Device) -> list[Field]:
    """Give who listens to frames for others: a bridge on its ports, tcpdump."""
    port = int(device.master is not None)
    taps = sum(tap.device is device for tap in device.namespace.captures)
    limits = (0, 0) if device.kind == "loopback" else (68, 65535)
    return [
        Field("promiscuity", "promiscuity", port + taps),
        Field(" allmulti", "allmulti", port),
        Field("minmtu", "min_mtu", limits[0]),
        Field("maxmtu", "max_mtu", limits[1]),
    ]


def queues(device: Device) -> list[Field]:
    """Give queue counts and offload limits."""
    count = 2 if device.kind == "veth" else 1
    return [
        Field("numtxqueues", "num_tx_queues", count),
        Field("numrxqueues", "num_rx_queues", count),
        *_same(gso_max_size=65536, gso_max_segs=65535),
        *_same(tso_max_size=_tso(device), tso_max_segs=65535, gro_max_size=65536),
        *(_same(parentbus="virtio", parentdev="virtio0") if device.kind == "ether" else ()),
    ]


def _tso(device: Device) -> int:
    """Give the largest segment to cut; a bridge can what all its ports can."""
    small = not device.ports if isinstance(device, Bridge) else device.kind == "ether"
    return _USUAL_TSO if small else _LARGEST_TSO


def bridge_identifier(bridge: Bridge) -> str:
    """Give priority and MAC as the kernel prints them: without leading zeros."""
    seen = bridge.up or bridge.ports or bridge.own_mac
    octets = bridge.mac.split(":") if seen else ["0"] * 6
    return "8000." + ":".join(f"{int(octet, 16):x}" for octet in octets)


def bridge_data(bridge: Bridge) -> list[Field]:
    """Give a bridge's own attributes (ip-link(8), type bridge)."""
    identifier = bridge_identifier(bridge)
    return [
        *_same(forward_delay=1500, hello_time=200, max_age=2000),
        *_same(ageing_time=round(bridge.fdb.ageing * 100), stp_state=0, priority=32768),
        *_same(vlan_filtering=0, bridge_id=identifier),
        Field("designated_root", "root_id", identifier),
        *_same(root_port=0, root_path_cost=0, topology_change=0, topology_change_detected=0),
        *_same(hello_timer=Hundredths(0), tcn_timer=Hundredths(0)),
        *_same(topology_change_timer=Hundredths(0), gc_timer=_until_next_sweep(bridge)),
        *_same(group_fwd_mask="0"),
        Field("group_address", "group_addr", "01:80:c2:00:00:00"),
        *_multicast_data(),
        *_same(nf_call_iptables=0, nf_call_ip6tables=0, nf_call_arptables=0),
    ]


def _until_next_sweep(bridge: Bridge) -> Hundredths:
    """Give when the kernel next looks for old FDB entries; it does so as often as they age."""
    ageing = bridge.fdb.ageing
    now = bridge.namespace.fabric.loop.now
    return Hundredths(ageing - now % ageing if bridge.up else 0.0)


def _multicast_data() -> list[Field]:
    return [
        *_same(mcast_snooping=1, no_linklocal_learn=0, mcast_vlan_snooping=0, mcast_router=1),
        *_same(mcast_query_use_ifaddr=0, mcast_querier=0, mcast_hash_elasticity=16),
        *_same(mcast_hash_max=4096),
        Field("mcast_last_member_count", "mcast_last_member_cnt", 2),
        Field("mcast_startup_query_count", "mcast_startup_query_cnt", 2),
        Field("mcast_last_member_interval", "mcast_last_member_intvl", 100),
        Field("mcast_membership_interval", "mcast_membership_intvl", 26000),
        Field("mcast_querier_interval", "mcast_querier_intvl", 25500),
        Field("mcast_query_interval", "mcast_query_intvl", 12500),
        Field("mcast_query_response_interval", "mcast_query_response_intvl", 1000),
        Field("mcast_startup_query_interval", "mcast_startup_query_intvl", 3124),
        *_same(mcast_stats_enabled=0, mcast_igmp_version=2, mcast_mld_version=1),
    ]


def port_state(port: Device) -> str:
    """Give the spanning tree state, without the protocol: it follows the carrier."""
    bridge = port.master
    return "forwarding" if bridge is not None and bridge.up and port.carrier else "disabled"


def port_data(port: Device, bridge: Bridge) -> list[Field]:
    """Give a bridge port's attributes (ip-link(8), type bridge_slave)."""
    number, identifier = list(bridge.ports).index(port) + 1, bridge_identifier(bridge)
    return [
        *_same(state=port_state(port), priority=32, cost=2, hairpin=False, guard=False),
        *_same(root_block=False, fastleave=False, learning=True, flood=True),
        Field("port_id", "id", f"0x{0x8000 + number:x}"),
        Field("port_no", "no", f"0x{number:x}"),
        *_same(designated_port=0x8000 + number, designated_cost=0),
        Field("designated_bridge", "bridge_id", identifier),
        Field("designated_root", "root_id", identifier),
        *_same(hold_timer=Hundredths(0), message_age_timer=Hundredths(0)),
        *_same(forward_delay_timer=Hundredths(0), topology_change_ack=0, config_pending=0),
        *_same(proxy_arp=False, proxy_arp_wifi=False),
        Field("mcast_router", "multicast_router", 1),
        Field("mcast_fast_leave", None, False),
        *_same(mcast_flood=True, bcast_flood=True, mcast_to_unicast=False, neigh_suppress=False),
        *_same(group_fwd_mask="0", group_fwd_mask_str="0x0", vlan_tunnel=False),
        *_same(isolated=False, locked=False),
    ]
