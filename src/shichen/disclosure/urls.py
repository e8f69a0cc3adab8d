"""Addresses of decisions on small numbers."""

from __future__ import annotations

from django.urls import path

from shichen.disclosure import views

urlpatterns = [
    path("decisions/", views.decisions, name="decisions"),
    path("decisions.json", views.decisions_json, name="decisions-json"),
    path("decisions/propose/", views.propose, name="propose-decision"),
    path("decisions/<uuid:pk>/", views.decision, name="decision"),
    path("decisions/<uuid:pk>/sign/", views.sign, name="sign-decision"),
    path("decisions/<uuid:pk>/refuse/", views.refuse, name="refuse-decision"),
    path("decisions/<uuid:pk>/withdraw/", views.withdraw, name="withdraw-decision"),
]
