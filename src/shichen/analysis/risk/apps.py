"""The room of risk levels."""

from importlib import import_module

from django.apps import AppConfig


class RiskConfig(AppConfig):
    name = "shichen.analysis.risk"
    label = "risk"
    verbose_name = "风险等级"

    def ready(self) -> None:
        import_module("shichen.analysis.risk.working")  # declares what is done in the background
