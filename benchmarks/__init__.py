"""Measurements, each made again with the command in its file."""
