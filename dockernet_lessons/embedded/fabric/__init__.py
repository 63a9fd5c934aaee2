"""Emulated kernel networking: namespaces, devices, bridges, routes, netfilter, packets.

From the bottom: `packets`, `mac`, `dns` and `errors` are values; `device`, `bridge`, `links` and
`local` say what there is and how it depends on each other; `routes`, `neighbors`, `rules`,
`netfilter` and `conntrack` what is known; `namespace` holds one of each. `link`, `switch`, `arp`,
`ip`, `icmp` and `firewall` move packets; `sockets`, `capture` and `trace` are where they are sent,
seen and followed. `fabric` makes and deletes it all.

Behaves as Linux does (compared with 6.18), except for what is left out:

- TCP, IPv6 packets, IGMP, fragments, ICMP redirects, VLANs, STP, policy routing
- garbage collection of neighbor tables; a bridge's MTU does not follow its ports
- conditions of time: a frame crosses everything at once, so that packets never overtake
"""
