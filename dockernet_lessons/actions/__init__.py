"""What a lab does to an engine; `lab` is the thin layer of short methods above it.

- `context`: one lab's client, name, image and observer, and which objects are its own
- `containers`: run, stop, start, restart, remove
- `networks`: create, connect, disconnect, remove
- `commands`: exec in a container, a command on the host
- `pings`: one ping, and the matrix
- `views`: read interfaces, pairs, routes, neighbors, the FDB
"""
