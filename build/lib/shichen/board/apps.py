"""The room of what is seen in the command room."""

from django.apps import AppConfig


class BoardConfig(AppConfig):
    name = "shichen.board"
    label = "board"
    verbose_name = "指挥板"
