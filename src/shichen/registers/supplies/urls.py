"""Addresses of the registers of supplies."""

from shichen.registers.supplies.views import ASSUMPTIONS, STOCK
from shichen.web.register_views import addresses

urlpatterns = [*addresses(STOCK), *addresses(ASSUMPTIONS)]
