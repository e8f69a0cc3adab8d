"""Addresses of figures: the catalogue, one frozen figure, one worked out now."""

from __future__ import annotations

from django.urls import path, re_path

from shichen.indicators import views

KEY = r"(?P<key>[a-z0-9_]+(?:\.[a-z0-9_]+)+)"

urlpatterns = [
    path("figures/", views.catalogue, name="figures"),
    path("figures.json", views.catalogue_json, name="figures-json"),
    path("figures/<uuid:pk>/", views.figure, name="figure"),
    path("figures/<uuid:pk>.json", views.figure_json, name="figure-json"),
    re_path(rf"^figures/{KEY}/$", views.live, name="live-figure"),
    re_path(rf"^figures/{KEY}\.json$", views.live_json, name="live-figure-json"),
]
