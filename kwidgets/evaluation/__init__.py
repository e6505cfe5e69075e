"""What a model's predictions come to, in plain NumPy: each figure with the arrays it is made of and how it was computed."""
