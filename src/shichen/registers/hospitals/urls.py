"""Addresses of the register of open beds."""

from shichen.registers.hospitals.views import BEDS
from shichen.web.register_views import addresses

urlpatterns = addresses(BEDS)
