"""The room of records, wherever they are kept."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "shichen.records"
    label = "records"
    verbose_name = "记录"
