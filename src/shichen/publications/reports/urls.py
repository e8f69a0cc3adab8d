"""Addresses of reports of analyses."""

from django.urls import path, re_path

from shichen.publications.reports import views

REPORT = r"^analysis/reports/(?P<pk>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"

urlpatterns = [
    path("analysis/reports/", views.reports, name="analysis-reports"),
    re_path(
        r"^analysis/reports\.(?P<ending>csv|xlsx|json|metadata\.json)$",
        views.reports_files,
        name="analysis-reports-files",
    ),
    path("analysis/reports/draft/", views.draft, name="draft-report"),
    path("analysis/reports/<uuid:pk>/", views.report, name="report"),
    re_path(rf"{REPORT}\.(?P<paper>pdf|docx|json)$", views.report_file, name="report-file"),
    path("analysis/reports/<uuid:pk>/word/", views.word, name="word-report"),
    path("analysis/reports/<uuid:pk>/issue/", views.issue, name="issue-report"),
    path("analysis/reports/<uuid:pk>/withdraw/", views.withdraw, name="withdraw-report"),
    path("analysis/reports/<uuid:pk>/drop/", views.drop, name="drop-report"),
]
