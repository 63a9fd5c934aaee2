"""Paths with ``//``, ``/./`` or ``/../``: Go's servers send the client to the clean one (301)."""

from __future__ import annotations

import posixpath

from dockernet_lessons.embedded.http.messages import Request, Response

_PLAIN = "/:@!$&'()*+,;=~"
"""What needs no escape in a path (RFC 3986 section 3.3)."""


def moved(request: Request) -> Response | None:
    """Send the client elsewhere if a path is not clean (gorilla/mux, cleanPath).

    Returns
    -------
    Response or None
        None: the path is clean.
    """
    clean = _cleaned(request.path)
    if clean == request.path:
        return None
    from urllib.parse import quote, urlencode  # few clients go astray

    query = urlencode(request.query, doseq=True, quote_via=quote)
    where = quote(clean, safe=_PLAIN) + (f"?{query}" if query else "")
    return Response(301, headers={"Location": where})


def _cleaned(path: str) -> str:
    """Resolve ``.``, ``..`` and empty parts; a slash at the end stays."""
    clean = posixpath.normpath(f"/{path.lstrip('/')}")
    return f"{clean}/" if path.endswith("/") and clean != "/" else clean
