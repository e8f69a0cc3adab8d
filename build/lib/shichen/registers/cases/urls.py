"""Addresses of the register of daily counts."""

from shichen.registers.cases.views import COUNTS
from shichen.web.register_views import addresses

urlpatterns = addresses(COUNTS)
