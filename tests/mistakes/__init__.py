"""Broken graphs of many kinds: what is said of each, and that every mend which is offered trains a batch."""
