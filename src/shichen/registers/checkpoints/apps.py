"""The register of checkpoints."""

from django.apps import AppConfig


class CheckpointsConfig(AppConfig):
    name = "shichen.registers.checkpoints"
    label = "checkpoints"
    verbose_name = "卡点"
