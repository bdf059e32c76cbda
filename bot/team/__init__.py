"""The team document: pools, reps, sources, calendars and ladders."""
