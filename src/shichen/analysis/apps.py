"""The room of analyses."""

from importlib import import_module

from django.apps import AppConfig


class AnalysisConfig(AppConfig):
    name = "shichen.analysis"
    label = "analysis"
    verbose_name = "分析"

    def ready(self) -> None:
        import_module(
            "shichen.analysis.finding"
        )  # declares the work of a trace, for pages that ask and the clock that does
