"""The register of checkpoints."""

from importlib import import_module

from django.apps import AppConfig


class CheckpointsConfig(AppConfig):
    name = "shichen.registers.checkpoints"
    label = "checkpoints"
    verbose_name = "卡点"

    def ready(self) -> None:
        import_module("shichen.registers.checkpoints.bulk")  # declares that it takes passings, for every door
