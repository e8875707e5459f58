"""Mirror: geodesic shooting, and whether it is as hard as the space is curved."""
