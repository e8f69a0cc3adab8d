"""Addresses of the register of cluster outbreaks."""

from shichen.registers.clusters.views import CLUSTERS
from shichen.web.register_views import addresses

urlpatterns = addresses(CLUSTERS)
