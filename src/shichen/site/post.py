"""Bringing a post up: migrate, load what its home holds, and run its processes."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.management import call_command

from shichen.city import services as city
from shichen.city.models import Event
from shichen.site import profile
from shichen.site.demo import load as demo

Say = Callable[[str], None]


def prepare() -> None:
    """The database as this version of the house wants it."""
    call_command("migrate", verbosity=0, interactive=False)
    city.system()


def load_demo(say: Say) -> bool:
    """Load the demonstration if it is not there yet; whether it was loaded now."""
    if Event.objects.exists():
        return False
    demo.load(say)
    return True


def load_profile() -> None:
    """Set the post up by the profile in its home."""
    profile.load(settings.HOME.profile)
