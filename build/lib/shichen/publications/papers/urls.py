"""Addresses of official documents: the register, one of them with its files, and what may be done with it."""

from __future__ import annotations

from django.urls import path, re_path

from shichen.publications.papers import act_views as acts
from shichen.publications.papers import views

ONE = "papers/<uuid:pk>/"

urlpatterns = [
    path("papers/", views.papers, name="papers"),
    re_path(r"^papers\.(?P<ending>csv|xlsx|json|metadata\.json)$", views.papers_files, name="papers-files"),
    path("papers/new/", views.new, name="new-paper"),
    path("papers/write/", acts.write, name="write-paper"),
    path(ONE, views.paper, name="paper"),
    re_path(r"^papers/(?P<pk>[0-9a-f-]{36})\.(?P<paper>pdf|docx)$", views.paper_file, name="paper-file"),
    path(f"{ONE}check/", views.check, name="check-paper"),
    path(f"{ONE}save/", acts.save, name="save-paper"),
    path(f"{ONE}send/", acts.send, name="send-paper"),
    path(f"{ONE}back/", acts.send_back, name="send-back-paper"),
    path(f"{ONE}issue/", acts.issue, name="issue-paper"),
    path(f"{ONE}withdraw/", acts.withdraw, name="withdraw-paper"),
    path(f"{ONE}drop/", acts.drop, name="drop-paper"),
]
