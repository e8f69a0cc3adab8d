"""Addresses of the registers of posts and shifts, and of the index of all registers."""

from django.urls import path

from shichen.registers.checkpoints.views import POSTS, TALLIES
from shichen.web.register_views import addresses, index

urlpatterns = [path("registers/", index, name="registers"), *addresses(POSTS), *addresses(TALLIES)]
