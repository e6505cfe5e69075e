"""Other names of modules: Keras's paths lead to the same objects."""
