"""The commands of `qgeom`, one module each: convert, compute, show."""
