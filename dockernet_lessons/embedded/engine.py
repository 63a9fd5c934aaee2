"""One emulated Docker Engine: a request in, a response out."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

from dockernet_lessons.embedded import api
from dockernet_lessons.embedded.cnm.controller import Controller
from dockernet_lessons.embedded.daemon.daemon import Daemon
from dockernet_lessons.embedded.errors import DockerError
from dockernet_lessons.embedded.fabric.fabric import Fabric
from dockernet_lessons.embedded.http.messages import Request, Response, json_response
from dockernet_lessons.embedded.http.paths import moved
from dockernet_lessons.embedded.ids import Ids
from dockernet_lessons.embedded.loop import Loop, Steps, Task
from dockernet_lessons.embedded.userland.machine import Machine

if TYPE_CHECKING:
    from dockernet_lessons.embedded.profile import Profile

MAX_BODY = 256 * 2**20
"""Bytes of the largest request that is read: an image to import or load."""

MAX_PATH = 64 * 2**10
_VERSION = r"/v(\d{1,3})\.(\d{1,3})(?=/|$)"


class Engine:
    """An emulated Docker Engine and the machine it runs on.

    Parameters
    ----------
    profile
        The generation to emulate.
    loop
        Its virtual time; started at ``profile.start`` by default.
    seed
        Where ids, MACs and travel times come from: the same seed gives the same ones.
    """

    def __init__(self, profile: Profile, loop: Loop | None = None, seed: int = 0) -> None:
        self.profile = profile
        self.loop = loop or Loop(profile.start)
        source = random.Random(seed)
        ids = Ids(random.Random(source.getrandbits(64)))
        self.fabric = Fabric(self.loop, random.Random(source.getrandbits(64)))
        cnm_source = random.Random(source.getrandbits(64))
        self.controller = Controller(self.fabric, profile, ids, cnm_source)
        self.machine = Machine(
            self.loop,
            self.fabric,
            random.Random(source.getrandbits(64)),
            self.controller.host,
            profile.host.hostname,
        )
        self.daemon = Daemon(self.machine, self.controller, profile, ids)
        self._headers = {
            "Api-Version": f"{profile.api[0]}.{profile.api[1]}",
            "Docker-Experimental": "false",
            "Ostype": "linux",
            "Server": f"Docker/{profile.version} (linux)",
        }

    def handle(self, request: Request) -> Task[Response]:
        """Answer a request.

        Parameters
        ----------
        request
            Its path may begin with an API version.

        Returns
        -------
        Task
            Ends with the response; at once, unless the request has to wait for something.
        """
        return self.loop.spawn(self._answer(request))

    def _answer(self, request: Request) -> Steps[Response]:
        elsewhere = moved(request)
        if elsewhere is not None:
            return elsewhere
        try:
            request = self._versioned(request)
            handler, parts = api.find(request.method, request.path)
            self._check_version(request.version)
            answer = handler(self.daemon, request, **parts)
            response = answer if isinstance(answer, Response) else (yield from answer)
        except DockerError as error:
            response = json_response({"message": error.message}, error.status)
        response.headers = {**self._headers, **response.headers}
        return response

    def _versioned(self, request: Request) -> Request:
        """Take the version off the path, after checking the request's size."""
        if len(request.body) > MAX_BODY or len(request.path) > MAX_PATH:
            raise DockerError(413, "the request is too large for the embedded engine")
        found = re.match(_VERSION, request.path)
        version = (int(found[1]), int(found[2])) if found else self.profile.api
        path = request.path[found.end() :] if found else request.path
        return request._replace(path=path or "/", version=version)

    def _check_version(self, version: tuple[int, int]) -> None:
        """Refuse versions as moby does (api/server/middleware/version.go)."""
        if self.profile.oldest_api <= version <= self.profile.api:
            return
        asked = f"client version {version[0]}.{version[1]}"
        newest, oldest = (f"{v[0]}.{v[1]}" for v in (self.profile.api, self.profile.oldest_api))
        if version > self.profile.api:
            raise DockerError(400, f"{asked} is too new. Maximum supported API version is {newest}")
        raise DockerError(
            400,
            f"{asked} is too old. Minimum supported API version is {oldest}, "
            "please upgrade your client to a newer version",
        )
