"""Containers, execs, images and events, and the rules they follow."""
