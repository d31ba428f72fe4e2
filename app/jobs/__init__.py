"""What happens by the clock: a readable table of name, cadence and operation."""
