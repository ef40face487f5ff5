"""The front door: a page per actor, server-rendered, a client of the HTTP that everyone else uses."""
