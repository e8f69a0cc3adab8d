"""The web doors of runs (门): addresses, sheets and forms."""
