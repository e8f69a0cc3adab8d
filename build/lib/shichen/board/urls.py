"""Addresses of the board and of the log."""

from django.urls import path, re_path

from shichen.board import entry_views, handover_views, log, number_views, replaying, views

_FILES = r"(?P<ending>csv|xlsx|json|metadata\.json)"
_UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"

urlpatterns = [
    path("", views.board, name="board"),
    path("board/tiles", views.tiles, name="board-tiles"),
    path("board.json", views.board_json, name="board-json"),
    re_path(r"^board\.(?P<ending>csv|xlsx)$", views.board_sheet, name="board-csv"),
    re_path(r"^board/(?P<part>curve|places)\.(?P<picture>svg|png)$", views.board_picture, name="board-picture"),
    path("board.metadata.json", views.board_metadata, name="board-metadata-json"),
    path("board/nudge/", views.nudge, name="nudge"),
    path("board/clock/", replaying.act, name="board-clock"),
    path("log/", log.log, name="log"),
    path("log.json", log.log_json, name="log-json"),
    re_path(r"^log\.(?P<ending>csv|xlsx)$", log.log_sheet, name="log-csv"),
    path("log.metadata.json", log.log_metadata, name="log-metadata-json"),
    path("log/news", log.news, name="log-news"),
    path("log/write/", log.write, name="log-write"),
    path("log/handover/", handover_views.handover, name="handover"),
    re_path(rf"^log/handover\.{_FILES}$", handover_views.files, name="handover-files"),
    re_path(rf"^log/handover/(?P<pk>{_UUID})\.{_FILES}$", handover_views.files, name="handover-signed-files"),
    path("log/handover/sign/", handover_views.sign, name="handover-sign"),
    path("log/handover/<uuid:pk>/", handover_views.signed, name="handover-signed"),
    path("log/handover/<uuid:pk>/take/", handover_views.take, name="handover-take"),
    path("log/<uuid:pk>/pin/", entry_views.pin, name="log-pin"),
    path("log/<uuid:pk>/attachment", entry_views.attachment, name="log-attachment"),
    path("log/<uuid:pk>/", entry_views.entry, name="log-entry"),
    path("log/<uuid:pk>/numbers/<int:start>-<int:end>/", number_views.number, name="log-number"),
    path("log/<uuid:pk>/strike/", entry_views.strike, name="log-strike"),
    path("log/<uuid:pk>/correct/", entry_views.correct, name="log-correct"),
    path("log/<uuid:pk>/significant/", entry_views.significant, name="log-significant"),
]
