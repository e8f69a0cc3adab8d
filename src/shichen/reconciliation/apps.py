"""The room of reconciliation."""

from django.apps import AppConfig


class ReconciliationConfig(AppConfig):
    name = "shichen.reconciliation"
    label = "reconciliation"
    verbose_name = "核对"
