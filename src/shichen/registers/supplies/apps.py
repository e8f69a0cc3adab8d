"""The register of supplies: stock counts and what is assumed of items."""

from django.apps import AppConfig


class SuppliesConfig(AppConfig):
    name = "shichen.registers.supplies"
    label = "supplies"
    verbose_name = "物资"
