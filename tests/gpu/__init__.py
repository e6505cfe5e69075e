"""The engine on a graphics card: a strict stand-in for CuPy, and what is checked on it and on a real card."""
