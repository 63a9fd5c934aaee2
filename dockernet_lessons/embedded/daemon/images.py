"""The engine's images."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple, NoReturn

from dockernet_lessons.embedded.daemon import references
from dockernet_lessons.embedded.daemon.events import Events
from dockernet_lessons.embedded.daemon.image import Image
from dockernet_lessons.embedded.errors import DockerError

_ID = r"(?:sha256:)?([0-9a-f]{1,64})"
MAX_IMAGES = 1000
"""Images that may be here at once, and tags of each."""


class User(NamedTuple):
    """A container that was made from an image."""

    id: str
    running: bool


Users = Callable[[Image], "User | None"]
"""Tells whether an image has a container: one that runs, if there is one."""


class Images:
    """All images, by id and by tag.

    Parameters
    ----------
    events
        Where changes are told.
    modern
        Word errors as Engine 28 does.
    """

    def __init__(self, events: Events, *, modern: bool) -> None:
        self._events = events
        self._modern = modern
        self._by_id: dict[str, Image] = {}
        self._by_tag: dict[str, Image] = {}

    def __len__(self) -> int:
        return len(self._by_id)

    def __iter__(self) -> Iterator[Image]:
        return iter(self._by_id.values())

    def find(self, text: str) -> Image:
        """Find an image by reference, id or the first digits of an id.

        Raises
        ------
        DockerError
            400: not a reference; 404: no such image.
        """
        exact = re.fullmatch(_ID, text)
        if exact and (image := self._by_id.get(f"sha256:{exact[1]}")) is not None:
            return image
        if text.startswith("sha256:"):
            return self._by_prefix(text.removeprefix("sha256:"), text)
        reference = references.parse(text, modern=self._modern).tagged()
        image = self._by_tag.get(str(reference))
        if image is not None:
            return image
        return self._by_prefix(text if exact else "", str(reference))

    def _by_prefix(self, digits: str, shown: str) -> Image:
        found = [i for i in self if digits and i.id.startswith(f"sha256:{digits}")]
        return found[0] if len(found) == 1 else _missing(shown)

    def get(self, text: str) -> Image | None:
        """Find an image; None if it is not there."""
        try:
            return self.find(text)
        except DockerError:
            return None

    def tag_named(self, text: str) -> str:
        """Give the tag that a text names; empty if it is an id."""
        try:
            tag = str(references.parse(text, modern=self._modern).tagged())
        except DockerError:
            return ""
        return tag if tag in self._by_tag else ""

    def add(self, image: Image) -> Image:
        """Take an image in, with its tags; one of the same id stays as it is.

        Raises
        ------
        DockerError
            507: there are too many.
        """
        known = self._by_id.get(image.id)
        if known is None:
            if len(self._by_id) >= MAX_IMAGES:
                raise DockerError(
                    507, f"the embedded engine keeps no more than {MAX_IMAGES} images"
                )
            self._by_id[image.id] = known = image
        tags, image.tags = image.tags, known.tags if known is not image else []
        for tag in tags:
            self._tag(known, tag)
        return known

    def tag(self, image: Image, repository: str, tag: str) -> str:
        """Give an image another name.

        Raises
        ------
        DockerError
            400 (500 on Engine 20.10): not a reference.
        """
        try:
            name = references.parse(repository, modern=self._modern).name
            reference = references.Reference(name, references.checked_tag(tag or "latest"))
        except DockerError as error:
            raise DockerError(400 if self._modern else 500, error.message) from error
        self._tag(image, str(reference))
        image.tagged = self._events.now
        self._log("tag", image, str(reference))
        return str(reference)

    def _tag(self, image: Image, tag: str) -> None:
        if len(image.tags) >= MAX_IMAGES:
            raise DockerError(507, f"the embedded engine keeps no more than {MAX_IMAGES} tags")
        before = self._by_tag.get(tag)
        if before is not None:
            before.tags.remove(tag)
        self._by_tag[tag] = image
        image.tags.append(tag)
        image.tags.sort()

    def remove(self, text: str, users: Users, *, force: bool) -> list[dict[str, str]]:
        """Remove a name, and with the last name the image (moby daemon/images/image_delete.go).

        Parameters
        ----------
        text
            Reference or id.
        users
            Tells of a container that uses the image.
        force
            Also if containers use it; those that run keep the image, without a name.

        Returns
        -------
        list
            What was done: ``{"Untagged": …}`` and ``{"Deleted": …}``.

        Raises
        ------
        DockerError
            404: no such image; 409: in use.
        """
        image = self.find(text)
        user = users(image)
        by_id = text.removeprefix("sha256:") in image.id and text not in self._by_tag
        if by_id:
            return self._remove_by_id(image, user, force=force)
        tag = str(references.parse(text, modern=self._modern).tagged())
        if user is not None and len(image.tags) == 1 and not force:
            raise DockerError(
                409,
                f'conflict: unable to remove repository reference "{text}" (must force) - '
                f"container {user.id[:12]} is using its referenced image {image.short_id}",
            )
        records = [self._untag(image, tag)]
        if not image.tags and user is None:
            records += self._delete(image)
        return records

    def _remove_by_id(
        self, image: Image, user: User | None, *, force: bool
    ) -> list[dict[str, str]]:
        why = _hard_conflict(user) or ("" if force else _soft_conflict(image, user))
        if why:
            raise DockerError(409, f"conflict: unable to delete {image.short_id} {why}")
        records = [self._untag(image, tag) for tag in list(image.tags)]
        return records + self._delete(image)

    def _untag(self, image: Image, tag: str) -> dict[str, str]:
        image.tags.remove(tag)
        del self._by_tag[tag]
        self._log("untag", image, image.id)
        return {"Untagged": tag}

    def _delete(self, image: Image) -> list[dict[str, str]]:
        del self._by_id[image.id]
        self._log("delete", image, image.id)
        shared = any(other.layer == image.layer for other in self)
        return [{"Deleted": image.id}, *([] if shared else [{"Deleted": image.layer}])]

    def dangling(self, users: Users) -> list[Image]:
        """List the images that have no name and no container."""
        return [image for image in self if not image.tags and users(image) is None]

    def prune(self, users: Users) -> tuple[list[dict[str, str]], int]:
        """Remove the images without a name; give what was removed and its bytes."""
        gone = self.dangling(users)
        records = [record for image in gone for record in self._delete(image)]
        return records, sum(image.size for image in gone)

    def _log(self, action: str, image: Image, name: str) -> None:
        self._events.log("image", action, image.id, {**image.labels, "name": name})

    def log_added(self, action: str, image: Image, name: str) -> None:
        """Tell that an image was imported or loaded."""
        self._log(action, image, name)


def _hard_conflict(user: User | None) -> str:
    if user is None or not user.running:
        return ""
    return f"(cannot be forced) - image is being used by running container {user.id[:12]}"


def _soft_conflict(image: Image, user: User | None) -> str:
    if len(image.tags) > 1:
        return "(must be forced) - image is referenced in multiple repositories"
    if user is not None:
        return f"(must be forced) - image is being used by stopped container {user.id[:12]}"
    return ""


def _missing(shown: str) -> NoReturn:
    raise DockerError(404, f"No such image: {shown}")
