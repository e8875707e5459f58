"""Mirror: entanglement renormalisation as a circuit, a wavelet network and a graph."""
