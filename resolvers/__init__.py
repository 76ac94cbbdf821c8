"""What happens when a field is asked for: who asks, load, verb, tell people, return."""
