"""The register of cluster outbreaks."""

from django.apps import AppConfig


class ClustersConfig(AppConfig):
    name = "shichen.registers.clusters"
    label = "clusters"
    verbose_name = "聚集性疫情"
