"""One training run: a background thread, its curves and its data. Knows nothing of widgets or of IPython."""
