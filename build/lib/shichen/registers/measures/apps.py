"""The register of measures."""

from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    name = "shichen.registers.measures"
    label = "measures"
    verbose_name = "措施"
