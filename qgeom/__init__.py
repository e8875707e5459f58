"""qgeom: right-invariant geometry of quantum circuits, with one engine for every group."""
