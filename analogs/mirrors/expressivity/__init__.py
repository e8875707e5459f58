"""Mirror: what depth adds to a transformation, in random networks and in circuits."""
