"""Addresses of the desk: work items, what agrees, the rules in force."""

from __future__ import annotations

from django.urls import path, re_path

from shichen.reconciliation import found_views, views

urlpatterns = [
    path("disagreements/", views.disagreements, name="disagreements"),
    re_path(r"^disagreements\.(?P<ending>json|csv|xlsx)$", views.disagreements_sheet, name="disagreements-sheet"),
    path("disagreements.metadata.json", views.disagreements_metadata, name="disagreements-metadata-json"),
    path("disagreements/agreeing/", found_views.agreeing, name="agreeing"),
    re_path(
        r"^disagreements/agreeing\.(?P<ending>csv|xlsx|json|metadata\.json)$",
        found_views.agreeing_files,
        name="agreeing-files",
    ),
    path("disagreements/rules/", found_views.rules, name="rules-in-force"),
    re_path(
        r"^disagreements/rules\.(?P<ending>csv|xlsx|json|metadata\.json)$",
        found_views.rules_files,
        name="rules-in-force-files",
    ),
    path("disagreements/refreeze/", views.refreeze, name="refreeze-moved"),
    path("disagreements/<uuid:pk>/", views.disagreement, name="disagreement"),
    path("disagreements/<uuid:pk>.json", views.disagreement_json, name="disagreement-json"),
    path("disagreements/<uuid:pk>/settle/", views.settle, name="settle"),
    path("disagreements/<uuid:pk>/assign/", views.assign, name="assign"),
    path("disagreements/<uuid:pk>/take/", views.take_over, name="take-over"),
    path("disagreements/<uuid:pk>/reopen/", views.reopen, name="reopen"),
    path("disagreements/<uuid:pk>/note/", views.note, name="note-disagreement"),
]
