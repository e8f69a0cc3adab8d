"""The room of named figures."""

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "shichen.indicators"
    label = "indicators"
    verbose_name = "指标"
