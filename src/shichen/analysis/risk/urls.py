"""Addresses of risk levels and of their rules."""

from django.urls import path, re_path

from shichen.analysis.risk import rule_views, views

ONE = r"^analysis/risk/(?P<number>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
RULES = "analysis/risk/rules/"

urlpatterns = [
    path("analysis/risk/", views.overview, name="risk"),
    re_path(r"^analysis/risk\.(?P<ending>csv|xlsx|json|metadata\.json)$", views.overview_files, name="risk-files"),
    re_path(r"^analysis/risk\.(?P<picture>svg|png|pdf)$", views.overview_picture, name="risk-picture"),
    path("analysis/risk/ask/", views.ask, name="risk-ask"),
    path(RULES, rule_views.listed, name="risk-rules"),
    path(f"{RULES}new/", rule_views.new, name="risk-rule-new"),
    path(f"{RULES}<slug:rule>/", rule_views.one, name="risk-rule"),
    path(f"{RULES}<slug:rule>.toml", rule_views.file, name="risk-rule-file"),
    path("analysis/risk/<uuid:number>/", views.one, name="risk-one"),
    re_path(rf"{ONE}\.(?P<ending>csv|xlsx|json|metadata\.json)$", views.one_files, name="risk-one-files"),
    re_path(rf"{ONE}\.(?P<picture>svg|png|pdf)$", views.one_picture, name="risk-one-file"),
    path("analysis/risk/<uuid:number>/recompute/", views.recompute, name="risk-recompute"),
    path("analysis/risk/<uuid:number>/sign/", views.sign, name="risk-sign"),
    path("analysis/risk/<uuid:number>/override/", views.override, name="risk-override"),
]
