"""Addresses of signals and of their rules."""

from django.urls import path, re_path

from shichen.analysis.signals import views

ONE = r"^analysis/alarms/(?P<number>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"

urlpatterns = [
    path("analysis/alarms/", views.listed, name="signals"),
    re_path(r"^analysis/alarms\.(?P<ending>csv|xlsx|json|metadata\.json)$", views.list_files, name="signals-files"),
    path("analysis/alarms/ask/", views.ask, name="signals-ask"),
    path("analysis/alarms/rules/new/", views.new_rules, name="signals-rules-new"),
    path("analysis/alarms/rules/<slug:rule>.toml", views.rules_file, name="signals-rules-file"),
    path("analysis/alarms/<uuid:number>/", views.one, name="signal"),
    re_path(rf"{ONE}\.(?P<picture>json|svg|png|pdf)$", views.one_file, name="signal-file"),
    path("analysis/alarms/<uuid:number>/answer/", views.answer, name="signal-answer"),
    path("analysis/alarms/<uuid:number>/recompute/", views.recompute, name="signal-recompute"),
]
