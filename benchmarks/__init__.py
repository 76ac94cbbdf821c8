"""How fast it is, side by side in one run; `make bench` prints the short versions."""
