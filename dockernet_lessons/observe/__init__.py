"""Facts about namespaces, interfaces, names and pings, gained through the Docker API alone.

Every function here takes text or a docker-py client and gives dataclasses. Nothing here knows
which engine it talks to, and nothing here makes tables or pictures.

- `engine`: what the engine itself says of containers and networks
- `observer`: the helper container that looks into every namespace with one exec
- `interfaces`: ``ip -json addr``
- `pairing`: which host interface is the other end of a container's
- `wiring`: all of that, seen in one look
- `forwarding`: routes, neighbors and the FDB
- `names`: how a container turns a name into an address
- `ping`: what ``ping`` printed
"""
