"""Which figures the board of the command room shows, in their order."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shichen.city.privacy import Held
from shichen.city.roles import OPEN


class Tile(models.Model):
    """A place on the board for one figure (板上的一格)."""

    privacy: ClassVar = Held(OPEN)

    position = models.PositiveSmallIntegerField("次序", unique=True)
    key = models.CharField("指标", max_length=60, unique=True)

    class Meta:
        ordering: ClassVar = ["position"]

    def __str__(self) -> str:
        return f"{self.position} {self.key}"
