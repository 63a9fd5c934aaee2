"""Emulated kernel networking: namespaces, devices, bridges, routes, netfilter, packets."""
