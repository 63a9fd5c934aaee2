"""A Docker Engine that is computed: emulated API over emulated kernel networking.

Standard library only, no threads, no wall clock, no unseeded randomness (`adapter` and `server`
aside, which connect it to docker-py and to sockets). From the top:

- `adapter`, `server`: docker-py in this process; the ``docker`` command through a socket
- `engine`: one engine: a request in, a response out
- `api`: routes and JSON shapes
- `daemon`: containers, execs, images, events and their rules
- `cnm`: Docker's Container Network Model: networks, endpoints, sandboxes
- `userland`: the commands in the lesson image
- `fabric`: network namespaces, devices, bridges, routes, netfilter, packets
- `loop`, `pipe`: virtual time and byte streams
"""
