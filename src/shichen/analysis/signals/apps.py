"""The room of signals."""

from importlib import import_module

from django.apps import AppConfig


class SignalsConfig(AppConfig):
    name = "shichen.analysis.signals"
    label = "signals"
    verbose_name = "异常信号"

    def ready(self) -> None:
        import_module("shichen.analysis.signals.working")  # declares what is done in the background
