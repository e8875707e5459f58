"""The commands of `analogs`, one module each, and what they share."""
