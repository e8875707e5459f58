"""Mirror: recursive networks, one layer repeated, as one-parameter groups."""
