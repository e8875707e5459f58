"""Mirror: ideal fluids."""
