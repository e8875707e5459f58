"""Mirror: reversible networks on bits and orthogonal convolutions as circuits."""
