"""Addresses of decisions on small numbers."""

from __future__ import annotations

from django.urls import path, re_path

from shichen.disclosure import views

urlpatterns = [
    path("decisions/", views.decisions, name="decisions"),
    re_path(r"^decisions\.(?P<ending>csv|xlsx|json|metadata\.json)$", views.decisions_files, name="decisions-files"),
    path("decisions/propose/", views.propose, name="propose-decision"),
    path("decisions/<uuid:pk>/", views.decision, name="decision"),
    path("decisions/<uuid:pk>/sign/", views.sign, name="sign-decision"),
    path("decisions/<uuid:pk>/refuse/", views.refuse, name="refuse-decision"),
    path("decisions/<uuid:pk>/withdraw/", views.withdraw, name="withdraw-decision"),
]
