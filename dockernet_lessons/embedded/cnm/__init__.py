"""Docker's Container Network Model: networks, endpoints, sandboxes, IPAM, embedded DNS."""
