"""Tests in a real notebook and a real browser."""
