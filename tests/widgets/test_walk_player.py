"""A walk that is played on the map, without a browser."""

from walks import HOPS, STEPS, VETH, player

from dockernet_lessons.widgets.walk import frames_of


def origins():
    """Position of each hop -> position of the hop that its frame comes from."""
    return [frame["coming_from"] for frame in frames_of(HOPS)]


def test_every_hop_is_a_frame_at_its_interface():
    frames = player().frames
    assert [frame["number"] for frame in frames] == list(range(1, len(STEPS) + 1))
    assert frames[1]["at"] == "ubuntu1:eth0"
    assert frames[2]["at"] == f"host:{VETH['ubuntu1']}"
    assert frames[4]["place"] == "docker0 on the host"
    assert frames[6]["place"] == "eth0 in ubuntu2"


def test_a_frame_tells_macs_addresses_and_ttl():
    arp, echo = frames_of(HOPS)[1], frames_of(HOPS)[8]
    assert arp["sender"].endswith(" 172.17.0.2")
    assert arp["receiver"] == "ff:ff:ff:ff:ff:ff 172.17.0.3"
    assert (arp["ttl"], echo["ttl"]) == ("", "64")


def test_a_frame_comes_from_where_it_was_and_a_copy_from_the_bridge():
    flooded = next(n for n, step in enumerate(STEPS) if step[3] == "flooded")
    copies = [n for n, step in enumerate(STEPS) if step[3] == "out"]
    begun = [n for n, step in enumerate(STEPS) if step[3] == "sent"]
    for position, origin in enumerate(origins()):
        if position in begun:
            assert origin == position
        elif position in copies:
            assert origin == flooded
        else:
            assert origin == position - 1


def test_it_ends_with_its_static_form():
    assert player().static_form().data["text/plain"] == "the walk"


def test_a_walk_of_nothing():
    made = player(())
    assert made.frames == []
    assert "0x" not in repr(made)


def test_a_walk_of_a_lab_finds_its_way_on_the_map(own_lab, tag):
    own_lab.run_many([f"{tag}-a", f"{tag}-b"])
    walk = own_lab.walk(f"{tag}-a", f"{tag}-b")
    made = walk.play()
    ends = {frame["at"] for frame in made.frames}
    assert {f"{tag}-a:eth0", f"{tag}-b:eth0", "host:docker0"} <= ends
    assert all(f'data-end="{end}"' in made.svg for end in ends)
    assert made.headline == walk.title
    form = made.static_form()
    assert form.data["text/plain"] == str(walk)
    assert "image/png" in form.data
