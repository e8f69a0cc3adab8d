"""Addresses of the portal, and of the acts by which the table of cases goes out."""

from __future__ import annotations

from django.urls import path, re_path

from shichen.publications.portal import views

urlpatterns = [
    re_path(r"^open/(?P<path>[A-Za-z0-9._/-]{0,200})$", views.open_pages, name="open"),
    path("decisions/tables/", views.tables_, name="open-tables"),
    path("decisions/tables/propose/", views.propose, name="propose-table"),
    path("decisions/tables/<uuid:pk>/", views.table, name="open-table"),
    path("decisions/tables/<uuid:pk>/sign/", views.sign, name="sign-table"),
    path("decisions/tables/<uuid:pk>/refuse/", views.refuse, name="refuse-table"),
    path("decisions/tables/<uuid:pk>/withdraw/", views.withdraw, name="withdraw-table"),
]
