"""What the commands of `analogs` do; each module's `execute` returns the text to print."""
