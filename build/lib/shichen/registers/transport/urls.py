"""Addresses of the registers of public transport."""

from shichen.registers.transport.views import FLEETS, RESUMPTIONS, SERVICES
from shichen.web.register_views import addresses

urlpatterns = [*addresses(FLEETS), *addresses(RESUMPTIONS), *addresses(SERVICES)]
