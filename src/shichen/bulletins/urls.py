"""Addresses of bulletins and of what a reviewer decides."""

from django.urls import path, re_path

from shichen.bulletins import beside_views, learned_views, review_views, views

urlpatterns = [
    path("bulletins/", views.queue, name="bulletins"),
    path("bulletins/new/", views.new, name="new-bulletin"),
    path("bulletins/learned/", learned_views.learned, name="learned"),
    path("bulletins/learned/forget/", learned_views.forget, name="forget-saying"),
    re_path(r"^bulletins/learned\.(?P<table>csv|xlsx)$", learned_views.learned_file, name="learned-file"),
    path("bulletins/<uuid:number>/", review_views.bulletin, name="bulletin"),
    path("bulletins/<uuid:number>/beside/<uuid:other>/", beside_views.beside, name="beside"),
    path("bulletins/<uuid:number>/replaces/<uuid:other>/", beside_views.replace, name="replace-bulletin"),
    path("bulletins/<uuid:number>/merge/", review_views.merge, name="merge"),
    path("bulletins/<uuid:number>/figures/<uuid:proposal>/", review_views.decide, name="decide"),
    path("bulletins/<uuid:number>/entries/<uuid:entry>/accept/", review_views.accept, name="accept-entry"),
    path("bulletins/<uuid:number>/entries/<uuid:entry>/reject/", review_views.reject, name="reject-entry"),
    path("bulletins/<uuid:number>/entries/<uuid:entry>/undo/", review_views.undo, name="undo-entry"),
    path("bulletins/<uuid:number>/entries/<uuid:entry>/add/", review_views.add, name="add-figure"),
]
