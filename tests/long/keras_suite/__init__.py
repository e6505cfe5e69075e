"""What Keras's own tests are run in, and what is known to become of them."""
