"""HTTP messages, without sockets."""
