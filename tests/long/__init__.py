"""Checks that take too long, or need too much from elsewhere, for the ordinary tests: `python -m tests.long`."""
