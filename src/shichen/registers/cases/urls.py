"""Addresses of the registers of cases: daily counts, and the line list."""

from shichen.registers.cases.line_views import LINES
from shichen.registers.cases.views import COUNTS
from shichen.web.register_views import addresses

urlpatterns = [*addresses(COUNTS), *addresses(LINES)]
