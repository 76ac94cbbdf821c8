"""What those try who look for a weak place of a GraphQL server: each probe finds one, or does not.

`python -m tests.faults.probes` sends them to a server of its own, over a socket, as a stranger and as
a member, and prints what they found.
"""
