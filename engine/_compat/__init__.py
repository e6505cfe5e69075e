"""The names `keras`, `tensorflow.keras` and a small `tensorflow` for programs that begin with them; see `engine.compat`."""
