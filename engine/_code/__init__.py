"""Python programs and notebooks of Keras models, read as text: followed with literal values, never run."""
