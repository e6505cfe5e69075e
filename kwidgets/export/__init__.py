"""Ways out of the builder: the experiment as runnable Python, as a picture, as curves."""
