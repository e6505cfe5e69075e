"""Looking inside the network that a builder shows: the probe, pictures of arrays for the page, signals while it trains."""
