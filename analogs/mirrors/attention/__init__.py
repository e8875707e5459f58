"""Mirror: coupled subsystems."""
