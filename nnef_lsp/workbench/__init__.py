"""Change a model, prove it: each change gives a new model beside the old one, and both are run to compare them."""
