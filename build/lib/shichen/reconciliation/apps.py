"""The room of reconciliation."""

from importlib import import_module

from django.apps import AppConfig

DECLARE = ("families", "identities", "ownrules", "quotients", "standing", "statements", "queries", "waiting")


class ReconciliationConfig(AppConfig):
    name = "shichen.reconciliation"
    label = "reconciliation"
    verbose_name = "核对"

    def ready(self) -> None:
        for module in DECLARE:  # each declares its checks when it is first read
            import_module(f"shichen.reconciliation.{module}")
