"""Addresses of the register of measures."""

from shichen.registers.measures.views import MEASURES
from shichen.web.register_views import addresses

urlpatterns = addresses(MEASURES)
