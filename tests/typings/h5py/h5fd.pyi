"""Drivers of files."""

SEC2: int
