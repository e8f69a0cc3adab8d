"""Addresses of long work."""

from django.urls import path

from shichen.jobs import views

urlpatterns = [
    path("jobs/", views.jobs, name="jobs"),
    path("jobs.json", views.jobs_json, name="jobs-json"),
    path("jobs/<uuid:pk>/", views.job, name="job"),
    path("jobs/<uuid:pk>/progress", views.progress, name="job-progress"),
    path("jobs/<uuid:pk>/cancel/", views.cancel, name="job-cancel"),
    path("jobs/<uuid:pk>/again/", views.again, name="job-again"),
]
