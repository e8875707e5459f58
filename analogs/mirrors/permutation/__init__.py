"""Images whose blocks are permuted, and circuits whose qubits are."""
