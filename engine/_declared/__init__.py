"""Settings, names and old spellings: how a class says what it takes."""
