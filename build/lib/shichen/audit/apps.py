"""The room of who did and who saw what; at start it says that it takes down the acts of the room below."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "shichen.audit"
    label = "audit"
    verbose_name = "审计"

    def ready(self) -> None:
        from shichen.audit.services import note  # both import models, which stand only now
        from shichen.city.recording import recorded_by

        recorded_by(note)
