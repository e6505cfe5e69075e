"""Programs for tf.keras: names, arrays, pipelines, tapes."""
