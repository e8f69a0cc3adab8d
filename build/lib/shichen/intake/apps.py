"""The room where every report is first made durable."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "shichen.intake"
    label = "intake"
    verbose_name = "接报"
