"""The room of epidemiological analyses."""

from importlib import import_module

from django.apps import AppConfig


class RunsConfig(AppConfig):
    name = "shichen.analysis.runs"
    label = "runs"
    verbose_name = "流行病学分析"

    def ready(self) -> None:
        import_module("shichen.analysis.runs.working")  # declares what is done in the background
        import_module("shichen.analysis.runs.estimates")  # declares the figures of what is signed
