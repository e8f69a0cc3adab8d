"""Addresses of bulletins and of what a reviewer decides."""

from django.urls import path, re_path

from shichen.bulletins import (
    alias_views,
    beside_views,
    checked_views,
    learned_views,
    past_views,
    ranking_views,
    review_views,
    suggestion_views,
    views,
    wording_import_views,
    wording_views,
)

urlpatterns = [
    path("bulletins/", views.queue, name="bulletins"),
    re_path(r"^bulletins\.(?P<ending>csv|xlsx|json|metadata\.json)$", views.queue_files, name="bulletins-files"),
    path("bulletins/new/", views.new, name="new-bulletin"),
    path("bulletins/checks/", checked_views.checks, name="bulletin-checks"),
    re_path(
        r"^bulletins/checks\.(?P<ending>csv|xlsx|json|metadata\.json)$",
        checked_views.checks_files,
        name="bulletin-checks-files",
    ),
    path("bulletins/learned/", learned_views.learned, name="learned"),
    path("bulletins/learned/forget/", learned_views.forget, name="forget-saying"),
    re_path(
        r"^bulletins/learned\.(?P<ending>csv|xlsx|json|metadata\.json)$",
        learned_views.learned_files,
        name="learned-files",
    ),
    path("bulletins/ranking/", ranking_views.order, name="ranking"),
    path("bulletins/ranking/settle/", ranking_views.settle, name="settle-ranking"),
    path("bulletins/suggestions/", suggestion_views.suggested, name="suggestions"),
    path("bulletins/suggestions/settle/", suggestion_views.settle, name="settle-suggestion"),
    path("bulletins/tables/", wording_views.tables, name="wordings"),
    path("bulletins/tables/reread/", wording_views.reread, name="reread-bulletins"),
    re_path(
        r"^bulletins/tables/(?P<wording>[a-z]+)\.(?P<ending>csv|xlsx)$", wording_views.table_file, name="wording-file"
    ),
    path("bulletins/tables/<slug:wording>/", wording_views.table, name="wording-table"),
    path("bulletins/tables/<slug:wording>/row/", wording_views.row, name="wording-row"),
    path("bulletins/tables/<slug:wording>/put/", wording_views.put, name="put-wording"),
    path("bulletins/tables/<slug:wording>/import/", wording_import_views.taken_in, name="import-wordings"),
    path("bulletins/<uuid:number>/", past_views.bulletin, name="bulletin"),
    path("bulletins/<uuid:number>/alias/", alias_views.name_place, name="name-place"),
    path("bulletins/<uuid:number>/beside/<uuid:other>/", beside_views.beside, name="beside"),
    path("bulletins/<uuid:number>/replaces/<uuid:other>/", beside_views.replace, name="replace-bulletin"),
    path("bulletins/<uuid:number>/merge/", review_views.merge, name="merge"),
    path("bulletins/<uuid:number>/figures/<uuid:proposal>/", review_views.decide, name="decide"),
    path("bulletins/<uuid:number>/entries/<uuid:entry>/accept/", review_views.accept, name="accept-entry"),
    path("bulletins/<uuid:number>/entries/<uuid:entry>/reject/", review_views.reject, name="reject-entry"),
    path("bulletins/<uuid:number>/entries/<uuid:entry>/undo/", review_views.undo, name="undo-entry"),
    path("bulletins/<uuid:number>/entries/<uuid:entry>/add/", review_views.add, name="add-figure"),
]
