"""Kinds of long work: each room declares what it can do in the background, and how it is called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from shichen.jobs.models import Job
from shichen.jobs.progress import Progress
from shichen.refusal import Refusal
from shichen.web import words


@dataclass(frozen=True)
class Outcome:
    """What became of a job: a sentence, and where to look."""

    sentence: str
    link: str = ""


@dataclass(frozen=True)
class Kind:
    """A sort of long work. `run` may be called again for the same job: it goes on where the last call stopped."""

    name: str
    title: str
    title_en: str
    run: Callable[[Job, Progress], Outcome]

    @property
    def called(self) -> str:
        """The title in the language of the page."""
        return self.title_en if words.english() else self.title


_KINDS: dict[str, Kind] = {}


def declare(kind: Kind) -> Kind:
    """Make a kind of work known."""
    if kind.name in _KINDS:
        raise AssertionError(f"two kinds of job are called {kind.name}")
    _KINDS[kind.name] = kind
    return kind


def known() -> dict[str, Kind]:
    return dict(_KINDS)


def named(name: str) -> Kind:
    """The kind of that name. Raises Refusal for one of an earlier version of the house."""
    try:
        return _KINDS[name]
    except KeyError:
        raise Refusal("这一种任务现在的程序办不了；请重新提出。", field="kind") from None
