"""Addresses of reports, imports and envelopes."""

from django.urls import path, re_path

from shichen.intake import envelope_views, import_views, original_views, views

urlpatterns = [
    path("report/", views.reports, name="reports"),
    path("report/done/<uuid:number>/", views.receipt, name="receipt"),
    path("report/<slug:kind>/", views.report, name="report"),
    path("import/", import_views.start, name="import"),
    path("import/template/<slug:kind>.<str:ending>", import_views.template, name="import-template"),
    path("import/<uuid:number>/", import_views.columns, name="import-columns"),
    path("envelopes/", envelope_views.envelopes, name="envelopes"),
    re_path(
        r"^envelopes\.(?P<ending>csv|xlsx|json|metadata\.json)$", envelope_views.envelopes_files, name="envelopes-files"
    ),
    path("envelopes/<uuid:number>/", envelope_views.envelope, name="envelope"),
    path("envelopes/<uuid:number>/contents/", envelope_views.contents, name="envelope-contents"),
    path("envelopes/<uuid:number>/original", original_views.original, name="envelope-original"),
    path("envelopes/<uuid:number>/rejects", original_views.rejects_file, name="rejects-file"),
    path("envelopes/<uuid:number>/mine/original", original_views.own_original, name="own-original"),
    path("envelopes/<uuid:number>/mine/rejects", original_views.own_rejects, name="own-rejects"),
    path("envelopes/<uuid:number>/replay/", envelope_views.replay, name="replay"),
    path("envelopes/<uuid:number>/rejects/<uuid:reject>/", envelope_views.mend, name="mend"),
]
