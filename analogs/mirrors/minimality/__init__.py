"""Mirror: lengths of geodesics against the distance, and against the gates of a circuit."""
