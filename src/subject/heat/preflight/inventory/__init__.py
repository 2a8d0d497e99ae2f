"""Heat as its image has it: one module an area, each with a `read`."""
