"""The room of analyses."""

from importlib import import_module

from django.apps import AppConfig


class AnalysisConfig(AppConfig):
    name = "shichen.analysis"
    label = "analysis"
    verbose_name = "分析"

    def ready(self) -> None:
        for work in ("finding", "handing"):  # they declare what is done in the background, for pages and for the clock
            import_module(f"shichen.analysis.{work}")
