"""Container names: which are allowed, who has which, and made-up ones."""

from __future__ import annotations

import random
import re

from dockernet_lessons.embedded.errors import DockerError

_ALLOWED = r"[a-zA-Z0-9][a-zA-Z0-9_.-]+"
_RULE = "only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed"
_TRIES = 6


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_ADJECTIVES = _words(
    "agile amber ample bold brave breezy bright brisk calm candid careful cheerful clever cosy "
    "crisp curious daring deft eager early earnest fair fluent fond frank friendly gentle glad "
    "golden handy happy hardy honest humble jolly jovial keen kind lively loyal lucid merry mild "
    "modest neat nimble noble patient placid polite proud quick quiet ready robust serene sharp "
    "silent sincere sober spry steady stoic sunny swift tidy tender true upbeat vivid warm wise "
    "witty zesty"
)
_SURNAMES = _words(
    "abel ampere archimedes banach bell bernoulli bohr boole born cantor carson cauchy cerf "
    "chebyshev clarke curie dalton darwin davies descartes dijkstra dirac edison einstein erdos "
    "euclid euler faraday fermat fermi feynman fourier franklin galileo galois gauss germain "
    "gibbs goodall hamming hertz hilbert hodgkin hooke hopper huygens hypatia joule kelvin kepler "
    "knuth kovalevskaya lagrange lamarr laplace leavitt leibniz liskov lovelace maxwell mcclintock "
    "meitner mendel metcalfe mirzakhani morse newton nobel noether ohm pascal pasteur pauli "
    "perlman planck postel raman riemann ritchie rubin sammet shannon somerville tesla thompson "
    "turing volta watt weil wozniak yalow"
)


class Names:
    """Which container has which name.

    Parameters
    ----------
    source
        Where made-up names come from.
    """

    def __init__(self, source: random.Random) -> None:
        self._source = source
        self._owners: dict[str, str] = {}

    def owner(self, name: str) -> str | None:
        """Give the id of the container of that name."""
        return self._owners.get(name)

    def reserve(self, name: str, container_id: str) -> str:
        """Take a name for a container; a made-up one if it is empty.

        Returns
        -------
        str
            The name, without a slash before it.

        Raises
        ------
        DockerError
            400: not a name (moby daemon/names.go); 409: another container has it.
        """
        if not name:
            name = self._made_up()
        name = checked(name)
        owner = self._owners.get(name)
        if owner is not None:
            raise taken(name, owner)
        self._owners[name] = container_id
        return name

    def release(self, name: str) -> None:
        """Let others take the name."""
        self._owners.pop(name, None)

    def _made_up(self) -> str:
        name = ""
        for attempt in range(_TRIES):
            pair = self._source.choice(_ADJECTIVES), self._source.choice(_SURNAMES)
            name = "_".join(pair) + (str(self._source.randrange(10)) if attempt else "")
            if name not in self._owners:
                return name
        return f"{name}{self._source.getrandbits(32)}"


def checked(name: str) -> str:
    """Check a name and take the slash off that may stand before it."""
    bare = name.removeprefix("/")
    if not re.fullmatch(_ALLOWED, bare):
        raise DockerError(400, f"Invalid container name ({name}), {_RULE}")
    return bare


def taken(name: str, owner: str) -> DockerError:
    """Say that a name is another container's."""
    return DockerError(
        409,
        f'Conflict. The container name "/{name}" is already in use by container "{owner}". '
        "You have to remove (or rename) that container to be able to reuse that name.",
    )
