"""Addresses of the board and of the log."""

from django.urls import path

from shichen.board import log, replaying, views

urlpatterns = [
    path("", views.board, name="board"),
    path("board/tiles", views.tiles, name="board-tiles"),
    path("board.json", views.board_json, name="board-json"),
    path("board/nudge/", views.nudge, name="nudge"),
    path("board/clock/", replaying.act, name="board-clock"),
    path("log/", log.log, name="log"),
    path("log.json", log.log_json, name="log-json"),
    path("log.csv", log.log_csv, name="log-csv"),
    path("log/news", log.news, name="log-news"),
    path("log/write/", log.write, name="log-write"),
    path("log/<uuid:pk>/", log.entry, name="log-entry"),
    path("log/<uuid:pk>/strike/", log.strike, name="log-strike"),
    path("log/<uuid:pk>/correct/", log.correct, name="log-correct"),
    path("log/<uuid:pk>/significant/", log.significant, name="log-significant"),
]
