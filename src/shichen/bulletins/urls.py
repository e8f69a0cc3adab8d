"""Addresses of bulletins and of what a reviewer decides."""

from django.urls import path

from shichen.bulletins import views

urlpatterns = [
    path("bulletins/", views.queue, name="bulletins"),
    path("bulletins/new/", views.new, name="new-bulletin"),
    path("bulletins/<uuid:number>/", views.bulletin, name="bulletin"),
    path("bulletins/<uuid:number>/merge/", views.merge, name="merge"),
    path("bulletins/<uuid:number>/figures/<uuid:proposal>/", views.decide, name="decide"),
    path("bulletins/<uuid:number>/entries/<uuid:entry>/accept/", views.accept, name="accept-entry"),
    path("bulletins/<uuid:number>/entries/<uuid:entry>/reject/", views.reject, name="reject-entry"),
    path("bulletins/<uuid:number>/entries/<uuid:entry>/add/", views.add, name="add-figure"),
]
