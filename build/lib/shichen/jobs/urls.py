"""Addresses of long work."""

from django.urls import path, re_path

from shichen.jobs import views

urlpatterns = [
    path("jobs/", views.jobs, name="jobs"),
    re_path(r"^jobs\.(?P<ending>csv|xlsx|json|metadata\.json)$", views.jobs_files, name="jobs-files"),
    path("jobs/<uuid:pk>/", views.job, name="job"),
    path("jobs/<uuid:pk>/progress", views.progress, name="job-progress"),
    path("jobs/<uuid:pk>/cancel/", views.cancel, name="job-cancel"),
    path("jobs/<uuid:pk>/again/", views.again, name="job-again"),
]
