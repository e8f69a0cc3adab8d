"""The room of analyses."""

from django.apps import AppConfig


class AnalysisConfig(AppConfig):
    name = "shichen.analysis"
    label = "analysis"
    verbose_name = "分析"
