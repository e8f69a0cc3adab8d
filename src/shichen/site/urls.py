"""Every address of the house."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

ROOMS = (
    "web",
    "board",
    "indicators",
    "reconciliation",
    "disclosure",
    "intake",
    "jobs",
    "registers.loads",
    "registers.checkpoints",
    "registers.places",
    "registers.checkpoints.passes",
    "registers.cases",
    "registers.clusters",
    "registers.measures",
    "registers.hospitals",
    "registers.supplies",
    "registers.transport",
    "registers.travellers",
    "analysis",
    "analysis.runs",
    "analysis.risk",
    "analysis.signals",
    "bulletins",
    "publications",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(f"shichen.{room}.urls")) for room in ROOMS if find_spec(f"shichen.{room}.urls")
]
if find_spec("shichen.site.api"):
    from shichen.site.api import api

    urlpatterns.append(path("api/v1/", api.urls))
handler400 = "shichen.web.errors.unreadable"
handler404 = "shichen.web.errors.not_found"
handler500 = "shichen.web.errors.failed"
