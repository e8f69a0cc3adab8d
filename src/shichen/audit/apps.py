"""The room of who did and who saw what."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "shichen.audit"
    label = "audit"
    verbose_name = "审计"
