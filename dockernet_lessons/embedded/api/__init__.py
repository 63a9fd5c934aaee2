"""The Docker Engine API: routes and JSON shapes, no rules."""
