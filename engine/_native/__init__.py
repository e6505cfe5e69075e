"""A library in C that runs what a plan knows to compile: programs of instructions over arrays, without Python in between."""
