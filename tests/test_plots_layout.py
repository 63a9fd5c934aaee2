"""Where things go in the wiring diagram: no matplotlib involved."""

from itertools import combinations, pairwise

import pytest
from wirings import LOOPBACK, Bench, all_modes, interface, many

from dockernet_lessons.observe.wiring import Wiring
from dockernet_lessons.plots.arrange import arrange, natural
from dockernet_lessons.plots.layout import Rect, lay_out


def mesh() -> Wiring:
    bench = Bench().network("n1").network("n2").network("n3")
    bench.run("a").run("x", "bridge", "n2").run("y", "n1", "n3")
    bench.run("z", "bridge", "n1", "n2", "n3").run("c", "n2").run("d", "n3").run("e", "n1")
    return bench.wiring()


def apart(one: Rect, other: Rect) -> bool:
    return (
        one.bottom <= other.top
        or other.bottom <= one.top
        or one.right <= other.left
        or other.right <= one.left
    )


WIRINGS = {
    "3": many(3),
    "8 on 2": many(8, 2),
    "20 on 3": many(20, 3, modern=True),
    "3 on 3": many(3, 3),
    "all modes": all_modes(),
    "hidden": all_modes(hidden=True),
    "mesh": mesh(),
    "nothing": Bench().wiring(),
    "nothing, hidden": Bench(hidden=True).wiring(),
}


@pytest.mark.parametrize("wiring", WIRINGS.values(), ids=WIRINGS)
def test_no_two_boxes_overlap_and_all_are_in_the_picture(wiring):
    layout = lay_out(arrange(wiring))
    rects = [box.rect for box in layout.boxes]
    inner = [rect for _, rect in (*layout.bridges, *layout.host_guests)]
    inner += [layout.exit] if layout.exit else []
    assert all(apart(a, b) for a, b in combinations([*rects, *inner], 2))
    assert all(apart(rect, layout.host) for rect in rects)
    host = layout.host
    assert all(host.top < r.top and r.bottom < host.bottom for r in inner)
    assert all(host.left < r.left and r.right < host.right for r in inner)
    assert all(r.top > 0 and r.bottom < layout.height for r in (*rects, host))
    assert host.right < layout.columns.width


@pytest.mark.parametrize("wiring", WIRINGS.values(), ids=WIRINGS)
def test_every_pair_has_a_line_of_its_own(wiring):
    placed = [row for box in lay_out(arrange(wiring)).boxes for row in box.rows]
    ys = sorted(row.y for row in placed)
    assert all(later - earlier > 0.25 for earlier, later in pairwise(ys))
    assert sum(row.row.pair is not None for row in placed) == len(wiring.pairs)


def test_a_bridge_stands_beside_its_ports_so_their_lines_are_level():
    layout = lay_out(arrange(many(20, 3)))
    assert all(row.joint == row.y for box in layout.boxes for row in box.rows)


def test_a_container_on_two_networks_stands_between_them():
    bench = Bench().network("shop")
    bench.run("db", "shop").run("proxy", "shop", "bridge").run("web")
    arrangement = arrange(bench.wiring())
    assert [box.name for box in arrangement.boxes] == ["web", "proxy", "db"]
    layout = lay_out(arrangement)
    assert all(row.joint == row.y for box in layout.boxes for row in box.rows)


def test_bridges_that_share_a_container_come_together():
    bench = Bench().network("far").network("shop")
    bench.run("web").run("lone", "far").run("proxy", "bridge", "shop").run("db", "shop")
    names = [bridge.network for bridge in arrange(bench.wiring()).bridges]
    assert abs(names.index("bridge") - names.index("shop")) == 1


def test_stopped_and_lonely_containers_come_last_in_natural_order():
    bench = Bench().stop("a-old").run("hermit", mode="none").run("ubuntu10").run("ubuntu2")
    names = [box.name for box in arrange(bench.wiring()).boxes]
    assert names == ["ubuntu2", "ubuntu10", "hermit", "a-old"]
    assert sorted(["u10", "u2", "u", "10"], key=natural) == ["10", "u", "u2", "u10"]


def test_who_shares_a_namespace_with_whom():
    bench = Bench().run("web").run("helper", mode="container:web")
    bench.run("deep", mode="container:helper").run("lost", mode="container:elsewhere")
    bench.run("monitor", mode="host").run("tap", mode="container:monitor")
    arrangement = arrange(bench.wiring())
    boxes = {box.name: box for box in arrangement.boxes}
    assert boxes["web"].guests == ("deep", "helper")
    assert boxes["lost"].remark == "in a namespace outside this lab"
    assert arrangement.host_guests == ("monitor", "tap")
    assert set(boxes) == {"web", "lost"}


def test_sharing_by_id():
    bench = Bench().run("web")
    web = bench.wiring().containers[0]
    bench.run("helper", mode=f"container:{web.id}")
    assert arrange(bench.wiring()).boxes[0].guests == ("helper",)


def test_what_a_bridge_says_of_itself():
    bridges = {bridge.name: bridge for bridge in arrange(all_modes()).bridges}
    assert bridges["docker0"].label == "3: docker0"
    assert bridges["docker0"].lines == ("172.17.0.1/16", "network bridge", "+ 1 other port")
    lines = {bridge.network: bridge.lines for bridge in bridges.values()}
    assert "internal: no way out" in lines["vault"]
    assert "DOWN: no ports" in lines["empty"]


def test_hidden_host_still_has_its_bridges_by_name():
    bridges = arrange(all_modes(hidden=True)).bridges
    assert bridges[0].label == "docker0"
    assert bridges[0].lines == ("172.17.0.1/16", "network bridge")


def test_a_bridge_of_others_is_drawn_when_a_container_is_joined_to_it():
    wiring = Bench().network("theirs").run("web", "theirs").wiring()
    foreign = Wiring(
        wiring.host, wiring.inside, wiring.containers, wiring.networks[:1], wiring.pairs
    )
    (bridge,) = (b for b in arrange(foreign).bridges if b.name.startswith("br-"))
    assert bridge.position is None
    assert "not this lab's" in bridge.lines


def test_a_container_that_could_not_be_looked_into():
    wiring = Bench(hidden=True).run("web").wiring()
    blind = Wiring((), {}, wiring.containers, wiring.networks, ())
    assert arrange(blind).boxes[0].remark == "interfaces could not be read"


def test_interfaces_without_a_pair_or_an_address():
    wiring = Bench().run("web").wiring()
    tunnel = interface(7, "tunl0", "ipip")
    macvlan = interface(8, "eth7", "macvlan", address="10.0.0.9/24")
    inside = {"web": (LOOPBACK, tunnel, macvlan)}
    odd = Wiring(wiring.host, inside, wiring.containers, wiring.networks, ())
    (box,) = arrange(odd).boxes
    assert [(row.interface.name, row.pair, row.bridge) for row in box.rows] == [
        ("eth7", None, None)
    ]


def test_the_way_out_may_be_a_veth_where_the_engine_runs_in_a_container():
    wiring = Bench().run("web").wiring()
    eth = interface(40, "eth9", "veth", peer=41, netnsid=0, address="10.1.0.2/24")
    nested = Wiring(
        (*wiring.host, eth), wiring.inside, wiring.containers, wiring.networks, wiring.pairs
    )
    assert [interface.name for interface in arrange(nested).exits] == ["eth0", "eth9"]
