"""Sealed columns (加密字段): text that nobody reads in the database, bound to its cell, found by a keyed blind index."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models

from shichen import keys, watches

INDEX_KEY = "index-1"
"""Under which blind indexes are made. It is no period's: who is looked for is not known by when they were entered."""


class SealedField(models.BinaryField):  # type: ignore[type-arg]
    """A text under the key of the month in which it was written; the column holds sealed bytes and never the text.

    Empty bytes say that nothing is held, or nothing any more (已销毁). `blind` names the column beside it by which an
    exact value is found; a value of which there are few (a sex, a county) has none, for it could be counted back.
    """

    def __init__(self, *args: Any, blind: str = "", **kwargs: Any) -> None:
        self.blind = blind
        super().__init__(*args, **{"default": b"", "blank": True, **kwargs})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, **({"blind": self.blind} if self.blind else {})}


class BlindIndexField(models.CharField):  # type: ignore[type-arg]
    """The keyed digest of a sealed value as it is compared: 64 hex digits, or nothing where nothing is held."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 64, "blank": True, "default": "", "editable": False, **kwargs})


def put(record: Any, at: datetime, **texts: str) -> None:
    """Set sealed columns of a record that is not stored yet, and the blind indexes beside them."""
    for name, value in written(record, at, **texts).items():
        setattr(record, name, value)


def written(record: Any, at: datetime, **texts: str) -> dict[str, Any]:
    """What the columns of a record come to hold for these texts: for `put`, and for a correction."""
    period, columns = f"identity-{watches.local(at):%Y-%m}", dict[str, Any]()
    for name, text in texts.items():
        field = _field(type(record), name)
        plain = text.encode()
        columns[name] = keys.seal(settings.KEYRING, period, plain, where(record, name)) if text else b""
        if field.blind:
            columns[field.blind] = blind(type(record), name, text)
    return columns


def opened(record: Any, name: str) -> str:
    """The text of a sealed column. Raises KeyGone where its key was destroyed, ValueError where the bytes were altered."""
    held = bytes(getattr(record, name))
    return keys.unseal(settings.KEYRING, held, where(record, name)).decode() if held else ""


def blind(model: type[models.Model], name: str, text: str) -> str:
    """What a value is found by in a sealed column. It says nothing without the key, nor of the same value elsewhere."""
    _field(model, name)
    plain = normalised(text)
    said = f"{model._meta.label_lower}.{name}\n{plain}".encode()
    return keys.mac(settings.KEYRING, INDEX_KEY, said) if plain else ""


def normalised(text: str) -> str:
    """A value as it is compared: full and half width alike (NFKC), upper case, without blanks."""
    return "".join(unicodedata.normalize("NFKC", text).upper().split())


def erase(rows: models.QuerySet[Any], names: Iterable[str], **more: Any) -> int:
    """Empty sealed columns and their blind indexes (销毁); the rows stay and are counted as before."""
    emptied: dict[str, Any] = {}
    for name in names:
        emptied[name] = b""
        if (index := _field(rows.model, name).blind) != "":
            emptied[index] = ""
    return rows.update(**emptied, **more)


def where(record: Any, name: str) -> str:
    """What a cell is bound to: table, column, and the record; its later versions are the same record (更正)."""
    return f"{record._meta.label_lower}.{name}.{getattr(record, 'first', None) or record.pk}"


def _field(model: type[models.Model], name: str) -> SealedField:
    field = model._meta.get_field(name)
    if not isinstance(field, SealedField):
        raise AssertionError(f"{model._meta.label}.{name} is not sealed")
    return field
