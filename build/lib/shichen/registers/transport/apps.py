"""The register of public transport."""

from django.apps import AppConfig


class TransportConfig(AppConfig):
    name = "shichen.registers.transport"
    label = "transport"
    verbose_name = "公共交通"
