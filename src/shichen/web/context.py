"""What every page's shell shows: the city, the watch, the menu of what the user may open."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    return {"refresh_seconds": settings.CONFIG["board.refresh_seconds"]}
