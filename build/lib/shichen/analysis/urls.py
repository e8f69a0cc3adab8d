"""Addresses of traces; nobody's number ever stands in one."""

from django.urls import path, re_path

from shichen.analysis import views

urlpatterns = [
    path("traces/", views.traces, name="traces"),
    re_path(r"^traces\.(?P<ending>csv|xlsx|json|metadata\.json)$", views.traces_files, name="traces-files"),
    path("traces/new/", views.new, name="new-trace"),
    path("traces/<uuid:number>/", views.trace, name="trace"),
    path("traces/<uuid:number>/decide/", views.decide, name="trace-decide"),
    path("traces/<uuid:number>/further/", views.further, name="trace-further"),
    path("traces/<uuid:number>/hand-over/", views.hand_over, name="trace-hand-over"),
    path("traces/persons/<uuid:number>/", views.person, name="trace-person"),
]
