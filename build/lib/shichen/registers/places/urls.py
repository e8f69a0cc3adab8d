"""Addresses of the register of places."""

from shichen.registers.places.views import PLACES
from shichen.web.register_views import addresses

urlpatterns = addresses(PLACES)
