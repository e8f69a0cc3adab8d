"""Addresses of what leaves the building: the day page and the chronicle, as pages and as data."""

from __future__ import annotations

from django.urls import path, re_path

from shichen.publications import views

DAY = r"(?P<on>\d{4}-\d{2}-\d{2})"

urlpatterns = [
    path("days/", views.days, name="days"),
    re_path(rf"^days/{DAY}/$", views.day, name="day"),
    re_path(rf"^days/{DAY}\.json$", views.day_json, name="day-json"),
    path("chronicle/", views.chronicle, name="chronicle"),
    path("chronicle.json", views.chronicle_json, name="chronicle-json"),
]
