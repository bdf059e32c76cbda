"""One command a file: `configure(parser)` adds its arguments, `run(arguments)` returns the exit status."""
