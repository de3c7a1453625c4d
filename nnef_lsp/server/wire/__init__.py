"""Messages as they come and go: the frames of the stream, the order of requests, pygls' protocol with our hooks."""
