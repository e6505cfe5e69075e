"""Checks that take minutes or hours, or another library: run by hand with `python -m tests.long`, never by pytest."""
