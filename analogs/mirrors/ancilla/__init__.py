"""Mirror: what a larger group is good for: ancilla qubits, wider layers, denser landmarks."""
