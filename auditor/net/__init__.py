"""The one way out: resolver, guard, egress proxy and HTTP client, used by the browser and everyone else.

`guard` decides, `proxy` is the only code that opens a connection to a site, `http` is the client that
goes through it. Nothing else in the project may resolve a name or connect to one.
"""
