"""Mirror: circuits of gates on two qubits beside networks of rotations of two features."""
