"""Model files exchanged with installed Keras 3 and tf_keras, both ways."""
