"""Mirror: the search for the best structure trades error against operations, gates or energy."""
