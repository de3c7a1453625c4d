"""One module per request of the protocol, each a thin twin of a module in `ide`; found by walking this package."""
