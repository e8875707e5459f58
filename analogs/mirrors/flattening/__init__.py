"""Mirror: networks flatten the data that pass through them, unitaries do not."""
