"""The REST edge: one file per noun, routes of a few lines that parse, call one operation and answer."""
