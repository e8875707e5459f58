"""Clifford+T circuits: exact words, rotations, directions, and whole circuits within an error."""
