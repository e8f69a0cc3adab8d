"""The register of fields: which class of data each is, and for personal ones why it is held and for how long (个人信息)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps

from shichen.city.roles import INTERNAL, OPEN, PERSONAL, SECRET, SENSITIVE

CLASSES_ZH = {OPEN: "公开", INTERNAL: "内部", PERSONAL: "个人", SENSITIVE: "敏感", SECRET: "秘密"}


@dataclass(frozen=True)
class Why:
    """Why a personal field is held: purpose, legal basis, how long."""

    purpose: str
    basis: str
    keep: str
    data_class: str = PERSONAL


@dataclass(frozen=True)
class Held:
    """What a model holds: the class of its ordinary fields, and the reasons for its personal ones."""

    rest: str = INTERNAL
    personal: dict[str, Why] = field(default_factory=dict)

    def class_of(self, name: str) -> str:
        return self.personal[name].data_class if name in self.personal else self.rest


def models() -> Iterator[Any]:
    """Every table of the house."""
    for model in apps.get_models():
        if model.__module__.startswith("shichen."):
            yield model


def fields() -> Iterator[tuple[Any, str, str, Why | None]]:
    """Every field of every table: (model, field, class of data, why it is held)."""
    for model in models():
        held: Held = held_by(model)
        for one in model._meta.concrete_fields:
            yield model, one.name, held.class_of(one.name), held.personal.get(one.name)


def held_by(model: Any) -> Held:
    """What a table holds; every table declares it itself."""
    held = model.__dict__.get("privacy")
    if not isinstance(held, Held):
        raise AssertionError(
            f"{model.__module__}.{model.__name__} does not declare what it holds (privacy = Held(...))"
        )
    return held
