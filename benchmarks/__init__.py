"""How fast it is: `make bench`. Rates and latencies side by side in one run; nothing here is a test."""
