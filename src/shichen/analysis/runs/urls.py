"""Addresses of analyses and of disease profiles."""

from django.urls import path, re_path

from shichen.analysis.runs.pages import profile_views, supply_views, views, whatif_views

RUN = r"^analysis/runs/(?P<number>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
PROFILES = "analysis/profiles/"

urlpatterns = [
    path("analysis/", views.overview, name="analysis"),
    re_path(r"^analysis\.(?P<ending>csv|xlsx|json|metadata\.json)$", views.overview_files, name="analysis-files"),
    path("analysis/ask/", views.ask, name="analysis-ask"),
    path("analysis/supplies/", supply_views.supplies, name="analysis-supplies"),
    re_path(
        r"^analysis/supplies\.(?P<ending>csv|xlsx|json|metadata\.json)$",
        supply_views.files,
        name="analysis-supplies-files",
    ),
    path("analysis/whatif/", whatif_views.listed, name="analysis-whatif"),
    re_path(
        r"^analysis/whatif\.(?P<ending>csv|xlsx|json|metadata\.json)$", whatif_views.files, name="analysis-whatif-files"
    ),
    path("analysis/whatif/new/", whatif_views.new, name="analysis-whatif-new"),
    path(PROFILES, profile_views.listed, name="analysis-profiles"),
    path(f"{PROFILES}new/", profile_views.new, name="analysis-profile-new"),
    path(f"{PROFILES}<slug:disease>/<int:version>/", profile_views.one, name="analysis-profile"),
    path(f"{PROFILES}<slug:disease>/<int:version>.toml", profile_views.file, name="analysis-profile-file"),
    path("analysis/runs/<uuid:number>/", views.run, name="analysis-run"),
    re_path(rf"{RUN}\.(?P<ending>csv|xlsx|json|metadata\.json)$", views.run_files, name="analysis-run-files"),
    re_path(rf"{RUN}\.(?P<picture>svg|png|pdf)$", views.run_picture, name="analysis-run-file"),
    path("analysis/runs/<uuid:number>/recompute/", views.recompute, name="analysis-recompute"),
    path("analysis/runs/<uuid:number>/sign/", views.sign, name="analysis-sign"),
]
