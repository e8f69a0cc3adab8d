"""Addresses of what leaves the building: the day page and the chronicle, as pages and as data."""

from __future__ import annotations

from django.urls import path, re_path

from shichen.publications.chronicle import edition_views as chronicle_editions
from shichen.publications.chronicle import views as chronicle_views
from shichen.publications.day import views as day_views
from shichen.publications.editions import desk_views as edition_views
from shichen.publications.editions import release_views
from shichen.publications.papers import urls as papers
from shichen.publications.portal import urls as portal
from shichen.publications.printing import views as print_views
from shichen.publications.reports import urls as reports
from shichen.publications.writing import views as draft_views

DAY = r"(?P<on>\d{4}-\d{2}-\d{2})"
SPAN = r"(?P<first>\d{4}-\d{2}-\d{2})/(?P<last>\d{4}-\d{2}-\d{2})"
EDITION = r"editions/(?P<edition>[0-9]{1,6})"

urlpatterns = [
    path("days/", day_views.days, name="days"),
    re_path(rf"^days/{DAY}/$", day_views.day, name="day"),
    re_path(rf"^days/{DAY}\.json$", day_views.day_json, name="day-json"),
    re_path(rf"^days/{DAY}/edit/$", edition_views.edit_day, name="edit-day"),
    re_path(rf"^days/{DAY}/{EDITION}/$", day_views.day_edition, name="day-edition"),
    re_path(rf"^days/{DAY}/{EDITION}\.json$", day_views.day_edition_json, name="day-edition-json"),
    path("chronicle/", chronicle_views.chronicle, name="chronicle"),
    path("chronicle.json", chronicle_views.chronicle_json, name="chronicle-json"),
    path("chronicle/entries/<uuid:number>/accept/", chronicle_views.accept, name="chronicle-accept"),
    path("chronicle/edit/", edition_views.edit_chronicle, name="edit-chronicle"),
    re_path(rf"^chronicle/{SPAN}/{EDITION}/$", chronicle_editions.chronicle_edition, name="chronicle-edition"),
    re_path(
        rf"^chronicle/{SPAN}/{EDITION}\.json$",
        chronicle_editions.chronicle_edition_json,
        name="chronicle-edition-json",
    ),
    path("releases/", release_views.releases, name="releases"),
    re_path(
        r"^releases\.(?P<ending>csv|xlsx|json|metadata\.json)$", release_views.releases_files, name="releases-files"
    ),
    path("releases/begin/", edition_views.begin, name="begin-edition"),
    path("releases/<uuid:pk>/", release_views.release, name="release"),
    path("releases/<uuid:pk>/place/", edition_views.at_place, name="edit-place"),
    path("releases/<uuid:pk>/take-all/", edition_views.take_all, name="take-all"),
    path("releases/<uuid:pk>/blank-rest/", edition_views.blank_rest, name="blank-rest"),
    path("releases/<uuid:pk>/review/", release_views.review, name="review-edition"),
    path("releases/<uuid:pk>/send-back/", release_views.send_back, name="send-back-edition"),
    path("releases/<uuid:pk>/sign/", release_views.sign, name="sign-edition"),
    path("releases/<uuid:pk>/release/", release_views.send_out, name="release-edition"),
    path("releases/<uuid:pk>/withdraw/", release_views.withdraw, name="withdraw-edition"),
    path("releases/<uuid:pk>/recall/", release_views.recall, name="recall-edition"),
    path("releases/<uuid:pk>/discard/", release_views.discard, name="discard-edition"),
    re_path(rf"^days/{DAY}\.pdf$", print_views.day_pdf, name="day-pdf"),
    re_path(rf"^days/{DAY}\.(?P<table>csv|xlsx)$", print_views.day_sheet, name="day-sheet"),
    re_path(rf"^days/{DAY}\.metadata\.json$", print_views.day_metadata, name="day-metadata"),
    re_path(rf"^days/{DAY}/{EDITION}\.pdf$", print_views.day_edition, name="day-edition-pdf"),
    re_path(r"^chronicle\.(?P<paper>pdf|docx)$", print_views.chronicle_file, name="chronicle-file"),
    re_path(r"^chronicle\.(?P<table>csv|xlsx)$", print_views.chronicle_sheet, name="chronicle-sheet"),
    path("chronicle.metadata.json", print_views.chronicle_metadata, name="chronicle-metadata"),
    re_path(r"^chronicle/curve\.(?P<picture>svg|png|csv)$", print_views.curve_file, name="chronicle-curve"),
    re_path(
        rf"^chronicle/{SPAN}/{EDITION}\.(?P<paper>pdf|docx)$",
        print_views.chronicle_edition,
        name="chronicle-edition-file",
    ),
    path("drafts/", draft_views.drafts, name="drafts"),
    path("drafts/record/", draft_views.record, name="record-draft"),
    re_path(r"^drafts\.(?P<ending>txt|csv|xlsx|json|metadata\.json)$", draft_views.drafts_file, name="drafts-file"),
    *papers.urlpatterns,
    *reports.urlpatterns,
    *portal.urlpatterns,
]
