"""The demo: a small company, its contact form, a local workspace and a clock that can be moved."""
