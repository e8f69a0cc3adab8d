"""Addresses of figures: the catalogue, one frozen figure, one worked out now, and corrections."""

from __future__ import annotations

from django.urls import path, re_path

from shichen.indicators import coining_views, correction_views, views

KEY = r"(?P<key>[a-z0-9_]+(?:\.[a-z0-9_]+)+)"
FIRST, LAST = r"(?P<first>\d{4}-\d{2}-\d{2})", r"(?P<last>\d{4}-\d{2}-\d{2})"

urlpatterns = [
    path("figures/", views.catalogue, name="figures"),
    re_path(r"^figures\.(?P<ending>csv|xlsx)$", views.catalogue_sheet, name="figures-csv"),
    path("figures.metadata.json", views.catalogue_metadata, name="figures-metadata-json"),
    path("figures.json", views.catalogue_json, name="figures-json"),
    path("figures/own/", coining_views.own, name="own-figures"),
    path("figures/own/take-back/", coining_views.take_back, name="take-back-figure"),
    path("figures/<uuid:pk>/", views.figure, name="figure"),
    path("figures/<uuid:pk>.json", views.figure_json, name="figure-json"),
    path("figures/<uuid:pk>.csv", views.figure_sheet, {"ending": "csv"}, name="figure-csv"),
    path("figures/<uuid:pk>.xlsx", views.figure_sheet, {"ending": "xlsx"}, name="figure-xlsx"),
    path("figures/<uuid:pk>.metadata.json", views.figure_metadata, name="figure-metadata"),
    re_path(rf"^figures/{KEY}/$", views.live, name="live-figure"),
    re_path(rf"^figures/{KEY}/{FIRST}/$", views.live_of_period, name="live-figure-day"),
    re_path(rf"^figures/{KEY}/{FIRST}/{LAST}/$", views.live_of_period, name="live-figure-period"),
    re_path(rf"^figures/{KEY}\.metadata\.json$", views.live_metadata, name="live-figure-metadata-json"),
    re_path(rf"^figures/{KEY}\.json$", views.live_json, name="live-figure-json"),
    re_path(rf"^figures/{KEY}\.csv$", views.live_sheet, {"ending": "csv"}, name="live-figure-csv"),
    re_path(rf"^figures/{KEY}\.(?P<picture>svg|png)$", views.live_picture, name="live-figure-file"),
    re_path(rf"^figures/{KEY}\.xlsx$", views.live_sheet, {"ending": "xlsx"}, name="live-figure-xlsx"),
    path("figures/<uuid:pk>/refreeze/", correction_views.refreeze, name="refreeze"),
    path("corrections/", correction_views.corrections, name="corrections"),
    re_path(r"^corrections\.(?P<ending>csv|xlsx|json)$", correction_views.corrections_sheet, name="corrections-sheet"),
    path("corrections.metadata.json", correction_views.corrections_metadata, name="corrections-metadata-json"),
    path("corrections/<int:number>/", correction_views.correction, name="correction"),
    path("corrections/<int:number>.json", correction_views.correction_json, name="correction-json"),
    path("corrections/proposed/<uuid:pk>/", correction_views.proposed, name="correction-proposed"),
    path("corrections/proposed/<uuid:pk>/decide/", correction_views.decide, name="correction-decide"),
    path("corrections/propose/<uuid:pk>/", correction_views.propose, name="correction-propose"),
]
