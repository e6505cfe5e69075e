"""The machine under the arithmetic: devices, threads, random streams, process-wide settings."""
