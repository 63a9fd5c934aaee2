"""Mistakes in a container's networks, addresses and links when it is made."""

from __future__ import annotations

from diff_requests import create, get, join, mistake, network, on_network, pool, start

LOOK = get("/containers/x1~/json")
ADDRESS = {"IPv4Address": "10.~.9.9"}
PORT = {"80/tcp": [{"HostPort": "18378"}]}

ENDPOINTS = [
    mistake("unknown network", create(host={"NetworkMode": "zz~"}), start(), LOOK),
    mistake("unknown network with a space", create(host={"NetworkMode": "z z"}), start()),
    mistake("network mode is a number", create(host={"NetworkMode": 5})),
    mistake(
        "two networks", create(NetworkingConfig={"EndpointsConfig": {"an~": {}, "bn~": {}}}), LOOK
    ),
    mistake("bad address on no network", on_network("zz~", IPAMConfig={"IPv4Address": "9"})),
    mistake("bad address and taken name", on_network("bridge", "c1~", IPAMConfig=ADDRESS)),
    mistake("bad address and bad name", on_network("bridge", "x y~", IPAMConfig=ADDRESS)),
    mistake("taken name and bad volume", create("c1~", {"Binds": ["x"]})),
    mistake(
        "another network than the mode's",
        create(host={"NetworkMode": "an~"}, NetworkingConfig={"EndpointsConfig": {"bn~": {}}}),
        start(),
        LOOK,
    ),
    mistake(
        "an unknown endpoint", create(NetworkingConfig={"EndpointsConfig": {"zz~": {}}}), start()
    ),
    mistake(
        "an endpoint that is null",
        create(host={"NetworkMode": "an~"}, NetworkingConfig={"EndpointsConfig": {"an~": None}}),
        start(),
    ),
    mistake(
        "address on the default bridge",
        on_network("bridge", IPAMConfig={"IPv4Address": "172.17.0.99"}),
        start(),
    ),
    mistake(
        "address by host mode",
        on_network("host", IPAMConfig={"IPv4Address": "172.17.0.99"}),
        start(),
    ),
    mistake(
        "address by none mode",
        on_network("none", IPAMConfig={"IPv4Address": "172.17.0.99"}),
        start(),
    ),
    mistake("alias on the default bridge", on_network("bridge", Aliases=["x"]), start(), LOOK),
    mistake(
        "address on an automatic subnet",
        on_network("an~", IPAMConfig={"IPv4Address": "172.18.0.77"}),
        start(),
    ),
    mistake("address outside", on_network("bn~", IPAMConfig={"IPv4Address": "10.2.0.9"}), start()),
    mistake(
        "address taken", on_network("bn~", IPAMConfig={"IPv4Address": "10.~.1.2"}), start(), LOOK
    ),
    mistake(
        "address of the gateway", on_network("bn~", IPAMConfig={"IPv4Address": "10.~.1.1"}), start()
    ),
    mistake("address is a word", on_network("bn~", IPAMConfig={"IPv4Address": "zz"}), start()),
    mistake(
        "address with a length",
        on_network("bn~", IPAMConfig={"IPv4Address": "10.~.1.9/24"}),
        start(),
    ),
    mistake("address is IPv6", on_network("bn~", IPAMConfig={"IPv4Address": "fd00::9"}), start()),
    mistake("IPv6 address", on_network("bn~", IPAMConfig={"IPv6Address": "fd00::9"}), start()),
    mistake(
        "no address left",
        network(**pool("10.~.#.0/30")),
        on_network("xn~", "xa~"),
        start("xa~"),
        on_network("xn~"),
        start(),
        LOOK,
    ),
    mistake(
        "no address left for a connection",
        network(**pool("10.~.#.0/30")),
        on_network("xn~", "xa~"),
        start("xa~"),
        create(),
        start(),
        join("xn~", "x1~"),
    ),
    mistake(
        "no address left in the range",
        network(**pool("10.~.#.0/24", IPRange="10.~.#.128/31")),
        on_network("xn~", "xa~"),
        start("xa~"),
        on_network("xn~", "xb~"),
        start("xb~"),
        on_network("xn~"),
        start(),
    ),
    mistake("MAC address of an endpoint", on_network("bn~", MacAddress="zz"), start()),
    mistake("unknown container's network", create(host={"NetworkMode": "container:zz~"})),
    mistake("no container's network", create(host={"NetworkMode": "container:"})),
    mistake("its own network", create(host={"NetworkMode": "container:x1~"})),
    mistake(
        "a created container's network", create(host={"NetworkMode": "container:c2~"}), start()
    ),
    mistake(
        "a shared network and ports",
        create(host={"NetworkMode": "container:c1~", "PortBindings": PORT}),
    ),
    mistake(
        "a shared network and all ports",
        create(host={"NetworkMode": "container:c1~", "PublishAllPorts": True}),
    ),
    mistake(
        "a shared network and exposed ports",
        create(host={"NetworkMode": "container:c1~"}, ExposedPorts={"80/tcp": {}}),
    ),
    mistake(
        "a shared network and a host name",
        create(host={"NetworkMode": "container:c1~"}, Hostname="h"),
    ),
    mistake(
        "a shared network and links",
        create(host={"NetworkMode": "container:c1~", "Links": ["c2~:x"]}),
    ),
    mistake(
        "a shared network and DNS",
        create(host={"NetworkMode": "container:c1~", "Dns": ["10.0.0.1"]}),
    ),
    mistake(
        "a shared network and extra hosts",
        create(host={"NetworkMode": "container:c1~", "ExtraHosts": ["a:10.0.0.1"]}),
    ),
    mistake(
        "a shared network and a MAC address",
        create(host={"NetworkMode": "container:c1~"}, MacAddress="02:42:ac:11:00:99"),
    ),
    mistake(
        "the host's network and links", create(host={"NetworkMode": "host", "Links": ["c1~:x"]})
    ),
    mistake(
        "the host's network and ports",
        create(host={"NetworkMode": "host", "PortBindings": PORT}),
        start(),
    ),
    mistake(
        "the host's network and a host name",
        create(host={"NetworkMode": "host"}, Hostname="h"),
        start(),
    ),
    mistake(
        "the host's network and a MAC address",
        create(host={"NetworkMode": "host"}, MacAddress="02:42:ac:11:00:99"),
        start(),
    ),
    mistake(
        "no network and links", create(host={"NetworkMode": "none", "Links": ["c1~:x"]}), start()
    ),
    mistake(
        "no network and ports",
        create(host={"NetworkMode": "none", "PortBindings": PORT}),
        start(),
        LOOK,
    ),
    mistake("link to the unknown", create(host={"Links": ["zz~:al"]})),
    mistake("link of three parts", create(host={"Links": ["a:b:c"]})),
    mistake("empty link", create(host={"Links": [""]})),
    mistake("link with an empty alias", create(host={"Links": ["c1~:"]}), start()),
    mistake("link to the created", create(host={"Links": ["c2~:al"]}), start(), LOOK),
    mistake("link to the host's network", create(host={"Links": ["h1~:al"]}), start()),
    mistake("link to another network", create(host={"Links": ["c3~:al"]}), start(), LOOK),
    mistake("link to one without a network", create(host={"Links": ["o1~:al"]}), start()),
    mistake("link to itself", create(host={"Links": ["x1~:al"]})),
    mistake("two links of one name", create(host={"Links": ["c1~:al", "c1~:al"]}), start()),
    mistake(
        "two targets of one name",
        create("xa~"),
        start("xa~"),
        create(host={"Links": ["c1~:al", "xa~:al"]}),
        start(),
    ),
    mistake(
        "link on a user's network to the unknown",
        create(host={"NetworkMode": "bn~", "Links": ["zz~:al"]}),
        start(),
    ),
    mistake(
        "link on a user's network to the created",
        create(host={"NetworkMode": "bn~", "Links": ["c2~:al"]}),
        start(),
    ),
]
