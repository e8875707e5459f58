"""What stands after the convolutions, and what can stand in its place."""
