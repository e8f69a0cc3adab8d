"""The room of the operations log."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "shichen.journal"
    label = "journal"
    verbose_name = "运行日志"
