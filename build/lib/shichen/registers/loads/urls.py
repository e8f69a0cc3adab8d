"""Addresses of what was sent in bulk."""

from django.urls import path, re_path

from shichen.registers.loads import views

urlpatterns = [
    path("registers/loads/", views.listed, name="loads"),
    re_path(r"^registers/loads\.(?P<ending>csv|xlsx|json|metadata\.json)$", views.listed_files, name="loads-files"),
    path("registers/loads/<uuid:number>/", views.load, name="load"),
]
