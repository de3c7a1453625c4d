"""What a name can hold: types, tensors, compile-time values, constants."""
