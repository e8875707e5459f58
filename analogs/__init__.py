"""analogs: every result of quantum geometry mirrored onto networks, and the claims decided."""
