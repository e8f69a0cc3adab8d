"""Runs the `shichen` command: python -m shichen."""

from shichen.site.command import main

main()
