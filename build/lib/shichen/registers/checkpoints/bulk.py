"""Bulk passings (过卡流水): the words by which a sender names posts, and the numbers that stand for posts in rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from shichen import watches
from shichen.city.models import Body
from shichen.records import lake
from shichen.records.bulk import passings
from shichen.registers.checkpoints import queries
from shichen.registers.checkpoints.models import Passing, Post
from shichen.registers.loads import services as loads
from shichen.registers.loads.services import Door

if TYPE_CHECKING:  # what works files loads the engine
    from shichen.records.bulk.reading import Site

POST = "post"


def put_back() -> None:
    """The single passings that some file had brought before them are hot again, and sealed with the next watch (封存): where it still
    stands they are found there once more, where it was withdrawn they come in."""
    Passing.objects.current().filter(load__isnull=False, taken=0).update(load=None, sealed_at=None)


def words_of(unit: Body) -> Iterable[Site]:
    """Every post by its number, its name and network:number, with its place and when it stood.

    A word that posts of two networks share means the one of the sender's own network; without one it means none.
    """
    posts = list(Post.objects.current().select_related("network"))
    places = places_of(posts)
    found: dict[str, list[Post]] = {}
    for post in posts:
        for word in {post.code, post.name, f"{post.network_id}:{post.code}"}:
            found.setdefault(word, []).append(post)
    for word, several in found.items():
        own = [post for post in several if post.network.run_by_id == unit.pk]
        meant = several if len(several) == 1 else own
        if len(meant) == 1:
            yield word, places[str(meant[0].first)], _opened(meant[0]), _closed(meant[0]), 0


def places_of(posts: Iterable[Post]) -> dict[str, int]:
    """The number of each post in bulk rows, by its first version; given once, never again."""
    return loads.codes_of(POST, (post.first for post in posts))


def _opened(post: Post) -> int:
    return lake.seconds(watches.clock(post.opened_on, 0))


def _closed(post: Post) -> int:
    return lake.seconds(watches.clock(post.closed_on, 0)) if post.closed_on else 2**31 - 1


PASSINGS = loads.declare(Door(passings.TABLE, "checkpoint", words_of, queries.names_of_places, put_back))
