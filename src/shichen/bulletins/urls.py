"""Addresses of bulletins and of what a reviewer decides."""

from django.urls import path, re_path

from shichen.bulletins import learned_views, past_views, review_views, views

urlpatterns = [
    path("bulletins/", views.queue, name="bulletins"),
    re_path(r"^bulletins\.(?P<ending>csv|xlsx|json|metadata\.json)$", views.queue_files, name="bulletins-files"),
    path("bulletins/new/", views.new, name="new-bulletin"),
    path("bulletins/learned/", learned_views.learned, name="learned"),
    path("bulletins/learned/forget/", learned_views.forget, name="forget-saying"),
    re_path(
        r"^bulletins/learned\.(?P<ending>csv|xlsx|json|metadata\.json)$",
        learned_views.learned_files,
        name="learned-files",
    ),
    path("bulletins/<uuid:number>/", past_views.bulletin, name="bulletin"),
    path("bulletins/<uuid:number>/merge/", review_views.merge, name="merge"),
    path("bulletins/<uuid:number>/figures/<uuid:proposal>/", review_views.decide, name="decide"),
    path("bulletins/<uuid:number>/entries/<uuid:entry>/accept/", review_views.accept, name="accept-entry"),
    path("bulletins/<uuid:number>/entries/<uuid:entry>/reject/", review_views.reject, name="reject-entry"),
    path("bulletins/<uuid:number>/entries/<uuid:entry>/add/", review_views.add, name="add-figure"),
]
