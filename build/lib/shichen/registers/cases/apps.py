"""The register of cases."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "shichen.registers.cases"
    label = "cases"
    verbose_name = "病例"
